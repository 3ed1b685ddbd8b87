"""What is said in one breath and is several: a question and a request, a request and a question, two questions.

Only what surely is two is parted: a question that wants an answer, beside something else that stands by itself. "Can
you make it brighter?" is one wish, "what about the sky? denoise it" wants no answer.
"""

import re
from typing import Final

from wordfuse.agent.dialogue.asking.naming import is_change
from wordfuse.agent.dialogue.intents import intent_of
from wordfuse.agent.dialogue.settled import asks_to_mark
from wordfuse.agent.plan import Plan
from wordfuse.agent.telling.closer import closer_in
from wordfuse.agent.telling.hearing import led_by
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as

MOST = 4  # parts

_WHO: Final = r"(?:he|she|it|they|there|that|those|these|this|one|any\w*|some(?:body|one|thing)|the|all|both)"
_WH: Final = (
    r"(?:where|which|who|what(?! about| if)|how (?:many|much|warm|hot|cold|noisy|bright|dark|far|big|large|old))"
)
#: How a question begins that wants an answer.
_ASKS: Final = re.compile(
    rf"{led_by('tell me', 'say')}(?:how (?:many|much|warm|hot|cold|noisy|bright|dark|far)|where|which|who|is there|"
    r"are there|is (?:any|some)body|do you see|can you see|is that|are those|"
    r"what(?! about| if)(?:'?s)?|any(?:body|one|thing)?|(?:has|have) any)\b",
    re.IGNORECASE,
)
#: The same as an order: "give me the temperature of the bin", "tell me how many there are".
_TELLS: Final = re.compile(
    rf"{led_by('also', 'then')}(?:(?:tell|show|give|let) (?:me|us)(?: know)?|say|report|find out|check|work out) "
    r"(?:(?:how|where|which|who|what(?:'s| is| are)|whether|if)\b"
    r"|the (?:[a-z]+ )?(?:temperatures?|brightness|noise|number|count|warmest|hottest|coldest|position|place|heat)\b)"
    rf"|{led_by('also', 'then')}(?:count|measure) (?:the|all|every|how|both|these|those)\b",
    re.IGNORECASE,
)
#: What is followed by what it says of the talk itself: "... and save it as a png", "... and show me before and after".
_ASIDE: Final = frozenset({"save", "compare", "show", "history"})
#: The same of the pictures' looks: it wants an answer where what follows needs nothing of it.
_WHY: Final = re.compile(rf"{led_by()}why (?:is|are|does|do|was|were|has|have)\b", re.IGNORECASE)
#: A question about what was said before it: "..., is he carrying something?".
_ASKS_ON: Final = re.compile(
    rf"(?:(?:and|but|so|also) )*(?:(?:is|are|was|were|does|do|did|has|have) {_WHO}\b"
    rf"|can (?:you|one) (?:see|tell)\b|{_WH}\b)"
    # Whether it can be done, or is right so, is no question about the picture.
    r"(?!.*\b(?:possible|okay?|alright|all right|doable|right|clear|enough|better)\W*$)",
    re.IGNORECASE,
)
#: How a request begins.
_ORDERS: Final = re.compile(
    rf"{led_by('also', 'just', 'if so', 'if yes', 'then', 'i want', 'let us', 'lets', 'let.s')}"
    r"(?:make|brighten|lighten|darken|dim|denoise|blur|sharpen|soften|remove|reduce|delete|erase|crop|cut|zoom|rotate|move|"
    r"increase|turn|highlight|emphasi[sz]e|clean|smooth|improve|enhance|show|give|bring|lift|tone|take|put|get|hide|fix|"
    r"colou?r|recolou?r|paint|tint|dehaze|destripe|mute|mark|circle|box|outline|draw|label|number|point|correct|restore|"
    r"add|replace|fill|boost|raise|lower|warm|cool|count|find|undo|even)\b",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(
    r"\b(?:it|its|them|they|him|her|his|that|those|these|this|there|one|ones)\b", re.IGNORECASE
)
_IT: Final = re.compile(r"\bit\b(?!'|\s+(?:is|was|looks|seems|would|has)\b)")
_SENTENCES: Final = re.compile(r"(?<=[?!.;])(?<!i\.e\.)(?<!e\.g\.)\s+")
_CLAUSES: Final = re.compile(r",\s+(?:and\s+|but\s+)?|\s+and\s+")


def in_one_breath(text: str) -> tuple[str, ...]:
    """The parts of what is said, in order; the text alone where it is one.

    Example:
        >>> in_one_breath("where's the car? colour it so I find it")
        ("where's the car?", 'colour it so I find it')
        >>> in_one_breath("how many people are there and which one is closest?")
        ('how many people are there?', 'which one is closest?')
        >>> in_one_breath("make the car pop and give me the temperature of the bin")
        ('make the car pop', 'give me the temperature of the bin')
        >>> in_one_breath("what about the sky? denoise it")
        ('what about the sky? denoise it',)
    """
    said = [part for sentence in _sentences(text) for part in _clauses(sentence)]
    if not 1 < len(said) <= MOST or not any(map(_is_asked, said)):
        return (text,)
    rhetorical = any(_WHY.match(part) for part in said[:-1])
    if rhetorical and any(_POINTS_BACK.search(part) for part in said[1:]):
        return (text,)
    return tuple(said) if all(_is_asked(part) or _is_request(part) for part in said) else (text,)


def not_followed(text: str, plan: Plan) -> str | None:
    """What is said where several were said in one breath and a plan is of one of them; None where it is of all.

    A conversation follows one after the other; elsewhere an instruction has one plan.
    """
    parts = in_one_breath(text)
    if len(parts) < 2 or plan.refusal:
        return None
    answered = next(part for part in parts if _is_asked(part))
    left = [part for part in parts if (part != answered if plan.question is not None else _is_asked(part))]
    told = "; ".join(f"'{part}'" for part in left)
    return f"Not {'answered' if all(map(_is_asked, left)) else 'done'} beside it: {told}. Say it by itself."


def with_name(part: str, before: Plan, asked: str = "") -> str | None:
    """A part whose "it" is what the question before it in the same breath was about, with that by its name.

    Args:
        part: what is said after it.
        before: what was understood before it.
        asked: the question; who says "it" there as well, may mean the picture.

    Returns:
        None where it is not known what "it" is.

    Example:
        >>> from wordfuse.agent.plan import Query
        >>> from wordfuse.tools.types import Region
        >>> asked = Plan(question=Query(kind="find", region=Region(phrases=["car"])))
        >>> with_name("sharpen it so I find it", asked)
        'sharpen the car so I find it'
    """
    if before.question is None or not _ORDERS.match(part) or not _IT.search(part):
        return part
    phrases = before.question.region.phrases
    if not phrases and not _IT.search(asked):
        return None
    if len(phrases) != 1:
        return part
    noun = noun_in(phrases[0])
    if noun is not None and numbered_as(noun, several=False) != noun:
        return part  # one of several, and which was not said
    named = re.sub(r"^(?:the|a|an) ", "", phrases[0])
    return _IT.sub(f"the {named}", part, count=1)


def _sentences(text: str) -> list[str]:
    """The sentences of a text; one that only leads to the next stays with it: "there's a blob. what is it?"."""
    parts = (part.rstrip(" .;") for part in _SENTENCES.split(" ".join(text.split())))
    return [part for part in parts if re.search(r"\w", part)]


def _clauses(sentence: str) -> list[str]:
    """A sentence in two where it goes on with a question behind a request or another question."""
    for between in _CLAUSES.finditer(sentence):
        first, second = sentence[: between.start()], sentence[between.end() :]
        if (
            len(first.split()) >= 2
            and len(second.split()) >= 2
            and (
                (wants_answer(second) and (_ORDERS.match(first) or _is_asked(first)))
                or (wants_answer(first) and _ORDERS.match(second))
            )
        ):
            return [first, *_clauses(second)]
        if not sentence.endswith("?"):
            continue
        if not _ASKS_ON.match(second) or len(first.split()) < 3 or len(second.split()) < 2:
            continue
        if _ORDERS.match(first) and not re.match(r"\W*(?:show|tell|find out)\b(?: me)?", first, re.IGNORECASE):
            return [first, second]
        if _ASKS.match(first) and not first.endswith("?"):
            return [f"{first}?", second]
    return [sentence]


def _is_asked(part: str) -> bool:
    """Whether a part is a question that wants an answer."""
    if wants_answer(part):
        return True
    if not part.endswith("?"):
        return False
    if _WHY.match(part):
        return True
    last = part.rpartition(", ")[2]  # "there's a white blob at the bottom, what is it?"
    asks = _ASKS.match(part) or _ASKS_ON.match(part) or _ASKS.match(last)
    return asks is not None and not is_change(part)


def wants_answer(part: str) -> bool:
    """Whether a part is an order whose outcome is an answer, a picture that is shown, or a file, and no edit."""
    return bool(_TELLS.match(part)) or asks_to_mark(part) or closer_in(part) is not None or intent_of(part) in _ASIDE


def _is_request(part: str) -> bool:
    return _ORDERS.match(part) is not None or is_change(part.rstrip("?"))
