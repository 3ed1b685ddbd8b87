"""Questions: what is there, where, how many, how hot, how noisy. Answered by calls that change nothing.

An answer says what it was measured on and how sure it is; the record holds the results it rests on, and a picture with
numbered places where there are any.
"""

import re
from collections.abc import Callable, Sequence

from wordfuse.agent.budget import usage_of
from wordfuse.agent.context import Context
from wordfuse.agent.dialogue.driven import TOLD_BY_HEAT, driven_in
from wordfuse.agent.dialogue.parting import not_followed
from wordfuse.agent.dialogue.settled import TELLS_NOBODY, asks_to_mark, asks_who, cannot_tell, cannot_tell_too
from wordfuse.agent.model.words.refusals import WHAT_CAN_BE_DONE
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.agent.record import Answer, Instruction
from wordfuse.agent.state import RunState, Usage
from wordfuse.agent.steps.answers.apart import place_of, places_of
from wordfuse.agent.steps.answers.closer import shown_closer
from wordfuse.agent.steps.answers.comparing import compared
from wordfuse.agent.steps.answers.describing import THINGS, described, how_it_is
from wordfuse.agent.steps.answers.finding_out import Looking, nearest_of
from wordfuse.agent.steps.answers.hidden import find_hidden, told_hidden
from wordfuse.agent.steps.answers.looks import why_it_looks_so
from wordfuse.agent.steps.answers.picking import meant_by, pick_in, picked
from wordfuse.agent.steps.answers.sureness import called, counted, left_out, none, not_looked_at, unlikely
from wordfuse.agent.steps.answers.two import two_compared
from wordfuse.agent.telling.closer import closer_in
from wordfuse.agent.telling.degrees import MEASURED_IN, about_heat, asked_unit, extreme_told, temperatures_told
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.display.overlay import overlay_file
from wordfuse.fusion.measures import measure
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.units import from_celsius
from wordfuse.tools.heat.extremes import ExtremesResult
from wordfuse.tools.heat.temperatures import TemperaturesResult
from wordfuse.tools.inspect import InspectResult
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

BY_DEGREES = "temperatures"  # who found a region that is told by its temperature
_WHY = re.compile(r"\b(?:why|how come|how so|explain|reason|what (?:happened|did|have|went|was))\b", re.IGNORECASE)
MEASURED: tuple[tuple[str, str], ...] = (
    ("luma", "mean brightness {:.0f} of 255"),
    ("contrast", "local contrast {:.1f}"),
    ("noise", "estimated noise {:.1f} (sigma, 0-255)"),
    ("sharpness", "fine gradients {:.1f} a pixel"),
)


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
    untold = cannot_tell(text)
    if untold is not None:
        return Answer(text=untold, evidence={}, known=False), looking.usage
    asked = meant_by(asked, before, text)
    if asked.kind == "why" and asked.region.phrases and not _WHY.search(text):  # "what is behind the trees?"
        asked = asked.model_copy(update={"kind": "describe"})
    held_against = two_compared(looking, asked.region)
    if held_against is not None:
        told = held_against
    elif asked.kind == "why":
        told = _why(looking, before)
    elif asked.kind == "find" and closer_in(text) is not None:
        told = shown_closer(looking, asked.region, before)
    else:
        told = _ANSWERS[asked.kind](looking, asked.region)
    for beside in (cannot_tell_too(text), not_followed(text, Plan(question=asked))):
        if told and beside:
            told = f"{told} {beside}"
    known = bool(told) or looking.problem is None
    if not known:
        told = f"That cannot be told: {looking.problem}"
    if looking.boxes:
        looking.evidence["picture"] = _numbered(looking)
    return Answer(text=told, evidence=looking.evidence, known=known), looking.usage


def _count(looking: Looking, region: Region) -> str:
    phrases = region.phrases or THINGS[:1]
    told = list[str]()
    records = looking.records(phrases)
    hidden = find_hidden(looking, records)
    for record in records:
        told += _missed(record)
        if not record.boxes:
            said = record.plain or record.reason
            told.append(said if not record.found else f"{record.phrase}: {_area(looking, record)}")
            continue
        if unlikely(record):
            told += _numbered_things(looking, record, perhaps_hidden=bool(hidden))
            continue
        seen = record.left_to_right()
        first = len(looking.boxes) + 1
        looking.boxes += [box for box, _ in seen]
        told.append(f"{called(record)}: {counted([score for _, score in seen], first)}")
        pick = picked(looking.text, record.phrase, seen, first)
        told += [pick] if pick else []
        told.append("What is small, hidden or at the border may be missed")
    told += told_hidden(looking, hidden)
    return " ".join(map(sentence, _with_left_out(looking, region, records, told)))


def _area(looking: Looking, record: GroundingRecord) -> str:
    """What is told of a region that cannot be counted; of one that is told by its temperature, how many pixels."""
    drawn, mask = looking.mask(Region(phrases=[record.phrase])) if record.source == BY_DEGREES else (False, None)
    inside = looking.context.work.mask(mask) if drawn else None
    if inside is None:
        return "an area, which is not counted"
    return f"{int((inside > 127).sum())} pixels, {(inside > 127).mean():.1%} of the picture"


def _find(looking: Looking, region: Region) -> str:
    if not region.phrases:
        return described(looking, region)
    told = list[str]()
    records = looking.records(region.phrases)
    hidden = find_hidden(looking, records)
    for record in records:
        told += _missed(record)
        if not record.found:
            told.append(record.plain or record.reason)
        elif not record.boxes:
            places = _hot_places(looking, record) if record.source == BY_DEGREES else ""
            told.append(f"{record.phrase}: found ({record.reason}){places}")
        told += _numbered_things(looking, record, perhaps_hidden=bool(hidden))
    told = _with_left_out(looking, region, records, told + told_hidden(looking, hidden))
    if asks_who(looking.text) and pick_in(looking.text) is None:
        told = [TELLS_NOBODY, *told]
    if looking.boxes and asks_to_mark(looking.text):
        told.append("Nothing is drawn into the result: they are numbered on a picture of their own")
    return " ".join(map(sentence, told))


def _missed(record: GroundingRecord) -> list[str]:
    """What is said first where not all words of a question were looked at: nobody takes the rest for the answer.

    Where there is probably none it is said behind that, for that answers the question.
    """
    missed = not_looked_at(record)
    if missed is None or unlikely(record):
        return []
    return [f"{missed}, so that is not answered; this is only what was found"]


def _with_left_out(looking: Looking, region: Region, records: Sequence[GroundingRecord], told: list[str]) -> list[str]:
    """What is told, with what the plan left out of the question: first, unless there is probably nothing anyway."""
    missed = left_out(looking.text, region.phrases)
    if missed is None or not any(record.boxes for record in records):
        return told
    said = f"'{missed}' cannot be told from the pictures"
    if all(unlikely(record) for record in records if record.boxes):
        return [*told, said]
    return [f"{said}, so that is not answered; this is only what was found", *told]


def _doubtful(looking: Looking) -> str:
    """That what was measured is probably none of what was named, as a sentence to go first; else nothing."""
    grounded = looking.evidence.get("ground")
    records = [] if grounded is None else looking.context.work.grounding(grounded["grounding"])
    return "".join(
        f"{none(one)}: what is most like '{one.phrase}' was looked at ({max(one.scores):.0%} sure). "
        for one in records
        if unlikely(one) and not one.excepted
    )


def _numbered_things(looking: Looking, record: GroundingRecord, *, perhaps_hidden: bool) -> list[str]:
    """The things of a record with their numbers, from left to right; where there is probably none, that first."""
    things, first = record.left_to_right(), len(looking.boxes) + 1
    looking.boxes += [box for box, _ in things]
    places = places_of([box for box, _ in things], *looking.size)
    seen = [
        (score, f"number {number}, {place} ({score:.0%} sure)")
        for number, ((_, score), place) in enumerate(zip(things, places, strict=True), start=first)
    ]
    if not unlikely(record):
        pick = picked(looking.text, record.phrase, things, first)
        return [*([pick] if pick else []), *(f"{called(record)}: {told}" for _, told in seen)]
    most, *others = (told for _, told in sorted(seen, key=lambda one: -one[0]))
    missed = not_looked_at(record)
    more = f", then {'; '.join(others)}" if others else ""
    lead = none(record, perhaps_hidden=perhaps_hidden)
    return [f"{lead}: what is most like '{called(record)}' is {most}{more}", *([missed] if missed else [])]


def _hot_places(looking: Looking, record: GroundingRecord) -> str:
    """Where a region that is told by its temperature is hottest, as the end of a sentence."""
    drawn, mask = looking.mask(Region(phrases=[record.phrase]))
    found = looking.call("find_extremes", {"kind": "hottest", "mask": mask}) if drawn else None
    if found is None:
        return ""
    return f", hottest at {_numbered_places(looking, ExtremesResult.model_validate(found))}"


def _numbered_places(looking: Looking, found: ExtremesResult) -> str:
    """Places with their numbers and temperatures; they are numbered from here on."""
    first, unit = len(looking.boxes) + 1, asked_unit(looking.text)
    looking.boxes += [place.box for place in found.places]
    places = places_of([place.box for place in found.places], *looking.size)
    return "; ".join(
        f"number {number}, {where}: {extreme_told(place, unit)}"
        for number, (place, where) in enumerate(zip(found.places, places, strict=True), start=first)
    )


def _measure(looking: Looking, region: Region) -> str:
    drawn, mask = looking.mask(region)
    if not drawn:
        return _of_the_nearest(looking, region) if about_heat(looking.text) else ""
    work, where = looking.context.work, f"{_doubtful(looking)}{str(region).capitalize()}"
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


def _of_the_nearest(looking: Looking, region: Region) -> str:
    """How warm the whole is of which an unknown part was asked, or else what is nearest; nothing: neither is there."""
    pair, unknown = looking.context.work.pair, looking.problem
    lead = "" if pair.temperatures is not None else sentence(_no_degrees(looking))
    for near in nearest_of(looking.lost, region):
        drawn, mask = looking.mask(Region(phrases=[near]))
        if drawn:
            told = _heat(looking, mask, lead=False)
            missed = [sentence(missed) for one in looking.records([near]) if (missed := not_looked_at(one))]
            parts = [lead, sentence(unknown or ""), f"{_doubtful(looking)}{near.capitalize()}: {told}", *missed]
            return " ".join(filter(None, parts))
        unknown = f"{unknown}, and {near} was not found either" if f"'{near}'" not in (unknown or "") else unknown
    looking.problem = f"{lead[0].lower()}{lead[1:]} {unknown}" if lead else unknown
    return ""


def _no_degrees(looking: Looking) -> str:
    """That a picture tells no degrees, and why."""
    return f"No temperatures are told here: {why_none(looking.context.work.pair.notes)}"


def _heat(looking: Looking, mask: str | None, *, lead: bool = True) -> str:
    """The temperatures of a region in a sentence, or its levels where there are none; nothing: it could not be told.

    Args:
        looking: what is found out.
        mask: of the region; None: the whole picture.
        lead: where no temperatures are told and heat was asked for, say so first.
    """
    pair, width_height = looking.context.work.pair, looking.size
    if pair.temperatures is not None:
        read = looking.call("read_temperatures", {"mask": mask, "unit": asked_unit(looking.text)})
        if read is None:
            return sentence(looking.problem or "")
        degrees = TemperaturesResult.model_validate(read)
        if mask is not None:
            looking.evidence[MEASURED_IN] = looking.context.work.catalogue.masks[mask]
        hottest, coldest = (place_of((*at, *at), *width_height) for at in (degrees.hottest_at, degrees.coldest_at))
        return sentence(temperatures_told(degrees, hottest, coldest, looking.context.work.area(mask)))
    asked = about_heat(looking.text)
    scene = looking.call("find_extremes", {"kind": "hottest", "mask": None}) if asked and mask is not None else None
    heat = looking.call("find_extremes", {"kind": "hottest", "mask": mask})
    if heat is None:
        return ""
    found = ExtremesResult.model_validate(heat)
    highest = found.places[0].value
    told = f"{found.mean:.4g} {found.unit} on average, at most {highest:.4g} {found.unit}"
    if scene is not None:
        told += f"; the whole picture: {ExtremesResult.model_validate(scene).mean:.4g} {found.unit} on average"
    return f"{sentence(_no_degrees(looking))} {sentence(told)}" if asked and lead else sentence(told)


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
        several = compared(looking, region, kind)
        if several is not None:
            return several
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
        lead = _doubtful(looking) + (sentence(TOLD_BY_HEAT) + " " if driven_in(looking.text) else "")
        return f"{lead}The {kind} places: {told}{no_degrees} (on average {mean})."

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
    "describe": described,
    "measure": _measure,
    "hottest": _extreme("hottest"),
    "coldest": _extreme("coldest"),
    "help": _help,
}


def _why(looking: Looking, before: Sequence[Instruction]) -> str:
    from wordfuse.agent.dialogue.why import NOTHING_YET, explain_last

    wishes = [said for said in before if said.plan.question is None]
    looks = why_it_looks_so(looking, before, "" if wishes else NOTHING_YET)
    if looks is not None:
        return looks
    told = " ".join(line.strip() for line in explain_last(wishes, looking.text))
    return told if wishes else f"{told} {how_it_is(looking)}".strip()


def _numbered(looking: Looking) -> str:
    """Write the picture with its places numbered; returns the file, relative to the run folder."""
    work = looking.context.work
    file = f"answers/{work.new_id('a')}.png"
    path = work.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = work.folder / work.catalogue.images[looking.state["image"]]
    overlay_file(picture, path, boxes=looking.boxes, numbered=True)
    return file
