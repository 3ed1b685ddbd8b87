"""What is no edit of ours, and the sentence that says so, for the training corpus."""

from wordfuse.agent.model.training.corpus import regions
from wordfuse.agent.model.training.corpus.regions import Picker
from wordfuse.agent.plan import Plan

REFUSALS = {
    "chat": "I only edit the fused picture: incline, relight, denoise, stand out.",
    "edit": "That edit is not mine: I only incline, relight, denoise, or make things stand out.",
    "outside": "I open no files and no network: I only edit the fused picture.",
    "question": "I answer no questions: tell me what to change in the picture.",
    "rules": "My rules stay: I only edit the fused picture.",
    "unclear": "I did not understand: name an effect and a region.",
}

_LETTERS = "abcdefghijklmnopqrstuvwxyz;,#0123456789"


def refused(picker: Picker, *, after: bool = False) -> tuple[str, Plan]:
    """An instruction that asks for no edit of ours, and the plan that says so.

    What is unclear on its own may be clear ``after`` another turn "the cars?", so it is then left out.
    """
    kind = picker.rng.choices(list(REFUSALS), weights=(16, 34, 14, 18, 8, 0 if after else 10))[0]
    text = picker.say(f"refused.{kind}")
    text = text.replace("{X}", _named(picker)).replace("{Y}", "a " + regions.noun(picker)[0])
    if kind == "edit" or (kind == "outside" and picker.chance(0.5)):
        text = picker.word("frames.refused").replace("{x}", text)
    if kind == "unclear" and picker.chance(0.25):
        text = "".join(picker.rng.choices(_LETTERS + "   ", k=picker.rng.randint(2, 24)))
    return text, refusal(kind)


def refusal(kind: str) -> Plan:
    """The plan without steps that refuses an instruction of this kind."""
    return Plan(steps=[], refusal=REFUSALS[kind])


def _named(picker: Picker) -> str:
    return regions.spoken(picker, phrases=1, simple=True).text
