"""Instructions of the training corpus that ask for several steps, in the order in which they are to happen."""

from collections.abc import Callable

from wordfuse.agent.model.training.corpus import manners, nominal, plans, regions
from wordfuse.agent.model.training.corpus.phrasings import BRIGHTER, DARKER, DENOISE, EFFECTS, INFRARED, VISIBLE, Effect
from wordfuse.agent.model.training.corpus.regions import Picker, Spoken
from wordfuse.agent.plan import Plan, Step
from wordfuse.tools.types import Strength


def several(picker: Picker) -> tuple[str, list[Step]]:
    """Several effects, in the order in which they are to happen."""
    roll = picker.rng.random()
    if roll < 0.13:
        return shared_region(picker)
    if roll < 0.25:
        return gapped(picker)
    if roll < 0.29:
        return twice(picker)
    if roll < 0.33:
        return in_turn(picker)
    if roll < 0.39:
        return nominal_chain(picker)
    count = picker.rng.choices((2, 3, 4, 5), weights=(60, 27, 10, 3))[0]
    clauses = _chain(picker, count)
    if count > 2:
        return _listed(picker, clauses), [one for said in clauses for one in said.steps]
    first, second = clauses
    if first.imperative and second.imperative:
        backward = picker.chance(0.22)
        template = (
            picker.pick(manners.JOINTS_REVERSED) if backward else picker.often(manners.COMMON_JOINTS, manners.JOINTS)
        )
        text = template.replace("{1}", first.text).replace("{2}", second.text)
        text = text.replace("{g1}", plans.gerund(first.text)).replace("{g2}", plans.gerund(second.text))
        if picker.chance(0.25) and text.startswith(first.text):
            text = picker.rng.choice(
                (
                    "please {x}",
                    "can you {x}?",
                    "could you {x}",
                    "i want you to {x}",
                    "{x} please",
                    "hey, {x}",
                )
            ).replace("{x}", text)
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
        last = count > 2 and len(clauses) == count - 1
        region = (
            regions.whole(picker)
            if picker.chance(0.35 if last else 0.14)
            else regions.spoken(picker, simple=picker.chance(0.6))
        )
        same = False
        if previous is not None and roll < 0.3 and previous.pronouns:
            text = picker.rng.choice(previous.pronouns)
            region = Spoken(
                text, text not in {"it", "him", "her"}, previous.phrases, previous.invert, previous.pronouns
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


_ORDINALS = (
    ("first {x}", "then {x}", "and finally {x}"),
    ("first, {x}", "second, {x}", "third, {x}"),
    ("firstly {x}", "secondly {x}", "lastly {x}"),
    ("start by {g}", "then {x}", "and finish by {g}"),
    ("i'd start by {g}", "follow with {g}", "and end by {g}"),
    ("begin by {g}", "next {x}", "and last {x}"),
    ("to begin with {x}", "next {x}", "and at the end {x}"),
    ("step one: {x}", "next step: {x}", "last step: {x}"),
    ("{x} first", "then {x}", "and {x} last"),
    ("{x}", "after that {x}", "and once that's done {x}"),
    ("{x}", "followed by {g}", "and then {x}"),
    ("{x}", "also {x}", "and {x} too"),
    ("please {x}", "{x}", "and if possible {x}"),
    ("can you {x}", "{x}", "and {x}?"),
    ("i want you to {x}", "to {x}", "and to {x}"),
)
_SEPARATORS = (
    ", then ", "; ", ". ", ", ", " and then ", " -> ", " / ", " > ", ". then ", ", and then ", "\n", "; then ", " + ",
)  # fmt: skip
_NUMBERED = ("{n}. {x}", "{n}) {x}", "({n}) {x}", "step {n}: {x}", "{n}: {x}", "{n} {x}", "- {x}", "* {x}", "#{n} {x}")
_HEADINGS = (
    "", "", "", "three things: ", "please do this: ", "in this order: ", "my wishes: ", "todo: ", "a list: ",
    "settings: ", "for the demo: ", "to do, in order: ", "what i want: ", "several things. ",
)  # fmt: skip


def _listed(picker: Picker, clauses: list[plans.Clause]) -> str:
    """Three or more clauses as people enumerate them."""
    texts = [said.text for said in clauses]
    roll = picker.rng.random()
    if roll < 0.2:
        shape, between = picker.rng.choice(_NUMBERED), picker.rng.choice((" ", " ", ", ", "\n", "; "))
        items = [shape.replace("{n}", str(number)).replace("{x}", text) for number, text in enumerate(texts, 1)]
        return picker.rng.choice(_HEADINGS) + between.join(items)
    if roll < 0.5 and all(said.imperative for said in clauses):
        first, middle, last = picker.rng.choice(_ORDINALS)
        shapes = [first, *[middle] * (len(texts) - 2), last]
        between = picker.rng.choice((", ", ", ", "; ", ". "))
        return between.join(
            shape.replace("{x}", text).replace("{g}", plans.gerund(text))
            for shape, text in zip(shapes, texts, strict=True)
        )
    if roll < 0.75:
        return picker.rng.choice(_HEADINGS) + picker.rng.choice(_SEPARATORS).join(texts)
    return (
        ", ".join(texts[:-1])
        + picker.rng.choice((" and ", ", and then ", ", and ", ", finally ", ", then "))
        + texts[-1]
    )


_IN_TURN = (
    "{v} {A} first and {B} second|{v} {A}, then {B}|{v} {A} and then {B}|first {v} {A}, then {B}|{v} {A} before {B}|"
    "{v} {A} first, {B} after that|{v} {A}, and after that {B}|start with {A}, then {B}: {v} them|"
    "{v} {A}, followed by {B}|"
    "{v} {A}, next {B}|{v} first {A}, then {B}|{v} {A}, then {v} {B}|{v} {A}; afterwards {v} {B}|"
    "{v} {A}. then {v} {B}"
).split("|")


def in_turn(picker: Picker) -> tuple[str, list[Step]]:
    """One effect on two regions in an order: two steps, where "and" alone would make one."""
    effect = plans.any_effect(picker)
    first, second = (regions.spoken(picker, phrases=1, simple=True) for _ in range(2))
    verb = picker.rng.choice(manners.VERBS[effect] or ["bring back the texture of", "restore the detail of"])
    text = picker.pick(_IN_TURN).replace("{v}", verb).replace("{A}", first.text).replace("{B}", second.text)
    return text, [plans.step(effect, one, "normal") for one in (first, second)]


_NOMINAL_JOINTS = (
    "{n1} of {A} first, then {n2} of {B}|{n1} of {A}, then {n2} of {B}|after the {n1} of {A}, {2}|"
    "after {n1} of {A}, {2}|"
    "{1}, followed by {n2} of {B}|{n1} for {A} and {n2} for {B}|{n1} on {A}, {n2} on {B}|"
    "i want {n1} on {A} and {n2} on {B}|"
    "{n1} on {A} and {n2} on {B} please|apply {n1} to {A} and {n2} to {B}|apply {n1} to {A}, then {n2} to {B}|"
    "once the {n1} of {A} is done, {2}|{1}, then some {n2} for {B}|"
    "i'd start with {n1} on {A} and end with {n2} on {B}|"
    "start with {n1} on {A}, follow with {n2} on {B}|begin with {n1} of {A}, continue with {n2} of {B}|"
    "with the {n1} of {A} done, {2}|{n1} ({A}), {n2} ({B})|{A}: {n1}; {B}: {n2}|{A} - {n1}, {B} - {n2}|"
    "{A} gets {n1}, {B} gets {n2}|{n1} of {A} plus {n2} of {B}|{n1} @ {A}, {n2} @ {B}"
).split("|")
_NOMINAL_REVERSED = (
    "before the {n1} of {A}, {2}|prior to any {n1} of {A}, {2}|before any {n1} of {A} {2}|"
    "{n1} of {A} only after {n2} of {B}|"
    "{n1} of {A}, but {n2} of {B} first|ahead of the {n1} of {A}, {2}|do the {n1} of {A} after the {n2} of {B}|"
    "the {n1} of {A} comes after the {n2} of {B}|{n1} of {A} last, {n2} of {B} first"
).split("|")


def nominal_chain(picker: Picker) -> tuple[str, list[Step]]:
    """Two effects named by nouns: "denoising of the sky first, then darkening of the lamps"."""
    effects = picker.rng.sample(EFFECTS, 2)
    spoken = [regions.spoken(picker, phrases=1, simple=True) for _ in range(2)]
    said = [
        plans.clause(picker, region, effect, "normal", imperative=True).text
        for region, effect in zip(spoken, effects, strict=True)
    ]
    backward = picker.chance(0.25)
    text = picker.pick(_NOMINAL_REVERSED if backward else _NOMINAL_JOINTS)
    for number, (region, effect, clause) in enumerate(zip(spoken, effects, said, strict=True), 1):
        text = text.replace(f"{{n{number}}}", nominal.noun_of(picker, effect)).replace(f"{{{number}}}", clause)
        text = text.replace("{A}" if number == 1 else "{B}", region.text)
    steps = [plans.step(effect, region, "normal") for region, effect in zip(spoken, effects, strict=True)]
    return text, steps[::-1] if backward else steps


def _adjective(picker: Picker, effect: Effect) -> tuple[str, Strength]:
    strength = plans.any_strength(picker)
    if strength == "normal" and picker.chance(0.2):
        return picker.pick(manners.STATES[effect]), strength
    amount = picker.pick(manners.BEFORE_MORE[strength])
    return f"{amount} {picker.pick(manners.ADJECTIVES[effect])}".strip(), strength


_STATED = (
    "make {R} {x}|make {R} {x}|make {R} {x}|i want {R} {x}|{R} should be {x}|{R} {needs} to be {x}|{R}: {x}|"
    "i'd like {R} {x}|"
    "{R} {x} please|get {R} {x}|can you make {R} {x}?|please make {R} {x}|let's have {R} {x}|{R} {x}|i need {R} {x}|"
    "{R} must be {x}|could you get {R} {x}?|turn {R} {x}|render {R} {x}|have {R} {x}"
).split("|")


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
            (" and ").join((", ").join(picker.rng.choice(choices) for choices in verbs).rsplit(", ", 1))
            + " "
            + region.text
        )
        said = plans.Clause(text, tuple(plans.step(effect, region, "normal") for effect in effects), True, region)
        return (text if picker.chance(0.6) else plans.mannered(picker, said)), list(said.steps)
    pairs = [_adjective(picker, effect) for effect in effects]
    joined = picker.rng.choice((" and ", " and ", ", ", " but also ", " and also ", " and then ", " as well as ")).join(
        ", ".join(text for text, _ in pairs).rsplit(", ", 1)
    )
    frame = picker.pick(_STATED)
    steps = [plans.step(effect, region, strength) for effect, (_, strength) in zip(effects, pairs, strict=True)]
    return plans.agree(frame.replace("{x}", joined), region), steps


def gapped(picker: Picker) -> tuple[str, list[Step]]:
    """One verb for several: "make the people warmer and the road darker", "brighter road, less noisy sky"."""
    count = picker.rng.choice((2, 2, 2, 3, 3, 4))
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
    arrow = picker.rng.choice((" -> ", ": ", " = ", " - ", " => ", " to ", " in ", " → ", ": ", " -> "))
    rows = [
        f"{one.text}{arrow}{picker.rng.choice(_NAMES[effect])}" for one, effect in zip(spoken, effects, strict=True)
    ]
    steps = [plans.step(effect, one, "normal") for effect, one in zip(effects, spoken, strict=True)]
    return picker.rng.choice(("", "", *_HEADINGS, "i need ", "please: ")) + picker.rng.choice((", ", "; ", " / ")).join(
        rows
    ), steps


def twice(picker: Picker) -> tuple[str, list[Step]]:
    """The same effect asked twice makes two steps."""
    effect, strength = plans.any_effect(picker), plans.any_strength(picker)
    first, second = regions.spoken(picker, phrases=1), regions.spoken(picker, phrases=1)
    said = plans.clause(picker, first, effect, strength, imperative=True)
    if picker.chance(0.35):
        ending = picker.rng.choice(
            (
                " twice",
                ", then once more",
                ", then do it again",
                " and then again",
                " two times",
                ", and again",
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
