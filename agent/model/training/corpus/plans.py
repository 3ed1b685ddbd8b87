"""Instructions of the training corpus with the plans they mean, by the rules of the annotation guide."""

import re
from dataclasses import dataclass

from wordfuse.agent.model.training.corpus import nominal, regions
from wordfuse.agent.model.training.corpus.effects import EFFECTS, SHARES, Effect, list_for
from wordfuse.agent.model.training.corpus.phrases import listed
from wordfuse.agent.model.training.corpus.regions import Picker, Spoken
from wordfuse.agent.plan import Step
from wordfuse.tools.types import Region, Strength

STRENGTHS: tuple[Strength, ...] = ("slight", "normal", "strong")
_STRENGTH_AT = {"{a}": "before_verb", "{c}": "before_more", "{t}": "before_too", "{e}": "at_end"}
_DOUBLED = {"cut", "get", "put", "dim", "let", "drop", "run", "stop", "set", "strip", "scrub", "shed", "rid", "up"}

_PRONOUNS = {
    "them": "their",
    "it": "its",
    "him": "his",
    "her": "her",
    "both": "their",
    "them both": "their",
    "all of them": "their",
}


@dataclass(frozen=True)
class Clause:
    """A piece of an instruction and the steps it asks for."""

    text: str
    steps: tuple[Step, ...]
    imperative: bool
    region: Spoken


def step(effect: Effect, region: Spoken, strength: Strength) -> Step:
    """The step of an effect on a region."""
    task, direction = effect
    return Step(
        task=task,
        direction=direction,
        region=Region(phrases=list(region.phrases), invert=region.invert),
        strength=strength,
    )


def any_effect(picker: Picker) -> Effect:
    """An effect, the commoner ones more often."""
    return picker.rng.choices(EFFECTS, weights=tuple(SHARES.values()))[0]


def any_strength(picker: Picker) -> Strength:
    """A strength; most instructions name none."""
    return picker.rng.choices(STRENGTHS, weights=(22, 56, 22))[0]


def fill(picker: Picker, template: str, region: Spoken | None, strength: Strength) -> str | None:
    """Fill the slots of a phrasing; None where it has no place for the strength."""
    slots = [slot for slot in _STRENGTH_AT if slot in template]
    chosen = picker.rng.choice(slots) if slots and strength != "normal" else None
    if strength != "normal" and chosen is None:
        return None
    for slot in slots:
        word = (
            picker.say(f"{_STRENGTH_AT[slot]}.{strength}")
            if slot == chosen or (strength == "normal" and slot == "{t}")
            else ""
        )
        if slot == "{e}" and word and picker.chance(0.08):
            word = ", " + word.removeprefix("but ")
        template = template.replace(slot, word, 1)
    if region is not None:
        template = agree(template, region)
    return re.sub(r"\s+", " ", template).replace(" ,", ",").strip()


def agree(template: str, region: Spoken) -> str:
    """Put a region in its slots and make the words around it agree."""
    many = region.plural
    owner = region.text + ("'" if many and region.text.rstrip("\x02").endswith("s") else "'s")
    if region.text in _PRONOUNS:
        owner = _PRONOUNS[region.text]
    agreed = {
        "{R}": region.text, "{R:gen}": owner, "{is}": "are" if many else "is", "{needs}": "need" if many else "needs",
        "{looks}": "look" if many else "looks", "{has}": "have" if many else "has", "{them}": "them" if many else "it",
        "{their}": "their" if many else "its", "{they}": "they" if many else "it",
    }  # fmt: skip
    return re.sub(r"\{[A-Za-z:]+\}", lambda slot: agreed.get(slot.group(), slot.group()), template)


def gerund(text: str) -> str:
    """Turn an imperative into its gerund: "gently dim it" becomes "gently dimming it"."""
    first, _, rest = text.partition(" ")
    if first.endswith("ly") or first in {"just", "ever", "only", "very", "so"}:
        return f"{first} {gerund(rest)}"
    if first.endswith("e") and not first.endswith("ee"):
        first = first[:-1]
    elif first in _DOUBLED:
        first += first[-1]
    return f"{first}ing {rest}".strip()


def clause(
    picker: Picker, region: Spoken, effect: Effect, strength: Strength, *, imperative: bool | None = None
) -> Clause:
    """One effect on one region in words."""
    if imperative is None:
        imperative = picker.chance(0.66)
    steps = (step(effect, region, strength),)
    if not region.phrases and picker.chance(0.5) and region.text not in {"them"}:
        text = None
        while text is None:
            text = fill(picker, picker.often(list_for(effect, "bare")), None, strength)
        if picker.chance(0.1) and "all" not in text:
            text += " " + picker.word("everywhere")
        return Clause(text, steps, False, region)
    if strength == "strong" and picker.chance(0.12):
        if picker.chance(0.4):
            return Clause(agree(picker.word(list_for(effect, "as_much")), region), steps, True, region)
        adjective = picker.word(list_for(effect, "as_possible"))
        return Clause(f"make {region.text} as {adjective} as possible", steps, True, region)
    if region.text not in _PRONOUNS and picker.chance(0.09):
        text = agree(nominal.wish(picker, effect, strength, imperative=imperative), region)
        return Clause(text, steps, imperative, region)
    kind = list_for(effect, "commands" if imperative else "statements")
    text = None
    while text is None:
        text = fill(picker, picker.often(kind), region, strength)
    return Clause(text, steps, imperative, region)


def mannered(picker: Picker, said: Clause) -> str:
    """Wrap a clause in the manners of speech."""
    if not said.imperative:
        return picker.say("frames.statements").replace("{x}", said.text)
    return picker.often("frames").replace("{x}", said.text).replace("{g}", gerund(said.text))


def any_region(picker: Picker) -> Spoken:
    """A region of any kind: named, everything but one, or the whole image."""
    roll = picker.rng.random()
    if roll < 0.13:
        return regions.whole(picker)
    if roll < 0.25:
        return regions.all_but(picker)
    return regions.spoken(picker)


def single(picker: Picker) -> tuple[str, list[Step]]:
    """One effect, sometimes with context, a reason, or what is not to be done."""
    roll = picker.rng.random()
    if roll < 0.14:
        return leave_alone(picker)
    if roll < 0.20:
        return corrected(picker)
    if roll < 0.32:
        return topical(picker)
    region, effect = any_region(picker), any_effect(picker)
    said = clause(picker, region, effect, any_strength(picker))
    text = mannered(picker, said)
    roll = picker.rng.random()
    if roll < 0.10:
        text = picker.say("contexts") + text
    elif roll < 0.18 and text[-1].isalnum():
        text += agree(picker.say("reasons"), region)
    elif roll < 0.30 and region.phrases and not region.invert:
        text = said.text + left_out(picker, region, effect)
    elif roll < 0.36 and not region.phrases:
        text = said.text + left_out(picker, region, effect)
    return text, list(said.steps)


def topical(picker: Picker) -> tuple[str, list[Step]]:
    """The region is named first or apart, or a complaint comes before the wish it explains: one step."""
    region, effect, strength = regions.spoken(picker), any_effect(picker), any_strength(picker)
    steps = [step(effect, region, strength)]
    if picker.chance(0.35):
        while True:
            bare = fill(picker, picker.say(list_for(effect, "bare")), None, strength)
            if bare and not re.search(r"\b(it|it's|overall|everything's|i|me|here)\b", bare):
                return agree(picker.say("placed").replace("{b}", bare), region), steps
    word = picker.rng.choice(region.pronouns)
    pronoun = Spoken(word, word not in {"it", "him", "her"}, region.phrases)
    wish = clause(picker, pronoun, effect, strength, imperative=True).text
    if picker.chance(0.5):
        # "It is way too dark, brighten it" asks for a lot; what the wish itself says comes first.
        plain = strength == "normal" and picker.chance(0.35)
        urgency: Strength = "strong" if plain else "normal"
        steps = [step(effect, region, urgency if plain else strength)]
        complaint = clause(picker, region, effect, urgency, imperative=False).text
        joint = picker.word("complaint_joints")
        return complaint + joint + wish, steps
    return agree(picker.say("topics").replace("{p}", wish), region), steps


def left_out(picker: Picker, region: Spoken, effect: Effect) -> str:
    """An ending that names what is not to be done; it makes no step."""
    other = picker.rng.choice([one for one in EFFECTS if one[0] != effect[0]])
    spared = regions.spoken(picker, phrases=1, simple=True)
    while True:
        ending = picker.say("left_out")
        if "{Y}" in ending and not region.phrases:
            continue  # with the whole image, sparing a region makes it "everything but"
        if "{them}" in ending and not region.phrases:
            continue
        break
    ending = _unwanted(picker, ending, other)
    if "{Y}" in ending:
        return agree(ending.replace("{Y}", "{R}"), spared)
    return agree(ending, region)


def _unwanted(picker: Picker, text: str, other: Effect) -> str:
    """Fill the slots for an effect that is named as not wanted."""
    for slot in ("noun", "ing", "do", "level"):
        text = text.replace(f"{{{slot}}}", picker.word(list_for(other, f"unwanted.{slot}")))
    return text


def leave_alone(picker: Picker) -> tuple[str, list[Step]]:
    """The whole image or the rest, but for a region that is to be left alone."""
    kept, effect, strength = regions.spoken(picker, simple=True), any_effect(picker), any_strength(picker)
    target = Spoken(kept.text, kept.plural, kept.phrases, invert=True)
    rest, everything = picker.word("rest"), picker.word("everything")
    verbal = clause(picker, Spoken(rest, False, ("x",)), effect, strength, imperative=True).text
    whole = clause(picker, Spoken(everything, False, ("x",)), effect, strength, imperative=True).text
    bare = fill(picker, picker.say(list_for(effect, "bare")), None, strength)
    if bare and picker.chance(0.25):
        whole = f"{bare} {picker.rng.choice(('everywhere', 'all over', 'everywhere', ''))}".strip()
    stated = clause(picker, Spoken("everything", False, ("x",)), effect, strength, imperative=False).text
    template = picker.say("spared")
    template = template.replace("{S}", stated).replace("{B}", bare or verbal)
    text = agree(template.replace("{X}", "{R}").replace("{W}", whole).replace("{V}", verbal), kept)
    return text, [step(effect, target, strength)]


def passed_over(picker: Picker, region: Spoken, effect: Effect, other: Effect) -> tuple[str, list[Step]]:
    """A region or an effect is named as not wanted, then what is: only that makes a step."""
    strength = any_strength(picker)
    wanted = clause(picker, region, effect, strength, imperative=True)
    spared = regions.spoken(picker, phrases=1, simple=True)
    if picker.chance(0.4):
        text = picker.say("passed_over").replace("{does}", "do" if spared.plural else "does")
        return agree(text.replace("{Y}", "{R}"), spared).replace("{A}", wanted.text), list(wanted.steps)
    if other[0] == effect[0]:
        other = picker.rng.choice([one for one in EFFECTS if one[0] != effect[0]])
    text = _unwanted(picker, picker.say("passed_effect"), other)
    named = spared if picker.chance(0.5) else region
    return agree(text.replace("{A}", wanted.text).replace("{Y}", named.text), region), list(wanted.steps)


def corrected(picker: Picker) -> tuple[str, list[Step]]:
    """What is said first is taken back, or is named as not meant."""
    region, effect = regions.spoken(picker, simple=True), any_effect(picker)
    other = picker.rng.choice([one for one in EFFECTS if one != effect])
    if picker.chance(0.45):
        return passed_over(picker, region, effect, other)
    roll = picker.rng.random()
    if roll < 0.4:
        template = picker.say("corrected")
        text = template.replace("{p}", picker.say(list_for(other, "adjectives"))).replace(
            "{q}", picker.say(list_for(effect, "adjectives"))
        )
        return agree(text, region), [step(effect, region, "normal")]
    wrong = regions.spoken(picker, phrases=1, simple=True)
    strength = any_strength(picker)
    if roll < 0.7:
        said = clause(picker, wrong, effect, "normal", imperative=True)
        if not said.text.endswith(wrong.text):
            said = Clause(
                f"{picker.rng.choice(listed(list_for(effect, 'verbs')) or ('restore the texture of',))} {wrong.text}",
                said.steps,
                True,
                wrong,
            )
        return agree(picker.say("mistaken").replace("{B}", said.text), region), [step(effect, region, "normal")]
    said = clause(picker, region, effect, strength, imperative=True)
    text = agree(picker.say("not_that").replace("{A}", said.text).replace("{Y}", "{R}"), wrong)
    return text, list(said.steps)
