"""How well instructions are understood: plans compared with hand-written ones.

``python -m evals.plan_accuracy`` scores the embedded model on the cases of ``evals/suites/plan``, one file for each
kind of instruction; ``--cases`` names another file or folder, ``--llm URL`` any served model, ``--adapter DIR`` another
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

CASES = Path(__file__).resolve().parent / "suites" / "plan"

Planner = Callable[[str, Plan | None], Plan]


@dataclass(frozen=True)
class Case:
    """An instruction, the plan before it if it follows one, and the plan it means."""

    instruction: str
    before: Plan | None
    plan: Plan
    kind: str = ""


@dataclass(frozen=True)
class Miss:
    """A case that was understood otherwise."""

    instruction: str
    wanted: str
    got: str
    kind: str = ""


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
        kinds: exact plans and cases of each kind.
        seconds: mean wall time of a plan.
        misses: the cases that are not exact.
    """

    cases: int
    exact: float
    refusals: float
    tasks: float
    regions: float
    strengths: float
    kinds: dict[str, tuple[int, int]]
    seconds: float
    misses: tuple[Miss, ...]


def read_cases(path: Path = CASES) -> list[Case]:
    """Read cases from JSON lines of ``instruction``, ``before`` (optional) and ``plan``: a file, or all of a folder.

    The kind of a case is the name of its file.
    """
    cases = []
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                raw = json.loads(line)
                before = Plan.model_validate(raw["before"]) if raw.get("before") else None
                cases.append(Case(raw["instruction"], before, Plan.model_validate(raw["plan"]), file.stem))
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
    kinds: dict[str, tuple[int, int]] = {}
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
        exact, count = kinds.get(case.kind, (0, 0))
        kinds[case.kind] = exact + right["exact"], count + 1
        if not right["exact"]:
            misses.append(Miss(case.instruction, spelt(case.plan), got, case.kind))
    shares = {part: count / len(cases) for part, count in hits.items()}
    seconds = (time.monotonic() - begun) / len(cases)
    return Score(cases=len(cases), kinds=kinds, seconds=seconds, misses=tuple(misses), **shares)


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
    kinds = Table("kind", "exact", "cases")
    for kind, (exact, count) in result.kinds.items():
        kinds.add_row(kind, f"{exact / count:.1%}", str(count))
    console.print(kinds)
    if result.misses:
        misses = Table("kind", "instruction", "wanted", "got", title="understood otherwise")
        for miss in result.misses:
            misses.add_row(miss.kind, miss.instruction, miss.wanted, miss.got)
        console.print(misses)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 100 if fewer plans than ``--at-least`` are exact, else 0."""
    parser = argparse.ArgumentParser(prog="python -m evals.plan_accuracy", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--cases", type=Path, default=CASES, help="JSON lines of instruction, before and plan: a file or a folder"
    )
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
