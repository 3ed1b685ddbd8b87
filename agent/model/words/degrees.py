"""Temperatures in a wish, kept out of a small model's sight: it has never met one, and takes their numbers for amounts.

"Brighten everything hotter than 40 C" is read by it as "brighten the hot objects", and "make people warmer than 37 C
stand out" as "make people on the left stand out": words that it knows, in the same places of the sentence. What it then
calls a region is put back into the person's words. Which words speak of a temperature, a grammar says
(``fusion.regions.words.degrees``), not the model.
"""

import re
from dataclasses import dataclass, field

from wordfuse.agent.plan import Plan, Query, Step
from wordfuse.fusion.regions.words.degrees import Found, as_name, conditions_in
from wordfuse.tools.types import Region

#: What stands in for a region that nothing but its temperature tells, and for what is said of a thing.
_THINGS = ("hot objects", "cold objects", "bright objects", "dark objects")
_PLACES = ("on the left", "on the right", "in the background", "in the foreground", "at the top", "at the bottom")
# A head that says nothing, and one that is part of the region's name: "everything", "the areas".
_NOTHING = re.compile(
    r"(?:^|(?<=\s))(?:(?:just|only)\s+)?(?:everything|everywhere|whatever|wherever|what|all|those|that|it)\s*$", re.I
)
_AREAS = re.compile(
    r"(?:^|(?<=\s))(?:(?:the|all|any|all\s+the|those|these)\s+)?"
    r"(?P<name>(?:(?:hot|warm|cold|cool)\s+)?"
    r"(?:areas?|regions?|parts?|zones?|places?|things?|objects?|spots?|hotspots?|patches|surfaces?|pixels?|points?))\s*$",
    re.I,
)
_SOMETHING = re.compile(r"\b(?:anything|something|anybody|anyone|somebody|someone)\s*$", re.I)
# What goes before a comparison and no name ends with: then the comparison is all that is said.
_OPENERS = re.compile(
    r"(?:^|\b(?:in|on|of|at|from|for|to|and|then|but|except|with|by|brighten|lighten|darken|dim|denoise|sharpen|blur|dehaze"
    r"|destripe|highlight|emphasi[sz]e|recolou?r|colou?r|show|find|mark|leave|smooth|clean|make|mute|saturate|improve"
    r"|enhance|heat|the|is|are|me|us|everything\s+but|where)|[,;:])\s*$",
    re.I,
)
_UNIT = re.compile(
    r"[\s,]*\b(?:in|as)\s+(?:[\u00b0\u00ba\u02da]\s*|degrees?\s+)?(?:celsius|celcius|centigrade|fahrenheit|farenheit|kelvin"
    r"|[cfk])\b(?=\s*(?:[?.!,;]|$|please\b))|[\s,]*\bin\s+[\u2103\u2109]",
    re.I,
)
_LEAD = re.compile(r"^(?:(?:that|which|who)\s+)?(?:is|are|was|were|be|of|at|by|with)\s+", re.I)
_IS = re.compile(r"^(?:is|are|was|were)\s+", re.I)
_ASKS = re.compile(r"^\s*(?:is|are|was|were)\b", re.I)


@dataclass(frozen=True)
class _Put:
    """One stand-in: the words that the model reads, those that were there, and what stood before them."""

    reads: str
    said: str
    before: str

    @property
    def place(self) -> tuple[str, ...]:
        """What a place is called by itself: "left", "the left" of "on the left"."""
        return (self.reads.split()[-1], " ".join(self.reads.split()[1:])) if self.reads in _PLACES else ()

    def stands_in(self, name: str) -> bool:
        """Whether a region that the model named is this one, or holds it."""
        return self.reads in name or name in self.place


@dataclass
class Hidden:
    """An instruction as a model reads it.

    Attributes:
        text: without temperatures.
    """

    text: str
    _puts: list[_Put] = field(default_factory=list)

    def seen(self, before: Plan | None) -> Plan | None:
        """The plan of the turn before, as the model reads it: its regions without temperatures too."""
        return before if before is None else before.renamed(self._hide_name)

    def meant(self, plan: Plan) -> Plan | None:
        """The plan in the person's words; None where a temperature was lost, so that another region would be meant."""
        names = [name for region in plan.regions for name in (*region.phrases, *region.exceptions)]
        told = plan.renamed(self._told)
        for put in self._puts:
            if put.before and not any(put.stands_in(name) for name in names):
                attached = _attached(told, put)
                if attached is None:
                    return None
                told = attached
        return told

    def _told(self, name: str) -> str:
        for put in self._puts:
            if name in put.place:  # "left" alone, of "on the left"
                return put.said
            name = name.replace(put.reads, put.said)
        return " ".join(name.split())[:80].strip()

    def _hide_name(self, name: str) -> str:
        """A region of the turn before; nothing is lost where the model does not speak of it again."""
        for one in reversed(conditions_in(name)):
            if one.condition.spot:
                continue
            alone = not _AREAS.sub("", name[: one.start]).strip()
            reads = _unused(_THINGS if alone else _PLACES, f"{self.text} {name}", self._puts)
            begin = 0 if alone else one.start
            known = next((put.reads for put in self._puts if put.said == name[begin : one.end]), None)
            if known is None and reads is not None:
                self._puts.append(_Put(reads, name[begin : one.end], ""))
            if known or reads:
                name = f"{name[:begin]}{known or reads}{name[one.end :]}"
        return name


def hide(instruction: str) -> Hidden:
    """Take the temperatures out of an instruction.

    Example:
        >>> hide("brighten everything hotter than 40 C").text
        'brighten the hot objects'
        >>> hide("how hot is the roof in Fahrenheit?").text
        'how hot is the roof?'
    """
    hidden = Hidden(_UNIT.sub("", instruction))
    text, done, parts = hidden.text, 0, list[str]()
    for one in conditions_in(text):
        if one.condition.spot or one.start < done:
            continue
        before, put = _stand_in(text[done : one.start], text, one, hidden._puts)
        if put is None:  # more temperatures than there are words for: the model sees what is left of them
            continue
        hidden._puts.append(put)
        parts += [before, f"the {put.reads}" if put.reads in _THINGS else put.reads]
        done = one.end
    hidden.text = "".join([*parts, text[done:]])
    return hidden


def _stand_in(before: str, text: str, one: Found, puts: list[_Put]) -> tuple[str, _Put | None]:
    """What is left of the words before a temperature, and what stands in for it."""
    said = _IS.sub("", as_name(text[one.start : one.end]))
    nothing, areas = _NOTHING.search(before), _AREAS.search(before)
    alone = nothing or areas or _OPENERS.search(before) or _SOMETHING.search(before) or not before.strip()
    if not alone or (_SOMETHING.search(before) and _ASKS.search(text)):
        reads = _unused(_PLACES, text, puts)
        gap = "" if not before or before[-1].isspace() else " "
        return before + gap, None if reads is None else _Put(reads, said, before)
    core = re.sub(r"^the\s+", "", _LEAD.sub("", said))
    reads = _unused(_THINGS, text, puts)
    if areas is not None:
        return before[: areas.start()], None if reads is None else _Put(
            reads, f"{areas['name'].lower()} {said}", before
        )
    nothing = nothing or _SOMETHING.search(before)
    left = before[: nothing.start()] if nothing is not None else re.sub(r"\bthe\s*$", "", before)
    return left, None if reads is None else _Put(reads, core, before or " ")


def _unused(words: tuple[str, ...], text: str, puts: list[_Put]) -> str | None:
    """The first of some stand-ins that neither stands in the text nor is taken."""
    taken = {put.reads for put in puts}
    return next((one for one in words if one not in taken and one not in text.lower()), None)


def _attached(plan: Plan, put: _Put) -> Plan | None:
    """A plan that lost a temperature, with it: said of the region that stood right before it, or of the only one.

    Returns:
        None where it cannot be told of which.
    """
    if not plan.steps and plan.question is None:
        return plan  # a refusal or a control is about no region
    stood = put.before.lower().rstrip()
    of = {name for region in plan.regions for name in region.phrases if stood.endswith(name)}
    whole = [region for region in plan.regions if not region.phrases]
    if of:
        longest = max(of, key=len)
        return plan.renamed(lambda name: f"{name} {put.said}"[:80] if name == longest else name)
    if len(whole) != 1 or len(plan.regions) != 1:
        return None
    region = Region(phrases=[put.said[:80]])
    if plan.question is not None:
        return plan.model_copy(update={"question": Query(kind=plan.question.kind, region=region)})
    steps: list[Step] = [step.model_copy(update={"region": region}) for step in plan.steps]
    return plan.model_copy(update={"steps": steps})
