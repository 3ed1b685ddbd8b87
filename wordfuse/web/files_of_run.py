"""The files of a run folder that a page hands out: pictures of what need not be open, and what is to be kept."""

import re
import sys
from pathlib import Path

from starlette.responses import FileResponse, Response

from wordfuse.agent.errors import InputError
from wordfuse.agent.record import read_record
from wordfuse.agent.report.chosen import with_pieces
from wordfuse.agent.talking.scripts import script_of
from wordfuse.fusion.display import thumbnails
from wordfuse.web.guard import REPORT_POLICY
from wordfuse.web.showing import pictures
from wordfuse.web.talker import SAVED

_DRAWN = re.compile(r"(?:which|shown-[0-9]+)")
_MARK = re.compile(r"(mark-[0-9]+)-((?:pointed|painted)-[0-9]+)")
_ANSWER = re.compile(r"answer-(a[0-9]+)")
_KINDS = {"result.png": "image/png", "fused.png": "image/png", "run.json": "application/json"}


def thumbnail(folder: Path, side_px: int) -> bytes:
    """The result of a run, small.

    Raises:
        InputError: it has none yet.
    """
    return thumbnails.of_picture(folder / "result.png", side_px, max_pixels=sys.maxsize).data


def drawn(scratch: Path, name: str) -> tuple[bytes, str]:
    """A drawing: a picture, or a mask to lay over one; and its type.

    Raises:
        InputError: there is none of that name.
    """
    mark = _MARK.fullmatch(name)
    if mark is not None:
        return pictures.mask_veil(scratch / mark[1] / f"{mark[2]}.png"), "image/png"
    path = scratch / f"{name}.png"
    if not _DRAWN.fullmatch(name) or not path.is_file():
        raise InputError("no such drawing", subject=name[:80])
    return thumbnails.of_picture(path, pictures.SIDE_PX, max_pixels=sys.maxsize).data, "image/webp"


def download(folder: Path, name: str) -> Response:
    """A file of the run: its result, record, report, masks in one file, or its words as a script.

    Raises:
        InputError: there is none of that name.
    """
    stem = folder.name
    if name in _KINDS and (folder / name).is_file():
        return FileResponse(folder / name, media_type=_KINDS[name], filename=f"{stem}-{name}")
    if name == "report.html" and (folder / name).is_file():
        return FileResponse(folder / name, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})
    if name == "masks.zip":
        return _attached(pictures.masks_zip(folder), "application/zip", f"{stem}-masks.zip")
    if name == "script.yaml":
        record = read_record(folder)
        settings = with_pieces(record.settings, record.instructions, folder.resolve())
        text = script_of(Path(record.ir), Path(record.vi), settings, record.instructions)
        return _attached(text.encode(), "application/yaml", f"{stem}.yaml")
    answer = _ANSWER.fullmatch(name)
    if answer is not None and (folder / "answers" / f"{answer[1]}.png").is_file():
        small = thumbnails.of_picture(folder / "answers" / f"{answer[1]}.png", pictures.SIDE_PX, max_pixels=sys.maxsize)
        return Response(small.data, media_type="image/webp")
    saved = folder / SAVED / name
    if saved.parent == folder / SAVED and saved.is_file() and not saved.is_symlink():
        return FileResponse(saved, filename=saved.name)
    raise InputError("no such file", subject=name[:80])


def _attached(data: bytes, kind: str, name: str) -> Response:
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in name)
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{plain}"'})
