"""Instructions of the training corpus that ask for several steps, in the order in which they are to happen."""

from collections.abc import Callable

from wordfuse.agent.model.training.corpus import nominal, plans, regions
from wordfuse.agent.model.training.corpus.effects import DENOISE, EFFECTS, OPPOSITE, Effect, list_for
from wordfuse.agent.model.training.corpus.phrases import listed
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
        template = picker.say("joints.reversed") if backward else picker.often("joints")
        text = template.replace("{1}", first.text).replace("{2}", second.text)
        text = text.replace("{g1}", plans.gerund(first.text)).replace("{g2}", plans.gerund(second.text))
        if picker.chance(0.25) and text.startswith(first.text):
            text = picker.word("frames.several").replace("{x}", text)
        order = (second, first) if backward else (first, second)
        return text, [one for said in order for one in said.steps]
    joint = picker.word("joints.statements")
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
            rest = picker.word("rest.later")
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
    """Three or more clauses as people enumerate them."""
    texts = [said.text for said in clauses]
    roll = picker.rng.random()
    if roll < 0.2:
        shape, between = picker.word("numbered"), picker.rng.choice((" ", " ", ", ", "\n", "; "))
        items = [shape.replace("{n}", str(number)).replace("{x}", text) for number, text in enumerate(texts, 1)]
        return picker.word("headings") + between.join(items)
    if roll < 0.5 and all(said.imperative for said in clauses):
        first, middle, last = picker.word("ordinals").split(" | ")
        shapes = [first, *[middle] * (len(texts) - 2), last]
        between = picker.rng.choice((", ", ", ", "; ", ". "))
        return between.join(
            shape.replace("{x}", text).replace("{g}", plans.gerund(text))
            for shape, text in zip(shapes, texts, strict=True)
        )
    if roll < 0.75:
        return picker.word("headings") + picker.word("separators").join(texts)
    return (
        ", ".join(texts[:-1])
        + picker.rng.choice((" and ", ", and then ", ", and ", ", finally ", ", then "))
        + texts[-1]
    )


def _verbs(effect: Effect) -> tuple[str, ...]:
    """Single verbs for an effect; not every effect has one."""
    return listed(list_for(effect, "verbs"))


def in_turn(picker: Picker) -> tuple[str, list[Step]]:
    """One effect on two regions in an order: two steps, where "and" alone would make one."""
    effect = plans.any_effect(picker)
    first, second = (regions.spoken(picker, phrases=1, simple=True) for _ in range(2))
    verb = picker.rng.choice(_verbs(effect) or ("bring back the texture of", "restore the detail of"))
    text = picker.say("in_turn").replace("{v}", verb).replace("{A}", first.text).replace("{B}", second.text)
    return text, [plans.step(effect, one, "normal") for one in (first, second)]


def nominal_chain(picker: Picker) -> tuple[str, list[Step]]:
    """Two effects named by nouns: "denoising of the sky first, then darkening of the lamps"."""
    effects = picker.rng.sample(EFFECTS, 2)
    spoken = [regions.spoken(picker, phrases=1, simple=True) for _ in range(2)]
    said = [
        plans.clause(picker, region, effect, "normal", imperative=True).text
        for region, effect in zip(spoken, effects, strict=True)
    ]
    backward = picker.chance(0.25)
    text = picker.say("joints.nominal.reversed" if backward else "joints.nominal")
    for number, (region, effect, clause) in enumerate(zip(spoken, effects, said, strict=True), 1):
        text = text.replace(f"{{n{number}}}", nominal.noun_of(picker, effect)).replace(f"{{{number}}}", clause)
        text = text.replace("{A}" if number == 1 else "{B}", region.text)
    steps = [plans.step(effect, region, "normal") for region, effect in zip(spoken, effects, strict=True)]
    return text, steps[::-1] if backward else steps


def _adjective(picker: Picker, effect: Effect) -> tuple[str, Strength]:
    strength = plans.any_strength(picker)
    if strength == "normal" and picker.chance(0.2):
        return picker.say(list_for(effect, "states")), strength
    amount = picker.say(f"before_more.{strength}")
    return f"{amount} {picker.say(list_for(effect, 'adjectives'))}".strip(), strength


def shared_region(picker: Picker) -> tuple[str, list[Step]]:
    """Several effects on one region: "make the cars brighter and less noisy", "brighten and denoise the cars"."""
    region = plans.any_region(picker)
    effects = picker.rng.sample(EFFECTS, picker.rng.choice((2, 2, 2, 3)))
    if any(OPPOSITE.get(effect) in effects for effect in effects):
        effects = [picker.rng.choice(tuple(OPPOSITE)), DENOISE]
        picker.rng.shuffle(effects)
    verbs = [_verbs(effect) for effect in effects]
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
    frame = picker.say("stated")
    steps = [plans.step(effect, region, strength) for effect, (_, strength) in zip(effects, pairs, strict=True)]
    return plans.agree(frame.replace("{x}", joined), region), steps


def gapped(picker: Picker) -> tuple[str, list[Step]]:
    """One verb for several: "make the people warmer and the road darker", "brighter road, less noisy sky"."""
    count = picker.rng.choice((2, 2, 2, 3, 3, 4))
    spoken = [regions.spoken(picker, phrases=1, simple=True) for _ in range(count)]
    if picker.chance(0.3):
        effect = plans.any_effect(picker)
        verb = picker.rng.choice(_verbs(effect) or ("bring back the texture of",))
        amounts = picker.rng.sample(plans.STRENGTHS[::2], 2)
        parts = [f"{one.text} {picker.say(f'at_end.{level}')}" for one, level in zip(spoken[:2], amounts, strict=True)]
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


def _table(picker: Picker, spoken: list[Spoken], effects: list[Effect]) -> tuple[str, list[Step]]:
    """A list of regions and effects: "cars -> infrared, road -> darker, overall -> denoise"."""
    if picker.chance(0.4):
        word = picker.word("table.whole")
        spoken = [*spoken[:-1], Spoken(word, False, ())]
    arrow = picker.word("table.arrows")
    rows = [
        f"{one.text}{arrow}{picker.word(list_for(effect, 'names'))}"
        for one, effect in zip(spoken, effects, strict=True)
    ]
    steps = [plans.step(effect, one, "normal") for effect, one in zip(effects, spoken, strict=True)]
    return picker.rng.choice(("", "", *listed("headings"), "i need ", "please: ")) + picker.rng.choice(
        (", ", "; ", " / ")
    ).join(rows), steps


def twice(picker: Picker) -> tuple[str, list[Step]]:
    """The same effect asked twice makes two steps."""
    effect, strength = plans.any_effect(picker), plans.any_strength(picker)
    first, second = regions.spoken(picker, phrases=1), regions.spoken(picker, phrases=1)
    said = plans.clause(picker, first, effect, strength, imperative=True)
    if picker.chance(0.35):
        ending = picker.word("twice")
        return said.text + ending, [*said.steps, *said.steps]
    then = plans.clause(picker, second, effect, plans.any_strength(picker), imperative=True)
    joint = picker.pick([joint for joint in listed("joints") if "{g" not in joint])
    return joint.replace("{1}", said.text).replace("{2}", then.text), [*said.steps, *then.steps]


def instruction(picker: Picker) -> tuple[str, Plan]:
    """An instruction that needs no earlier plan, and its plan."""
    make: Callable[[Picker], tuple[str, list[Step]]] = plans.single if picker.chance(0.58) else several
    while True:
        text, steps = make(picker)
        if len(steps) <= 6:
            return text, Plan(steps=steps, refusal=None)
