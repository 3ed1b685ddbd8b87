"""Every tool on its region of one pair, without a language model, each measured against its goal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordfuse.agent import critic
from wordfuse.agent.critic import Check, Measured
from wordfuse.agent.errors import RegionError
from wordfuse.agent.plan import Step
from wordfuse.agent.report.wording import measure_words, step_words
from wordfuse.agent.run.single import SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.evaluate import EvaluateResult
from wordfuse.tools.means import Means, Outcome, propose
from wordfuse.tools.store.workspace import FUSED
from wordfuse.tools.types import Direction, Region, Strength, Task

SHEET = "tools.jpg"
INFRARED = 0.25  # of the fused picture: so much that the lines of the infrared one are in it
ATTEMPTS = 3
# The masks of the bundled example, in words.
REGIONS = {
    "hazy": "the distance",
    "soft": "the soft part",
    "washed": "the washed-out part",
    "shade": "the shade",
    "trees": "the trees",
    "front": "the man in front",
    "behind": "the people behind",
}


@dataclass(frozen=True)
class Wish:
    """What one tool is to do, and where: the name of a mask of ``REGIONS``, None for the whole picture."""

    task: Task
    direction: Direction | None
    mask: str | None
    strength: Strength = "normal"

    def step(self) -> Step:
        """As a plan has it."""
        phrases = [] if self.mask is None else [REGIONS[self.mask]]
        return Step(task=self.task, direction=self.direction, region=Region(phrases=phrases), strength=self.strength)


@dataclass(frozen=True)
class Call:
    """A call of one tool on the fused picture."""

    tool: Task
    direction: Direction | None
    strength: Strength
    amount: float | None = None

    def command(self, mask: str | None) -> str:
        """The command that does the same; the files of the pair and the fused picture go without saying."""
        strength = None if self.strength == "normal" or self.amount is not None else self.strength
        given = {
            "direction": self.direction,
            "strength": strength,
            "amount": self.amount,
            "mask": mask and f"{mask}.png",
        }
        options = [f"{dashed(name)} {value}" for name, value in given.items() if value is not None]
        return " ".join([f"wordfuse {self.tool}", *options])


@dataclass(frozen=True)
class Made:
    """What a call made: the id of its picture, whether a repeat would bring no more, and the goal."""

    call: Call
    image: str
    saturated: bool
    measured: Measured


# What the bundled example is there for: each fault with the tool that puts it right, then the other tools.
WISHES = (
    Wish("destripe", None, "shade"),
    Wish("dehaze", None, "hazy", "slight"),
    Wish("sharpen", None, "soft", "strong"),
    Wish("recolour", "neutral", None, "strong"),
    Wish("contrast", "more", "washed", "strong"),
    Wish("denoise", None, "shade", "strong"),
    Wish("relight", "brighter", "shade"),
    Wish("incline", "infrared", "behind"),
    Wish("stand_out", "more", "front"),
    Wish("recolour", "vivid", "trees", "strong"),
    Wish("recolour", "heat", None, "strong"),
    Wish("blur", None, "front", "strong"),
)


@dataclass(frozen=True)
class Done:
    """What became of a wish.

    Attributes:
        wish: the wish.
        command: the command that does the same.
        check: the main line of its goal.
        before: the picture that it started from, a file.
        after: the picture that it left, a file.
        mask: of its region, a file; None is the whole picture.
    """

    wish: Wish
    command: str
    check: Check
    before: Path
    after: Path
    mask: Path | None

    @property
    def words(self) -> str:
        """What was done, for people."""
        return step_words(self.wish.step())

    @property
    def measured(self) -> tuple[str, str]:
        """What was measured, in words and in numbers."""
        digits = 1 if max(abs(self.check.before), abs(self.check.target)) >= 2 else 3
        before, after, target = (
            f"{value:.{digits}f}" for value in (self.check.before, self.check.after, self.check.target)
        )
        limit = "at most" if self.check.at_most else "at least"
        met = "met" if self.check.met else "missed"
        numbers = f"{before} -> {after}, goal {limit} {target}, {met}"
        return measure_words(self.check, self.wish.step()), numbers

    def as_json(self) -> Json:
        """For programs."""
        check = {name: getattr(self.check, name) for name in ("before", "after", "target", "at_most", "met")}
        return {
            "words": self.words,
            "command": self.command,
            "measured": self.check.name,
            "file": str(self.after),
        } | check


def every_tool(
    ir: Path,
    vi: Path,
    masks: Mapping[str, Path],
    out: Path,
    settings: Settings,
) -> Iterator[Done]:
    """Carry out every wish of ``WISHES``, each on the fused picture, and leave the pictures in a folder.

    Args:
        ir: the infrared picture.
        vi: the visible picture.
        masks: of the regions, by the names that the wishes use.
        out: where ``fused.png`` and one picture a wish go; it exists.
        settings: as for one tool; the share of infrared is ``INFRARED``.

    Raises:
        InputError: a picture or a mask cannot be used.
        RegionError: a region cannot be worked on.
    """
    with SingleTool(ir, vi, settings.model_copy(update={"infrared": INFRARED})) as tool:
        tool.call("fuse")
        fused = out / "fused.png"
        tool.deliver(tool.work.catalogue.images[FUSED], fused)
        for name, path in masks.items():
            tool.work.adopt_mask(name, path)
        for wish in WISHES:
            yield _carried_out(tool, wish, fused, out, None if wish.mask is None else masks[wish.mask])


def draw(done: Sequence[Done], ir: Path, vi: Path, out: Path) -> None:
    """Write the sheet of what was done: the pair, and every tool before and after."""
    from wordfuse.fusion.display.before_after import Edit, draw_sheet

    edits = [Edit(one.words, (f"$ {one.command}", *one.measured), one.before, one.after, one.mask) for one in done]
    draw_sheet({"infrared": ir, "visible": vi, "fused": done[0].before}, edits, out)


def _carried_out(tool: SingleTool, wish: Wish, fused: Path, out: Path, mask: Path | None) -> Done:
    if EFFECTS[wish.task].means:
        made = _by_others(tool, wish)
    else:
        made = _made(tool, wish, Call(wish.task, wish.direction, wish.strength))
    file = out / f"{'-'.join(part for part in (wish.task, wish.direction) if part)}.png"
    tool.deliver(tool.work.catalogue.images[made.image], file)
    return Done(wish, made.call.command(wish.mask), made.measured.main, fused, file, mask)


def _made(tool: SingleTool, wish: Wish, called: Call) -> Made:
    """Call a tool on the fused picture, and measure what came of it by the goal of the wish."""
    direction = {} if called.direction is None else {"direction": called.direction}
    amount = {} if called.amount is None else {"amount": called.amount}
    result = tool.call(called.tool, image=FUSED, mask=wish.mask, strength=called.strength, **direction, **amount)
    seen = tool.call("evaluate_metrics", before=FUSED, after=result["image"], mask=wish.mask)
    values = EvaluateResult.model_validate(seen)
    return Made(
        called,
        result["image"],
        result["saturated"],
        critic.measured(wish.step(), values.before, values.after, (called.tool, called.direction)),
    )


def _by_others(tool: SingleTool, wish: Wish) -> Made:
    """Carry out a wish without a tool of its own: forecast, try and measure, as a run does, and take the best."""
    tried: list[tuple[Means, Made]] = []
    for _ in range(ATTEMPTS):
        outcomes = [
            Outcome(means, made.measured.main.after, not made.measured.broken, made.saturated, made.measured.within)
            for means, made in tried
        ]
        means = propose(
            tool.work,
            task=wish.task,
            direction=wish.direction,
            strength=wish.strength,
            mask=wish.mask,
            first=FUSED,
            best=FUSED,
            tried=outcomes,
        )
        if means is None:
            break
        tried.append((means, _made(tool, wish, Call(means.tool, means.direction, means.strength, means.amount))))
        if tried[-1][1].measured.met:
            break
    if not tried:
        raise RegionError(f"nothing is forecast to bring anything: {wish.step()}")
    return max((made for _, made in tried), key=lambda made: made.measured.progress)
