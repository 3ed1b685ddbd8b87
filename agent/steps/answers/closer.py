"""A part of the picture is shown larger: found as for any question, drawn into a picture of its own, nothing edited."""

from collections.abc import Sequence

from wordfuse.agent.dialogue.asking.answers import narrow
from wordfuse.agent.record import Instruction
from wordfuse.agent.steps.answers.apart import place_of
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.answers.sureness import none, not_looked_at, unlikely
from wordfuse.agent.telling.closer import NOTHING_ADDED, closer_in
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.display.closer import Box, box_of, draw_closer, times_for, window_around
from wordfuse.fusion.images import to_uint8
from wordfuse.tools.types import Region

MOST_SHOWN = 4  # things in one picture: what is further down would not be looked at
SOMEWHERE = 0.25  # of the picture: a larger part is not told by where its middle lies
HALF = -0.25  # of a window, taken from each side: half of it is left


def shown_closer(looking: Looking, region: Region, before: Sequence[Instruction]) -> str:
    """The answer to "zoom in on the man"; where nothing is to be seen larger, nothing, and ``problem`` says why.

    Args:
        looking: what is found out; its evidence gets the ``picture``, and under ``closer`` the windows and how many
            times they are enlarged.
        region: what is to be seen; no phrases: the whole picture.
        before: the instructions before: "zoom in more" goes on from what was shown last.
    """
    last = before[-1].answer if before and before[-1].answer is not None else None
    shown = None if last is None or closer_in(looking.text) else last.evidence.get("closer")
    if shown is not None:
        told: list[str] = []
        windows = [window_around(box, looking.size, HALF) for box in map(_box, shown["windows"])]
    else:
        told, windows = _places(looking, region)
    if not windows:
        return ""
    times = times_for(windows)
    looking.evidence["closer"] = {"windows": [list(window) for window in windows], "times": times}
    names = _drawn(looking, windows)
    where = str(region) if region.phrases else "the picture"
    if len(windows) == 1:
        what = f"{where}{_place(looking, windows[0])}, {times:.3g} times as large"
    else:
        what = f"{where}: {len(windows)} places from left to right, one row each, {times:.3g} times as large"
    side = f", side by side: {', '.join(names)}" if len(names) > 1 else ""
    return " ".join(map(sentence, [*told, f"Shown: {what}{side}", NOTHING_ADDED]))


def _places(looking: Looking, region: Region) -> tuple[list[str], list[Box]]:
    """What is to be said first, and the windows on what is to be seen, from left to right; none: nothing was found."""
    width, height = looking.size
    if not region.phrases:
        return [], [(0.0, 0.0, float(width), float(height))]
    records = looking.records(region.phrases)
    if records:
        narrow(looking.context, looking.evidence["ground"]["grounding"], looking.state["chosen"])
        records = looking.context.work.grounding(looking.evidence["ground"]["grounding"])
    told, boxes, areas = list[str](), list[Box](), list[Box]()
    for record in records:
        missed = not_looked_at(record)
        if not record.found:
            told.append(record.plain or record.reason)
        elif record.boxes:
            seen = [box for box, _ in record.left_to_right()]
            boxes += seen
            told += [f"{none(record)}: what is most like '{record.phrase}' is shown"] if unlikely(record) else []
            told += [missed] if missed else []
        else:
            areas += _area(looking, record.phrase)
    if not boxes and not areas:
        looking.problem = f"{'; '.join(told)}. Say where it is instead, as in 'zoom in on the upper left'."
    if len(boxes) > MOST_SHOWN:
        told.append(f"{len(boxes)} were found, of which the largest {MOST_SHOWN} are shown")
        largest = sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))[:MOST_SHOWN]
        boxes = [box for box in boxes if box in largest]
    around = [window_around(box, looking.size) for box in boxes]
    return told, [*around, *(window_around(box, looking.size, 0.0) for box in areas)]


def _place(looking: Looking, window: Box) -> str:
    """Where a window lies, where it is small enough to be somewhere, for the middle of a sentence."""
    width, height = looking.size
    if (window[2] - window[0]) * (window[3] - window[1]) > SOMEWHERE * width * height:
        return ""
    place = place_of(window, width, height)
    return f" ({'in the centre' if place == 'centre' else place})"


def _area(looking: Looking, phrase: str) -> list[Box]:
    """The box around an area: "the road", "the left part"; none where it cannot be drawn."""
    drawn, mask = looking.mask(Region(phrases=[phrase]))
    inside = looking.context.work.mask(mask) if drawn else None
    return [] if inside is None else [box_of(inside)]


def _drawn(looking: Looking, windows: Sequence[Box]) -> list[str]:
    """Write the windows of the sources and of the present picture; returns the names of those that are on it."""
    work = looking.context.work
    file = f"answers/{work.new_id('a')}.png"
    path = work.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = {
        "infrared": to_uint8(work.pair.infrared),
        "visible": to_uint8(work.pair.visible),
        "fused now": work.image(looking.state["image"]),
    }
    looking.evidence["picture"] = file
    return draw_closer(pictures, windows, path)


def _box(window: Sequence[float]) -> Box:
    left, top, right, bottom = window
    return left, top, right, bottom
