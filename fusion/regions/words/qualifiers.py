"""What stands beside a noun and is no tone or place: numbers, picks, clothes, what the thing is beside, what it does.

Some of it the pictures can tell, and the rest they cannot: that somebody talks, that a car is parked. What cannot be
told is no reason to drop the noun; it is kept, word for word, for whoever looks to say that it was not looked at.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wordfuse.fusion.regions.words.colours import COLOURS, Colour
from wordfuse.fusion.regions.words.grammar import HERE, spoken

Pick = Literal[
    "nearest", "farthest", "largest", "smallest", "leftmost", "rightmost", "topmost", "lowest", "hottest", "coldest"
]
Relation = Literal["near", "before", "behind", "under", "above", "on", "in"]

NUMBERS = {
    word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)
} | {"pair": 2, "couple": 2}
PICKS: dict[str, Pick] = {
    **dict.fromkeys(["nearest", "closest", "frontmost", "foremost"], "nearest"),
    **dict.fromkeys(["farthest", "furthest", "distant", "remotest"], "farthest"),
    **dict.fromkeys(["largest", "biggest", "tallest", "big", "large"], "largest"),
    "leftmost": "leftmost",
    "rightmost": "rightmost",
    **dict.fromkeys(["topmost", "uppermost", "highest"], "topmost"),
    **dict.fromkeys(["lowest", "lowermost", "bottommost"], "lowest"),
    **dict.fromkeys(["hottest", "warmest"], "hottest"),
    **dict.fromkeys(["coldest", "coolest"], "coldest"),
    **dict.fromkeys(["smallest", "tiniest", "small", "tiny", "little"], "smallest"),
}
# Before a noun these say how far it is; after it they name a part of it: "the front car", "the car front".
PICKS_BEFORE_NOUN: dict[str, Pick] = {
    **dict.fromkeys(["front", "near", "nearer", "closer"], "nearest"),
    **dict.fromkeys(["back", "rear", "far", "further", "farther"], "farthest"),
}
SIZES = frozenset("big large small tiny little".split())  # of what is not counted they say nothing that can be told
EVERY = frozenset("every each any all".split())
# Words that say nothing about which: beside them, whatever the grammar does not understand is unknown.
EMPTY = EVERY | frozenset("the a an some those these this that there are is in of visible whole".split())
# What people do; that they do it changes nothing about which of them are meant.
POSTURES = frozenset(
    "walking standing running sitting waiting crouching crouched squatting kneeling striding strolling".split()
)
SHADOWS = frozenset("shadow shadows shade".split())  # after a noun: what it throws, not how it is
Body = Literal["head", "torso", "legs", "feet", "clothes"]
#: What people wear and have, and which part of them it is.
BODY: dict[str, Body] = {
    **dict.fromkeys("face faces head heads".split(), "head"),
    **dict.fromkeys("coat coats jacket jackets shirt shirts tshirt tshirts sweater sweaters pullover".split(), "torso"),
    **dict.fromkeys("jumper jumpers hoodie hoodies hoody anorak parka parkas vest vests torso torsos".split(), "torso"),
    **dict.fromkeys("leg legs trouser trousers pants jeans slacks".split(), "legs"),
    **dict.fromkeys("shoe shoes boots trainers sneakers feet foot".split(), "feet"),
    **dict.fromkeys("clothes clothing outfit outfits garments".split(), "clothes"),
}
_SINGULAR_PARTS = frozenset("face head foot shoe".split())  # of which one speaks of one person
# Said of people these may mean their skin, which nobody here judges.
OF_SKIN = frozenset("black white brown yellow".split())

_LIT = (
    "(lit( up)?|(switched|turned) on|shining|glowing|burning|glaring|blinding|dazzling|bright(ly)?|strong|overexposed)"
)
# What is said of a light that says no more than that it is one: each that is found shines.
LIT = re.compile(
    rf"\b((that|which) (are|is) ((so|too|still) )?(on$|{_LIT})|((so|too|very) )?{_LIT})"
    r"( (me|us|everybody|the (camera|driver)))?\b"
)

# Several words that mean one, replaced in order before the words are read.
IDIOMS = (
    (HERE, ""),
    (r" (any|some)?(where )?in (it|this|(the|this) (whole |entire )?(picture|image|photo(graph)?|scene))$", ""),
    (r"(, ?| )(all|each|both|every one) of (them|those|these)$", ""),
    (r"(night|evening|morning|day|winter|summer)( ?time)?(?= (sky|skies|clouds?)\b)", ""),
    (r"(a |the )?(pair|couple) of", "two"),
    (r"(a |the )?(group|crowd|row|line|bunch|lot)s? of( the)?", "the"),
    (r"(the )?(leaves|foliage|crowns?) of( the)?(?= .*\b(tree|palm|pine|oak|bush|hedge)(e?s)?\b)", "the"),
    # A region by itself: there it is no brightness and no sign that somebody gives.
    (r"^(the |that |this |his )?light(?=$| (on|at|over|above|by|near|next) )", "the lamp"),
    (r"^(the )?signals?(?=$| (on|at|over|above|by|near|next) )", "traffic lights"),
    (r"^(he|him|she|her)$", "the person"),
    (r"^(the |that |this )?couple(?=$| (on|in|at|by|under|near|behind|walking|with|of the) ?)", "two people"),
    (r" ahead( of (us|me))?$", ""),
    (r" (overhead|up top)$", " at the top"),
    (r"(left|right) hand(?= \w)", r"\1"),
    # "Who is that on the left", "whoever hides there": somebody of whom nothing more is known.
    (r"^(the )?(those|ones) who( is| are| was| were)?(?= )", "people"),
    (r"^(the )?(people|someone|somebody|anyone|anybody) (who|that) (is|are|was|were)(?= )", r"\2"),
    (r"^who(ever)?( it)?( is| are| was)?( (that|this|there|it))?(?= )", "somebody"),
    (r"^(his|her|its|their|my|our|your)(?= )", "the"),
    (r"head (lights?|lamps?)", r"head\1"),
    # What can be switched on and is seen to be so is a light.
    (rf"^(the |all )?(those|ones|things) (that|which) (is|are) (still )?(on|{_LIT})$", "lights"),
    (r"all of", "all"),
    (r"far away|in the distance|far off|(further|farther|way|right) (back|away|behind)", "distant"),
    (r"(at|in|to|towards?) the (very )?(back|rear|far end)(?! (of|left|right))", "distant"),
    (r"behind(?= ?($|,|and\b|or\b))", "distant"),
    (r"close by|nearby|up close|(close|closer|closest|near|nearest|next) to (me|us|the camera)", "nearest"),
    (r"(right |up )?(at|in|to) (the )?(very )?front(?! (of|left|right))|up front", "nearest"),
    (r"far (left|right)", r"\1"),
    (r"(furthest|farthest) (out )?((to|on|at) )?(the )?(left|right)", r"\6most"),
)
_RELATIONS: tuple[tuple[Relation, str], ...] = (
    ("near", "by, near, next to, beside, besides, close to, alongside, nearest to, closest to, nearest, around, at"),
    ("before", "in front of, before"),
    ("behind", "behind, in back of"),
    ("under", "under, below, beneath, underneath"),
    ("above", "above, over"),
    ("on", "on, on top of, riding, riding on"),
    ("in", "in, inside, inside of, driving"),
)
RELATIONS = {tuple(words.split()): relation for relation, said in _RELATIONS for words in said.split(", ")}

_GARMENTS = frozenset(
    "jacket jackets coat coats shirt shirts t tshirt dress dresses sweater hoodie vest vests suit suits clothes "
    "clothing top trousers pants jeans skirt hat hats cap caps helmet helmets scarf uniform uniforms one".split()
)
# How things are that the pictures do not tell; none of them makes another thing of a thing, as "toy" and "former" do.
_ADJECTIVES = frozenset(
    "parked moving driving stopped old young elderly tall short fat thin slim new modern wooden brick stone concrete "
    "metal glass empty busy lonely lone single nice pretty beautiful ugly strange weird funny dirty wet dry shiny "
    "leafless bare long high wide narrow main fast slow noisy grainy blurry oncoming approaching hidden lost missing "
    "steel iron corrugated striped sunlit floodlit pale rough patched leading surrounding residential hanging leaning "
    "overhanging bearded neighbouring neighbour collapsed spindly crooked".split()
)
_OPENERS = frozenset(
    "in with wearing holding carrying who that which whose at from to by near on under behind beside next across "
    "along through around inside outside".split()
)
NEGATIONS = frozenset("not no without except but never neither nor other than else isn aren don doesn".split())
_ARTICLES = frozenset("the a an his her their".split())


def body_part(words: Sequence[str]) -> tuple[int, Body] | None:
    """Which word of a phrase names a part of somebody, and which part; None where somebody only wears or has one.

    Example:
        >>> body_part("the red coat of the man".split()), body_part("the man in the red coat".split())
        ((2, 'torso'), None)
    """
    place = next((at for at, word in enumerate(words) if word in BODY), None)
    if place is None or any(word in _OPENERS for word in words[:place]):
        return None
    after = words[place + 1 :]
    if after and after[0] != "of" and after[0] not in _OPENERS and not spoken(after[:1]):
        return None  # "a coat hook", "the head waiter"
    return place, BODY[words[place]]


def whose(word: str) -> str:
    """Whose a part of a body is, where nobody is named: "person" of one, else "people"."""
    several = (word not in _SINGULAR_PARTS and word.endswith("s")) or word in ("feet", "clothing")
    return "people" if several else "person"


# Before a noun these make another thing of it, or others of some: of those nothing is found by the noun.
_ANOTHER = frozenset(
    "toy model paper wax printed painted plaster stone snow doll dummy fake stuffed statue cartoon plastic cable "
    "former half quarter part upper lower other another same next every dead fallen autumn rock clock mirror reflected "
    "virtual non anti mini bird dog rabbit egg cup milk sand smoke".split()
)
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh last".split()
)  # which of some, from where is not said
_FUNCTION = frozenset(
    "a an the and or of off for from to with without in on at by up down over above under below beneath underneath "
    "behind before between beyond near beside next across along around round through past about against amid among "
    "inside outside towards toward than as is are was were that which who whose this these those".split()
)


def kind_before(before: Sequence[str]) -> str | None:
    """The word right before a noun that may name a kind of the thing ("yield sign", "umbrella man"); else None.

    Example:
        >>> kind_before(["the", "umbrella"]), kind_before(["under", "the"]), kind_before(["toy"])
        ('umbrella', None, None)
    """
    word = before[-1] if before else ""
    told = spoken([word]) or word in PICKS or word in PICKS_BEFORE_NOUN or word in NUMBERS or word in SIZES
    if len(word) < 3 or not word.isalpha() or told or word in _ANOTHER | _FUNCTION | NEGATIONS | EMPTY | EVERY:
        return None
    return word


@dataclass(frozen=True)
class Clothes:
    """Somebody's clothes, by their colour, and what of the words is left without them."""

    colour: Colour
    left: tuple[str, ...]


def split_relation(words: Sequence[str]) -> Iterator[tuple[Sequence[str], Relation, Sequence[str]]]:
    """Where a phrase may fall into a thing, what it is to another thing, and that other thing: the first place first.

    Example:
        >>> next(split_relation("people by the van".split()))
        (['people'], 'near', ['the', 'van'])
    """
    for start in range(1, len(words) - 1):
        for length in (3, 2, 1):
            relation = RELATIONS.get(tuple(words[start : start + length]))
            if relation is not None:
                yield words[:start], relation, words[start + length :]
                break


def clothes_in(words: Sequence[str]) -> Clothes | None:
    """Clothes of one colour among the words after a noun, or None.

    Example:
        >>> clothes_in("in the red jacket on the left".split())
        Clothes(colour='red', left=('on', 'the', 'left'))
        >>> clothes_in("sitting in the white car".split()) is None
        True
    """
    for start, word in enumerate(words):
        if word not in ("in", "with", "wearing", "dressed"):
            continue
        at = start + 1
        while at < len(words) and words[at] in _ARTICLES | {"in", "dark", "bright", "light"}:
            at += 1
        if at < len(words) and words[at] in COLOURS:
            colour, end = COLOURS[words[at]], at + 1
            while end < len(words) and words[end] in _GARMENTS:
                end += 1
            if end == at + 1 and not _ends_here(words[end:]):
                continue  # "in the white car": that is where somebody is
            return Clothes(colour, (*words[:start], *words[end:]))
    return None


def _ends_here(after: Sequence[str]) -> bool:
    """Whether a colour stands for clothes by itself: what follows it is nothing that is so coloured."""
    return not after or after[0] in _OPENERS | POSTURES | {"and", "or"} or after[0].endswith("ing")


def without_untold(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The words around a noun without what the pictures cannot tell, the least left out first.

    Returns:
        What is left before and after the noun, and what was left out, in pieces.
    """
    told, plain = ([word for word in words if word not in _ADJECTIVES or spoken([word])] for words in (before, after))
    adjectives = [word for word in (*before, *after) if word in _ADJECTIVES and not spoken([word])]
    yield told, plain, adjectives
    for length in range(1, len(plain) + 1):
        for start in range(len(plain) - length + 1):
            piece = plain[start : start + length]
            opens = piece[0] in _OPENERS or (piece[0].endswith("ing") and len(piece[0]) > 4)
            if opens and not spoken(piece) and not NEGATIONS.intersection(piece):
                rest = plain[start + length :]
                if not rest or rest[0] in _OPENERS:
                    yield told, [*plain[:start], *rest], [*adjectives, " ".join(piece)]
