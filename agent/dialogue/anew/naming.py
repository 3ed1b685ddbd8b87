"""Which of the steps that were done words name: by their regions, or by what was done."""

import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.model.gist import gist
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Step
from wordfuse.fusion.regions.words.meaning import classes_in
from wordfuse.fusion.regions.words.same import is_noun_of, same_thing

SPEAKS = 0.5  # how likely words must speak of an effect to name it
#: Both: "sharpening of the trees".
_DOING_SOMEWHERE: Final = re.compile(
    r"(?:the |that |your )?(?P<doing>\w+ing) (?:of|on|in|to) (?:the |that |those |my )?(?P<where>.+)"
)
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNTED: Final = re.compile(
    rf"(?:the |my |your )?(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<number>\d)(?:st|nd|rd|th)|last but(?: one)?"
    r"|second (?:to )?last|next to last|penultimate)(?: (?:one|edit|change|step|thing|wish|instruction))?"
    r"|(?:the )?(?:one|edit|change|step|thing) before (?:that|the last(?: one)?)"
)
_COLOURS: Final = re.compile(r"\b(?:colou?r(?:s|ing|ed|isation|ization)?|paint(?:ing)?|tint(?:ing)?)\b")
_OF_COLOURS: Final = frozenset(lines.NAMES["recolour", way] for way in ("vivid", "muted", "neutral", "heat"))
_NAMES: Final = tuple(dict.fromkeys(lines.NAMES.values()))


def named_steps(steps: Sequence[Step], names: Sequence[str]) -> list[Step]:
    """The steps on the regions that are named; none where a step is of others as well, or a name is of no step."""
    stay, used = [], set[str]()
    for step in steps:
        if step.region.invert:
            continue
        meant = {phrase: [name for name in names if is_same(name, phrase)] for phrase in step.region.phrases}
        if not any(meant.values()):
            continue
        if not all(meant.values()):
            return []
        stay.append(step)
        used.update(name for found in meant.values() for name in found)
    return stay if used == set(names) else []


def counted(words: str, number: int) -> int | None:
    """Which of so many edits words count out, from zero: "the second one"; below zero where there are fewer.

    Returns:
        None: they count none out.

    Example:
        >>> counted("the second one", 3), counted("last but one", 3), counted("third edit", 2), counted("the sky", 3)
        (1, 1, -1, None)
    """
    found = _COUNTED.fullmatch(words)
    if found is None:
        return None
    if found["word"] or found["number"]:
        place = _ORDINALS.index(found["word"]) if found["word"] else int(found["number"]) - 1
    else:
        place = number - 2
    return place if 0 <= place < number else -1


def is_same(name: str, phrase: str) -> bool:
    """Whether a name is that of a region, or the noun of it: "trees", of the trees at the back."""
    return same_thing(name, phrase) or is_noun_of(name, phrase)


def steps_named(steps: Sequence[Step], names: Sequence[str]) -> list[Step]:
    """The steps that names are of: by their regions or, of one name, by the effect."""
    both = _DOING_SOMEWHERE.fullmatch(names[0]) if len(names) == 1 else None
    if both is not None:
        effect = effect_named(both["doing"])
        there = named_steps(steps, [both["where"]])
        return [step for step in there if lines.NAMES[step.task, step.direction] == effect]
    by_region = named_steps(steps, names)
    if by_region or len(names) != 1:
        return by_region
    effects = effects_named(names[0])
    by_effect = [step for step in steps if lines.NAMES[step.task, step.direction] in effects]
    return by_effect or [step for step in steps if _is_of_a_kind(names[0], step)]


def effects_named(words: str) -> frozenset[str]:
    """The names of the effects that words may speak of: "the colours" are any that were changed."""
    if is_of_colours(words):
        return _OF_COLOURS
    effect = effect_named(words)
    return frozenset() if effect is None else frozenset([effect])


def is_of_colours(words: str) -> bool:
    """Whether words speak of colours, whatever was done to them."""
    return _COLOURS.search(words.casefold()) is not None


def _is_of_a_kind(name: str, step: Step) -> bool:
    """Whether a noun alone means the same kind of thing as a step's regions: "the forest", of the trees at the back."""
    kinds = classes_in(name)
    return bool(kinds) and not step.region.invert and {*kinds} == {*classes_in(" ".join(step.region.phrases))}


def effect_named(words: str) -> str | None:
    """The name of the effect that words speak of, as plans are written; None: of none, or too vaguely.

    Example:
        >>> effect_named("the denoising"), effect_named("the sky thing")
        ('denoise', None)
    """
    for name in _NAMES:
        if re.search(rf"\b{name.removesuffix('er').removesuffix('e')}", words.casefold()):
            return name
    spoken = gist()(words)
    likeliest = max(spoken, key=spoken.__getitem__)
    return likeliest if spoken[likeliest] >= SPEAKS and likeliest in _NAMES else None
