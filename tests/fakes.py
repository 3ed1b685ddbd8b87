"""Stand-ins for what is large or moody: a language model that reads its prompts, a fusion network of a few kilobytes.

Everything else in the tests is the real thing: tools, optimisation, files, checkpoints.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wordfuse.agent.model.mock import ScriptedModel, Verdict
from wordfuse.agent.model.mock import Twist as Twist
from wordfuse.agent.plan import Judgement, Plan, Step
from wordfuse.agent.record import Record, exit_code
from wordfuse.agent.run.session import Notify, Session
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import Json
from wordfuse.fusion.regions.pixels import PixelsBackend
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Sources
from wordfuse.tools.registry import call
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Direction, Region, Strength, Task

Box = tuple[float, float, float, float]


def step(
    task: Task,
    direction: Direction | None = None,
    *phrases: str,
    invert: bool = False,
    strength: Strength = "normal",
) -> Step:
    return Step(task=task, direction=direction, region=Region(phrases=list(phrases), invert=invert), strength=strength)


def plan(*steps: Step) -> Plan:
    return Plan(steps=list(steps), refusal=None)


def refusal(why: str) -> Plan:
    return Plan(steps=[], refusal=why)


def satisfied(table: str, right: Judgement) -> Judgement:
    """Satisfied with everything."""
    return Judgement(verdict="satisfied", reason="looks fine to me")


def always(verdict: str) -> Verdict:
    """The same verdict whatever the table says."""
    return lambda table, right: Judgement.model_validate({"verdict": verdict, "reason": "because"})


class Detector:
    """A region backend that sees the same boxes of one thing wherever it looks; what it cuts out is the boxes.

    Attributes:
        phrases: what that thing is called.
        seen: its boxes, XYXY pixels, with their scores.
        confidence: of the whole.
        told: what follows on the phrase where it was found; ``unknown``: where it was not.
    """

    name = "detector"

    def __init__(
        self,
        *phrases: str,
        seen: Sequence[tuple[Box, float]],
        confidence: float,
        told: str = "",
        unknown: str = "",
    ) -> None:
        self.phrases, self.seen, self.confidence, self.told, self.unknown = phrases, seen, confidence, told, unknown

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        seen = tuple(Detection(self.phrases[0], box, score) for box, score in self.seen)
        return [
            Grounding(phrase, True, self.name, seen, None, f"'{phrase}'{self.told}", confidence=self.confidence)
            if phrase in self.phrases
            else Grounding(phrase, False, self.name, (), None, f"'{phrase}'{self.unknown}")
            for phrase in phrases
        ]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        return PixelsBackend().segment(sources, detections)

    def put_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let every run look with it."""
        monkeypatch.setattr("wordfuse.tools.store.workspace.create_backend", lambda name, models: self)


def averaging_weights(path: Path) -> Path:
    """Save a tiny network that gives the mean of both sources, as an untrained compact one does."""
    import torch
    from safetensors.torch import save_file

    from wordfuse.fusion.networks.presets import build_network

    torch.manual_seed(0)
    save_file(build_network("tiny-compact").state_dict(), path)
    return path


def quicken(setitem: Callable[[Any, Any, Any], None]) -> None:
    """Let the real optimisation run for a few epochs on small crops, at a rate at which they show.

    Args:
        setitem: ``monkeypatch.setitem``, or ``dict.__setitem__`` in a process of its own.
    """
    from wordfuse.fusion.finetune import Recipe, incline

    setitem(
        incline.__wrapped__.__kwdefaults__,
        "recipe",
        Recipe(epochs=20, learning_rate=1e-2, side_px=48, crops=2, final_rate=0.1),
    )


@dataclass(frozen=True)
class Small:
    """A rendered pair of 128x96 pixels with exact masks, and weights to fuse it with."""

    ir: Path
    vi: Path
    vi_gray: Path
    masks: dict[str, Path]
    weights: Path

    def settings(self, limits: Limits | None = None, **more: Any) -> Settings:
        given: Json = {
            "preset": "tiny-compact",
            "weights": self.weights,
            "device": "cpu",
            "masks": {name: self.masks[name] for name in ("people", "cars", "sky")},
            "limits": limits or Limits(),
        }
        return Settings(**given | more)

    def run(
        self,
        folder: Path,
        model: ScriptedModel,
        *instructions: str,
        notify: Notify | None = None,
        vi: Path | None = None,
        **settings: Any,
    ) -> Json:
        session = Session.create(folder, self.ir, vi or self.vi, list(instructions), self.settings(**settings), model)
        return session.run(notify).as_json()


def exit_of(record: Json) -> int:
    """The exit code of the run that a record in JSON tells of."""
    return exit_code(Record.model_validate(record))


def made(work: Workspace, name: str, **args: Any) -> dict[str, Any]:
    """What a tool gave, which must not fail."""
    answer = call(name, args, work)
    assert answer.error is None, answer.error
    assert answer.result is not None
    return answer.result


def render_small(folder: Path) -> Small:
    """Render the pair into a folder."""
    import cv2

    from wordfuse.examples import street
    from wordfuse.fusion.images import write_png

    scene = street.render(size=(128, 96))
    pictures = {"ir": scene.infrared, "vi": scene.visible, "vi_gray": cv2.cvtColor(scene.visible, cv2.COLOR_RGB2GRAY)}
    for name, pixels in (pictures | scene.masks).items():
        write_png(folder / f"{name}.png", pixels)
    return Small(
        ir=folder / "ir.png",
        vi=folder / "vi.png",
        vi_gray=folder / "vi_gray.png",
        masks={name: folder / f"{name}.png" for name in scene.masks},
        weights=averaging_weights(folder / "tiny.safetensors"),
    )


def read_strict(text: str) -> Any:
    """JSON as other languages read it: no NaN, no Infinity."""

    def reject(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, parse_constant=reject)
