"""Which of several things is warmest, or coldest: each is told as a whole, by its place among the others."""

import re
from typing import Final

from wordfuse.agent.dialogue.driven import TOLD_BY_HEAT, driven_in
from wordfuse.agent.steps.answers.apart import numbers, place_of, standing
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.answers.sureness import not_looked_at, unlikely
from wordfuse.agent.telling.degrees import asked_unit
from wordfuse.agent.telling.hearing import heard
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.recolour.legend import values_of
from wordfuse.fusion.regions.things.warmth import Thing, Warmth, warmth
from wordfuse.fusion.regions.types import DOUBT, Detection
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.temperatures.units import from_celsius
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

#: Places on a thing are asked for, rather than one of several things.
_PLACES: Final = re.compile(r"\b(?:spots?|places?|points?|parts?|pixels?|areas?|where (?:on|in|at|exactly))\b")
EACH_TOLD = 8  # things whose warmth is told one by one


def compared(looking: Looking, region: Region, kind: str) -> str | None:
    """The answer to "which of the cars is warmest?"; None where a region is meant, or not several things.

    Of a vehicle that was just driven the answer is told of one as well: nothing in it is hot for itself.
    """
    if len(region.phrases) != 1 or region.exceptions or region.invert or _PLACES.search(heard(looking.text)):
        return None
    before = dict(looking.evidence)
    records = looking.records(region.phrases)
    driven = driven_in(looking.text) is not None
    if not records or len(records[0].boxes) < (1 if driven else 2):
        looking.evidence, looking.problem = before, None
        return None
    record, work = records[0], looking.context.work
    detections = [Detection(record.phrase, box, score) for box, score in zip(record.boxes, record.scores, strict=True)]
    found = warmth(work.sources(), detections, work.backend, cold=kind == "coldest")
    if found is None:
        return None
    looking.boxes += [thing.box for thing in found.things] + [patch.box for patch in found.warmer]
    looking.evidence["things"] = [
        {"box": [round(side, 1) for side in one.box], "score": round(one.score, 3), "level": round(one.level, 4)}
        for one in found.things
    ]
    looking.evidence["warmer"] = [
        {"box": list(one.box), "level": round(one.level, 4), "border": one.border} for one in found.warmer
    ]
    return " ".join(sentence(part) for part in _Telling(looking, record, found, kind).parts(driven))


class _Telling:
    """How things that were held against each other are told."""

    def __init__(self, looking: Looking, record: GroundingRecord, found: Warmth, kind: str) -> None:
        self.looking, self.record, self.found, self.kind = looking, record, found, kind
        noun = noun_in(record.phrase) or record.phrase
        self.one, self.several = numbered_as(noun, several=False), numbered_as(noun, several=True)
        self.values = values_of(looking.context.work.pair.notes)
        self.degrees = looking.context.work.pair.temperatures is not None

    def parts(self, driven: bool) -> list[str]:
        """The answer first, what it rests on, and then what speaks against it."""
        several = len(self.found.things) > 1
        told = [*self._answers(), *self._each(), *self._missed()]
        if unlikely(self.record) and several:
            told.append(f"That they are {self.several} is in doubt ({max(self.record.scores):.0%} sure at most)")
        return told + ([TOLD_BY_HEAT] if driven else [])

    def _missed(self) -> list[str]:
        """What was said of them and not looked at; that only one was found is said already."""
        pieces = (not_looked_at(self.record) or "").split("; ")
        kept = [piece for piece in pieces if piece and not (len(self.found.things) == 1 and piece.startswith("only "))]
        return [f"{piece[0].upper()}{piece[1:]}" for piece in kept]

    def _answers(self) -> list[str]:
        """The answer; first of all what is warmer and was missed, where that is likelier one than what was found."""
        answer, warmer = self._answer(), self._warmer()
        surest = max(thing.score for thing in self.found.things)
        leads = bool(warmer) and (self.found.warmer[0].border is not None or surest < DOUBT)
        return [*warmer, f"Else {answer[0].lower()}{answer[1:]}"] if leads else [answer, *warmer]

    @property
    def _a(self) -> str:
        return f"{'an' if self.one[0] in 'aeiou' else 'a'} {self.one}"

    def _answer(self) -> str:
        """Which it is, as far as that can be told."""
        things = self.found.things
        if len(things) == 1:
            place = place_of(things[0].box, *self.looking.size)
            return (
                f"Only one {self.one} was found (number 1, {place}{self._doubt(things[0])}), so there is no other to "
                f"hold it against: its {self._measured} are at {self._value(things[0].level)}, "
                f"{self._more} than {things[0].beyond:.0%} of the picture"
            )
        ranked = sorted(range(len(things)), key=lambda at: things[at].level, reverse=self.kind == "hottest")
        first, second = ranked[0], ranked[1]
        alike = sorted(at for at in ranked if self.found.alike(things[at], things[first]))
        if len(alike) == 1:
            return (
                f"Most likely {self._named(first)}: of the {len(things)} {self.several} that were found it is the "
                f"{self._most}, {self._value(things[first].level)}; the next is number {second + 1}, "
                f"{self._value(things[second].level)}"
            )
        levels = [things[at].level for at in alike]
        between = f"{self._value(min(levels))} to {self._value(max(levels))}"
        little = f"the {self._most} by a little is {self._named(first)}"
        if len(alike) == len(things):
            return (
                f"None stands out: all {len(things)} {self.several} that were found are about as warm ({between}); "
                f"{little}"
            )
        which = numbers([at + 1 for at in alike])
        return (
            f"It is one of {which}, which are about as warm ({between}), and {self._more} than the other "
            f"{len(things) - len(alike)} {self.several} that were found; {little}"
        )

    def _named(self, at: int) -> str:
        """One of the things by its place among the others, its number, and how sure it is where it is in doubt."""
        things = self.found.things
        return f"{standing(self.one, at + 1, len(things))} (number {at + 1}{self._doubt(things[at])})"

    def _doubt(self, thing: Thing) -> str:
        """How sure it is that something is one of them, where it rather is not."""
        return f", {thing.score:.0%} sure that it is {self._a}" if thing.score < DOUBT else ""

    def _warmer(self) -> list[str]:
        """What is warmer than all of them."""
        told, first = [], len(self.found.things) + 1
        for number, patch in enumerate(self.found.warmer, start=first):
            where = place_of(patch.box, *self.looking.size)
            place = f"at the {patch.border} border" if patch.border else f"({where})"
            told.append(
                f"Something {place} is warmer than every {self.one} that was found (number {number}, "
                f"{self._value(patch.level)}) and was not recognised as {self._a}: if it is one, it is the {self._most}"
            )
        return told

    def _each(self) -> list[str]:
        """How warm each of the things is, and what that is."""
        things = self.found.things
        rest = (
            ""
            if self.degrees or self.values.unit != "%"
            else (" in percent of the range of the infrared picture, which tells no degrees")
        )
        if len(things) == 1 or len(things) > EACH_TOLD:
            return [f"Levels are{rest}"] if rest else []
        each = ", ".join(f"{number}: {self._value(one.level)}" for number, one in enumerate(things, start=1))
        middle = f"the middle of the picture is at {self._value(self.found.middle)}"
        return [f"The {self._measured} of each, from left to right,{rest}: {each}; {middle}"]

    @property
    def _most(self) -> str:
        return "warmest" if self.kind == "hottest" else "coldest"

    @property
    def _more(self) -> str:
        return "warmer" if self.kind == "hottest" else "colder"

    @property
    def _measured(self) -> str:
        return "warm parts" if self.kind == "hottest" else "middle levels"

    def _value(self, level: float) -> str:
        """A level in words, in the unit that was asked for."""
        if self.degrees:
            unit = asked_unit(self.looking.text)
            return f"{from_celsius(level, unit):.1f} {unit}"
        return f"{self.values.of(level):.3g} {self.values.unit}".strip()
