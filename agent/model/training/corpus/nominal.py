"""Wishes with a noun for the effect: "apply heavy denoising to the sky", "a touch of thermal emphasis on the deer"."""

from wordfuse.agent.model.training.corpus.phrasings import BRIGHTER, DARKER, DENOISE, INFRARED, VISIBLE, Effect
from wordfuse.agent.model.training.corpus.regions import Picker
from wordfuse.tools.types import Strength

#: Nouns of each effect. None of them takes "a" without an adjective.
_NOUNS: dict[Effect, list[str]] = {
    INFRARED: (
        "heat emphasis|infrared bias|thermal emphasis|thermal boost|highlighting|infrared weighting|heat boost|"
        "thermal look|LWIR emphasis|saliency boost|infrared weight|thermal contrast|heat signature|warming|"
        "inclination toward infrared|push toward thermal|shift to the infrared"
    ).split("|"),
    VISIBLE: (
        "natural look|visible bias|texture boost|visible detail|natural detail|detail recovery|natural colour|"
        "visible weighting|texture|visible emphasis|photographic look|inclination toward visible|"
        "push toward the visible image|shift to natural colours|texture emphasis"
    ).split("|"),
    BRIGHTER: (
        "brightening|exposure lift|exposure boost|light boost|shadow lift|brightness increase|lightening|"
        "relighting upwards|brightness boost|fill light|illumination|increase in exposure|lift of the shadows"
    ).split("|"),
    DARKER: (
        "darkening|dimming|exposure cut|glare reduction|toning down|brightness reduction|glare removal|"
        "reduction of exposure|relighting downwards|drop in brightness|anti-glare|light reduction"
    ).split("|"),
    DENOISE: (
        "denoising|noise reduction|smoothing|noise cleanup|despeckling|grain removal|noise removal|noise filtering|"
        "cleaning|grain reduction|speckle removal|NR|noise suppression|denoise"
    ).split("|"),
}
_ADJECTIVES: dict[Strength, list[str]] = {
    "slight": "slight|gentle|subtle|light|mild|tiny|small|soft|minor|faint|delicate|modest|very light".split("|"),
    "normal": [""],
    "strong": (
        "strong|heavy|aggressive|massive|big|hard|drastic|major|powerful|extreme|intense|very strong|huge|serious|"
        "maximum|considerable|full|thorough"
    ).split("|"),
}
_AMOUNTS: dict[Strength, list[str]] = {
    "slight": "a touch of|a bit of|a hint of|a little|a smidge of|a tad of|just a touch of|only a bit of".split("|"),
    "normal": "some|".split("|"),
    "strong": "a lot of|lots of|plenty of|as much as possible of the|tons of|a great deal of|loads of".split("|"),
}
_IMPERATIVES = (
    "apply {n} to {R}|give {R} {n}|do {n} on {R}|use {n} on {R}|use {n} for {R}|add {n} to {R}|run {n} over {R}|"
    "run {n} on {R}|perform {n} on {R}|put {n} on {R}|go for {n} on {R}|apply {n} on {R}|set {n} for {R}|"
    "bring {n} to {R}|try {n} on {R}|introduce {n} in {R}|carry out {n} on {R}"
).split("|")
_STATEMENTS = (
    "{n} on {R}|{n} for {R}|{n} of {R}|i want {n} on {R}|{R} {needs} {n}|{R}: {n}|i'd like {n} on {R}|"
    "{R} should get {n}|i'd like to see {n} on {R}|we need {n} for {R}|{R} could use {n}|{n} in {R}|"
    "{R} should have {n}|{R} - {n}|{n} over {R}"
).split("|")


def noun_of(picker: Picker, effect: Effect) -> str:
    """A noun that names an effect."""
    return picker.pick(_NOUNS[effect])


def wish(picker: Picker, effect: Effect, strength: Strength, *, imperative: bool) -> str:
    """A wish with a noun; the slots of a region stay to be filled."""
    noun = noun_of(picker, effect)
    if (strength != "normal" and picker.chance(0.5)) or (strength == "normal" and picker.chance(0.15)):
        said = f"{picker.pick(_AMOUNTS[strength])} {noun}".strip()
    elif strength == "normal":
        said = noun
    else:
        adjective = picker.pick(_ADJECTIVES[strength])
        article = picker.rng.choice(("", "an " if adjective[0] in "aeiou" else "a "))
        said = f"{article}{adjective} {noun}"
    return picker.pick(_IMPERATIVES if imperative else _STATEMENTS).replace("{n}", said)
