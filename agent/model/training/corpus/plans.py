"""Instructions of the training corpus with the plans they mean, by the rules of the annotation guide."""

import re
from dataclasses import dataclass

from wordfuse.agent.model.training.corpus import manners, nominal, regions
from wordfuse.agent.model.training.corpus.phrasings import COMMON, EFFECTS, IMPERATIVES, Effect
from wordfuse.agent.model.training.corpus.regions import Picker, Spoken
from wordfuse.agent.model.training.corpus.statements import BARE, COMMON_BARE, COMMON_STATEMENTS, STATEMENTS
from wordfuse.agent.plan import Step
from wordfuse.tools.types import Region, Strength

STRENGTHS: tuple[Strength, ...] = ("slight", "normal", "strong")
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
    return picker.rng.choices(EFFECTS, weights=(30, 16, 20, 16, 18))[0]


def any_strength(picker: Picker) -> Strength:
    """A strength; most instructions name none."""
    return picker.rng.choices(STRENGTHS, weights=(22, 56, 22))[0]


def fill(picker: Picker, template: str, region: Spoken | None, strength: Strength) -> str | None:
    """Fill the slots of a phrasing; None where it has no place for the strength."""
    slots = [slot for slot in ("{a}", "{c}", "{t}", "{e}") if slot in template]
    tables = {"{a}": manners.BEFORE_VERB, "{c}": manners.BEFORE_MORE, "{t}": manners.BEFORE_TOO, "{e}": manners.AT_END}
    chosen = picker.rng.choice(slots) if slots and strength != "normal" else None
    if strength != "normal" and chosen is None:
        return None
    for slot in slots:
        word = picker.pick(tables[slot][strength]) if slot == chosen or (strength == "normal" and slot == "{t}") else ""
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
            text = fill(picker, picker.often(COMMON_BARE[effect], BARE[effect]), None, strength)
        if picker.chance(0.1) and "all" not in text:
            text += " " + picker.rng.choice(manners.EVERYWHERE)
        return Clause(text, steps, False, region)
    if strength == "strong" and picker.chance(0.12):
        if picker.chance(0.4):
            return Clause(agree(picker.rng.choice(manners.AS_MUCH[effect]), region), steps, True, region)
        adjective = picker.rng.choice(manners.AS_POSSIBLE[effect])
        return Clause(f"make {region.text} as {adjective} as possible", steps, True, region)
    if region.text not in _PRONOUNS and picker.chance(0.09):
        text = agree(nominal.wish(picker, effect, strength, imperative=imperative), region)
        return Clause(text, steps, imperative, region)
    common, others = (COMMON, IMPERATIVES) if imperative else (COMMON_STATEMENTS, STATEMENTS)
    text = None
    while text is None:
        text = fill(picker, picker.often(common[effect], others[effect]), region, strength)
    return Clause(text, steps, imperative, region)


def mannered(picker: Picker, said: Clause) -> str:
    """Wrap a clause in the manners of speech."""
    if not said.imperative:
        return picker.pick(manners.STATEMENT_MANNERS).replace("{x}", said.text)
    return (
        picker.often(manners.COMMON_MANNERS, manners.MANNERS)
        .replace("{x}", said.text)
        .replace("{g}", gerund(said.text))
    )


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
        text = picker.pick(manners.CONTEXTS) + text
    elif roll < 0.18 and text[-1].isalnum():
        reason = picker.pick(manners.REASONS)
        text += agree(reason, region)
    elif roll < 0.30 and region.phrases and not region.invert:
        text = said.text + left_out(picker, region, effect)
    elif roll < 0.36 and not region.phrases:
        text = said.text + left_out(picker, region, effect)
    return text, list(said.steps)


_TOPICS = (
    "{R}, {p}|{R}: {p}|{R} - {p}|see {R}? {p}|you see {R}? {p}|do you see {R}? {p}|about {R}, {p}|"
    "as for {R}, {p}|as to {R}: {p}|take {R} and {p}|there {is} {R}, {p}|look at {R}, {p}|i like {R} but {p}|"
    "i can't see {R}, {p}|i can't find {R}, {p}|i can barely see {R}, {p}|i want to see {R} better, so {p}|"
    "find {R} and {p}|can you see {R}? please {p}|{R} {is} hard to see, {p}|select {R} and {p}|"
    "my problem is {R}, {p}|i care about {R}, so {p}|{R} {is} important. {p}|{R} {looks} bad, {p}|"
    "pick {R} and {p}|segment {R} and {p}|{R} {is} what matters: {p}|i noticed {R}. {p}|we lost {R}, {p}|"
    "where {R} {is}, {p}|spot {R}, then {p}"
).split("|")
_PLACED = (
    "in {R}, {b}|on {R}, {b}|for {R}, {b}|for {R} {b}|on {R} {b}|{b} on {R}|{b} for {R}|{b} in {R}|only {R}: {b}|"
    "{R}: {b}|{R} - {b}|{b}, {R}|{b}, but only {R}|{b} but only on {R}|{b}: {R}|{b}, just for {R}|just {R}: {b}|"
    "{b} - only {R}|with {R}: {b}|{b} where {R} {is}"
).split("|")


def topical(picker: Picker) -> tuple[str, list[Step]]:
    """The region is named first or apart, or a complaint comes before the wish it explains: one step."""
    region, effect, strength = regions.spoken(picker), any_effect(picker), any_strength(picker)
    steps = [step(effect, region, strength)]
    if picker.chance(0.35):
        while True:
            bare = fill(picker, picker.pick(BARE[effect]), None, strength)
            if bare and not re.search(r"\b(it|it's|overall|everything's|i|me|here)\b", bare):
                return agree(picker.pick(_PLACED).replace("{b}", bare), region), steps
    word = picker.rng.choice(region.pronouns)
    pronoun = Spoken(word, word not in {"it", "him", "her"}, region.phrases)
    wish = clause(picker, pronoun, effect, strength, imperative=True).text
    if picker.chance(0.5):
        # "It is way too dark, brighten it" asks for a lot; what the wish itself says comes first.
        plain = strength == "normal" and picker.chance(0.35)
        urgency: Strength = "strong" if plain else "normal"
        steps = [step(effect, region, urgency if plain else strength)]
        complaint = clause(picker, region, effect, urgency, imperative=False).text
        joint = picker.rng.choice(
            (
                ", ",
                ", please ",
                ". ",
                ", so ",
                ". please ",
                ", can you ",
                "; ",
                ", could you ",
                " - ",
                ", ",
            )
        )
        return complaint + joint + wish, steps
    return agree(picker.pick(_TOPICS).replace("{p}", wish), region), steps


def left_out(picker: Picker, region: Spoken, effect: Effect) -> str:
    """An ending that names what is not to be done; it makes no step."""
    other = picker.rng.choice([one for one in EFFECTS if one[0] != effect[0]])
    kinds = manners.EFFECT_WORDS[other]
    spared = regions.spoken(picker, phrases=1, simple=True)
    while True:
        ending = picker.pick(manners.LEFT_OUT)
        if "{Y}" in ending and not region.phrases:
            continue  # with the whole image, sparing a region makes it "everything but"
        if "{them}" in ending and not region.phrases:
            continue
        break
    for slot, choices in kinds.items():
        ending = ending.replace(f"{{{slot}}}", picker.rng.choice(choices))
    if "{Y}" in ending:
        return agree(ending.replace("{Y}", "{R}"), spared)
    return agree(ending, region)


_SPARED = (
    "{W} but leave {X} alone|{W}, leave {X} alone|{W}, but leave {X} as {they} {is}|{W} but not {X}|"
    "{W}, but not {X}|{W}, except {X}|{W} except for {X}|{W}, except for {X}|{W}; leave {X} alone|"
    "{W}. leave {X} alone|{W} apart from {X}|leave {X} alone and {V}|leave {X} alone, {W}|"
    "leave {X} alone but {V}|leave {X} as {they} {is} and {V}|except for {X}, {V}|apart from {X}, {W}|"
    "{W}, just not {X}|{W} while leaving {X} alone|{W} and leave {X} untouched|{W} but keep {X} untouched|"
    "{W}, sparing {X}|{W} but spare {X}|{W}, keep {X} as {they} {is}|{W} - except {X}|{W} (not {X})|"
    "keep {X} as {they} {is}, {W}|{W}, without {X}|{W} leaving out {X}|{W} but exclude {X}|{W}, {X} excluded|"
    "other than {X}, {V}|with the exception of {X}, {V}|{W}, only {X} stays|save for {X}, {S}|except for {X}, {S}|"
    "apart from {X}, {S}|everywhere but {X} {B}|everywhere except {X} {B}|{B} everywhere but {X}|"
    "{B} everywhere except {X}|{B} on everything but {X}|{B} for everything except {X}|{B} on everything bar {X}|"
    "{B} on anything but {X}|{B} on anything that isn't {X}|excluding {X}, {W}|no changes to {X}, but {V}|"
    "{X} {is} off limits, {V}|{X} {is} fine, {V}|{X} must stay as {they} {is}; {V}|hands off {X}, {V}|"
    "{X} untouched; {V}|ignore {X}, {V}|not {X}, but {V}|keep {X}, {V}|skip {X} and {V}|do not touch {X} and {V}|"
    "{S}, except {X}|{S}, but not {X}|{S} except for {X}|only {X} {is} fine, {V}|bar {X}, {W}|minus {X}: {B}"
).split("|")


def leave_alone(picker: Picker) -> tuple[str, list[Step]]:
    """The whole image or the rest, but for a region that is to be left alone."""
    kept, effect, strength = regions.spoken(picker, simple=True), any_effect(picker), any_strength(picker)
    target = Spoken(kept.text, kept.plural, kept.phrases, invert=True)
    rest = picker.rng.choice(
        (
            "the rest",
            "everything else",
            "everything",
            "the image",
            "the rest of the image",
            "what remains",
            "all the rest",
        )
    )
    everything = picker.rng.choice(
        ("everything", "the picture", "the image", "the whole image", "the photo", "the whole picture")
    )
    verbal = clause(picker, Spoken(rest, False, ("x",)), effect, strength, imperative=True).text
    whole = clause(picker, Spoken(everything, False, ("x",)), effect, strength, imperative=True).text
    bare = fill(picker, picker.pick(BARE[effect]), None, strength)
    if bare and picker.chance(0.25):
        whole = f"{bare} {picker.rng.choice(('everywhere', 'all over', 'everywhere', ''))}".strip()
    stated = clause(picker, Spoken("everything", False, ("x",)), effect, strength, imperative=False).text
    template = picker.pick(_SPARED)
    template = template.replace("{S}", stated).replace("{B}", bare or verbal)
    text = agree(template.replace("{X}", "{R}").replace("{W}", whole).replace("{V}", verbal), kept)
    return text, [step(effect, target, strength)]


_CORRECTIONS = (
    "not {p}, {q}: {R}|make {R} {q}, not {p}|{R} should be {q}, not {p}|i don't want {R} {p}, i want {them} {q}|"
    "{R} {q} not {p}|don't make {R} {p}, make {them} {q}|instead of {p} make {R} {q}|i said {q}, not {p}: {R}|"
    "make {R} {p}, no wait, {q}|"
    "not {p}, {q}! {R} i mean|no, not {p} - {q}, {R}|{q}, i mean not {p}: {R}|"
    "make {R} {p}... no, {q}|not {p} but {q}: {R}|make {R} {p}, sorry, i mean {q}|"
    "{R} {p}? no, {q}|make {R} {q} rather than {p}"
).split("|")
_MISTAKEN = (
    "{B}, no sorry, {R}|{B}... no, {R}|{B}, i mean {R}|{B}, or rather {R}|{B}, no wait, {R}|{B} - sorry, {R}|"
    "{B}, actually {R}|{B}. no, i meant {R}"
).split("|")
_NOT_THAT = (
    "{A}, not {Y}|not {Y}, {A}|{A} and not {Y}|{A}, {Y} {is} fine|{A} instead of {Y}|{A}, {Y} should stay|"
    "{A} only, not {Y}"
).split("|")


_PASSED_OVER = (
    "skip {Y} this time, {A}|skip {Y}, {A}|never mind {Y}, {A}|forget {Y}, {A}|forget about {Y}, {A}|"
    "{Y} can wait, {A}|{Y} {is} not important, {A}|{Y} {does}n't matter, {A}|leave {Y} for now, {A}|"
    "leave out {Y} and {A}|don't bother with {Y}, {A}|don't bother about {Y}, just {A}|no need for {Y}, {A}|"
    "not {Y} this time, {A}|i don't care about {Y}, {A}|nothing on {Y}, but {A}|hands off {Y} and {A}|"
    "{Y} {is} good, {A}|{Y} {is} fine as {they} {is}, {A}|{Y} {is} already ok, now {A}"
).split("|")
_PASSED_EFFECT = (
    "skip the {noun}, {A}|leave out the {noun} and {A}|no {noun}, just {A}|no {noun} this time, {A}|"
    "without {noun}, {A}|"
    "without any {noun}, {A}|forget the {noun}, {A}|never mind the {noun}, {A}|no need for {noun}, {A}|"
    "don't {do} anything, {A}|don't {do} anything, just {A}|don't {do} {Y}, {A}|do not {do} {Y}, just {A}|"
    "don't {do} {Y}, only {A}|rather than {ing} {Y}, {A}|instead of {ing} {Y}, {A}|not {ing} {Y}, but {A}|"
    "i don't want {noun}, {A}|i did not ask for {noun}, {A}|the {level} is fine, {A}|don't touch the {level}, {A}|"
    "don't change the {level}, just {A}|leave the {level} alone, {A}|leave the {level} as it is and {A}|"
    "keep the {level} but {A}|keep the {level}, {A}|the {level} can stay, {A}|no need to touch the {level}, {A}|"
    "no need to {do} {Y}; only {A}|stop {ing} {Y} and {A}|no more {noun}, {A}|i'm not after {noun}: {A}|"
    "{A}, no {noun}|{A} rather than {ing} {Y}|{A} instead of {ing} {Y}|{A} without {ing} {them}|"
    "{A} but skip the {noun}|{A} - no {noun} please|{A} and don't {do} {Y}|{A} but leave the {level} alone|"
    "{A} while keeping the {level}|{A}; the {level} stays|{A} and keep {their} {level}"
).split("|")


def passed_over(picker: Picker, region: Spoken, effect: Effect, other: Effect) -> tuple[str, list[Step]]:
    """A region or an effect is named as not wanted, then what is: only that makes a step."""
    strength = any_strength(picker)
    wanted = clause(picker, region, effect, strength, imperative=True)
    spared = regions.spoken(picker, phrases=1, simple=True)
    if picker.chance(0.4):
        text = picker.pick(_PASSED_OVER).replace("{does}", "do" if spared.plural else "does")
        return agree(text.replace("{Y}", "{R}"), spared).replace("{A}", wanted.text), list(wanted.steps)
    if other[0] == effect[0]:
        other = picker.rng.choice([one for one in EFFECTS if one[0] != effect[0]])
    text = picker.pick(_PASSED_EFFECT)
    for slot, choices in manners.EFFECT_WORDS[other].items():
        text = text.replace(f"{{{slot}}}", picker.rng.choice(choices))
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
        template = picker.pick(_CORRECTIONS)
        text = template.replace("{p}", picker.pick(manners.ADJECTIVES[other])).replace(
            "{q}", picker.pick(manners.ADJECTIVES[effect])
        )
        return agree(text, region), [step(effect, region, "normal")]
    wrong = regions.spoken(picker, phrases=1, simple=True)
    strength = any_strength(picker)
    if roll < 0.7:
        said = clause(picker, wrong, effect, "normal", imperative=True)
        if not said.text.endswith(wrong.text):
            said = Clause(
                f"{picker.rng.choice(manners.VERBS[effect] or ['restore the texture of'])} {wrong.text}",
                said.steps,
                True,
                wrong,
            )
        return agree(picker.pick(_MISTAKEN).replace("{B}", said.text), region), [step(effect, region, "normal")]
    said = clause(picker, region, effect, strength, imperative=True)
    text = agree(picker.pick(_NOT_THAT).replace("{A}", said.text).replace("{Y}", "{R}"), wrong)
    return text, list(said.steps)
