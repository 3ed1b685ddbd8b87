"""Why a place looks as it does: it is measured there, beside the rest and in both sources; what can be done is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wordfuse.agent.dialogue.anew.standing import done_by, standing
from wordfuse.agent.record import Instruction
from wordfuse.agent.steps.answers.describing import how_it_is
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.ways import wish_for
from wordfuse.agent.telling.looks import MENDS, Look, Looks, looks_in
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.measures import measure, measure_sources
from wordfuse.tools.types import Region

CLEARLY: Final = 1.15  # times another value: by less two places look alike
LEAST: Final = 1.0  # and by so much at least


@dataclass(frozen=True)
class _Kind:
    """How a look is measured.

    Attributes:
        measured: the name of the number.
        words: the number in words.
        much: a place looks so where the number is high; else where it is low.
        alone: it is seen in sources of colour only.
    """

    measured: str
    words: str
    much: bool
    alone: bool = False


_KINDS: Final[dict[Look, _Kind]] = {
    "dark": _Kind("luma", "mean brightness {:.0f} of 255", False),
    "bright": _Kind("luma", "mean brightness {:.0f} of 255", True),
    "noise": _Kind("noise", "estimated noise {:.1f} (sigma, 0-255)", True),
    "blur": _Kind("sharpness", "fine gradients {:.1f} a pixel", False),
    "haze": _Kind("haze", "{:.0%} of the light is haze", True, alone=True),
    "flat": _Kind("contrast", "local contrast {:.1f}", False),
    "stripes": _Kind("stripes", "stripes {:.1f} (0-255)", True),
    "gray": _Kind("chroma", "mean chroma {:.1f}", False, alone=True),
    "cast": _Kind("cast", "colour cast {:.1f}", True, alone=True),
}


def why_it_looks_so(looking: Looking, before: Sequence[Instruction], lead: str) -> str | None:
    """The answer to why a place looks as it does; None where no such thing is asked.

    Args:
        looking: what is found out.
        before: the instructions before: what was done there is told too.
        lead: what goes before the answer about the whole picture.
    """
    asked = looks_in(looking.text)
    if asked is None:
        return None
    region = Region(phrases=[asked.where[:80]] if asked.where else [])
    drawn, mask = looking.mask(region)
    if not drawn:
        return ""
    inside, kind = looking.context.work.mask(mask), _KINDS[asked.look]
    told = [] if inside is not None else [lead, how_it_is(looking)]
    told += [_numbers(looking, asked, region, kind, inside), _done(before, region)]
    return " ".join(filter(None, [*told, f"What can be done: '{wish_for(*MENDS[asked.look], region)}'."]))


def _numbers(looking: Looking, asked: Looks, region: Region, kind: _Kind, inside: Any) -> str:
    """What is measured there, in the rest of the picture, and there in either source; ``inside``: (H, W) uint8."""
    work = looking.context.work
    pair, picture = work.pair, work.image(looking.state["image"])
    here = measure(picture, pair.infrared, pair.visible, inside)[kind.measured]
    evidence = {"picture": here}
    told = f"{str(region).capitalize()}: {kind.words.format(here)}"
    if inside is not None and (inside <= 127).any():
        rest = evidence["rest"] = measure(picture, pair.infrared, pair.visible, 255 - inside)[kind.measured]
        more, less = (here, rest) if kind.much else (rest, here)
        is_so = more >= CLEARLY * less and more - less >= min(LEAST, 0.1 * abs(more) + 1e-3)
        told += f", the rest of the picture {_bare(kind, rest)}"
        told += "" if is_so else f": beside that it is not measured to be '{asked.said}'"
    infrared, visible = (one[kind.measured] for one in measure_sources(pair.infrared, pair.visible, inside))
    evidence["visible"] = visible
    there = f"In the visible picture it is {_bare(kind, visible)} there"
    if not kind.alone:
        evidence["infrared"] = infrared
        there += f", in the infrared one {_bare(kind, infrared)}"
        if max(visible, infrared) >= CLEARLY * min(visible, infrared):
            nearer = "visible" if abs(here - visible) <= abs(here - infrared) else "infrared"
            there += f"; the picture is nearer to the {nearer} one in that"
    looking.evidence["measured"] = {name: round(value, 4) for name, value in evidence.items()}
    return f"{sentence(told)} {sentence(there)}"


def _bare(kind: _Kind, value: float) -> str:
    """A number without its name."""
    return f"{value:.0%}" if "%" in kind.words else f"{value:.0f}" if kind.measured == "luma" else f"{value:.1f}"


def _done(before: Sequence[Instruction], region: Region) -> str:
    """What was done there so far, or to the whole picture."""
    names = {name.casefold() for name in region.phrases}
    done = [
        f"{step}"
        for said in standing(before)
        for step in done_by(said)
        if not step.region.phrases or step.region.invert or names & {name.casefold() for name in step.region.phrases}
    ]
    return f"Done there so far: {'; '.join(done)}." if done else ""
