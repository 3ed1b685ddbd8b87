"""Run a suite on inspect-ai and gather what came of it; an interrupted evaluation continues where it stopped.

The logs in the folder are inspect's own (``inspect view --log-dir FOLDER/logs``).
"""

import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from inspect_ai import eval_set
from inspect_ai.log import list_eval_logs, read_eval_log
from platformdirs import user_data_path

from wordfuse.agent.run.folders import numbered
from wordfuse.evals.language.asking import Asking
from wordfuse.evals.language.baseline import Identity
from wordfuse.evals.language.cases import EvalTask, Listed, Suite
from wordfuse.evals.language.inspect_tasks import Watch, all_tasks
from wordfuse.evals.language.marking import wanted
from wordfuse.fusion.errors import InputError, storage_error
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.store.scratch import scratch_folder

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
    def harmful(self) -> bool:
        """Whether half of the answers or more did harm: edits that nobody asked for."""
        return self.marks.get("harm", 0.0) >= 0.5

    @property
    def flaky(self) -> bool:
        """Whether the same question got right and wrong answers."""
        return 0 < self.exact < self.answers


def share_exact(results: Sequence[CaseResult]) -> float:
    """Share of the cases that passed; 0 of none."""
    return sum(one.passed for one in results) / len(results) if results else 0.0


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
        return share_exact(self.answered)

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
    conditions: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask every case and mark the answers.

    Args:
        suite: the cases.
        ask: gives the answer to a case.
        identity: who answers; an unfinished evaluation of another one is not continued.
        folder: where to write logs; one with an unfinished evaluation of the same is continued, one that is finished or
            of something else stays, and another with a number is used.
        repeat: how often to ask each case.
        at_once: how many cases are asked at a time; more than one suits servers alone.
        conditions: what else the answers depend on (JSON), such as the seed of whole runs.
        progress: called with cases done, cases in all, and the one just asked.

    Raises:
        InputError: the folder cannot be made or is in use, or a case has files that cannot be used.
        KeyboardInterrupt: the user stopped it; the same call continues it.
    """
    folder = _claimed(folder, _begun(suite, identity, repeat, conditions or {}))
    asked: set[tuple[str, int]] = set()

    def count(one: Listed, repetition: int) -> None:
        asked.add((one.case.name, repetition))  # a case that is asked again counts once
        if progress is not None:
            progress(len(asked), repeat * len(suite.listed), one.case.words[:60])

    watch = Watch(count)
    tasks = list(all_tasks(suite, ask, watch))
    # The one document on standard output is ours.
    with _alone(folder), _place_for_traces(), redirect_stdout(io.StringIO()):
        _, logs = eval_set(
            tasks,
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
    if len(logs) < len(tasks) or any(log.status == "cancelled" for log in logs):
        raise KeyboardInterrupt  # inspect keeps it to itself, and the logs of what was under way as well
    for (name, _), trouble in watch.troubles.items():
        if isinstance(trouble, InputError):
            raise trouble.again(InputError, within=f"case {name}") from trouble
    return Evaluation(suite.name, identity, repeat, tuple(_results(suite, folder / LOGS, watch)), folder)


def finished(folder: Path) -> bool:
    """Whether the evaluation in a folder is complete: reported, and without a case that could not be asked."""
    try:
        return not read_json(folder / REPORT)["errors"]
    except (InputError, KeyError, TypeError):
        return False


def _begun(suite: Suite, identity: Identity, repeat: int, conditions: Mapping[str, Any]) -> str:
    """What must be the same for an evaluation to be continued, as JSON."""
    cases = [(one.case.name, one.tags, one.case.model_dump(mode="json")) for one in suite.listed]
    digest = hashlib.sha256(json.dumps(cases).encode()).hexdigest()
    return json.dumps(
        {"cases": digest, "identity": identity.model_dump(), "repeat": repeat, "conditions": dict(conditions)}
    )


def _claimed(wanted: Path, begun: str) -> Path:
    """The folder in which the same was begun and not finished, or a new one: ``wanted``, or with a number behind it."""
    if not _unused(wanted) and not (wanted / BEGUN).is_file():
        raise InputError(
            "exists and holds something else", argument="out", subject=wanted, remedy="choose another folder"
        )
    folder = next(one for one in numbered(wanted) if _unfinished(one, begun) or _unused(one))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder, argument="out", verb="made", instead="choose another folder") from error
    write_bytes_atomic(folder / BEGUN, begun.encode())
    return folder


def _unused(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _unfinished(folder: Path, begun: str) -> bool:
    try:
        return (folder / BEGUN).read_text(encoding="utf-8") == begun and not finished(folder)
    except (OSError, UnicodeDecodeError):
        return False


@contextmanager
def _place_for_traces() -> Iterator[None]:
    """Inspect keeps traces among the user's data: where there is no place for them, in a folder that is removed."""
    try:
        usual = user_data_path("inspect_ai")
        usual.mkdir(parents=True, exist_ok=True)
        usable = os.access(usual, os.W_OK)
    except (OSError, RuntimeError):  # no home at all is a RuntimeError of newer versions of platformdirs
        usable = False
    if usable:
        yield
        return
    before = os.environ.get("XDG_DATA_HOME")
    with scratch_folder() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("XDG_DATA_HOME")
            os.environ |= {"XDG_DATA_HOME": before} if before is not None else {}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second evaluation out of the folder."""
    try:
        with FileLock(folder / "eval.lock", timeout=0):
            yield
    except Timeout as error:
        raise InputError(
            "another evaluation works in it", argument="out", subject=folder, remedy="wait for it, or choose another"
        ) from error


def _results(suite: Suite, logs: Path, watch: Watch) -> list[CaseResult]:
    samples: dict[str, list[Any]] = {}
    # Newest first: where a case was asked again after an error, the later answer counts.
    seen: set[tuple[str, int]] = set()
    for info in sorted(list_eval_logs(str(logs)), key=lambda one: one.name, reverse=True):
        for sample in read_eval_log(info).samples or []:
            if (str(sample.id), sample.epoch) not in seen:
                seen.add((str(sample.id), sample.epoch))
                samples.setdefault(str(sample.id), []).append(sample)
    return [_result(one, samples.get(one.case.name, []), watch) for one in suite.listed]


def _result(listed: Listed, samples: list[Any], watch: Watch) -> CaseResult:
    scores = [sample.scores["marks"] for sample in samples if sample.error is None and sample.scores]
    exact = sum(score.value["exact"] == 1.0 for score in scores)
    shown = next((score for score in scores if score.value["exact"] != 1.0), scores[0] if scores else None)
    failed = next((sample for sample in samples if sample.error is not None), None)
    trouble = watch.troubles.get((listed.case.name, failed.epoch)) if failed is not None else None
    if trouble is None and (failed is not None or not scores):
        reason = failed.error.message if failed is not None else "inspect skipped it"
        raise RuntimeError(f"case {listed.case.name} could not be evaluated: {reason}")
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
        error=trouble.told(dashed) if trouble is not None else None,
    )
