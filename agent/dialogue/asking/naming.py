"""Whether words are a name: a noun phrase, with no verb of its own and no effect in it.

Whoever is asked which region is meant names one, and whatever else is said is none of that. A name is read by its
build, so that things nobody here knows ("the sidecar of the motorbike") and misspelt ones ("teh red car") are names:

===========================  ==================================  ================================================
no name is                   for                                 but
===========================  ==================================  ================================================
an order                     "count the cars", "destripe it"     "people all over", "the man holding the bag"
a clause                     "it is too dark", "I want to read"  "the car that is dark", "the one I clicked before"
more or less of something    "brighter", "way too much blur"     "the brighter half", "more of the left one"
a question                   "where is it?"                      "the one where the fence ends"
words of effects, where      "horrible noise everywhere"         whatever begins as a name does, or is understood
nothing says it is a name
===========================  ==================================  ================================================
"""

import re

from wordfuse.agent.dialogue.asking.choosing import rejected
from wordfuse.agent.dialogue.asking_less import wants_half
from wordfuse.agent.model.gist import gist
from wordfuse.agent.telling.hearing import heard
from wordfuse.agent.telling.orders import ORDERS
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import noun_in, understand

SENTENCE, SPEAKS = 3, 0.5  # words of the shortest sentence; how likely it must speak of something to be no name

_LEADS = re.compile(
    r"^(?:(?:ok|okay|well|then|now|fine|hm+|um+|uh+|oh|ah|yes|yeah|sure|alright|actually|but|wait|sorry|rather|maybe"
    r"|perhaps|only|just|also|please|no|nope|not|neither|none)\b[\s,.:;-]*"
    r"|(?:i (?:mean|meant|said|want|wanted)|i'd say|use|take|try|pick|choose|make (?:it|that)(?= (?:the|that|those)\b)"
    r"|(?:it'?s|it is|that'?s|that is|those are|they are|they're)(?= (?:the|an?|that|those|my|his|her|on|in|at|by)\b))"
    r"[\s,:]+)+(?=\w)"
)
_TAIL = re.compile(r"(?:[\s,]+(?:please|instead|then|i (?:mean|meant|think|guess)|maybe|of course|too|as well))+$")
# Words with which one points at something, and names nothing.
_POINTS = re.compile(
    r"(?:this|that|these|those|it|him|her|them|here|there|over there|both)(?: (?:ones?|two|there|here))?"
)
_BETTER = (
    r"(?:brighter|darker|lighter|dimmer|sharper|softer|smoother|clearer|crisper|cleaner|warmer|cooler|colder|nicer"
    r"|better|worse|stronger|weaker|blurrier|noisier|louder|calmer|prettier|bolder|punchier|hotter)"
)
# "The car that is dark", "the guys who were there": of a relative clause, its verb is none of the sentence.
_RELATIVE = re.compile(
    r"(?<=[a-z]) where .*$|(?<=[a-z]) (?:that|who|which)(?:'s|(?: (?:is|are|was|were|has|have|had|can|could|should))* "
    rf"?(?:looks?|seems?|needs?|makes?|\w+s(?= (?:the|a|an|to|at|in|on|out|up|down|off)\b))?)(?: {_BETTER})?(?=\W|$)"
    r"|(?<=[a-z]) whose .*$"
)
_REDUCED = re.compile(
    r"(?<=[a-z]) (?:i|you|we)(?:'ve|'d)?(?: (?:just|have|already|meant to|can|can'?t|cannot))* \w+"
    rf"(?: {_BETTER})?(?= |$)"
)
_CLAUSE = re.compile(
    r"^(?:it|i|we|you|he|she|they|to|there|nothing)\b(?! (?:on|in|at|by)\b)[ ']\w"
    r"|^(?!further|farther|higher|lower|all|way)[\w']+ (?:up|down)(?: a .*)?$"
    r"|\b(?:is|are|was|were|looks?|looked|seems?|needs?|should|could|would|must|has|have|had|want|wants|does|did|do"
    r"|i|i'm|i'd|we|you|please|again|undo|gonna|wanna|lemme)\b|n't\b|(?<=\w)'(?:s|re) (?:too|so|not|just|now)\b"
    r"|\b(?:too|so) \w|\bway (?:too|more|less)\b|\bnot (?:enough|so|that)\b"
    r"|\b(?:it|them|him|her) (?:out|up|down|away|off|back)$|(?<!further )(?<!the )(?<!at )\bback$"
    r"|(?<!far )(?<!farther )(?<!further )(?<!est )(?<!ing )\baway$|\boff$"
)
# What such a word says of a thing that is named: "the car so close to us", "the one closest to you", "its lights off".
_OF_A_NAME = re.compile(
    r"\b(?:too|so) (?=(?:close|near|far|high|low|big|small|large|tall)\b)|(?<=\b(?:to|of|by|at) )(?:you|i)\b"
    r"|(?<=\bwith )(?:more|less|fewer)\b|(?<=\bthe )(?:more|less) (?=\w+ (?:ones?|\w+)$)|(?<=\w )off$"
)
# What is more or less of something; "the brighter half" and "the sharper ones" tell which.
_MORE = re.compile(
    rf"\b(?:more|less|fewer)\b(?! of\b)|\ba (?:bit|touch)\b|\ba little\b(?! \w+$)|\ba lot\b(?! of \w)"
    rf"|\b{_BETTER}(?=$| (?:now|there|here|than|in|on|at|for)\b)"
    r"|^(?:the )?same\b(?! (?:ones?|cars?|guys?|man|person|people|things?|place|area)\b)"
)
_ONES = re.compile(r"\bones?\b")
_ASKS = frozenset("how where what who when why can could do does is are which whose".split())
_ARTICLES = r"(?:the|an?|my|his|her|their|our|your|its)"
_OBJECTS = re.compile(rf"(?:{_ARTICLES}|it|them|him|me|us|everything|everyone|everybody)")
_SOME = frozenset("all every each some any this that these those both".split())
# What may stand before an article: "all the cars", "behind the van", "holding a bag".
_BEFORE = re.compile(
    r"all|both|half|only|just|not|even|and|or|but|except|everything|everyone|everybody|what|whatever|plus|\w+ing|\w+ed"
    r"|of|in|on|at|by|with|near|behind|under|above|over|below|beside|besides|between|around|from|to|for|inside|outside"
    r"|along|across|through|against|towards?|before|after|beyond|beneath|underneath|within|without|like|past|than|as"
)
_BEGINS = re.compile(
    rf"(?:(?:just|only|all|both|every|each|some|any)\s+)*(?:{_ARTICLES}|this|that|these|those|every)\b"
)


def is_name(text: str) -> bool:
    """Whether words name something, known or not, and say nothing else.

    Example:
        >>> is_name("the sidecar of the motorbike"), is_name("teh red car"), is_name("I mean the one in the middle")
        (True, True, True)
        >>> is_name("count the people for me"), is_name("destripe it"), is_name("way too much blur")
        (False, False, False)
    """
    turned = rejected(text)
    text = text if turned is None else turned.instead
    said = heard(text)
    if said.endswith("?"):
        return False
    said = _TAIL.sub("", _LEADS.sub("", said.strip(" .,;:!\"'")))
    if not re.search(r"\w", said):
        return False
    if _POINTS.fullmatch(said):
        return True
    bare = " ".join(_REDUCED.sub("", _RELATIVE.sub("", said)).split())
    if _BEGINS.match(bare) and (noun_in(bare) is not None or _ONES.search(bare)):
        bare = " ".join(_OF_A_NAME.sub("", bare).split())
    words = re.findall(r"[\w'-]+", bare)
    if not words or words[0] in _ASKS or _CLAUSE.search(bare) or _MORE.search(bare):
        return False
    if re.fullmatch(_BETTER, words[0]) and parse(bare) is None:  # "darker sky", but "darker areas"
        return False
    if any(_is_order(part) for part in re.split(r"\s*[,;:]\s*|\s+-+\s+|\s+(?:and|but|then)\s+", bare)):
        return False
    if len(words) < SENTENCE or _BEGINS.match(bare) or _is_understood(bare):
        return True
    kind, sure = likeliest(text)
    return kind[:2] == "- " or sure < SPEAKS


def is_query(text: str) -> bool:
    """Whether words are a question: "where is the report?"."""
    return text.rstrip().endswith("?") or heard(text).partition(" ")[0] in _ASKS


def is_change(text: str) -> bool:
    """Whether words speak of something that is to be done, and are no name: "make it warmer", "it is far too dark"."""
    if is_name(text):
        return False
    if _is_order(_LEADS.sub("", heard(text).strip(" .,;:!?"))) or wants_half(text):
        return True
    kind, sure = likeliest(text)
    return kind[:2] not in ("? ", "- ") and sure >= SPEAKS


def likeliest(text: str) -> tuple[str, float]:
    """What words speak of most, as a :class:`Gist` names it, and how likely they do, 0 to 1."""
    spoken = gist()(text)
    kind = max(spoken, key=spoken.__getitem__)
    return kind, spoken[kind]


def _is_order(part: str) -> bool:
    """Whether words begin with what is to be done: a verb of an order, or any word with what follows as its object."""
    words = re.findall(r"[\w'-]+", part)
    if not words:
        return False
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in ORDERS and not _is_understood(part):
        return True
    if first in _ASKS or "'" in first:  # "where's the car", "there's a blob"
        return False
    if re.fullmatch(_ARTICLES, first) or first in _SOME or _BEFORE.fullmatch(first):
        return False
    return bool(_OBJECTS.fullmatch(second)) or (second in _SOME - {"that"} and noun_in(first) is None)


def _is_understood(phrase: str) -> bool:
    return not isinstance(understand(phrase), str) or parse(phrase) is not None
