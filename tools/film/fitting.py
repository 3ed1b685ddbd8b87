"""The edits of a film at a key frame: by the tools, as on a single picture, and what they did there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import Applied
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.images import Pair, to_uint8
from wordfuse.tools.film.store import read_arrays, write_arrays
from wordfuse.tools.film.types import Call, Decided, Fitted, FittedCall, FittedStep
from wordfuse.tools.registry import ToolAnswer, call
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.scratch import scratch_folder
from wordfuse.tools.store.workspace import FUSED, ToolSettings, Where, Workspace

MASK = "mask"

Plane = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StepState:
    """A step at a key frame, with all that is carried from there.

    Attributes:
        mask: (H, W) float32 in [0, 1], its region; None: it is not there.
        edits: what each of its calls did; None: nothing.
    """

    mask: Plane | None
    edits: tuple[Applied | None, ...]


class Fitter:
    """Fits the steps of a film at key frames; loads what it needs of networks once."""

    def __init__(self, settings: ToolSettings) -> None:
        """``settings`` are those of the run."""
        self.settings = replace(settings, align=False)  # frames lie on each other already
        self._backend: Any = None

    def fit(
        self, pair: Pair, fused: Plane, decided: Sequence[Decided | None], settled: Sequence[Sequence[Where | None]]
    ) -> tuple[Fitted, list[StepState]]:
        """Carry out the steps that are decided on.

        Args:
            pair: the key frame.
            fused: (H, W, 3) float32 in [0, 1], as the film has it.
            decided: of every step what is done for it; None: not decided yet.
            settled: of every call where faults are taken out, as far as that is settled.
        """
        with scratch_folder() as scratch:
            work = self._workspace(Path(scratch), pair, fused)
            image, told, states = FUSED, [], []
            for number, step in enumerate(decided):
                if step is None:
                    told.append(FittedStep(found=False, area=0.0, notice="nothing was decided here"))
                    states.append(StepState(None, ()))
                    continue
                where = settled[number] if number < len(settled) else ()
                outcome, state, image = _step(work, step, image, where)
                told.append(outcome)
                states.append(state)
            self._backend = work.backend
        return Fitted(steps=tuple(told)), states

    def measured(self, pair: Pair, fused: Plane, steps: Sequence[Decided]) -> list[dict[str, float] | None]:
        """How the regions of steps are in a key frame, as ``fusion.measures`` has it; None: they are not there."""
        from wordfuse.fusion.measures import measure

        with scratch_folder() as scratch:
            work = self._workspace(Path(scratch), pair, fused)
            found: list[dict[str, float] | None] = []
            for step in steps:
                notice, mask = _region(work, step)
                sources = pair.infrared, pair.visible
                found.append(None if notice else measure(work.image(FUSED), *sources, work.mask(mask)))
            self._backend = work.backend
        return found

    def _workspace(self, folder: Path, pair: Pair, fused: Plane) -> Workspace:
        named = folder / "ir.png", folder / "vi.png"
        work = Workspace(folder, *named, self.settings, Decoded(pair=pair))
        if self._backend is not None:
            work.use_backend(self._backend)
        work.save_image(FUSED, to_uint8(fused), "fused.png")
        return work


def _step(
    work: Workspace, step: Decided, image: str, settled: Sequence[Where | None]
) -> tuple[FittedStep, StepState, str]:
    notice, mask = _region(work, step)
    if notice is not None:
        return FittedStep(found=False, area=0.0, notice=notice), StepState(None, (None,) * len(step.calls)), image
    pixels = work.mask(mask)
    shape = work.pair.infrared.shape
    region = np.ones(shape, np.float32) if pixels is None else (pixels > 127).astype(np.float32)
    done: list[tuple[FittedCall, Applied | None]] = []
    now, first = image, image
    for number, one in enumerate(step.calls):
        where = settled[number] if number < len(settled) else None
        answer, applied = _called(work, one, now if one.further else first, mask, where)
        if answer.result is None:
            notice = answer.error
            break
        now = str(answer.result["image"])
        done.append((FittedCall(amount=applied.amount if applied else 0.0, where=answer.result.get("where")), applied))
    missing = len(step.calls) - len(done)
    edits = (*(applied for _, applied in done), *[None] * missing)
    told = FittedStep(found=True, area=work.area(mask), calls=tuple(one for one, _ in done), notice=notice)
    return told, StepState(region, edits), now


def _region(work: Workspace, step: Decided) -> tuple[str | None, str | None]:
    """Why the region is not there, or None; and the id of its mask, None for the whole picture."""
    region = step.region
    if not region.phrases:
        return None, None
    left_out = {"without": list(region.exceptions)} if region.exceptions else {}
    grounded = call("ground", {"phrases": list(region.phrases), **left_out}, work)
    if grounded.result is None:
        return grounded.error, None
    if not grounded.result["found"]:
        return f"not found: {', '.join(region.phrases)}", None
    drawn = call("segment", {"grounding": grounded.result["grounding"], "invert": region.invert}, work)
    if drawn.result is None:
        return drawn.error, None
    mask = str(drawn.result["mask"])
    return (None, mask) if work.area(mask) else ("its region is empty", None)


def _called(
    work: Workspace, one: Call, image: str, mask: str | None, where: Where | None
) -> tuple[ToolAnswer, Applied | None]:
    made: list[Applied] = []
    work.made, work.where = made.append, where
    try:
        answer = call(one.tool, {**one.args, "image": image, "mask": mask}, work)
    except RegionError as error:
        answer = ToolAnswer(error=str(error))
    finally:
        work.made, work.where = None, None
    return answer, made[-1] if made else None


def write_states(path: Path, states: Sequence[StepState]) -> None:
    """Keep what the steps came to at a key frame."""
    facts: list[Any] = []
    arrays: dict[str, NDArray[Any]] = {}
    for number, state in enumerate(states):
        edits: list[Any] = []
        for place, applied in enumerate(state.edits):
            told, more = (None, {}) if applied is None else applied.as_arrays(f"{number}/{place}/")
            edits.append(told)
            arrays |= more
        facts.append({"found": state.mask is not None, "edits": edits})
        if state.mask is not None:
            arrays[f"{number}/{MASK}"] = to_uint8(state.mask)
    write_arrays(path, facts, arrays)


def read_states(path: Path) -> list[StepState]:
    """What :func:`write_states` wrote."""
    facts, arrays = read_arrays(path)
    states = []
    for number, fact in enumerate(facts):
        edits = tuple(
            None if told is None else Applied.of_arrays(told, arrays, f"{number}/{place}/")
            for place, told in enumerate(fact["edits"])
        )
        mask = np.divide(arrays[f"{number}/{MASK}"], 255, dtype=np.float32) if fact["found"] else None
        states.append(StepState(mask, edits))
    return states
