"""What others make of the tasks for agents: a search that knows the truth, a fixed recipe, one step and no look back.

``python -m wordfuse.evals.deciding.beside --data DIR FILE...`` fills in ``beside`` in the files of a suite. It asks no
language model, so it changes only when a tool or a task does.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from wordfuse.evals.deciding.scenes import stage
from wordfuse.evals.deciding.scores import Truth
from wordfuse.evals.deciding.setting import Beside, Setting
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import write_png
from wordfuse.tools.inspect import InspectResult
from wordfuse.tools.registry import call
from wordfuse.tools.store.workspace import FUSED, ToolSettings, Workspace

FAR: tuple[tuple[str, float | None], ...] = (("slight", None), ("normal", None), ("strong", None), ("strong", 0.9))
RESTORING = (
    ("denoise", None),
    ("destripe", None),
    ("sharpen", None),
    ("dehaze", None),
    ("relight", "brighter"),
    ("relight", "darker"),
    ("contrast", "more"),
    ("contrast", "less"),
    ("recolour", "neutral"),
)
SPOTTING = (
    ("relight", "brighter"),
    ("relight", "darker"),
    ("incline", "infrared"),
    ("contrast", "more"),
)
RECIPE = ("destripe", None), ("denoise", None), ("dehaze", None), ("contrast", "more")  # each of them slight
TARGET = "target"
DEEPEST = 3  # steps of the search
LEAST = 0.5  # gain of the best of them, for a task to be one

Effect = tuple[str, str | None]


@dataclass(frozen=True)
class Found:
    """A picture of the search.

    Attributes:
        image: its id.
        gain: how much better it is than doing nothing.
        done: tools and places that it was made by.
    """

    image: str
    gain: float
    done: frozenset[tuple[str, str | None]] = frozenset()


class Table:
    """The tools on the pictures of one setting."""

    def __init__(self, setting: Setting, data: Path | None, folder: Path) -> None:
        """Stage the setting in a folder, fuse the pair and cut out the regions."""
        staged = stage(setting, data)
        self.truth, self.calls = Truth(staged), 0
        files = {name: folder / f"{name}.png" for name in ("ir", "vi", TARGET)}
        write_png(files["ir"], staged.damaged[0])
        write_png(files["vi"], staged.damaged[1])
        masks = {}
        if staged.target is not None:
            write_png(files[TARGET], staged.target)
            masks = {TARGET: files[TARGET]}
        self.work = Workspace(folder / "run", files["ir"], files["vi"], ToolSettings(masks=masks))
        self._call("fuse", {})
        parts = [TARGET] if setting.spot else sorted({one.part for one in setting.damage if one.part})
        self.places: list[str | None] = [self._mask(part) for part in parts] or [None]
        self.effects = SPOTTING if setting.spot else RESTORING
        self.deep = min(DEEPEST, 1 + len(setting.damage))

    def edited(self, effect: Effect, image: str, mask: str | None, strength: str, amount: float | None = None) -> str:
        """The id of the picture that an edit makes of another; that one where it makes none."""
        tool, direction = effect
        args = {"image": image, "mask": mask, "strength": strength, "amount": amount}
        made = self._call(tool, args | ({"direction": direction} if direction else {}))
        return str(made["image"]) if made else image

    def gain(self, image: str) -> float:
        """How much better a picture is than doing nothing."""
        return self.truth.gain(self.work.image(image))

    def worst_fault(self) -> tuple[Effect, float | None] | None:
        """What would mend the worst fault of the fused picture, and how much of it."""
        seen = InspectResult.model_validate(self._call("inspect", {"image": FUSED, "mask": None}))
        for one in seen.findings:
            if one.where == "fused" and one.task is not None and one.region is None:
                tool, _, direction = one.task.partition(" ")
                return (tool, direction or None), one.amount
        return None

    def _mask(self, phrase: str) -> str:
        found = self._call("ground", {"phrases": [phrase]})
        assert found is not None
        cut = self._call("segment", {"grounding": found["grounding"], "invert": False})
        assert cut is not None
        return str(cut["mask"])

    def _call(self, name: str, args: dict[str, Any]) -> dict[str, Any] | None:
        self.calls += 1
        return call(name, args, self.work).result


def beside(setting: Setting, data: Path | None) -> Beside:
    """What others than an agent make of a task.

    Raises:
        InputError: the setting cannot be staged, or nothing that was tried is better than doing nothing.
    """
    with tempfile.TemporaryDirectory(prefix="wordfuse-beside-") as folder:
        table = Table(setting, data, Path(folder))
        before = table.calls
        best = _searched(table)
        calls = table.calls - before
        if best.gain < LEAST:
            raise InputError("nothing helps there", subject=str(setting), remedy="take another scene or more damage")
        recipe = FUSED
        for effect in RECIPE:
            recipe = table.edited(effect, recipe, None, "slight")
        once, worst = FUSED, table.worst_fault()
        if worst is not None:
            once = table.edited(worst[0], FUSED, None, "normal", worst[1])
        gains = {"recipe": table.gain(recipe), "worst_fault": table.gain(once)}
        gains["search"] = max(best.gain, *gains.values())
    return Beside.model_validate({name: round(gain, 3) for name, gain in gains.items()} | {"calls": calls})


def _searched(table: Table) -> Found:
    """The best picture: every tool in every place, every way as far, then the same from the best of these on."""
    best = Found(FUSED, 0.0)
    for _ in range(table.deep):
        further = max(_tried(table, best), key=lambda one: one.gain, default=best)
        if further.gain <= best.gain:
            break
        best = further
    return best


def _tried(table: Table, start: Found) -> Iterator[Found]:
    for effect in table.effects:
        for place in table.places:
            step = f"{effect[0]} {effect[1]}", place
            for strength, amount in FAR if step not in start.done else ():
                made = table.edited(effect, start.image, place, strength, amount)
                if made != start.image:
                    yield Found(made, table.gain(made), start.done | {step})


def fill(file: Path, data: Path | None, *, anew: bool, console: Console) -> list[InputError]:
    """Fill in what is missing in a file of cases; ``anew``: all of it. Returns what is wrong with the others."""
    problems = []
    rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row in track(rows, file.name, console=console):
        if "wish" in row and (anew or "beside" not in row):
            try:
                row["beside"] = beside(Setting.model_validate(row["on"]), data).model_dump()
            except InputError as error:
                problems.append(error)
                row.pop("beside", None)
            lines = [json.dumps(one, ensure_ascii=False) for one in rows]
            write_bytes_atomic(file, ("\n".join(lines) + "\n").encode())
    return problems


def main(given: Sequence[str] | None = None) -> int:
    """Fill in the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", help="JSON lines with tasks for agents")
    parser.add_argument("--data", type=Path, help="folder of the sets of real pairs")
    parser.add_argument("--anew", action="store_true", help="also where it is filled in already")
    options = parser.parse_args(given)
    console, problems = Console(stderr=True), list[InputError]()
    for file in options.files:
        problems += fill(file, options.data, anew=options.anew, console=console)
    for problem in problems:
        console.print(str(problem), markup=False)
    return InputError.exit_code if problems else 0


if __name__ == "__main__":
    sys.exit(main())
