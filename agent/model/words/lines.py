"""A plan as one line, as the embedded model writes it: short to write, and every word of it is a decision.

::

    stand out: guy by the hedge; darker slight: lamps      steps, in order; no region is the whole image
    denoise: not car                                       everything but the car
    brighter 20%: street - cars + people                   by 20%; the street and the people without the cars
    ? count: people                                        a question
    ! undo                                                 a control
    - edit                                                 a refusal, by its kind (``agent.model.words.refusals``)

A pattern holds the model to lines of this form, to regions in the person's own words and to numbers that were said.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final, get_args

from wordfuse.agent.model.words import refusals
from wordfuse.agent.model.words.spans import names_in
from wordfuse.agent.plan import Control, Plan, Query, QuestionKind, Step
from wordfuse.tools.types import Direction, Region, Strength, Task

#: What each effect is called in a line.
NAMES: Final[dict[tuple[Task, Direction | None], str]] = {
    ("stand_out", "more"): "stand out",
    ("stand_out", "less"): "blend in",
    ("incline", "infrared"): "infrared",
    ("incline", "visible"): "visible",
    ("relight", "brighter"): "brighter",
    ("relight", "darker"): "darker",
    ("denoise", None): "denoise",
    ("contrast", "more"): "contrast",
    ("contrast", "less"): "flatter",
    ("sharpen", None): "sharpen",
    ("blur", None): "blur",
    ("dehaze", None): "dehaze",
    ("destripe", None): "destripe",
    ("recolour", "vivid"): "vivid",
    ("recolour", "muted"): "muted",
    ("recolour", "neutral"): "neutral",
    ("recolour", "heat"): "heat",
    ("improve", None): "improve",
}
_EFFECTS: Final = {name: effect for effect, name in NAMES.items()}
_STRENGTHS: Final[tuple[Strength, ...]] = ("slight", "strong")
_STEP: Final = re.compile(
    rf"(?P<name>{'|'.join(map(re.escape, _EFFECTS))})"
    rf"(?: (?:(?P<strength>{'|'.join(_STRENGTHS)})|(?P<amount>\d+(?:\.\d+)?)%))?(?:: (?P<region>.+))?"
)
_QUESTION: Final = re.compile(rf"\? (?P<kind>{'|'.join(get_args(QuestionKind))})(?:: (?P<region>.+))?")
#: What stands between the parts of a line, so that no region may hold it.
_BETWEEN: Final = re.compile(r"[;:] | [+-] |^not ")
#: Numbers in words: by how much more or less of something there is to be.
_MULTIPLES: Final = {
    "twice": 100, "double": 100, "doubled": 100, "doubly": 100, "triple": 200, "thrice": 200, "half": 50, "halve": 50,
    "halved": 50, "third": 33, "quarter": 25, "fifth": 20, "tenth": 10,
}  # fmt: skip
_NUMBER_WORDS: Final = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip


def written(plan: Plan) -> str:
    """A plan as a line. Of a refusal only that it is one is known: it is written as unclear."""
    if plan.question:
        return f"? {plan.question.kind}{_at(plan.question.region)}"
    if plan.control:
        return f"! {plan.control}"
    return "; ".join(map(_written_step, plan.steps)) or "- unclear"


def read(line: str) -> Plan:
    """The plan that a line means.

    Raises:
        ValueError: it is not of the form.
    """
    if line.startswith("- "):
        kind = line.removeprefix("- ")
        if kind not in refusals.KINDS:
            raise ValueError(f"no kind of refusal: {kind!r}")
        return Plan(refusal=refusals.told(kind))
    if line.startswith("! "):
        control = line.removeprefix("! ")
        return Plan.model_validate({"control": control})
    asked = _QUESTION.fullmatch(line)
    if asked:
        return Plan(question=Query.model_validate({"kind": asked["kind"], "region": _region(asked["region"])}))
    return Plan(steps=[_read_step(step) for step in line.split("; ")])


def pattern(instruction: str | None = None, before: Plan | None = None) -> str:
    """A regular expression of the lines that can be meant.

    Args:
        instruction: what is to be planned: regions are called in its words, and numbers are its own. None: any.
        before: the plan of the turn before, whose regions may be meant again.
    """
    name: str | None = r'[^;:+"\\\n]{1,80}'
    amounts = [r"\d{1,3}"]
    if instruction is not None:
        said = names_in(instruction)
        if said is not None:
            meant = [*before.steps, before.question] if before else []
            regions = [one.region for one in meant if one is not None]
            earlier = [phrase for region in regions for phrase in (*region.phrases, *region.exceptions)]
            usable = [one for one in dict.fromkeys([*earlier, *said]) if not _BETWEEN.search(one)]
            name = _any(usable) if usable else None
        amounts = [f"{amount:g}".replace(".", r"\.") for amount in amounts_in(instruction)]
    region = rf"(: (not )?{name}( [+] {name}){{0,5}}( - {name}){{0,3}})?" if name else ""
    far = f"( ({'|'.join([*_STRENGTHS, *(f'({amount})%' for amount in amounts)])}))?"
    step = f"({'|'.join(_EFFECTS)}){far}{region}"
    question = rf"\? ({'|'.join(get_args(QuestionKind))}){region}"
    control, refusal = rf"! ({'|'.join(get_args(Control))})", rf"- ({'|'.join(refusals.KINDS)})"
    return f"({step}(; {step}){{0,4}}|{question}|{control}|{refusal})"


def amounts_in(text: str) -> list[float]:
    """The per cents that a text may name: its numbers, and what its words for multiples mean."""
    found: dict[float, None] = {}
    for digits in re.findall(r"\d+(?:[.,]\d+)?", text):
        number = float(digits.replace(",", "."))
        if 0 < number <= 1000:
            found[number] = None
        if 1 < number <= 10:  # three times as bright
            found[100 * (number - 1)] = None
        if 0 < number < 1:
            found[100 * number] = None
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _MULTIPLES or word in _NUMBER_WORDS:
            found[_MULTIPLES.get(word) or _NUMBER_WORDS[word]] = None
    return [round(number, 4) for number in found]


def sureness(line: str, choices: Iterable[tuple[int, float]]) -> float:
    """How sure a model was of what is to be done, leaving aside of how regions are called.

    Args:
        line: what it wrote.
        choices: for each token that was not forced, where in the line it begins, and how likely it was, 0 to 1, among
            those that the pattern allows.

    Returns:
        The product over the tokens of names, amounts and kinds; 0 to 1.
    """
    regions = regions_at(line)
    decided = [p for at, p in choices if not any(start <= at < end for start, end in regions)]
    return math.prod(decided)


def regions_at(line: str) -> list[tuple[int, int]]:
    """Where in a line regions stand, with the marks between their names: the first character, and one past the last."""
    return [found.span() for found in re.finditer(r"(?<=: ).*?(?=; |$)", line)]


def effects_in(line: str) -> list[str]:
    """The names of effects in a line, or its mark and kind: what it is about, regions and strengths aside."""
    if line[:2] in ("? ", "! ", "- "):
        return [line.split(":")[0]]
    return [found["name"] for found in map(_STEP.fullmatch, line.split("; ")) if found]


def _written_step(step: Step) -> str:
    far = f" {step.strength}" if step.strength != "normal" else ""
    far = f" {100 * step.amount:.4g}%" if step.amount is not None else far
    return f"{NAMES[step.task, step.direction]}{far}{_at(step.region)}"


def _at(region: Region) -> str:
    if not region.phrases:
        return ""
    less = "".join(f" - {name}" for name in region.exceptions)
    return f": {'not ' if region.invert else ''}{' + '.join(region.phrases)}{less}"


def _read_step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise ValueError(f"no step: {text!r}")
    task, direction = _EFFECTS[found["name"]]
    amount = float(found["amount"]) / 100 if found["amount"] else None
    return Step.model_validate({
        "task": task,
        "direction": direction,
        "region": _region(found["region"]),
        "strength": found["strength"] or "normal",
        "amount": min(amount, 10.0) if amount else None,
    })  # fmt: skip


def _region(text: str | None) -> Region:
    if text is None:
        return Region()
    invert = text.startswith("not ")
    first, *rest = re.split(r" ([+-]) ", text.removeprefix("not "))
    phrases: list[str] = [first]
    exceptions: list[str] = []
    for mark, name in zip(rest[::2], rest[1::2], strict=True):
        (phrases if mark == "+" else exceptions).append(name)
    return Region(phrases=phrases, exceptions=exceptions, invert=invert)


def _any(names: Sequence[str]) -> str:
    return f"({'|'.join(map(_escaped, names))})"


def _escaped(name: str) -> str:
    """A name for a regular expression of any dialect: only what has a meaning there is escaped."""
    return re.sub(r"([\\.^$*+?()\[\]{}|/-])", r"\\\1", name)
