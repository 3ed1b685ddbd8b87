"""The suites as tasks of inspect-ai: a case is a sample, our own client of the model the solver, the marks the scores.

``wordfuse eval`` runs them; inspect's own commands do too, and show their logs:
``inspect eval evals/language/inspect_tasks.py@plan --model none -T llm=http://127.0.0.1:8000/v1`` and ``inspect view``.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio.to_thread
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Metric, Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from wordfuse.agent.errors import BackendUnreachable, RequestRefused, WordfuseError
from wordfuse.evals.language.asking import Asker, Asking
from wordfuse.evals.language.cases import EvalTask, Listed, Suite, read_suite
from wordfuse.evals.language.marking import MARKS, mark, shown, wanted

#: After so many cases in a row without a server there is no point in asking on.
UNREACHED = 3


@dataclass
class Watch:
    """What is seen of an evaluation while it goes on.

    Attributes:
        done: called each time a case was asked, with the case and the number of the repetition, from 1.
        troubles: the cases that could not be asked, by id and repetition, and why.
        unreached: how many in a row found no server.
    """

    done: Callable[[Listed, int], None] | None = None
    troubles: dict[tuple[str, int], WordfuseError] = field(default_factory=dict)
    unreached: int = 0


def suite_task(
    suite: Suite,
    kind: EvalTask,
    ask: Asking,
    watch: Watch | None = None,
) -> Task | None:
    """The cases of one task of a suite, or None where it has none.

    Args:
        suite: the suite.
        kind: the task.
        ask: gives the answer to a case.
        watch: is told what happens.
    """
    listed = {one.case.name: one for one in suite.of(kind)}
    if not listed:
        return None
    samples = [
        Sample(id=name, input=one.case.words, target=wanted(one.case), metadata={"tags": list(one.tags)})
        for name, one in listed.items()
    ]
    name = f"{suite.name}-{kind}"
    solving = answer(listed, ask, watch or Watch())
    return Task(MemoryDataset(samples, name=name), solver=solving, scorer=marks(listed, kind), name=name)


@solver
def answer(listed: dict[str, Listed], ask: Asking, watch: Watch) -> Solver:
    """Ask the model; its answer is kept in JSON, and a case that cannot be asked is an error of the sample."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        one = listed[str(state.sample_id)]
        asked = one.case.name, state.epoch
        try:
            if watch.unreached >= UNREACHED:
                raise BackendUnreachable("the language model did not answer the cases before this one")
            said = await anyio.to_thread.run_sync(ask, one)
        except WordfuseError as error:
            watch.troubles[asked] = error
            if isinstance(error, BackendUnreachable) and not isinstance(error, RequestRefused):
                watch.unreached += 1
            raise
        finally:
            if watch.done is not None:
                watch.done(one, state.epoch)
        watch.unreached = 0
        watch.troubles.pop(asked, None)
        state.metadata["answer"] = said
        state.output = ModelOutput.from_content("wordfuse", json.dumps(said, ensure_ascii=False))
        return state

    return solve


def _metrics(kind: EvalTask) -> dict[str, list[Metric]]:
    return {name: [mean(), stderr()] for name in MARKS[kind]}


def marks(listed: dict[str, Listed], kind: EvalTask) -> Scorer:
    """Mark an answer; see ``evals.language.marking``."""

    @scorer(metrics=_metrics(kind), name="marks")
    def scored() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            case, said = listed[str(state.sample_id)].case, state.metadata.get("answer")
            values, fault = mark(case, said)
            return Score(value=dict(values), answer=shown(case, said), explanation=fault or None)

        return score

    return scored()


def _own_task(kind: EvalTask, suite: str, llm: str, model: str | None, every: int, data: str | None = None) -> Task:
    from wordfuse.agent.model.connect import connect
    from wordfuse.agent.settings import Settings

    asker = Asker(connect(llm, model=model), Settings(llm=llm, model=model), Path(data) if data else None)
    cases = read_suite(suite) if data else read_suite(suite).without_real_pairs()
    made = suite_task(cases.every(every), kind, asker)
    if made is None:
        raise ValueError(f"{suite}: no cases of the task {kind}")
    return made


@task
def plan(suite: str = "plan", llm: str = "embedded", model: str | None = None, every: int = 1) -> Task:
    """Are instructions understood?"""
    return _own_task("plan", suite, llm, model, every)


@task
def act(suite: str = "act", llm: str = "embedded", model: str | None = None, every: int = 1) -> Task:
    """Is the right tool called?"""
    return _own_task("act", suite, llm, model, every)


@task
def critique(suite: str = "critique", llm: str = "embedded", model: str | None = None, every: int = 1) -> Task:
    """Are measurements judged rightly?"""
    return _own_task("critique", suite, llm, model, every)


@task
def run(suite: str = "run", llm: str = "embedded", model: str | None = None, every: int = 1) -> Task:
    """Does the graph do the main job?"""
    return _own_task("run", suite, llm, model, every)


@task
def agent(
    suite: str = "agent", llm: str = "embedded", model: str | None = None, every: int = 1, data: str | None = None
) -> Task:
    """Does what it decides make pictures better?"""
    return _own_task("agent", suite, llm, model, every, data)


@task
def trap(
    suite: str = "agent", llm: str = "embedded", model: str | None = None, every: int = 1, data: str | None = None
) -> Task:
    """Does it end honestly where there is nothing to gain?"""
    return _own_task("trap", suite, llm, model, every, data)


def all_tasks(suite: Suite, ask: Asking, watch: Watch) -> Sequence[Task]:
    """Every task that a suite has cases of."""
    made = (suite_task(suite, kind, ask, watch) for kind in MARKS)
    return [one for one in made if one is not None]
