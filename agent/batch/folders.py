"""Fuse every pair of two folders: what ``wordfuse fuse`` does with folders."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.run.single import SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.tools.calls.spelling import dashed


@dataclass
class Batch:
    """What became of the pairs of two folders.

    Attributes:
        fused: one record a picture that was written: its stem, ``out`` and notes on its sources.
        failed: stem -> what is wrong with the pair.
    """

    fused: list[Json] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def check_folders(ir: Path, vi: Path, out: Path) -> None:
    """Find out before the work whether two folders can be fused into a third.

    Raises:
        InputError: only one of the sources is a folder, or the fused pictures would get among them.
    """
    for folder, other in ((ir, vi), (vi, ir)):
        if not other.is_dir():
            raise InputError(
                f"is a folder, but {other} is none", subject=folder, remedy="give two pictures or two folders"
            )
    if ir.resolve() == vi.resolve():
        raise InputError(
            f"is the folder of {argument_named('vi')} too",
            argument="ir",
            subject=ir,
            remedy="name the folder of the infrared pictures",
        )
    if out.exists() and not out.is_dir():
        raise InputError(
            "is a file", argument="out", subject=out, remedy="a folder of pairs needs a folder to write to"
        )
    for name, path in (("ir", ir), ("vi", vi)):
        if out.resolve().is_relative_to(path.resolve()):
            raise InputError(
                f"lies in {argument_named(name)} {path}, whose pictures are never changed",
                argument="out",
                subject=out,
                remedy="choose another folder",
            )


def fuse_folders(ir: Path, vi: Path, out: Path, settings: Settings, report: Callable[[int, int, str], None]) -> Batch:
    """Fuse the pictures of two folders that have the same name but for its ending.

    A pair that cannot be fused is noted, and the others are still fused. Every picture appears whole or not at all.

    Args:
        ir: folder of infrared pictures; subfolders are searched too, and made again in ``out``.
        vi: folder of visible pictures, likewise.
        out: folder for the fused pictures, STEM.png; made if missing.
        settings: how to fuse.
        report: called before each pair with (pairs done, pairs in all, stem), and once at the end.

    Raises:
        InputError: no stem occurs in both folders, or one occurs twice in a folder.
    """
    infrared, visible = pictures_by_stem(ir), pictures_by_stem(vi)
    stems = sorted(infrared.keys() & visible.keys())
    if not stems:
        raise InputError(
            "no two pictures with the same name",
            subject=f"{ir} and {vi}",
            remedy="pairs are matched by name without ending",
        )
    targets = {stem: out / stem.parent / f"{stem.name}.png" for stem in stems}
    sources = {path.resolve() for path in (*infrared.values(), *visible.values())}
    for target in targets.values():
        if target.resolve() in sources:
            raise InputError(
                "is one of the sources, which are never changed",
                subject=target,
                remedy=f"choose another {argument_named('out')}",
            )
    batch = Batch()
    for stem in sorted(infrared.keys() ^ visible.keys()):
        found, missing = (ir, vi) if stem in infrared else (vi, ir)
        batch.failed[str(stem)] = f"in {found}, but not in {missing}"
    for done, stem in enumerate(stems):
        report(done, len(stems), str(stem))
        target = targets[stem]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with SingleTool(infrared[stem], visible[stem], settings) as tool:
                tool.call("fuse")
                tool.deliver("fused.png", target)
                notes = tool.work.pair.notes
            batch.fused.append({"stem": str(stem), "out": str(target), "sources": notes})
        except WordfuseError as error:
            batch.failed[str(stem)] = error.told(dashed)
        except OSError as error:
            batch.failed[str(stem)] = f"{error.filename or target}: {error.strerror}; check the name and the free space"
    report(len(stems), len(stems), "")
    return batch
