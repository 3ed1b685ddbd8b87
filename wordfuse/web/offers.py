"""The pairs that a page offers: those of one folder, those that were uploaded, and the bundled example."""

import asyncio
import base64
import re
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.film.wanted import is_film
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.text import printable
from wordfuse.fusion.display.preview import reduced
from wordfuse.fusion.display.thumbnails import encode
from wordfuse.fusion.files.pairs import find_pairs, is_hidden, is_picture
from wordfuse.fusion.images import read_pair, to_uint8
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.film.reel import glimpse
from wordfuse.tools.store.decoded import Decoded
from wordfuse.web.films.finding import NAMES, OURS, beside, find_films, find_frames, is_film_file

EXAMPLE = Path(str(files("wordfuse.examples"))) / "street"
MOST_LISTED = 2000  # pictures, and pairs
KEPT = 2  # uploads of a visitor; older ones go
KEPT_S = 3600.0
SWEEP_S = 60.0
SIDE_PX = 480
_CALLED_VISIBLE = re.compile(rf"(^|[-_. ])({'|'.join(NAMES[1])})$", re.IGNORECASE)


@dataclass
class Chosen:
    """A pair that was chosen, and what was decoded of it.

    Attributes:
        ir: the infrared file.
        vi: the visible file.
        uploaded: they lie in a temporary folder.
    """

    ir: Path
    vi: Path
    uploaded: bool = False
    _decoded: dict[bool, Decoded] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What its run folder is called."""
        bare = self.vi.stem.casefold() in NAMES[1] and not self.uploaded  # "vi" says less than its folder does
        named = self.vi.resolve().parent.name if bare else self.vi.stem
        kept = "".join(char if char.isalnum() or char in "-_. " else "-" for char in named)
        return kept.strip(" .-")[:80] or "pair"

    @property
    def film(self) -> bool:
        """Both are films, by their names or as folders of frames."""
        return is_film(self.ir) and is_film(self.vi)

    @contextmanager
    def by_name(self) -> Iterator[None]:
        """Inside, errors call the two files by their names alone.

        Raises:
            InputError: what was raised inside, with another subject.
        """
        try:
            yield
        except WordfuseError as error:
            text = error.told(dashed)
            for path in sorted({self.ir, self.vi}, key=lambda path: -len(str(path))):
                for known in (path.resolve(), path):
                    text = text.replace(str(known), path.name)
            raise InputError(text) from error

    def decoded(self, settings: Settings) -> Decoded:
        """The pair, decoded; with the same alignment as the last time, it is that again.

        Raises:
            InputError: it cannot be read.
        """
        if settings.align not in self._decoded:
            pair = read_pair(
                self.ir,
                self.vi,
                max_pixels=settings.max_pixels,
                align=settings.align,
                reading=settings.reading,
                spelling=dashed,
            )
            self._decoded = {settings.align: Decoded(pair=pair)}  # one at a time: large ones take memory
        return self._decoded[settings.align]

    def forget(self) -> None:
        """Keep nothing decoded."""
        self._decoded = {}


@dataclass
class _Upload:
    folder: Path
    chosen: Chosen
    at: float = field(default_factory=time.monotonic)


class Offers:
    """What can be opened. A visitor sees the folder and their own uploads."""

    def __init__(self, folder: Path | None) -> None:
        """Offer the pictures of a folder, and the example.

        Raises:
            InputError: there is no such folder.
        """
        self.folder = None if folder is None else Confined(folder)
        self._temporary = TemporaryDirectory(prefix="wordfuse-uploads-")
        self._uploads: dict[str, dict[str, _Upload]] = {}

    def close(self) -> None:
        """Remove what was uploaded."""
        self._temporary.cleanup()

    def pairs(self) -> list[Json]:
        """Pairs of the folder by the names of their files and folders."""
        if self.folder is None:
            return []
        root = self.folder
        try:
            found = [(one.infrared, one.visible) for one in find_pairs(root.folder)]
        except InputError:
            found = []
        found += [pair for pair in self._beside() if pair not in found]
        return _named(root, found)

    def films(self) -> list[Json]:
        """Pairs of films of the folder, at any depth, by the names of their files and folders."""
        return [] if self.folder is None else _named(self.folder, find_films(self.folder.folder))

    def pictures(self) -> list[str]:
        """Every picture, film and folder of frames of the folder, by its name in it, but for those of runs."""
        if self.folder is None:
            return []
        found = [f"{self.folder.name(frames)}/" for frames in find_frames(self.folder.folder)]
        for path in sorted(self.folder.folder.rglob("*")):
            inside = path.relative_to(self.folder.folder)
            if (is_picture(path) or is_film_file(path)) and not is_hidden(inside) and inside.parts[0] not in OURS:
                found.append(inside.as_posix())
            if len(found) >= MOST_LISTED:
                break
        return [name for name in found if name.isprintable()]

    def _beside(self) -> list[tuple[Path, Path]]:
        """Pictures that lie side by side and are called infrared and visible: ir.png, vi.png; 7_ir.png, 7_vi.png."""
        root = self.folder
        if root is None:
            return []
        return beside([path for path in sorted(root.folder.iterdir()) if is_picture(path)])

    def chosen(self, visitor: str, wanted: Json) -> Chosen:
        """The pair that a page asks for: ``{"example": true}``, ``{"upload": ID}`` or ``{"ir": NAME, "vi": NAME}``.

        Raises:
            InputError: there is none such for this visitor.
        """
        if wanted.get("example"):
            return Chosen(EXAMPLE / "ir.png", EXAMPLE / "vi.png")
        if wanted.get("upload"):
            upload = self._uploads.get(visitor, {}).get(str(wanted["upload"]))
            if upload is None:
                raise InputError("is no longer there", subject="what was uploaded", remedy="choose the files again")
            return upload.chosen
        if self.folder is None:
            raise InputError("no folder is served", remedy="choose files of yours, or start wordfuse web FOLDER")
        ir, vi = (self.folder.path(str(wanted.get(name, ""))) for name in ("ir", "vi"))
        for path in (ir, vi):
            if path.is_dir() and not self.folder.holds(path):
                raise InputError(
                    "has links in it", subject=self.folder.name(path), remedy="put the frames themselves there"
                )
            if not path.exists():
                raise InputError("no such file", subject=self.folder.name(path), remedy="choose one of the list")
        return Chosen(ir, vi)

    def take(self, visitor: str, ir: tuple[str, bytes], vi: tuple[str, bytes] | None) -> str:
        """Keep two files, or one that holds both pictures; returns the id of the upload.

        Args:
            visitor: whose they are.
            ir: name and content of the infrared file.
            vi: of the visible one; None: the same.
        """
        token = secrets.token_urlsafe(12)
        folder = Path(self._temporary.name) / token
        folder.mkdir(mode=0o700)
        first = _written(folder, ir, "ir")
        chosen = Chosen(first, first if vi is None else _written(folder, vi, "vi"), uploaded=True)
        own = self._uploads.setdefault(visitor, {})
        own[token] = _Upload(folder, chosen)
        while len(own) > KEPT:
            self._drop(own, next(iter(own)))
        return token

    async def sweep(self) -> None:
        """Remove uploads that have been there for long, for ever."""
        while True:
            self.tidy()
            await asyncio.sleep(SWEEP_S)

    def tidy(self) -> None:
        """Remove uploads that have been there for long."""
        now = time.monotonic()
        for own in list(self._uploads.values()):  # another thread may take one meanwhile
            for token in [token for token, one in list(own.items()) if now - one.at > KEPT_S]:
                self._drop(own, token)

    def _drop(self, own: dict[str, _Upload], token: str) -> None:
        dropped = own.pop(token, None)
        if dropped is not None:
            shutil.rmtree(dropped.folder, ignore_errors=True)


def told_of(pairs: Sequence[Json]) -> list[str]:
    """What the pairs of a list are called in it: as short as it can be, their files where two would read alike.

    >>> told_of([{"ir": "ir/7.png", "vi": "vi/7.png"}, {"ir": "night/ir/7.png", "vi": "night/vi/7.webp"}])
    ['7', '7 in night']
    >>> told_of([{"ir": "bridge/ir.mp4", "vi": "bridge/vi.mp4"}, {"ir": "3_ir.png", "vi": "3_vi.png"}])
    ['bridge', '3']
    >>> told_of([{"ir": "ir/7.png", "vi": "vi/7.png"}, {"ir": "ir/7.jpg", "vi": "vi/7.png"}])
    ['vi/7.png and ir/7.png', 'vi/7.png and ir/7.jpg']
    """
    files = [(PurePosixPath(str(pair["vi"])), PurePosixPath(str(pair["ir"]))) for pair in pairs]
    short = [_short(vi, ir) for vi, ir in files]
    often = Counter(short)
    return [name if often[name] == 1 else f"{vi} and {ir}" for name, (vi, ir) in zip(short, files, strict=True)]


def _short(vi: PurePosixPath, ir: PurePosixPath) -> str:
    beside = vi.parent == ir.parent
    shared = vi.parent if beside else vi.parent.parent
    if beside:
        name = _CALLED_VISIBLE.sub("", vi.stem)
    else:
        name = vi.stem if vi.stem == ir.stem and ir.parent.parent == shared else ""
    if not name:
        return str(shared) if beside and shared.name else f"{vi} and {ir}"
    return f"{name} in {shared}" if shared.name else name


def looked_at(chosen: Chosen, settings: Settings) -> Json:
    """What a page shows of a pair before it is opened: both pictures, their size, and what is odd about them.

    Of two films it is their first frames, and how long they are.

    Raises:
        InputError: it cannot be read, or one is a film and the other a picture.
    """
    if chosen.film:
        return _film_looked_at(chosen, settings)
    if is_film(chosen.ir) or is_film(chosen.vi):
        raise InputError("one is a film and the other is a picture", remedy="choose two films, or two pictures")
    pair = chosen.decoded(settings).pair(chosen.ir, chosen.vi)
    height, width = pair.visible.shape[:2]
    notes = pair.notes
    return {
        "width": width,
        "height": height,
        "gray": pair.gray,
        "infrared": {"name": printable(chosen.ir.name), **_size(notes["infrared"])},
        "visible": {"name": printable(chosen.vi.name), **_size(notes["visible"])},
        "palette": notes["infrared"].get("palette"),
        "resampled": notes.get("resampled") is not None,
        "warnings": [_by_name(warning, chosen) for warning in pair.warnings],
        "thumbnails": [
            _thumbnail(to_uint8(reduced(pair.infrared, SIDE_PX))),
            _thumbnail(to_uint8(reduced(pair.visible, SIDE_PX))),
        ],
    }


def _film_looked_at(chosen: Chosen, settings: Settings) -> Json:
    seen = glimpse(chosen.ir, chosen.vi, settings.max_pixels, settings.reading)
    height, width = seen.pair.visible.shape[:2]
    return {
        "width": width,
        "height": height,
        "gray": seen.pair.gray,
        "infrared": {"name": printable(chosen.ir.name)},
        "visible": {"name": printable(chosen.vi.name)},
        "film": {"frames": seen.frames, "fps": seen.fps, "timed": not chosen.vi.is_dir()},
        "palette": None,
        "resampled": False,
        "warnings": [_by_name(printable(warning), chosen) for warning in seen.warnings],
        "thumbnails": [
            _thumbnail(to_uint8(reduced(seen.pair.infrared, SIDE_PX))),
            _thumbnail(to_uint8(reduced(seen.pair.visible, SIDE_PX))),
        ],
    }


def _by_name(warning: str, chosen: Chosen) -> str:
    return printable(warning.replace(str(chosen.ir), chosen.ir.name).replace(str(chosen.vi), chosen.vi.name))


def _named(root: Confined, pairs: Sequence[tuple[Path, Path]]) -> list[Json]:
    names = [(root.name(ir), root.name(vi)) for ir, vi in pairs[:MOST_LISTED]]
    return [{"ir": ir, "vi": vi} for ir, vi in names if ir.isprintable() and vi.isprintable()]


def _size(note: Json) -> Json:
    return {name: note[name] for name in ("width", "height", "bits")}


def _thumbnail(pixels: object) -> str:
    import numpy as np

    array = np.asarray(pixels, np.uint8)
    colour = np.repeat(array[..., None], 3, axis=2) if array.ndim == 2 else array
    return "data:image/webp;base64," + base64.b64encode(encode(colour).data).decode()


def _written(folder: Path, file: tuple[str, bytes], kind: str) -> Path:
    """Write an uploaded file under a harmless name: its own letters and digits, and its ending."""
    name, content = file
    given = Path(name.replace("\\", "/")).name
    stem = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in Path(given).stem)
    ending = Path(given).suffix.lower()
    if not ending.removeprefix(".").isalnum():
        ending = ""
    path = folder / f"{stem.strip('-')[:60] or kind}{ending[:8]}"
    if path.exists():
        path = path.with_stem(f"{path.stem}-{kind}")
    path.write_bytes(content)
    return path
