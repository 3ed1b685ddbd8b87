"""Run a suite on inspect-ai and gather what came of it; an interrupted evaluation goes on where it was.

The logs in the folder are inspect's own (``inspect view --log-dir FOLDER/logs``).
"""

import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai import eval_set
from inspect_ai.log import list_eval_logs, read_eval_log

from agent.session import free_folder
from evals.asking import Asking
from evals.baseline import Identity
from evals.cases import EvalTask, Listed, Suite
from evals.inspect_tasks import all_tasks
from evals.marking import wanted
from fusion.errors import InputError
from fusion.images import write_bytes_atomic

BEGUN, REPORT, LOGS = "begun.json", "report.json", "logs"
RETRIES = 1
"""How often a case is asked again whose asking failed (a server's fault); wrong answers never are."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class CaseResult:
    """What came of a case.

    Attributes:
        name: its id.
        task: its task.
        tags: its tags.
        asked: its words.
        wanted: what was wanted, in words.
        got: what came, in words; of the first answer that was not exact, if one was not.
        fault: what kind of fault that was; "" if every answer was exact.
        marks: mean over the answers, each in [0, 1].
        exact: how many of the answers were exact.
        answers: how many came.
        error: why the model could not be asked; None if it was. No answer is no wrong answer.
    """

    name: str
    task: EvalTask
    tags: tuple[str, ...]
    asked: str
    wanted: str
    got: str
    fault: str
    marks: dict[str, float]
    exact: int
    answers: int
    error: str | None

    @property
    def passed(self) -> bool:
        """Whether most answers were exact."""
        return self.exact * 2 > self.answers

    @property
    def flaky(self) -> bool:
        """Whether the same question got right and wrong answers."""
        return 0 < self.exact < self.answers


@dataclass(frozen=True)
class Evaluation:
    """All results of a suite.

    Attributes:
        suite: its name.
        identity: who answered.
        repeat: how often each case was asked.
        results: one a case, in the suite's order.
        folder: where logs and reports are.
    """

    suite: str
    identity: Identity
    repeat: int
    results: tuple[CaseResult, ...]
    folder: Path

    @property
    def answered(self) -> list[CaseResult]:
        """The cases that were asked."""
        return [one for one in self.results if one.error is None]

    @property
    def errors(self) -> list[CaseResult]:
        """The cases that could not be asked."""
        return [one for one in self.results if one.error is not None]

    @property
    def exact(self) -> float:
        """Share of the asked cases with an exact answer."""
        asked = self.answered
        return sum(one.passed for one in asked) / len(asked) if asked else 0.0

    def faults(self) -> dict[str, Counter[str]]:
        """The confusion: kinds of faults by first tag."""
        table: dict[str, Counter[str]] = {}
        for one in self.answered:
            if one.fault:
                table.setdefault(one.tags[0], Counter())[one.fault] += 1
        return table


def evaluate(
    suite: Suite,
    ask: Asking,
    identity: Identity,
    folder: Path,
    *,
    repeat: int = 1,
    at_once: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask every case and mark the answers.

    Args:
        suite: the cases.
        ask: gives the answer to a case.
        identity: who answers; an evaluation of another one is not gone on with.
        folder: where to write logs; one with an unfinished evaluation of the same goes on, one that is finished or of
            something else stays, and another with a number is used.
        repeat: how often to ask each case.
        at_once: how many cases are asked at a time; more than one suits servers alone.
        progress: called with cases done, cases in all, and the one just asked.

    Raises:
        InputError: the folder cannot be made.
    """
    folder = _claimed(folder, suite, identity, repeat)
    total, done = repeat * len(suite.listed), 0
    unreached: dict[str, str] = {}

    def count(one: Listed) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, one.case.words[:60])

    with redirect_stdout(io.StringIO()):  # the one document on standard output is ours
        eval_set(
            list(all_tasks(suite, ask, unreached, count)),
            model="none/none",
            log_dir=str(folder / LOGS),
            epochs=repeat,
            max_samples=at_once,
            max_tasks=1,
            fail_on_error=True,
            continue_on_fail=True,
            retry_on_error=RETRIES,
            retry_attempts=0,
            retry_immediate=False,
            display="none",
            log_level="critical",
            log_buffer=1,
            score_display=False,
            ctl_server=False,
            acp_server=False,
        )
    return Evaluation(suite.name, identity, repeat, tuple(_results(suite, folder / LOGS, unreached)), folder)


def finished(folder: Path) -> bool:
    """Whether the evaluation in a folder is complete: reported, and without a case that could not be asked."""
    try:
        return not json.loads((folder / REPORT).read_text(encoding="utf-8"))["errors"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _claimed(wanted: Path, suite: Suite, identity: Identity, repeat: int) -> Path:
    begun = {"cases": [one.case.name for one in suite.listed], "identity": identity.model_dump(), "repeat": repeat}
    same = False
    if (wanted / BEGUN).is_file():
        try:
            same = json.loads((wanted / BEGUN).read_text(encoding="utf-8")) == begun and not finished(wanted)
        except (OSError, ValueError):
            same = False
    elif wanted.exists() and (not wanted.is_dir() or any(wanted.iterdir())):
        raise InputError(f"--out {wanted}: exists and holds something else; choose another folder")
    folder = wanted if same or not (wanted / BEGUN).exists() else free_folder(wanted)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be made: {error.strerror}; choose another folder") from error
    write_bytes_atomic(folder / BEGUN, (json.dumps(begun) + "\n").encode())
    return folder


def _results(suite: Suite, logs: Path, unreached: dict[str, str]) -> list[CaseResult]:
    samples: dict[str, list[Any]] = {}
    # Newest first: where a case was asked again after an error, the later answer counts.
    seen: set[tuple[str, int]] = set()
    for info in sorted(list_eval_logs(str(logs)), key=lambda one: one.name, reverse=True):
        for sample in read_eval_log(info).samples or []:
            if (str(sample.id), sample.epoch) not in seen:
                seen.add((str(sample.id), sample.epoch))
                samples.setdefault(str(sample.id), []).append(sample)
    return [_result(one, samples.get(one.case.name, []), unreached.get(one.case.name)) for one in suite.listed]


def _result(listed: Listed, samples: list[Any], unreached: str | None) -> CaseResult:
    scores = [sample.scores["marks"] for sample in samples if sample.error is None and sample.scores]
    exact = sum(score.value["exact"] == 1.0 for score in scores)
    shown = next((score for score in scores if score.value["exact"] != 1.0), scores[0] if scores else None)
    failed = next((sample.error.message for sample in samples if sample.error is not None), None)
    if unreached is None and (failed or not scores):
        raise RuntimeError(f"case {listed.case.name} could not be evaluated: {failed or 'inspect skipped it'}")
    return CaseResult(
        name=listed.case.name,
        task=listed.case.task,
        tags=listed.tags,
        asked=listed.case.words,
        wanted=wanted(listed.case),
        got=(shown.answer or "") if shown else "",
        fault=(shown.explanation or "") if shown else "",
        marks={name: sum(s.value[name] for s in scores) / len(scores) for name in scores[0].value} if scores else {},
        exact=exact,
        answers=len(scores),
        error=unreached,
    )
