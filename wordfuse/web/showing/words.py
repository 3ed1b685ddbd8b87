"""What the agent does, in plain words for a page; the calls themselves are for who wants to know."""

import json
from typing import Any

from wordfuse.agent.context import Event
from wordfuse.agent.critic import Check
from wordfuse.agent.plan import Step
from wordfuse.agent.report import wording
from wordfuse.agent.state import Json
from wordfuse.agent.telling.marks import MARKS
from wordfuse.agent.telling.text import printable

# What a tool does; the arguments of its call fill in.
_DOING = {
    "fuse": "Fusing the two pictures",
    "ground": "Looking for: {phrases}",
    "segment": "Drawing the outline of what was found",
    "incline": "Making it more like the {direction} picture",
    "relight": "Making it {direction}",
    "denoise": "Taking out noise",
    "contrast": "Changing the contrast: {direction}",
    "sharpen": "Sharpening",
    "dehaze": "Taking out haze",
    "destripe": "Taking out stripes",
    "recolour": "Changing the colours: {direction}",
    "blur": "Blurring",
    "inspect": "Looking at what is wrong with the picture",
    "find_extremes": "Looking for the warmest and the coldest place",
    "evaluate_metrics": "Measuring",
    "read_temperatures": "Reading temperatures",
}
# What the goal of a task is measured in, without the name of its unit.
_MEASURED = {
    "distance": "difference in brightness to the {direction} picture",
    "luma": "brightness",
    "contrast": "contrast",
    "chroma": "strength of the colours",
    "cast": "colour cast",
    "heat": "how far the colours follow the infrared picture",
    "difference": "difference to what is around it",
    "noise": "noise",
    "sharpness": "sharpness",
    "haze": "haze",
    "stripes": "stripes",
    "readable": "detail of faces and letters",
}
_LEADS = {
    "understood": "Understood: ",
    "measured": "Measured: ",
    "judged": "Verdict: ",
    "advanced": "Done: ",
    "doubted": "Not sure: ",
}


def line_of(event: Event) -> Json:
    """A line for the page: its mark, the same in plain words, and the words of the terminal."""
    mark = MARKS.get(event.kind, event.kind)
    text = _called(event.text) if event.kind == "calling" else _LEADS.get(event.kind, "") + printable(event.text)
    return {"mark": mark, "text": text, "detail": printable(event.text) if event.kind == "calling" else ""}


def measured_plainly(check: Check, step: Step) -> str:
    """What a line of a goal measures, in words that want no knowledge of units; reports name these."""
    plain = _MEASURED.get(check.name)
    return plain.format(direction=step.direction) if plain else wording.measure_words(check, step)


def _called(text: str) -> str:
    name, _, rest = text.partition(" ")
    words = _DOING.get(name, name)
    try:
        args = json.loads(rest) if rest else {}
    except ValueError:
        args = {}
    told = {key: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in args.items()}
    return printable(words.format_map(_Known(told)))


class _Known(dict[str, Any]):
    """Arguments of a call; those that it does not name are left out of the words."""

    def __missing__(self, key: str) -> str:
        return ""
