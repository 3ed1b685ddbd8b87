"""Follow-ups of the training corpus: instructions that mean something only after the plan of the turn before."""

from wordfuse.agent.model.training.corpus import plans, sequences
from wordfuse.agent.model.training.corpus.effects import OPPOSITE, Effect, list_for
from wordfuse.agent.model.training.corpus.regions import Picker, Spoken
from wordfuse.agent.plan import Plan, Step
from wordfuse.tools.types import Region, Strength


def followup(picker: Picker) -> tuple[str, Plan, Plan]:
    """An instruction, the plan before it, and the plan it means."""
    rng = picker.rng
    before = Plan(steps=_steps_before(picker), refusal=None)
    last = before.steps[-1]
    kind = rng.choices(
        ("again", "slight", "strong", "for", "instead", "much", "still", "way", "fresh"),
        weights=(11, 9, 9, 18, 4, 12, 16, 3, 14),
    )[0]
    if kind == "fresh":
        text, plan = sequences.instruction(picker)
        return (picker.say("openers") + text if picker.chance(0.3) else text), before, plan
    text, step = _changed(picker, kind, last)
    if picker.chance(0.15):
        text = picker.say("openers") + text
    return text, before, Plan(steps=[step], refusal=None)


def _changed(picker: Picker, kind: str, last: Step) -> tuple[str, Step]:
    """The last step as a follow-up of this kind changes it."""
    effect: Effect = (last.task, last.direction)
    if kind == "slight":
        return picker.say("slightly"), last.model_copy(update={"strength": "slight"})
    if kind == "strong":
        return picker.say("strongly"), last.model_copy(update={"strength": "strong"})
    if kind in {"for", "instead"}:
        where = plans.any_region(picker)
        said = plans.agree(picker.say("same_for" if kind == "for" else "instead"), where)
        return said, last.model_copy(update={"region": _region(where)})
    if kind == "much" and effect in OPPOSITE:
        amount = picker.rng.choices(plans.STRENGTHS, weights=(25, 55, 20))[0]
        return picker.say(f"too_much.{amount}"), _step(OPPOSITE[effect], last.region, amount)
    if kind in {"still", "way", "much"}:
        other = effect if picker.chance(0.5) else plans.any_effect(picker)
        if kind == "way" and other != effect:
            text = picker.say("not_that_way").replace("{p}", picker.say(list_for(effect, "adjectives")))
            return text.replace("{q}", picker.say(list_for(other, "adjectives"))), _step(other, last.region, "normal")
        if picker.chance(0.35):
            return _pronoun_clause(picker, other, last.region)
        many = len(last.region.phrases) > 1 or any(one.endswith("s") for one in last.region.phrases)
        text = (
            picker.say(list_for(other, "still"))
            .replace("{its}", "their" if many else "its")
            .replace("{it}", "them" if many else "it")
        )
        return text, _step(other, last.region, "normal")
    return picker.say("again"), last


def _pronoun_clause(picker: Picker, effect: Effect, where: Region) -> tuple[str, Step]:
    word = picker.rng.choice(("it", "them", "it") if len(where.phrases) <= 1 else ("them", "both", "them"))
    pronoun = Spoken(word, word != "it", tuple(where.phrases), where.invert)
    strength = plans.any_strength(picker)
    if not where.phrases:
        pronoun = Spoken("it", False, ("x",))
    said = plans.clause(picker, pronoun, effect, strength, imperative=True).text
    text = picker.word("frames.pronoun")
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
