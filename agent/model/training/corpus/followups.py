"""Follow-ups of the training corpus: instructions that mean something only after the plan of the turn before."""

from wordfuse.agent.model.training.corpus import manners, plans, refusals, sequences
from wordfuse.agent.model.training.corpus.phrasings import BRIGHTER, DARKER, DENOISE, INFRARED, VISIBLE, Effect
from wordfuse.agent.model.training.corpus.regions import Picker, Spoken
from wordfuse.agent.plan import Plan, Step
from wordfuse.tools.types import Region, Strength

_AGAIN = (
    "again|once more|one more time|again please|do it again|do that again|same again|repeat|repeat that|"
    "repeat it please|more|more please|more of that|some more|and again|keep going|another round|go on|"
    "do that once more|more of the same|and once more|same thing again|a second time|one more|do more|continue|"
    "further|again!|can you do it again?|could you repeat that|i want more|i want more of it|not enough|"
    "that's not enough|still not enough|it's not enough yet|needs more|i need more|give me more|the same again|"
    "once again|yes, more|good, more|nice, again|nice, more of that|go further|push it further|do the same again|"
    "run it again|apply it again|ok once more|same step again|more, please|could be more|"
    "i hardly see a difference, again|let's do it again|another time"
).split("|")
_SLIGHTLY = (
    "a bit more|a little more|slightly more|a touch more|a hint more|just a bit more|a tad more|a smidge more|"
    "a little bit more|again, a bit|again but only a bit|once more, but gently|again, gently|a bit more please|"
    "just a little more|a bit further|almost there, a touch more|nearly, a tad more|good, a bit more|"
    "some more, just a little|a bit more of that|could be a bit more|nudge it a little more|go a little further|"
    "again but slightly|again, just a hint|do it again a little|needs a bit more|only a bit more|"
    "add a touch more|a teeny bit more|one more time but subtle, a hint|ever so slightly more|"
    "same again but only a touch"
).split("|")
_STRONGLY = (
    "even stronger|stronger|much stronger|much more|a lot more|way more|far more|even more|even more please|"
    "again but stronger|harder|again, much stronger|more, a lot more|do it again but strongly|lots more|"
    "again as much as possible|go all the way|a whole lot more|much more of that|way more please|stronger please|"
    "that's too weak, much more|much harder|push it much further|considerably more|i want much more|"
    "as much as possible now|nowhere near enough, much more|crank it up|again, hard|way stronger|max it out|"
    "now strongly|same but much stronger|a lot more of that|even stronger please|"
    "still far too little, a lot more|make it stronger"
).split("|")
_SAME_FOR = (
    "the same for {R}|same for {R}|do the same for {R}|the same with {R}|same with {R}|now {R}|and {R}|and {R}?|"
    "also {R}|{R} too|{R} as well|and now {R}|now do {R}|do that to {R} too|do that for {R}|also for {R}|"
    "the same on {R}|same thing for {R}|same for {R} please|and the same for {R}|what about {R}|what about {R}?|"
    "how about {R}?|now the same for {R}|{R} next|next {R}|{R} also please|then {R}|repeat that for {R}|"
    "repeat for {R}|apply it to {R}|apply the same to {R}|do it for {R} too|i want that for {R} as well|"
    "likewise {R}|and now the same with {R}|now {R} please|can you do the same for {R}?|"
    "could you do that with {R} too|again for {R}|again but for {R}|ditto for {R}|ditto {R}|again, this time {R}|"
    "once more for {R}|{R} need that too|same treatment for {R}|do {R} next|extend it to {R}"
).split("|")
_INSTEAD = (
    "no, {R}|i meant {R}|i mean {R}|no, i meant {R}|not that, {R}|not there, {R}|wrong region, i meant {R}|"
    "{R} instead|no, {R} instead|sorry, i meant {R}|rather {R}|actually {R}|that's the wrong spot, do {R}|"
    "i wanted {R}|oops, {R} i mean|do it on {R} instead"
).split("|")
_TOO_MUCH: dict[Strength, list[str]] = {
    "normal": (
        "that's too much now|too much, go back|too much, undo some of it|that went too far|that's overdone|"
        "over the top|"
        "too intense|it's too strong now|too much of it now|less of that|less please|not that much|not so much|"
        "don't overdo it|"
        "too much|that's too much|that was too much|it's too much now|too strong|that's too strong|"
        "you overdid it|overdone|too much!|no, too much|oh, too much|hmm too much|that is too much|"
        "now it's too much|went too far|you went too far|too strong now|that was too strong|you've overdone it|"
        "too extreme|ok that's too much|the opposite|the other way round|the other way|no, the opposite|"
        "go back the other way|other direction please|do the opposite|wrong direction|reverse that"
    ).split("|"),
    "slight": (
        "too much, go back a bit|that's too much now, go back a bit|too much, a little less|a bit less|a little less|"
        "slightly less|just a touch less|go back a little|go back a bit|too strong, ease off a bit|back off a bit|"
        "take it back a bit|tone that back a little|a touch less please|a bit less of that|"
        "a bit too much|a little too much|slightly too much|that's a bit too much|a touch too much|"
        "a tad too strong|slightly too strong|a bit too strong|just a bit too much|a little too strong now|"
        "you overdid it a bit|hm, a bit too much"
    ).split("|"),
    "strong": (
        "much less|a lot less|far less of that|way less|that's way too much, a lot less|too much, go way back|"
        "way too much|far too much|much too much|way too strong|far too strong|that's way too much|"
        "that was far too much|much too strong|it's way too much now|whoa way too much"
    ).split("|"),
}
_STILL: dict[Effect, list[str]] = {
    INFRARED: (
        "still too cold|still not warm enough|still hard to spot|still does not stand out|still not standing out|"
        "i still can't spot it|still doesn't pop|still not salient|warmer|hotter|more heat|more thermal|"
        "it should stand out more|still not thermal enough|more infrared|push it more to thermal|"
        "still blends in, make it stand out|now make {it} stand out|highlight {it} too|and warmer"
    ).split("|"),
    VISIBLE: (
        "still not natural|still looks unnatural|still too thermal|more natural|more texture|more detail|"
        "still no texture|still lacks detail|now make {it} look natural|more visible|still looks like a heat map|"
        "bring back {its} texture|still not like a photo|and more natural"
    ).split("|"),
    BRIGHTER: (
        "still too dark|still dark|it's still too dark|brighter|still not bright enough|it's too dark now|"
        "now it's too dark|too dark now|still underexposed|more light|i still can't see a thing, too dark|"
        "now brighten {it}|brighten {it} too|light {it} up|and brighter|too dark|"
        "still hidden in the shadows, brighter|still so dark|needs more light|lift {it}|still a dark mess"
    ).split("|"),
    DARKER: (
        "still too bright|still bright|it's still too bright|darker|still blinding|it's too bright now|"
        "now it's too bright|too bright now|still overexposed|less light|still too much glare|now darken {it}|"
        "darken {it} too|tone {it} down|and darker|too bright|dim {it}|still glaring|still not dark enough|"
        "less glare|it hurts my eyes still, darker"
    ).split("|"),
    DENOISE: (
        "still noisy|it's still noisy|still too noisy|still grainy|still too grainy|still so much grain|"
        "still gritty|too noisy now|now it's noisy|now it's too grainy|i still see noise|"
        "the noise is still there|there's still noise|less noise|denoise {it}|now denoise {it}|denoise {it} too|"
        "clean {it} up|and denoise {it}|now smooth {it}|still speckled|grain is still there|still full of noise|"
        "noise still visible|remove the remaining noise|now there's noise|still not clean|"
        "now get rid of the noise"
    ).split("|"),
}
_NOT_THAT_WAY = (
    "not {p}, {q}|no, {q}|{q}, not {p}|i said {q}|i said {q}, not {p}|wrong, {q}|no no, {q}!|{q} instead|"
    "i meant {q}|not {p}! {q}|no {q} please"
).split("|")
_OPENERS = (
    "ok. |ok, |okay. now |ok. now |fine. |fine, and now |fine, and next |good. |good, now |great. |great, now |"
    "nice. |nice, next |"
    "right. |right, next |alright. |hm. |hmm, |hmm. |well, |and |and now |and then |yes, |perfect. now |thanks. |"
    "thanks, now |"
    "cool. |cool, and |done? then |good start. |better. |almost. |looks better, |i see. |now, |next, |good job. now |"
    "very nice. "
).split("|")
_OPPOSITE = {INFRARED: VISIBLE, VISIBLE: INFRARED, BRIGHTER: DARKER, DARKER: BRIGHTER}


def followup(picker: Picker) -> tuple[str, Plan, Plan]:
    """An instruction, the plan before it, and the plan it means."""
    rng = picker.rng
    if picker.chance(0.02):
        before = refusals.refusal(rng.choice(list(refusals.REFUSALS)))
        if picker.chance(0.5):
            return picker.pick(_AGAIN), before, refusals.refusal("unclear")
        text, plan = sequences.instruction(picker)
        return text, before, plan
    before = Plan(steps=_steps_before(picker), refusal=None)
    last = before.steps[-1]
    kind = rng.choices(
        ("again", "slight", "strong", "for", "instead", "much", "still", "way", "fresh", "refused"),
        weights=(11, 9, 9, 18, 4, 12, 16, 3, 14, 4),
    )[0]
    if kind == "fresh":
        text, plan = sequences.instruction(picker)
        return (picker.pick(_OPENERS) + text if picker.chance(0.3) else text), before, plan
    if kind == "refused":
        text, plan = refusals.refused(picker, after=True)
        return text, before, plan
    text, step = _changed(picker, kind, last)
    if picker.chance(0.15):
        text = picker.pick(_OPENERS) + text
    return text, before, Plan(steps=[step], refusal=None)


def _changed(picker: Picker, kind: str, last: Step) -> tuple[str, Step]:
    """The last step as a follow-up of this kind changes it."""
    effect: Effect = (last.task, last.direction)
    if kind == "slight":
        return picker.pick(_SLIGHTLY), last.model_copy(update={"strength": "slight"})
    if kind == "strong":
        return picker.pick(_STRONGLY), last.model_copy(update={"strength": "strong"})
    if kind in {"for", "instead"}:
        where = plans.any_region(picker)
        said = plans.agree(picker.pick(_SAME_FOR if kind == "for" else _INSTEAD), where)
        return said, last.model_copy(update={"region": _region(where)})
    if kind == "much" and effect in _OPPOSITE:
        amount = picker.rng.choices(plans.STRENGTHS, weights=(25, 55, 20))[0]
        return picker.pick(_TOO_MUCH[amount]), _step(_OPPOSITE[effect], last.region, amount)
    if kind in {"still", "way", "much"}:
        other = effect if picker.chance(0.5) else plans.any_effect(picker)
        if kind == "way" and other != effect:
            text = picker.pick(_NOT_THAT_WAY).replace("{p}", picker.pick(manners.ADJECTIVES[effect]))
            return text.replace("{q}", picker.pick(manners.ADJECTIVES[other])), _step(other, last.region, "normal")
        if picker.chance(0.35):
            return _pronoun_clause(picker, other, last.region)
        many = len(last.region.phrases) > 1 or any(one.endswith("s") for one in last.region.phrases)
        text = (
            picker.pick(_STILL[other])
            .replace("{its}", "their" if many else "its")
            .replace("{it}", "them" if many else "it")
        )
        return text, _step(other, last.region, "normal")
    return picker.pick(_AGAIN), last


def _pronoun_clause(picker: Picker, effect: Effect, where: Region) -> tuple[str, Step]:
    word = picker.rng.choice(("it", "them", "it") if len(where.phrases) <= 1 else ("them", "both", "them"))
    pronoun = Spoken(word, word != "it", tuple(where.phrases), where.invert)
    strength = plans.any_strength(picker)
    if not where.phrases:
        pronoun = Spoken("it", False, ("x",))
    said = plans.clause(picker, pronoun, effect, strength, imperative=True).text
    text = picker.rng.choice(
        (
            "now {x}",
            "now {x}",
            "{x}",
            "and {x}",
            "{x} too",
            "also {x}",
            "then {x}",
            "next {x}",
            "ok, {x}",
            "please {x}",
            "could you {x}",
        )
    )
    return text.replace("{x}", said), _step(effect, where, strength)


def _step(effect: Effect, where: Region, strength: Strength) -> Step:
    return Step(task=effect[0], direction=effect[1], region=where, strength=strength)


def _region(where: Spoken) -> Region:
    return Region(phrases=list(where.phrases), invert=where.invert)


def _steps_before(picker: Picker) -> list[Step]:
    count = picker.rng.choices((1, 2, 3), weights=(74, 21, 5))[0]
    return [
        plans.step(plans.any_effect(picker), plans.any_region(picker), plans.any_strength(picker)) for _ in range(count)
    ]
