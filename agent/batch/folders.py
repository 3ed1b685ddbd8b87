"""Every pair of two folders, fused or measured: what ``wordfuse fuse`` and ``wordfuse metrics`` do with folders."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.explain import explained
from wordfuse.fusion.choices import MAX_PIXELS
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.fusion.many.files import Wanted, fuse_files
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.evaluate import metric_values


@dataclass
class Batch:
    """What became of the pairs of two folders.

    Attributes:
        fused: one record a picture that was written: its stem, ``out`` and notes on its sources.
        failed: stem -> what is wrong with the pair.
    """

    fused: list[Json] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass
class Measures:
    """The metrics of the fused pictures of a folder.

    Attributes:
        measured: stem -> metrics by name.
        failed: stem -> what is wrong with the picture or its pair.
        warnings: what is odd about the sources, each with its stem.
    """

    measured: dict[str, dict[str, float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def mean(self) -> dict[str, float]:
        """The mean of each metric over the pictures; empty of none."""
        names = next(iter(self.measured.values()), {})
        return {name: fmean(values[name] for values in self.measured.values()) for name in names}


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

    As many at a time as there are cores. A pair that cannot be fused is noted, and the others are still fused. Every
    picture appears whole or not at all.

    Args:
        ir: folder of infrared pictures; subfolders are searched too, and made again in ``out``.
        vi: folder of visible pictures, likewise.
        out: folder for the fused pictures, STEM.png; made if missing.
        settings: how to fuse.
        report: called with (pairs done, pairs in all, stem of the next) for each pair in order, and once at the end.

    Raises:
        InputError: no stem occurs in both folders, or one occurs twice in a folder.
    """
    infrared, visible = pictures_by_stem(ir), pictures_by_stem(vi)
    stems = _common(infrared, visible, f"{ir} and {vi}")
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
    chosen = settings.for_tools()
    made = fuse_files(
        chosen.fuser,
        [Wanted(infrared[stem], visible[stem], targets[stem]) for stem in stems],
        max_pixels=chosen.max_pixels,
        align=chosen.align,
        reading=chosen.reading,
        spelling=dashed,
    )
    with closing(made):
        for done, stem in enumerate(stems):
            report(done, len(stems), str(stem))
            outcome = next(made)
            if isinstance(outcome, Exception):
                batch.failed[str(stem)], _ = explained(outcome)
            else:
                batch.fused.append({"stem": str(stem), "out": str(targets[stem]), "sources": outcome})
    report(len(stems), len(stems), "")
    return batch


def measure_folders(
    ir: Path,
    vi: Path,
    fused: Path,
    report: Callable[[int, int, str], None],
    *,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    reading: Reading = Reading(),
) -> Measures:
    """Measure the fused pictures of a folder against their sources, which have the same name but for its ending.

    Args:
        ir: folder of infrared pictures.
        vi: folder of visible pictures.
        fused: folder of fused pictures, of a source each; sources that none was made of are no fault.
        report: as in :func:`fuse_folders`.
        max_pixels: cap on each picture.
        align: as in ``fusion.images.read_pair``, for pictures that were fused so.
        reading: likewise.

    Raises:
        InputError: no fused picture has both sources, or a stem occurs twice in a folder.
    """
    infrared, visible, pictures = (pictures_by_stem(folder) for folder in (ir, vi, fused))
    stems = _common(infrared.keys() & visible.keys(), pictures, f"{ir}, {vi} and {fused}")
    found = Measures()
    for stem in sorted(pictures.keys() - set(stems)):
        missing = [str(folder) for folder, known in ((ir, infrared), (vi, visible)) if stem not in known]
        found.failed[str(stem)] = f"in {fused}, but not in {' and '.join(missing)}"
    for done, stem in enumerate(stems):
        report(done, len(stems), str(stem))
        try:
            values, warnings = metric_values(
                infrared[stem],
                visible[stem],
                pictures[stem],
                None,
                max_pixels=max_pixels,
                align=align,
                reading=reading,
            )
        except WordfuseError as error:
            found.failed[str(stem)] = error.told(dashed)
            continue
        found.measured[str(stem)] = values
        found.warnings += [f"{stem}: {warning}" for warning in warnings]
    report(len(stems), len(stems), "")
    return found


def _common(some: Iterable[Path], others: Iterable[Path], where: str) -> list[Path]:
    """The stems that both have, sorted."""
    stems = sorted(set(some) & set(others))
    if not stems:
        raise InputError(
            "no two pictures with the same name", subject=where, remedy="pairs are matched by name without ending"
        )
    return stems
