"""Questions: what is there, where, how many, how hot, how noisy. Answered by calls that change nothing.

An answer says what it was measured on and how sure it is; the record holds the results it rests on, and a picture with
numbered places where there are any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wordfuse.agent.budget import make_call, usage_of
from wordfuse.agent.context import Context
from wordfuse.agent.model.words.refusals import WHAT_CAN_BE_DONE
from wordfuse.agent.plan import Query, QuestionKind
from wordfuse.agent.record import Answer, Instruction
from wordfuse.agent.state import Json, RunState, Usage
from wordfuse.agent.telling.degrees import MEASURED_IN, about_heat, asked_unit, extreme_told, temperatures_told
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.display.overlay import overlay_file
from wordfuse.fusion.measures import measure
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.units import from_celsius
from wordfuse.tools.heat.extremes import ExtremesResult
from wordfuse.tools.heat.temperatures import TemperaturesResult
from wordfuse.tools.inspect import AREAS, InspectResult
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

Box = tuple[float, float, float, float]
THINGS = ("people", "cars")  # what is counted where it is asked what is in the picture
BY_DEGREES = "temperatures"  # who found a region that is told by its temperature
LEAST_PART = 0.15  # of a place that something takes, to be told as what is there
COUNTED = 6  # whose scores are told one by one
MEASURED: tuple[tuple[str, str], ...] = (
    ("luma", "mean brightness {:.0f} of 255"),
    ("contrast", "local contrast {:.1f}"),
    ("noise", "estimated noise {:.1f} (sigma, 0-255)"),
    ("sharpness", "fine gradients {:.1f} a pixel"),
)


@dataclass
class Looking:
    """What is found out for one question.

    Attributes:
        state: of the run.
        context: of the run.
        usage: with the calls that were made.
        evidence: their results by the name of the tool.
        boxes: places to be numbered, XYXY pixels.
        text: the question, in the person's words.
        problem: why it cannot be answered.
    """

    state: RunState
    context: Context
    usage: Usage
    evidence: Json = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    text: str = ""
    problem: str | None = None

    def call(self, name: str, args: Json) -> Json | None:
        """The result of a call, which is kept as evidence; None where it gave none: then ``problem`` says why."""
        state: RunState = {**self.state, "usage": self.usage.model_dump()}
        called = make_call(state, self.context, name, args)
        self.usage = called.usage
        if called.answer.result is None:
            self.problem = called.answer.error
            return None
        self.evidence[name] = called.answer.result
        return called.answer.result

    def records(self, phrases: Sequence[str]) -> list[GroundingRecord]:
        """What was found for phrases."""
        result = self.call("ground", {"phrases": list(phrases)})
        return [] if result is None else self.context.work.grounding(result["grounding"])

    def mask(self, region: Region) -> tuple[bool, str | None]:
        """The mask of a region (None: the whole picture), and whether it could be drawn."""
        if not region.phrases:
            return True, None
        grounded = self.call("ground", {"phrases": list(region.phrases), "without": list(region.exceptions)})
        if grounded is None:
            return False, None
        drawn = self.call("segment", {"grounding": grounded["grounding"], "invert": region.invert})
        return drawn is not None, None if drawn is None else drawn["mask"]


def answered(
    state: RunState, context: Context, asked: Query, before: Sequence[Instruction], text: str = ""
) -> tuple[Answer, Usage]:
    """Answer a question.

    Args:
        state: of the run.
        context: of the run.
        asked: the question.
        before: the instructions before it, which "why" is about.
        text: the question in the person's words: it says whether it is about heat, and in which unit.
    """
    looking = Looking(state, context, usage_of(state), text=text)
    told = _why(before) if asked.kind == "why" else _ANSWERS[asked.kind](looking, asked.region)
    known = bool(told) or looking.problem is None
    if not known:
        told = f"That cannot be told: {looking.problem}"
    if looking.boxes:
        looking.evidence["picture"] = _numbered(looking)
    return Answer(text=told, evidence=looking.evidence, known=known), looking.usage


def _count(looking: Looking, region: Region) -> str:
    phrases = region.phrases or THINGS[:1]
    told = []
    for record in looking.records(phrases):
        if not record.boxes:
            said = record.plain or record.reason
            told.append(said if not record.found else f"{record.phrase}: {_area(looking, record)}")
            continue
        seen = record.left_to_right()
        first = len(looking.boxes) + 1
        looking.boxes += [box for box, _ in seen]
        sure = ", ".join(f"{score:.0%}" for _, score in seen[:COUNTED]) + (", ..." if len(seen) > COUNTED else "")
        last = len(looking.boxes)
        numbers = f"number {first}" if first == last else f"numbers {first} to {last}, from left to right"
        likely = sum(score for _, score in seen)
        told.append(
            f"{record.phrase}: {len(seen)} found ({numbers}; sure of each: {sure}; probably about {likely:.0f}). "
            "What is small, hidden or at the border may be missed"
        )
    return " ".join(map(sentence, told))


def _area(looking: Looking, record: GroundingRecord) -> str:
    """What is told of a region that cannot be counted; of one that is told by its temperature, how many pixels."""
    drawn, mask = looking.mask(Region(phrases=[record.phrase])) if record.source == BY_DEGREES else (False, None)
    inside = looking.context.work.mask(mask) if drawn else None
    if inside is None:
        return "an area, which is not counted"
    return f"{int((inside > 127).sum())} pixels, {(inside > 127).mean():.1%} of the picture"


def _find(looking: Looking, region: Region) -> str:
    if not region.phrases:
        return _describe(looking, region)
    told = []
    width, height = _size(looking)
    for record in looking.records(region.phrases):
        if not record.found:
            told.append(record.plain or record.reason)
        elif not record.boxes:
            places = _hot_places(looking, record) if record.source == BY_DEGREES else ""
            told.append(f"{record.phrase}: found ({record.reason}){places}")
        for box, score in zip(record.boxes, record.scores, strict=True):
            looking.boxes.append(box)
            place = place_of(box, width, height)
            told.append(f"{record.phrase}: number {len(looking.boxes)}, {place} ({score:.0%} sure)")
    return " ".join(map(sentence, told))


def _hot_places(looking: Looking, record: GroundingRecord) -> str:
    """Where a region that is told by its temperature is hottest, as the end of a sentence."""
    drawn, mask = looking.mask(Region(phrases=[record.phrase]))
    found = looking.call("find_extremes", {"kind": "hottest", "mask": mask}) if drawn else None
    if found is None:
        return ""
    return f", hottest at {_numbered_places(looking, ExtremesResult.model_validate(found))}"


def _numbered_places(looking: Looking, found: ExtremesResult) -> str:
    """Places with their numbers and temperatures; they are numbered from here on."""
    width, height = _size(looking)
    told = []
    for place in found.places:
        looking.boxes.append(place.box)
        where = place_of(place.box, width, height)
        told.append(f"number {len(looking.boxes)}, {where}: {extreme_told(place, asked_unit(looking.text))}")
    return "; ".join(told)


def _describe(looking: Looking, region: Region) -> str:
    told = []
    records = looking.records([*dict.fromkeys([*THINGS, *AREAS])])
    evidence = dict(looking.evidence)
    made_of = _made_of(looking, region, [record.phrase for record in records if record.found])
    looking.evidence |= evidence
    for record in records:
        if record.phrase in THINGS and record.boxes:
            looking.boxes += record.boxes
            told.append(f"{record.phrase} ({len(record.boxes)})")
        elif record.found and record.phrase not in THINGS:
            told.append(record.phrase)
    seen = f"Seen: {', '.join(told)}." if told else "None of the things that are known was found."
    return " ".join(filter(None, [made_of, seen, _faults(looking, None)]))


def _made_of(looking: Looking, region: Region, known: Sequence[str]) -> str:
    """What a place is, of what is known: "what is that bright blob?"."""
    if not region.phrases:
        return ""
    drawn, mask = looking.mask(region)
    inside = looking.context.work.mask(mask) if drawn else None
    if inside is None:
        return sentence(f"what {region} is cannot be told apart: {looking.problem}")
    shares = []
    for name in known:
        found, area = looking.mask(Region(phrases=[name]))
        covered = looking.context.work.mask(area) if found else None
        if covered is not None:
            shares.append((float((covered[inside > 127] > 127).mean()), name))
    parts = [f"{name} ({share:.0%})" for share, name in sorted(shares, reverse=True) if share >= LEAST_PART]
    return f"{str(region).capitalize()}: {', '.join(parts) or 'nothing that is known'}."


def _measure(looking: Looking, region: Region) -> str:
    drawn, mask = looking.mask(region)
    if not drawn:
        return ""
    work, where = looking.context.work, str(region).capitalize()
    if about_heat(looking.text) and work.pair.temperatures is not None:
        return f"{where}: {_heat(looking, mask)}"
    picture, inside = work.image(looking.state["image"]), work.mask(mask)
    values = measure(picture, work.pair.infrared, work.pair.visible, inside)
    looking.evidence["measured"] = {name: round(values[name], 4) for name, _ in MEASURED if name in values}
    numbers = "; ".join(words.format(values[name]) for name, words in MEASURED if name in values)
    heat = _heat(looking, mask)
    if heat and about_heat(looking.text):
        return f"{where}: {heat} {numbers.capitalize()}. {_faults(looking, mask)}"
    return f"{where}: {numbers}. {_faults(looking, mask)}{f' Infrared: {heat}' if heat else ''}"


def _heat(looking: Looking, mask: str | None) -> str:
    """The temperatures of a region in a sentence, or its levels where there are none; nothing: it could not be told."""
    pair, width_height = looking.context.work.pair, _size(looking)
    if pair.temperatures is not None:
        read = looking.call("read_temperatures", {"mask": mask, "unit": asked_unit(looking.text)})
        if read is None:
            return sentence(looking.problem or "")
        degrees = TemperaturesResult.model_validate(read)
        if mask is not None:
            looking.evidence[MEASURED_IN] = looking.context.work.catalogue.masks[mask]
        hottest, coldest = (place_of((*at, *at), *width_height) for at in (degrees.hottest_at, degrees.coldest_at))
        return sentence(temperatures_told(degrees, hottest, coldest, looking.context.work.area(mask)))
    heat = looking.call("find_extremes", {"kind": "hottest", "mask": mask})
    if heat is None:
        return ""
    found = ExtremesResult.model_validate(heat)
    highest = found.places[0].value
    told = f"{found.mean:.4g} {found.unit} on average, at most {highest:.4g} {found.unit}."
    return told + (f" It tells no temperatures: {why_none(pair.notes)}." if about_heat(looking.text) else "")


def _faults(looking: Looking, mask: str | None) -> str:
    inspected = looking.call("inspect", {"image": looking.state["image"], "mask": mask})
    if inspected is None:
        return ""
    found = InspectResult.model_validate(inspected).findings
    if not found:
        return "Nothing is wrong that can be measured."
    told = [f"{one.name} ({one.where}, severity {one.severity:.2f} of 1)" for one in found[:5]]
    return f"What is wrong, the worst first: {', '.join(told)}."


def _extreme(kind: str) -> Callable[[Looking, Region], str]:
    def find(looking: Looking, region: Region) -> str:
        drawn, mask = looking.mask(region)
        result = looking.call("find_extremes", {"kind": kind, "mask": mask}) if drawn else None
        if result is None:
            return ""
        found = ExtremesResult.model_validate(result)
        told = _numbered_places(looking, found)
        unit = asked_unit(looking.text)
        mean = f"{found.mean:.4g} {found.unit}"
        if looking.context.work.pair.temperatures is not None:
            mean = f"{from_celsius(found.mean, unit):.1f} {unit}"
        no_degrees = " of the range of the infrared picture, which tells no degrees" if found.unit == "%" else ""
        return f"The {kind} places: {told}{no_degrees} (on average {mean})."

    return find


def _help(looking: Looking, region: Region) -> str:
    return (
        f"Say what the picture should look like, in English, and where: 'make the people stand out', 'less glare on "
        f"the road'. What can be done: {WHAT_CAN_BE_DONE}. Questions are answered too: what is in it, how many, where, "
        "how hot, how noisy."
    )


_ANSWERS: dict[QuestionKind, Callable[[Looking, Region], str]] = {
    "count": _count,
    "find": _find,
    "describe": _describe,
    "measure": _measure,
    "hottest": _extreme("hottest"),
    "coldest": _extreme("coldest"),
    "help": _help,
}


def _why(before: Sequence[Instruction]) -> str:
    from wordfuse.agent.dialogue.why import explain_last

    return " ".join(line.strip() for line in explain_last([said for said in before if said.plan.question is None]))


def _size(looking: Looking) -> tuple[int, int]:
    height, width = looking.context.work.pair.infrared.shape
    return width, height


def place_of(box: Sequence[float], width: int, height: int) -> str:
    """Where in a picture a box lies, in words: "lower left", "centre"."""
    x, y = (box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    down = "upper" if y < 1 / 3 else "lower" if y > 2 / 3 else ""
    if not across and not down:
        return "centre"
    return f"{down} {across}".strip() if across and down else across or f"{down} middle"


def _numbered(looking: Looking) -> str:
    """Write the picture with its places numbered; returns the file, relative to the run folder."""
    work = looking.context.work
    file = f"answers/{work.new_id('a')}.png"
    path = work.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = work.folder / work.catalogue.images[looking.state["image"]]
    overlay_file(picture, path, boxes=looking.boxes, numbered=True)
    return file
