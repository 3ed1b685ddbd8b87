"""What of a phrase a gray camera cannot show: colours with a hue. Its noun stays, and what was left out is said."""

from dataclasses import replace

from wordfuse.fusion.regions.colours import HUES
from wordfuse.fusion.regions.words.grammar import Clause
from wordfuse.fusion.regions.words.meaning import Wanted


def names_hues(wanted: Wanted) -> bool:
    """Whether a colour with a hue is said of a thing, of what it wears, or of what it is beside."""
    beside = wanted.beside is not None and names_hues(wanted.beside.other)
    return beside or wanted.worn in HUES or any(tone.name in HUES for one in wanted.clauses for tone in one.tones)


def without_hues(wanted: Wanted) -> Wanted:
    """A noun without the colours that a gray picture cannot show; each of them is in ``untold``."""
    hues = [tone.name for clause in wanted.clauses for tone in clause.tones if tone.name in HUES]
    untold = [f"'{name}'" for name in dict.fromkeys(hues)]
    worn, beside = wanted.worn, wanted.beside
    if worn in HUES:
        untold.append(f"'in {worn}'")
        worn = None
    if beside is not None and names_hues(beside.other):
        untold.append(f"'{beside.said}'")
        beside = None
    clauses = tuple(_without(clause) for clause in wanted.clauses)
    return replace(wanted, clauses=clauses, worn=worn, beside=beside, untold=(*wanted.untold, *untold))


def _without(clause: Clause) -> Clause:
    return replace(clause, tones=tuple(tone for tone in clause.tones if tone.name not in HUES))
