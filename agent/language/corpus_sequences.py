"""Instructions of the training corpus that ask for several steps, in the order in which they are to happen."""

from collections.abc import Callable

from agent.language import corpus_manners as manners
from agent.language import corpus_plans as plans
from agent.language import corpus_regions as regions
from agent.language.corpus_phrasings import BRIGHTER, DARKER, DENOISE, EFFECTS, INFRARED, VISIBLE, Effect
from agent.language.corpus_regions import Picker, Spoken
from agent.plan import Plan, Step
from tools.types import Strength


def several(picker: Picker) -> tuple[str, list[Step]]:
    """Several effects, in the order in which they are to happen."""
    roll = picker.rng.random()
    if roll < 0.13:
        return shared_region(picker)
    if roll < 0.25:
        return gapped(picker)
    if roll < 0.29:
        return twice(picker)
    count = picker.rng.choices((2, 3, 4), weights=(78, 18, 4))[0]
    clauses = _chain(picker, count)
    if count > 2:
        return _listed(picker, clauses), [one for said in clauses for one in said.steps]
    first, second = clauses
    if first.imperative and second.imperative:
        backward = picker.chance(0.22)
        template = picker.pick(manners.JOINTS_REVERSED if backward else manners.JOINTS)
        text = template.replace("{1}", first.text).replace("{2}", second.text)
        text = text.replace("{g1}", plans.gerund(first.text)).replace("{g2}", plans.gerund(second.text))
        if picker.chance(0.25) and text.startswith(first.text):
            text = picker.rng.choice(
                (
                    ("please {x}"),
                    ("can you {x}?"),
                    ("could you {x}"),
                    ("i want you to {x}"),
                    ("{x} please"),
                    ("hey, {x}"),
                )
            ).replace(("{x}"), text)
        order = (second, first) if backward else (first, second)
        return text, [one for said in order for one in said.steps]
    joint = picker.rng.choice(manners.JOINTS_OF_STATEMENTS).replace("~", " ")
    glue = f"{joint} " if joint[0] in ",;." else f" {joint} "
    return first.text + glue + second.text, [one for said in clauses for one in said.steps]


def _chain(picker: Picker, count: int) -> list[plans.Clause]:
    """Clauses that follow each other; later ones may speak of an earlier region."""
    clauses: list[plans.Clause] = []
    effects: list[Effect] = []
    imperative = picker.chance(0.8)
    while len(clauses) < count:
        effect = plans.any_effect(picker)
        roll, previous = picker.rng.random(), clauses[-1].region if clauses else None
        region = regions.whole(picker) if picker.chance(0.16) else regions.spoken(picker, simple=picker.chance(0.6))
        same = False
        if previous is not None and roll < 0.3 and previous.pronouns:
            text = picker.rng.choice(previous.pronouns)
            region = Spoken(
                text, text not in {("it"), ("him"), ("her")}, previous.phrases, previous.invert, previous.pronouns
            )
            same = True
        elif previous is not None and roll < 0.44 and previous.phrases and not previous.invert:
            rest = picker.rng.choice(
                (
                    "the rest",
                    "the rest",
                    "everything else",
                    "the rest of the picture",
                    "all the rest",
                    "the remainder",
                    "the rest of it",
                    "what is left",
                    "what remains",
                )
            )
            region = Spoken(rest, False, previous.phrases, True)
        elif picker.chance(0.08):
            region = regions.all_but(picker)
        if effect in effects and (same or not region.phrases):
            continue  # a second wish for the same would be no step of its own
        said = plans.clause(
            picker, region, effect, plans.any_strength(picker), imperative=True if same or imperative else None
        )
        if same and not said.imperative:
            continue
        clauses.append(said)
        effects.append(effect)
    return clauses


def _listed(picker: Picker, clauses: list[plans.Clause]) -> str:
    texts = [said.text for said in clauses]
    style = picker.rng.randrange(6)
    if style == 0:
        return " ".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    if style == 1:
        return ", then ".join(texts)
    if style == 2:
        return (
            ("first ")
            + texts[0]
            + (", ")
            + (", ").join(f"then {text}" for text in texts[1:-1])
            + (", and finally ")
            + texts[-1]
        )
    if style == 3:
        return "; ".join(texts)
    if style == 4:
        return ". ".join(texts)
    return ", ".join(texts[:-1]) + picker.rng.choice((" and ", ", and then ", ", and ", ", finally ")) + texts[-1]


def _adjective(picker: Picker, effect: Effect) -> tuple[str, Strength]:
    strength = plans.any_strength(picker)
    amount = picker.pick(manners.BEFORE_MORE[strength])
    return f"{amount} {picker.pick(manners.ADJECTIVES[effect])}".strip(), strength


def shared_region(picker: Picker) -> tuple[str, list[Step]]:
    """Several effects on one region: "make the cars brighter and less noisy", "brighten and denoise the cars"."""
    region = plans.any_region(picker)
    effects = picker.rng.sample(EFFECTS, picker.rng.choice((2, 2, 2, 3)))
    if {INFRARED, VISIBLE} <= set(effects) or {BRIGHTER, DARKER} <= set(effects):
        effects = [picker.rng.choice((INFRARED, VISIBLE, BRIGHTER, DARKER)), DENOISE]
        picker.rng.shuffle(effects)
    verbs = [manners.VERBS[effect] for effect in effects]
    if all(verbs) and picker.chance(0.4):
        text = (
            (" and ").join((", ").join(picker.rng.choice(choices) for choices in verbs).rsplit((", "), 1))
            + (" ")
            + region.text
        )
        said = plans.Clause(text, tuple(plans.step(effect, region, "normal") for effect in effects), True, region)
        return (text if picker.chance(0.6) else plans.mannered(picker, said)), list(said.steps)
    pairs = [_adjective(picker, effect) for effect in effects]
    joined = picker.rng.choice((" and ", " and ", ", ", " but also ", " and also ", " and then ", " as well as ")).join(
        ", ".join(text for text, _ in pairs).rsplit(", ", 1)
    )
    frame = picker.rng.choice((
        (
            "make {R} {x}"
        ), (
            "make {R} {x}"
        ), (
            "i want {R} {x}"
        ), (
            "{R} should be {x}"
        ), (
            "{R} {needs} to be {x}"
        ), (
            "{R}: {x}"
        ), (
            "i'd like {R} {x}"
        ),
        "{R} {x} please", "get {R} {x}", "can you make {R} {x}?", "please make {R} {x}", "let's have {R} {x}",
    ))  # fmt: skip
    steps = [plans.step(effect, region, strength) for effect, (_, strength) in zip(effects, pairs, strict=True)]
    return plans.agree(frame.replace("{x}", joined), region), steps


def gapped(picker: Picker) -> tuple[str, list[Step]]:
    """One verb for several: "make the people warmer and the road darker", "brighter road, less noisy sky"."""
    count = picker.rng.choice((2, 2, 2, 3))
    spoken = [regions.spoken(picker, phrases=1, simple=True) for _ in range(count)]
    if picker.chance(0.3):
        effect = plans.any_effect(picker)
        verb = picker.rng.choice(manners.VERBS[effect] or ["bring back the texture of"])
        amounts = picker.rng.sample(plans.STRENGTHS[::2], 2)
        parts = [
            f"{one.text} {picker.pick(manners.AT_END[level])}" for one, level in zip(spoken[:2], amounts, strict=True)
        ]
        text = f"{verb} {parts[0]}{picker.rng.choice((' and ', ', ', ' but '))}{parts[1]}"
        return text, [plans.step(effect, one, level) for one, level in zip(spoken[:2], amounts, strict=True)]
    effects = [plans.any_effect(picker) for _ in spoken]
    pairs = [_adjective(picker, effect) for effect in effects]
    steps = [plans.step(effect, one, level) for effect, one, (_, level) in zip(effects, spoken, pairs, strict=True)]
    if picker.chance(0.2):
        return _table(picker, spoken, effects)
    if picker.chance(0.25):
        bare = [f"{words} {one.text.removeprefix('the ')}" for one, (words, _) in zip(spoken, pairs, strict=True)]
        return picker.rng.choice((", ", " and ", "; ", " + ", ", then ")).join(bare), steps
    parts = [f"{one.text} {words}" for one, (words, _) in zip(spoken, pairs, strict=True)]
    text = ", ".join(parts[:-1]) + picker.rng.choice((" and ", " and ", ", ", ", and ", " but ")) + parts[-1]
    return picker.rng.choice(("make ", "make ", "i want ", "please make ", "get ", "i'd like ")) + text, steps


_NAMES = {
    INFRARED: "infrared|thermal|IR|heat|LWIR|warmer".split("|"),
    VISIBLE: "visible|natural|RGB|texture|natural look|true colours".split("|"),
    BRIGHTER: "brighter|lighter|brighten|more light|exposure up".split("|"),
    DARKER: "darker|dimmer|darken|less light|exposure down".split("|"),
    DENOISE: "denoise|cleaner|less noise|noise reduction|denoised|smooth".split("|"),
}


def _table(picker: Picker, spoken: list[Spoken], effects: list[Effect]) -> tuple[str, list[Step]]:
    """A list of regions and effects: "cars -> infrared, road -> darker, overall -> denoise"."""
    if picker.chance(0.4):
        word = picker.rng.choice(("overall", "everything", "everywhere", "the rest of it all", "whole image"))
        spoken = [*spoken[:-1], Spoken(word, False, ())]
    arrow = picker.rng.choice((" -> ", ": ", " = ", " - ", " => ", " to ", " in "))
    rows = [
        f"{one.text}{arrow}{picker.rng.choice(_NAMES[effect])}" for one, effect in zip(spoken, effects, strict=True)
    ]
    steps = [plans.step(effect, one, "normal") for effect, one in zip(effects, spoken, strict=True)]
    return picker.rng.choice(("", "", "settings: ", "i need ", "please: ")) + picker.rng.choice(
        (", ", "; ", " / ")
    ).join(rows), steps


def twice(picker: Picker) -> tuple[str, list[Step]]:
    """The same effect asked twice makes two steps."""
    effect, strength = plans.any_effect(picker), plans.any_strength(picker)
    first, second = regions.spoken(picker, phrases=1), regions.spoken(picker, phrases=1)
    said = plans.clause(picker, first, effect, strength, imperative=True)
    if picker.chance(0.35):
        ending = picker.rng.choice(
            (
                (" twice"),
                (", then once more"),
                (", then do it again"),
                (" and then again"),
                (" two times"),
                (", and again"),
            )
        )
        return said.text + ending, [*said.steps, *said.steps]
    then = plans.clause(picker, second, effect, plans.any_strength(picker), imperative=True)
    joint = picker.pick([joint for joint in manners.JOINTS if "{g" not in joint])
    return joint.replace("{1}", said.text).replace("{2}", then.text), [*said.steps, *then.steps]


def instruction(picker: Picker) -> tuple[str, Plan]:
    """An instruction that needs no earlier plan, and its plan."""
    make: Callable[[Picker], tuple[str, list[Step]]] = plans.single if picker.chance(0.58) else several
    while True:
        text, steps = make(picker)
        if len(steps) <= 6:
            return text, Plan(steps=steps, refusal=None)
