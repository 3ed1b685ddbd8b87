"""What is in the picture, what a place in it is, and what a bright or hot thing is, in plain sentences."""

from collections.abc import Sequence

from wordfuse.agent.steps.answers.apart import listed, place_of
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.answers.sureness import at_least, unlikely
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.inspect.kinds import Kind
from wordfuse.fusion.regions.blobs import Blob, blob_in
from wordfuse.fusion.regions.shapes import HEAT, LIGHT, Shape, shape_in, thing_of
from wordfuse.fusion.regions.types import DOUBT
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.tools.inspect import AREAS, Finding, InspectResult
from wordfuse.tools.types import Region

THINGS = ("people", "cars")  # what is counted where it is asked what is in the picture
LEAST_PART = 0.15  # of a place that something takes, to be told as what is there
LIES_IN = 0.3  # of a thing, to be told as where it lies
VERY = 0.7  # severity, 0 to 1, from which a fault is told as a strong one
MOST_FAULTS = 3
_WHERE = {
    "people": "on a person",
    "cars": "on a car",
    "road": "on the road",
    "buildings": "on a building",
    "trees": "among the trees",
    "sky": "in the sky",
}
#: What a picture with a fault is.
_FAULTY: dict[Kind, str] = {
    "noise": "grainy",
    "stripes": "striped",
    "blur": "soft",
    "haze": "hazy",
    "dark": "dark",
    "clipped": "burnt out or black in places",
    "low contrast": "flat",
    "cast": "tinted",
    "dead pixels": "full of dead pixels",
}


def described(looking: Looking, region: Region) -> str:
    """The answer to "what is that bright thing?", or to what is in the picture where no place is named."""
    blob = _blob(looking, region)
    if blob is not None:
        return blob
    told = []
    records = looking.records([*dict.fromkeys([*THINGS, *AREAS])])
    evidence = dict(looking.evidence)
    made_of = _made_of(looking, region, [record.phrase for record in records if record.found])
    looking.evidence |= evidence
    for record in records:
        if record.phrase in THINGS and record.boxes:
            looking.boxes += [box for box, score in record.left_to_right() if score >= DOUBT]
            seen_of_it = at_least(record.phrase, record.scores)
            told += [seen_of_it] if seen_of_it else []
        elif record.found and record.phrase not in THINGS:
            told.append(record.phrase)
    seen = f"Seen: {', '.join(told)}." if told else "None of the things that are known was found."
    return " ".join(filter(None, [made_of, seen, how_it_is(looking)]))


def _made_of(looking: Looking, region: Region, known: Sequence[str]) -> str:
    """What a place is, of what is known: "what is in the upper half?"."""
    if not region.phrases:
        return ""
    drawn, mask = looking.mask(region)
    inside = looking.context.work.mask(mask) if drawn else None
    if inside is None:
        return sentence(f"What that is cannot be told: {looking.problem}")
    shares = []
    for name in known:
        found, area = looking.mask(Region(phrases=[name]))
        covered = looking.context.work.mask(area) if found else None
        if covered is not None:
            shares.append((float((covered[inside > 127] > 127).mean()), name))
    parts = [f"{name} ({share:.0%})" for share, name in sorted(shares, reverse=True) if share >= LEAST_PART]
    return f"{str(region).capitalize()}: {', '.join(parts) or 'nothing that is known'}."


def _blob(looking: Looking, region: Region) -> str | None:
    """What the thing is that stands out by its light or heat; None where the words name no such thing."""
    if len(region.phrases) != 1:
        return None
    shape = shape_in(region.phrases[0], looking.text)
    if shape is not None:
        return _of_shape(looking, region, shape)
    clauses = parse(region.phrases[0]) or ()
    tones = {tone.name for clause in clauses for tone in clause.tones}
    if not tones & (HEAT | LIGHT):
        return None
    drawn, mask = looking.mask(region)
    inside = looking.context.work.mask(mask) if drawn else None
    if inside is None:
        return None
    blob = blob_in(looking.context.work.sources(), inside, "light" if tones & LIGHT else "heat")
    return None if blob is None else _marked(looking, region, blob)


def _of_shape(looking: Looking, region: Region, shape: Shape) -> str | None:
    """What stands out where a thing is that has no known name; None where nothing does."""
    blob = thing_of(looking.context.work.sources(), shape)
    if blob is None:
        return None
    return f"I know no '{shape.unknown}': this is what stands out there. {_marked(looking, region, blob)}"


def _marked(looking: Looking, region: Region, blob: Blob) -> str:
    """A thing that stands out, with its number: where it is, how it looks in both pictures, what it lies on."""
    looking.boxes.append(blob.box)
    looking.evidence["thing"] = {
        "box": list(blob.box), "area": round(blob.area, 5), "light": round(blob.light, 1),
        "lit": blob.lit, "warm": blob.warm,
    }  # fmt: skip
    place = place_of(blob.box, *looking.size)
    place = place if place == "centre" else f"{place} of the picture"
    bright = f"Its mean brightness in the visible picture is {blob.light:.0f} of 255."
    return f"{str(region).capitalize()}: marked 1, {place}. {_of_what(blob)} {bright}{_lies(looking, blob)}"


def _of_what(blob: Blob) -> str:
    """Whether it is light or heat."""
    if blob.lit and blob.warm:
        return "It is bright in the visible picture and warm in the infrared one: a hot light, or lit and warm."
    if blob.lit and blob.cold:
        return (
            "It is bright in the visible picture and colder than what is around it in the infrared one: light or its "
            "reflection, not heat."
        )
    if blob.lit:
        return (
            "It is bright in the visible picture and no warmer than what is around it in the infrared one: light or "
            "its reflection, not heat."
        )
    if blob.warm:
        return "It is warm in the infrared picture and not bright in the visible one: heat, not light."
    if blob.cold:
        return "It is cold in the infrared picture and not bright in the visible one."
    return "It stands out little in either picture by itself."


def _lies(looking: Looking, blob: Blob) -> str:
    """Where it lies, of what is known."""
    evidence, shares = dict(looking.evidence), []
    for record in looking.records([*AREAS]):
        found, mask = (
            looking.mask(Region(phrases=[record.phrase])) if record.found and not unlikely(record) else (False, None)
        )
        covered = looking.context.work.mask(mask) if found else None
        if covered is not None:
            shares.append((float((covered[blob.mask > 127] > 127).mean()), record.phrase))
    looking.evidence = evidence
    share, name = max(shares, default=(0.0, ""))
    return f" It lies {_WHERE[name]}." if share >= LIES_IN else " It lies in nothing that is known."


def how_it_is(looking: Looking) -> str:
    """What is wrong with the picture that is seen, in a sentence."""
    inspected = looking.call("inspect", {"image": looking.state["image"], "mask": None})
    if inspected is None:
        return ""
    seen = [one for one in InspectResult.model_validate(inspected).findings if one.where == "fused"]
    whole = [one for one in seen if one.region is None] or seen
    words = list(dict.fromkeys(_strong(one, _FAULTY[one.name]) for one in whole if one.name in _FAULTY))
    if not words:
        return "Nothing is wrong with the picture that is easily seen."
    of = "The picture is" if whole[0].region is None else "Parts of the picture are"
    return sentence(f"{of} {listed(words[:MOST_FAULTS])}")


def _strong(one: Finding, word: str) -> str:
    return f"very {word}" if one.severity >= VERY and " " not in word else word
