"""Which of several numbered things an answer means: by numbers, places and sizes, all but some; or none of them.

Every word must be understood: whoever says more than is read here is asked again, or looked for in the picture.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wordfuse.agent.telling.hearing import heard
from wordfuse.fusion.regions.words.colours import COLOURS
from wordfuse.fusion.regions.words.grammar import has_a_noun, parse
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in, understand
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.regions.words.qualifiers import NUMBERS

Box = tuple[float, float, float, float]

ALL = frozenset(
    [
        *("all", "all of them", "every one", "everyone", "each", "each of them", "all of those", "all of these"),
        *("yes", "yes please", "yes it is", "it is", "correct"),
    ]
)
_BOTH = frozenset(["both", "both of them", "both of those", "both of these", "the two", "the two of them", "these two"])
_ORDINALS = {
    word: number
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
}
# Words that say nothing about which: "the one on the left", "number 2, please".
_EMPTY = frozenset(
    "the a an one ones on at in of with number numbers no nr object side it that this those these please just".split()
)
# What leads to a name in an answer; "no" only with a comma, for "no parking sign" is a name.
_LEADS = re.compile(
    r"^(?:(?:ok|okay|well|then|fine|hmm+|um|oh|yes|yeah|sure|alright|actually|but|wait)[\s,.]+"
    r"|(?:no|nope|neither|none)\s*,\s*)+(?=\w)"
)
_OF_THEM = r"(?: of (?:them|those|these|it|the \w+))?"
_REJECTS = re.compile(
    r"^(?:(?:ok|okay|well|hmm+|um|oh|sorry|wait|actually|but)[\s,.!]+)*"
    rf"(?:(?P<none>(?:(?:no|nope|nah)[\s,.!]+)?(?:neither|none|nothing|no ?one|nobody){_OF_THEM}\b"
    rf"|not (?:any|either|one){_OF_THEM}\b)"
    r"|(?P<no>(?:no|nope|nah)(?=\s*(?:[,.;:!?-]|$)|\s+(?:the|a|an|i|it'?s|that'?s|not|but|wait)\b)"
    r"|wrong(?: ones?)?\b|not (?:that|this|those|these|it|him|her|them)(?: ones?)?\b))"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_TO_WHAT = re.compile(
    r"^(?:[\s,.;:!?-]+|(?:but|rather|actually|instead|wait|not (?:that|this|those|these|it|him|her|them)(?: ones?)?"
    r"|i (?:mean|meant|want|wanted|said)|it'?s|it is|that'?s|use|take|try|wrong(?: ones?)?)\b)+"
)
_SAYS_NOTHING = re.compile(
    r"(?:thanks?(?: you)?|please|sorry|(?:fine|good|okay?|great|enough|all good|alright)(?: now| as is)?"
    r"|(?:is|are|was|were) (?:right|it|meant|correct)|fits?|match(?:es)?)$"
)
BEFORE_LAST = "penultimate"
_LAST_BUT_ONE = re.compile(
    r"\b(?:last but one|(?:second|next)[ -](?:to|from)(?: the)?[ -]last|second last)\b(?: one\b)?"
)
_BUT = r"(?:but not|but|except(?: for)?|apart from|other than|besides|without|minus|not)"
_EVERY = r"(?:all|both|any|every ?one|everything|everybody|the rest)(?: of (?:them|those|these))?"


@dataclass(frozen=True)
class Rejected:
    """An answer that rejects what was found.

    Attributes:
        all: it says so of everything that was found, not only "no".
        instead: what is meant in its place, in the person's words; "": that is not said.
    """

    all: bool
    instead: str


def rejected(answer: str) -> Rejected | None:
    """Whether an answer rejects what was found, and what it says instead.

    Example:
        >>> rejected("none of those, I mean the big white blob")
        Rejected(all=True, instead='the big white blob')
        >>> rejected("no parking sign") is None
        True
    """
    found = _REJECTS.match(heard(answer))
    if found is None:
        return None
    rest = _TO_WHAT.sub("", found["rest"]).strip(" .,;:!?-")
    rest = re.sub(r"\s+(?:please|instead)$", "", rest)
    return Rejected(found["none"] is not None, "" if _SAYS_NOTHING.match(rest) else rest)


def selected(boxes: Sequence[Box], about: str, answer: str) -> list[Box] | None:
    """The things that an answer means, or None where that cannot be told for certain.

    Args:
        boxes: from left to right, as they are numbered; XYXY pixels.
        about: what they are called.
        answer: what the person said.
    """
    said = _spoken(answer)
    if said in ALL:
        return list(boxes)
    without = _exclusion(said)
    if without is None:
        return _united(boxes, about, said)
    kept, left_out = without
    some = list(boxes) if not kept else _united(boxes, about, kept)
    others = _united(boxes, about, left_out)
    if some is None or others is None:
        return None
    return [box for box in some if box not in others] or None


def excludes(answer: str) -> bool:
    """Whether an answer only says what is not meant: "not 3", "all but the last"."""
    without = _exclusion(_spoken(answer))
    return without is not None and not without[0]


def _exclusion(said: str) -> tuple[str, str] | None:
    """What is kept ("": all) and what is left out, where words leave something out."""
    if (only := re.fullmatch(rf"(?:{_EVERY} )?{_BUT} (.+)", said)) is not None:
        change = re.fullmatch(r"(.+?) but (.+)", only[1])  # "not 1 but 2"
        if change is not None and not said.startswith(("all", "every", "both")):
            return change[2], change[1]
        return "", only[1]
    some = re.fullmatch(rf"(.+?) (?:and )?{_BUT} (.+)", said)
    return None if some is None else (some[1], some[2])


def _united(boxes: Sequence[Box], about: str, said: str) -> list[Box] | None:
    """What several words pick together; None where one of them is not understood."""
    picked: list[Box] = []
    both = False
    spoken = re.sub(r"(?<=\d)\s*(?:-|\u2013|to|through)\s*(?=\d)", " to ", said.replace("#", " "))
    for part in re.split(r"\band\b|,|&|\+|;", spoken):
        words = " ".join(part.split())
        if not words:
            continue
        if words in _BOTH:
            both = True
            continue
        found = _one_part(boxes, about, words)
        if found is None:
            return None
        picked += found
    if both and picked and len(set(picked)) != 2:
        return None
    if both and not picked:
        return list(boxes) if len(boxes) == 2 else None
    return [box for box in boxes if box in picked] or None


def _one_part(boxes: Sequence[Box], about: str, part: str) -> list[Box] | None:
    """What one run of words picks: "the second one", "2 3", "the first two", "two on the left", "second largest"."""
    if part in ("one", "number one"):
        return list(boxes[:1])
    if part == BEFORE_LAST:
        return list(boxes[-2:-1]) or None
    whole = re.fullmatch(r"(\d{1,4}) to (\d{1,4})", part)
    if whole is not None:
        start, end = int(whole[1]), int(whole[2])
        return list(boxes[start - 1 : end]) if 1 <= start <= end <= len(boxes) else None
    noun = set(re.findall(r"\w+", about.casefold()))
    from_side = " from " in f" {part} "
    words = [word for word in re.findall(r"\w+", part) if word not in _EMPTY | noun | {"from"}]
    if words in (["middle"], ["centre"], ["center"]):
        return [boxes[len(boxes) // 2]] if len(boxes) % 2 else None
    ends = [word for word in words if word in ("first", "last")]
    several = re.search(r"\b(?:ones|those|these)\b", part) is not None
    ranks = [(word, rank) for word in words for names, rank in RANKS if word in names]
    numbers = [_number(word) for word in words if _number(word) is not None]
    if len(ranks) + len(numbers) + words.count("last") != len(words) or not words:
        return None
    cardinals = [word for word in words if word.isdecimal() or word in NUMBERS]
    if not ranks and ends and len(words) == 2 and len(cardinals) == 1:
        count = _number(cardinals[0]) or 0
        if not 0 < count <= len(boxes):
            return None
        return list(boxes[:count] if ends == ["first"] else boxes[-count:])
    if words == ["last"]:
        return [boxes[-1]]
    if several and not ranks and len(numbers) == 1 and words[0] in NUMBERS:  # "those two"
        return list(boxes) if len(boxes) == numbers[0] else None
    if several and ranks and not numbers:  # "the ones on the left": how many, nobody knows
        return None
    if not ranks and "last" not in words:
        return _by_number(boxes, [number for number in numbers if number is not None])
    return _ranked(boxes, ranks, words, from_side=from_side)


def _ranked(
    boxes: Sequence[Box], ranks: Sequence[tuple[str, "Rank"]], words: Sequence[str], *, from_side: bool
) -> list[Box] | None:
    """What places and sizes pick, alone or with one number: "left", "two on the left", "second from the right"."""
    numbers = [word for word in words if _number(word) is not None]
    if not ranks or "last" in words or len(numbers) > 1:
        return None
    if not numbers:
        firsts = [min(boxes, key=rank) for _, rank in ranks]
        return firsts[:1] if len(set(firsts)) == 1 else None
    if len(ranks) > 1:
        return None
    (word, rank), count = ranks[0], _number(numbers[0]) or 0
    if not 0 < count <= len(boxes):
        return None
    in_order = sorted(boxes, key=rank)
    if numbers[0] in NUMBERS or numbers[0].isdecimal():
        return None if from_side else in_order[:count]
    return [in_order[count - 1]] if from_side or word.endswith("st") else None


def _by_number(boxes: Sequence[Box], numbers: Sequence[int]) -> list[Box] | None:
    if not set(numbers) <= set(range(1, len(boxes) + 1)):
        return None
    return [boxes[number - 1] for number in sorted(set(numbers))]


def _number(word: str) -> int | None:
    """A number in digits, "2nd", or a word like "second"; None for any other word."""
    digits = re.fullmatch(r"(\d{1,4})(st|nd|rd|th)?", word)
    return int(digits[1]) if digits else NUMBERS.get(word) or _ORDINALS.get(word)


def described(about: str, said: str) -> str | None:
    """What is said of the things in question, as a phrase to look for; None where nothing is said of them.

    The noun is that of the question where the words have none: "the orange one" and "further back", said of trucks, are
    the orange truck and the truck further back. "The other one" alone is any truck.

    Args:
        about: what the things in question are called.
        said: the person's words, without what leads to them.
    """
    noun = noun_in(about)
    parts = [named(part) for part in re.split(r"[,;]", said) if part.strip()]
    told = [re.sub(r"^other (?=\w)", "", part) for part in parts if not _OTHER.fullmatch(part)]
    told = [part for part in told if part not in ("one", "ones")]
    if not told:
        return numbered_as(noun, several=said.rstrip(" .!").endswith(("ones", "others"))) if noun and parts else None
    phrase = told[0] if noun is None else _with_noun(told[0], noun)
    for more in told[1:]:  # "the white one, coming towards us": it says more of the same
        phrase = f"{phrase} {re.sub(r'^(?:the )?ones? ', '', more)}"
    return phrase


_OTHER = re.compile(r"(?:the )?other(?:s| ones?)?")


def _with_noun(said: str, noun: str) -> str:
    """Words about a thing with its noun, where they have none."""
    first, _, rest = said.partition(" ")
    if first in NUMBERS and first != "one" and rest and noun_in(rest.split()[0]) is None and not rest.startswith("one"):
        return f"{first} {numbered_as(noun, several=True)} {rest}"
    pointed = re.search(r"\bones?\b", said)
    if pointed is not None and noun_in(said[: pointed.start()]) is None:  # "the one by the tree": a tree is not meant
        here = numbered_as(noun, several=pointed[0] == "ones")
        return said[: pointed.start()] + here + said[pointed.end() :]
    if noun_in(said) is not None:
        return said
    if has_a_noun(said) or (parse(said) is not None and not _only_a_place(said)):
        return said  # an area of its own: "the white blob at the bottom"
    both = (f"{said} {noun}", f"{noun} {said}")
    return next((one for one in both if not isinstance(understand(one), str)), said)


_PARTS = re.compile(r"\b(?:half|third|quarter|corner|edge|areas?|parts?|picture|image)\b")


def _only_a_place(said: str) -> bool:
    """Whether words of the pixels say no more than where: "on the left", but not "the left half"."""
    return _PARTS.search(said) is None and all(not clause.tones for clause in parse(said) or ())


def points_at_one(said: str) -> bool:
    """Whether words name a thing only as one of those that were spoken of: "the white one"."""
    return re.search(r"\bones?\b", said.casefold()) is not None


def colour_lost(about: str, phrase: str) -> str | None:
    """The colour that was said of what was asked about and is said no more, nor another one; None: none is lost."""
    was, now = ([word for word in re.findall(r"\w+", text.casefold()) if word in COLOURS] for text in (about, phrase))
    same = bool(classes_in(about) & classes_in(phrase))
    return was[0] if was and not now and same else None


def says_more(about: str, phrase: str) -> bool:
    """Whether a phrase that is understood tells the things in question apart, rather than naming them once more."""
    meaning, noun = understand(phrase), noun_in(about)
    return not isinstance(meaning, str) and (noun is None or meaning != understand(noun))


def names_another(about: str, phrase: str) -> bool:
    """Whether a phrase names something else than what was asked about: another thing, or an area by its look."""
    if isinstance(understand(phrase), str):
        return parse(phrase) is not None and not _only_a_place(phrase)
    return not classes_in(phrase) & classes_in(about) and bool(classes_in(phrase))


def names_unknown(phrase: str, said: str) -> bool:
    """Whether words name a thing that is not known here: "the headlight of his bike"; not "whatever", "that one".

    Args:
        phrase: what is said, as :func:`described` has it.
        said: the person's words.
    """
    unknown = isinstance(understand(phrase), str) and not points_at_one(said)
    return unknown and (noun_in(phrase) is not None or _NAMES.match(heard(said)) is not None)


_NAMES = re.compile(r"(?:the|his|her|their|my|its) \w{3,}")


def named(answer: str) -> str:
    """The name in an answer, without what leads to it: "ok, the trees at the back", "neither, the orange one"."""
    return plain(_LEADS.sub("", answer.strip().casefold()))


def plain(answer: str) -> str:
    """An answer as names are written: lower case, without article, courtesy and full stop."""
    return _bare(answer.replace(",", " "))


def _spoken(answer: str) -> str:
    """The same as :func:`named` with its commas, which part what is listed."""
    return _LAST_BUT_ONE.sub(BEFORE_LAST, _bare(_LEADS.sub("", answer.strip().casefold())))


_POINTED_OUT = re.compile(
    r"^(?:(?:please|use|take|try|pick|choose|i mean|i meant|i said|i want(?= (?:the|that)\b)|it'?s(?= the\b)|only)\s+)+"
)


def _bare(answer: str) -> str:
    words = " ".join(answer.casefold().split()).strip(" .,;:!?\"'")
    words = _POINTED_OUT.sub("", words)
    return re.sub(r"^(the|teh|hte|a|an)\s+", "", re.sub(r"\s+please$", "", words))


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


Rank = Callable[[Box], float]
#: What comes first, by the words for it. A camera that looks along the ground sees near things larger and lower.
RANKS: tuple[tuple[frozenset[str], Rank], ...] = (
    (frozenset(["left", "leftmost"]), lambda box: box[0] + box[2]),
    (frozenset(["right", "rightmost"]), lambda box: -box[0] - box[2]),
    (frozenset(["largest", "biggest", "big", "large"]), lambda box: -_size(box)),
    (frozenset(["nearest", "closest", "near", "front"]), lambda box: -_size(box) * box[3]),
    (frozenset(["smallest", "small"]), _size),
    (frozenset(["farthest", "furthest", "far"]), lambda box: _size(box) * box[3]),
    (frozenset(["top", "upper", "highest"]), lambda box: box[1] + box[3]),
    (frozenset(["bottom", "lower", "lowest"]), lambda box: -box[1] - box[3]),
)
# What some answers are called before a noun, as ``fusion.regions.words.meaning`` reads them.
PLACES = {"left": "leftmost", "right": "rightmost", "top": "topmost", "bottom": "lowest"} | {
    word: word for names, _ in RANKS for word in names if word.endswith("st")
}
