"""What a run made and somebody deleted or damaged since, made again from what is still there.

Nothing of it needs a language model: the fused picture follows from the pair, an accepted picture is a copy of the
attempt that it came from, a mask follows from what was found, and the report from the record.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import BackendUnreachable, InputError, StorageError
from wordfuse.agent.record import Instruction, Record, StepRecord, instructions_in
from wordfuse.agent.report.page import render_report
from wordfuse.agent.run.names import RECORD, RESULT
from wordfuse.agent.state import Json
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.tools.registry import call
from wordfuse.tools.store.catalogue import Catalogue
from wordfuse.tools.store.workspace import FUSED, Workspace

REPORT = "report.html"
STEP = "step"  # what the mask that is looked at is called meanwhile


def remake_pictures(work: Workspace, state: Json) -> list[str]:
    """Make the fused picture, the accepted ones and the masks of the steps so far again where they are gone.

    Args:
        work: of the run; it gets the catalogue of the state.
        state: of the run.

    Returns:
        The files that are gone for good, relative to the run folder.
    """
    work.catalogue = Catalogue.model_validate(state["catalogue"])
    if FUSED in work.catalogue.images and not _whole(work, FUSED):
        call("fuse", {}, work)
    accepted = {name: work.catalogue.images[name] for name in work.catalogue.aliases if name in work.catalogue.images}
    for name, file in accepted.items():
        if not _whole(work, name):
            with _if_possible():
                _copy(work, name, state["image"], file)
    gone = [file for name, file in accepted.items() if not _whole(work, name)]
    said = instructions_in(state["records"])
    gone += [step.mask for one in said for step in one.steps if step.mask and not _mask(work, step, step.mask)]
    gone += [file for file in _answers(said) if not (work.folder / file).is_file()]
    return list(dict.fromkeys(gone))


def remake_results(work: Workspace, state: Json, record: Record) -> list[str]:
    """The same of a finished run, with its result and its report."""
    gone = remake_pictures(work, state)
    work.catalogue.images["result"] = RESULT
    if not _whole(work, "result"):
        with _if_possible():
            work.save_image("result", work.image(state["image"]), RESULT)
    gone += [] if _whole(work, "result") else [RESULT]
    report = work.folder / REPORT
    if not report.is_file():
        if (work.folder / RESULT).is_file():
            write_bytes_atomic(report, render_report(record, work.folder, work.decoded).encode())
        else:
            gone.append(REPORT)
    return gone


def are_gone(folder: Path, files: list[str]) -> InputError:
    """The error that says so."""
    return InputError(
        f"{', '.join(files)}: gone, and cannot be made again",
        subject=folder,
        remedy="put them back from a copy, or start a new run; what could be made again is there",
    )


def _whole(work: Workspace, name: str, read: Callable[[str], object] | None = None) -> bool:
    """Whether the file of a picture is there and can be read; ``read`` is how, where it is none of the pictures."""
    try:
        (read or work.image)(name)
    except InputError:
        return False
    return True


@contextmanager
def _if_possible() -> Iterator[None]:
    """What is needed inside may be gone, damaged or out of reach; a disk that takes nothing is another matter."""
    try:
        yield
    except StorageError:
        raise
    except (InputError, BackendUnreachable):
        pass


def _copy(work: Workspace, name: str, last: str, file: str) -> None:
    """Write an accepted picture again: its attempt, or the result where it is the last and everything is finished."""
    attempt = work.catalogue.aliases[name]
    # While a turn is in work there is no record, and the result is still that of the turn before.
    if name == last and (work.folder / RECORD).exists() and not _whole(work, attempt):
        work.catalogue.images[attempt] = RESULT
    work.save_image(name, work.image(attempt), file)


def _mask(work: Workspace, step: StepRecord, file: str) -> bool:
    """Whether the mask of a step is there, or was made again; only one that covers as much as it did is that mask."""
    work.catalogue.masks[STEP] = file
    if _whole(work, STEP, work.mask):
        return True
    for grounding in _groundings(work, step):
        made: dict[str, Any] | None = None
        with _if_possible():
            made = call("segment", {"grounding": grounding, "invert": step.region.invert}, work).result
        if made is not None:
            drawn = work.folder / work.catalogue.masks[made["mask"]]
            if made["area"] == step.area:
                drawn.replace(work.folder / file)
                return True
            drawn.unlink()
    return False


def _groundings(work: Workspace, step: StepRecord) -> Iterator[str]:
    """What was found of a step's region: what the run knows of it, the latest first, and what is found anew."""
    named = [*step.region.phrases], [*step.region.exceptions]
    for name, records in reversed(list(work.catalogue.groundings.items())):
        known = [[one.phrase for one in records if one.excepted == excepted] for excepted in (False, True)]
        if (known[0], known[1]) == named:
            yield name
    found: dict[str, Any] | None = None
    with _if_possible():
        found = call("ground", {"phrases": named[0], "without": named[1]}, work).result
    if found is not None:
        yield found["grounding"]


def _answers(said: Iterable[Instruction]) -> Iterator[str]:
    """The pictures on which answers number places."""
    for instruction in said:
        if instruction.answer is not None and isinstance(file := instruction.answer.evidence.get("picture"), str):
            yield file
