"""How well instructions are understood: plans compared with hand-written ones.

``python -m evals.plan_accuracy`` scores the embedded model; ``--llm URL`` any served one, ``--adapter DIR`` another
adapter, ``--json`` prints one JSON document instead of tables. A plan is exact if every step is: task, direction,
phrases in any order, invert and strength, in the right order. A refusal is right whatever its sentence says.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.errors import AnswerError
from agent.plan import Plan, Step

CASES = Path(__file__).resolve().parent.parent / "tests" / "data" / "instructions.jsonl"

Planner = Callable[[str, Plan | None], Plan]


@dataclass(frozen=True)
class Case:
    """An instruction, the plan before it if it follows one, and the plan it means."""

    instruction: str
    before: Plan | None
    plan: Plan


@dataclass(frozen=True)
class Miss:
    """A case that was understood otherwise."""

    instruction: str
    wanted: str
    got: str


@dataclass(frozen=True)
class Score:
    """Shares in [0, 1] over all cases.

    Attributes:
        cases: how many.
        exact: plans that are right in every part.
        refusals: cases whose refusal or acceptance is right.
        tasks: plans whose tasks and directions are right, in order.
        regions: plans whose regions are right, in order.
        strengths: plans whose strengths are right, in order.
        seconds: mean wall time of a plan.
        misses: the cases that are not exact.
    """

    cases: int
    exact: float
    refusals: float
    tasks: float
    regions: float
    strengths: float
    seconds: float
    misses: tuple[Miss, ...]


def read_cases(path: Path = CASES) -> list[Case]:
    """Read cases from JSON lines of ``instruction``, ``before`` (optional) and ``plan``."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            raw = json.loads(line)
            before = Plan.model_validate(raw["before"]) if raw.get("before") else None
            cases.append(Case(raw["instruction"], before, Plan.model_validate(raw["plan"])))
    return cases


def score(planner: Planner, cases: Sequence[Case]) -> Score:
    """Plan every case and compare; a planner that gives no valid plan has missed the case.

    Raises:
        ValueError: there are no cases.
    """
    if not cases:
        raise ValueError("no cases to score")
    hits = dict.fromkeys(("exact", "refusals", "tasks", "regions", "strengths"), 0)
    misses: list[Miss] = []
    begun = time.monotonic()
    for case in cases:
        try:
            plan = planner(case.instruction, case.before)
            got = spelt(plan)
        except AnswerError as error:
            plan, got = None, f"no plan: {error}"
        right = _compare(case.plan, plan)
        for part, hit in right.items():
            hits[part] += hit
        if not right["exact"]:
            misses.append(Miss(case.instruction, spelt(case.plan), got))
    shares = {part: count / len(cases) for part, count in hits.items()}
    return Score(cases=len(cases), seconds=(time.monotonic() - begun) / len(cases), misses=tuple(misses), **shares)


def spelt(plan: Plan) -> str:
    """A plan in words."""
    return "; ".join(map(str, plan.steps)) or "refused"


def _compare(wanted: Plan, got: Plan | None) -> dict[str, bool]:
    if got is None:
        return dict.fromkeys(("exact", "refusals", "tasks", "regions", "strengths"), False)
    parts: dict[str, Callable[[Step], object]] = {
        "tasks": lambda step: (step.task, step.direction),
        "regions": lambda step: (sorted(step.region.phrases), step.region.invert),
        "strengths": lambda step: step.strength,
    }
    right = {name: _all(part, wanted.steps) == _all(part, got.steps) for name, part in parts.items()}
    refusals = bool(wanted.steps) == bool(got.steps)
    return {"exact": all(right.values()) and refusals, "refusals": refusals} | right


def _all(part: Callable[[Step], object], steps: Iterable[Step]) -> list[object]:
    return [part(step) for step in steps]


def show(result: Score, console: Console) -> None:
    """Print the score and what was missed."""
    table = Table(title=f"{result.cases} instructions, {result.seconds:.1f} s each")
    for heading in ("exact", "refusals", "tasks", "regions", "strengths"):
        table.add_column(heading, justify="right")
    shares = (result.exact, result.refusals, result.tasks, result.regions, result.strengths)
    table.add_row(*(f"{share:.1%}" for share in shares))
    console.print(table)
    if result.misses:
        misses = Table("instruction", "wanted", "got", title="understood otherwise")
        for miss in result.misses:
            misses.add_row(miss.instruction, miss.wanted, miss.got)
        console.print(misses)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 100 if fewer plans than ``--at-least`` are exact, else 0."""
    parser = argparse.ArgumentParser(prog="python -m evals.plan_accuracy", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", type=Path, default=CASES, help="JSON lines of instruction, before and plan")
    parser.add_argument("--llm", default="embedded", help="embedded, or the URL of an OpenAI-compatible server")
    parser.add_argument("--model", help="directory or hub id of another base; for a server the name it serves")
    parser.add_argument("--adapter", type=Path, help="another adapter for the embedded model")
    parser.add_argument("--at-least", type=float, default=0.0, help="share of exact plans below which to exit with 100")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    given = parser.parse_args(arguments)
    # Here, so that the help needs no language model.
    from agent.llm import connect

    model = connect(given.llm, model=given.model, adapter=given.adapter)
    result = score(model.plan, read_cases(given.cases))
    console = Console()
    if given.json:
        console.print_json(json.dumps(asdict(result), ensure_ascii=False))
    else:
        show(result, console)
    return 100 if result.exact < given.at_least else 0


if __name__ == "__main__":
    raise SystemExit(main())
