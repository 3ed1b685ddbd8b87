"""Wishes with a noun for the effect: "apply heavy denoising to the sky", "a touch of thermal emphasis on the deer"."""

from wordfuse.agent.model.training.corpus.effects import Effect, list_for
from wordfuse.agent.model.training.corpus.regions import Picker
from wordfuse.tools.types import Strength


def noun_of(picker: Picker, effect: Effect) -> str:
    """A noun that names an effect."""
    return picker.say(list_for(effect, "nouns"))


def wish(picker: Picker, effect: Effect, strength: Strength, *, imperative: bool) -> str:
    """A wish with a noun; the slots of a region stay to be filled."""
    noun = noun_of(picker, effect)
    if (strength != "normal" and picker.chance(0.5)) or (strength == "normal" and picker.chance(0.15)):
        said = f"{picker.say(f'noun_amounts.{strength}')} {noun}".strip()
    elif strength == "normal":
        said = noun
    else:
        adjective = picker.say(f"noun_adjectives.{strength}")
        article = picker.rng.choice(("", "an " if adjective[0] in "aeiou" else "a "))
        said = f"{article}{adjective} {noun}"
    return picker.say("frames.nominal" if imperative else "frames.nominal.statements").replace("{n}", said)
