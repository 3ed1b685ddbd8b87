"""Evaluations on inspect-ai: marks, repetition, servers that fail, going on after an interruption; the reports."""

import json
import signal
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from rich.console import Console

from wordfuse.agent.errors import BackendUnreachable, InputError, RequestRefused
from wordfuse.evals.language import report as eval_report
from wordfuse.evals.language.baseline import Identity
from wordfuse.evals.language.cases import Listed, Suite, read_suite
from wordfuse.evals.language.evaluation import REPORT, Evaluation, evaluate

WHO = Identity(model="m", prompts="p", adapter=None)
DENOISE = {"task": "denoise", "direction": None, "region": {"phrases": [], "invert": False}, "strength": "normal"}
RIGHT: dict[str, Any] = {"steps": [DENOISE], "refusal": None}
REFUSED: dict[str, Any] = {"steps": [], "refusal": "no"}
HARMFUL: dict[str, Any] = {"steps": [DENOISE | {"task": "blur"}], "refusal": None}

Answers = Callable[[str], dict[str, Any] | None]


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Inspect keeps traces among the user's data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    lines = [{"instruction": f"denoise {i}", "plan": {"steps": [{"task": "denoise"}]}} for i in range(4)]
    lines += [{"instruction": "hello", "plan": "refuse", "tags": ["chat"]}]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    return read_suite(str(file))


def asking(answers: Answers) -> Callable[[Listed], dict[str, Any] | None]:
    return lambda listed: answers(listed.case.words)


def good(words: str) -> dict[str, Any]:
    return REFUSED if words == "hello" else RIGHT


def test_every_case_is_asked_and_marked(suite: Suite, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    found = evaluate(
        suite,
        asking(lambda words: None if words.endswith("2") else good(words)),
        WHO,
        tmp_path / "out",
        progress=lambda *at: seen.append(at),
    )
    assert [one.passed for one in found.results] == [True, True, False, True, True]
    assert (found.results[2].got, found.results[2].fault, found.exact) == ("no answer", "no answer", 0.8)
    assert [at[:2] for at in seen] == [(i, 5) for i in range(1, 6)]
    assert list((tmp_path / "out" / "logs").glob("*.eval"))


def test_repeating_shows_what_is_flaky(suite: Suite, tmp_path: Path) -> None:
    asked: list[str] = []

    def moody(words: str) -> dict[str, Any]:
        asked.append(words)
        return REFUSED if words == "denoise 1" and asked.count(words) == 2 else good(words)

    found = evaluate(suite, asking(moody), WHO, tmp_path / "out", repeat=3)
    assert [one.exact for one in found.results] == [3, 2, 3, 3, 3]
    assert [one.passed for one in found.results] == [True] * 5
    assert [one.asked for one in found.results if one.flaky] == ["denoise 1"]
    assert found.results[1].fault == "refused wrongly"


def test_a_server_that_fails_is_no_wrong_answer_and_is_asked_again(suite: Suite, tmp_path: Path) -> None:
    down = True

    def served(words: str) -> dict[str, Any]:
        if down and words in ("denoise 1", "denoise 3"):
            raise BackendUnreachable("the server is down")
        asked.append(words)
        return good(words)

    asked: list[str] = []
    found = evaluate(suite, asking(served), WHO, tmp_path / "out")
    assert [one.error for one in found.results] == [None, "the server is down", None, "the server is down", None]
    assert found.exact == 1.0  # of those that were asked
    finish(found)
    down, asked[:] = False, []
    again = evaluate(suite, asking(served), WHO, tmp_path / "out")
    assert sorted(asked) == ["denoise 1", "denoise 3"]
    assert again.folder == found.folder and not again.errors and again.exact == 1.0
    finish(again)
    third = evaluate(suite, asking(served), WHO, tmp_path / "out")
    assert third.folder.name == "out-2"


def test_a_server_that_is_gone_is_not_asked_for_ever(suite: Suite, tmp_path: Path) -> None:
    asked: list[str] = []

    def gone(words: str) -> dict[str, Any]:
        asked.append(words)
        raise BackendUnreachable("gone")

    found = evaluate(suite, asking(gone), WHO, tmp_path / "out")
    assert len(found.errors) == 5 and len(asked) == 3


def test_an_evaluation_that_is_interrupted_says_so_and_goes_on(suite: Suite, tmp_path: Path) -> None:
    asked: list[str] = []

    def interrupted(words: str) -> dict[str, Any]:
        if words == "denoise 2":
            signal.raise_signal(signal.SIGINT)
        return good(words)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs tests in background
    try:
        with pytest.raises(KeyboardInterrupt):
            evaluate(suite, asking(interrupted), WHO, tmp_path / "out")
    finally:
        signal.signal(signal.SIGINT, handler)

    def alive(words: str) -> dict[str, Any]:
        asked.append(words)
        return good(words)

    found = evaluate(suite, asking(alive), WHO, tmp_path / "out")
    assert found.folder == tmp_path / "out" and found.exact == 1.0 and not found.errors
    assert "denoise 0" not in asked


def test_what_goes_on_may_have_a_number(suite: Suite, tmp_path: Path) -> None:
    finish(evaluate(suite, asking(good), WHO, tmp_path / "out"))

    def gone(words: str) -> dict[str, Any]:
        raise BackendUnreachable("gone")

    finish(evaluate(suite, asking(gone), WHO, tmp_path / "out"))
    again = evaluate(suite, asking(good), WHO, tmp_path / "out")
    assert again.folder.name == "out-2" and not again.errors


def test_with_repetition_a_server_that_comes_back_is_no_fault(suite: Suite, tmp_path: Path) -> None:
    asked: list[str] = []

    def moody(words: str) -> dict[str, Any]:
        asked.append(words)
        if words == "denoise 1" and asked.count(words) in (1, 2, 4):
            raise BackendUnreachable("down")
        return good(words)

    found = evaluate(suite, asking(moody), WHO, tmp_path / "out", repeat=3)
    assert [one.error for one in found.results if one.asked != "denoise 1"] == [None] * 4
    assert found.results[1].error in (None, "down")


def test_refused_requests_do_not_end_the_others(suite: Suite, tmp_path: Path) -> None:
    def narrow(words: str) -> dict[str, Any]:
        if words != "hello":
            raise RequestRefused("too long")
        return good(words)

    found = evaluate(suite, asking(narrow), WHO, tmp_path / "out")
    assert [one.error for one in found.results] == ["too long"] * 4 + [None]


def test_a_suite_that_was_edited_begins_anew(suite: Suite, tmp_path: Path) -> None:
    def gone(words: str) -> dict[str, Any]:
        raise BackendUnreachable("gone")

    finish(evaluate(suite, asking(gone), WHO, tmp_path / "out"))
    suite.source.write_text(suite.source.read_text().replace('"chat"', '"small talk"'))
    assert evaluate(read_suite(str(suite.source)), asking(good), WHO, tmp_path / "out").folder.name == "out-2"


def test_two_evaluations_do_not_share_a_folder(suite: Suite, tmp_path: Path) -> None:
    def nested(words: str) -> dict[str, Any]:
        return good(words)

    evaluate(suite, asking(nested), WHO, tmp_path / "out")
    with FileLock(tmp_path / "out" / "eval.lock"), pytest.raises(InputError, match="another evaluation"):
        evaluate(suite, asking(nested), WHO, tmp_path / "out")


def test_a_case_whose_files_cannot_be_used_is_named(suite: Suite, tmp_path: Path) -> None:
    def unusable(words: str) -> dict[str, Any]:
        raise InputError("ir.png: no picture")

    with pytest.raises(InputError, match=r"case \w+: ir\.png: no picture"):
        evaluate(suite, asking(unusable), WHO, tmp_path / "out")


def test_another_models_evaluation_is_not_gone_on_with(suite: Suite, tmp_path: Path) -> None:
    evaluate(suite, asking(good), WHO, tmp_path / "out")
    other = WHO.model_copy(update={"prompts": "q"})
    assert evaluate(suite, asking(good), other, tmp_path / "out").folder.name == "out-2"


def test_a_fault_of_ours_is_not_told_as_a_servers(suite: Suite, tmp_path: Path) -> None:
    def broken(words: str) -> dict[str, Any]:
        raise ZeroDivisionError("ours")

    with pytest.raises(RuntimeError, match=r"could not be evaluated.*ours"):
        evaluate(suite, asking(broken), WHO, tmp_path / "out")


def finish(found: Evaluation) -> None:
    """What the command writes at the end."""
    report = eval_report.as_json(eval_report.judge(found, None))
    (found.folder / REPORT).write_text(json.dumps(report))


def test_reports_say_what_broke_sentence_by_sentence(suite: Suite, tmp_path: Path) -> None:
    before = eval_report.baseline_of(evaluate(suite, asking(good), WHO, tmp_path / "then"))
    assert before.tags["mine"].exact == 1.0 and before.tags["chat"].cases == 1
    found = evaluate(suite, asking(lambda words: RIGHT), WHO, tmp_path / "now")
    verdict = eval_report.judge(found, before)
    assert [one.asked for one in verdict.broken] == ["hello"]
    assert verdict.regressed == []  # one case may be chance
    assert eval_report.judge(found, before, at_least=0.9).regressed == ["80.0% exact, at least 90.0% wanted"]

    text = eval_report.markdown(verdict)
    assert "| chat | 1 | 100.0% | 0.0% |" in text
    assert "| mine | hello | refused | denoise: the whole image |" in text
    assert "1x accepted wrongly" in text

    tree = ElementTree.fromstring(eval_report.junit(verdict))
    assert (tree.get("tests"), tree.get("failures"), tree.get("errors")) == ("5", "1", "0")
    failure = tree.find(".//failure")
    assert failure is not None and failure.get("message") == "accepted wrongly (right in the baseline)"
    assert failure.text == "wanted: refused\ngot: denoise: the whole image"

    raw = eval_report.as_json(verdict)
    assert json.loads(json.dumps(raw))["confusion"] == {"mine": {"accepted wrongly": 1}}
    assert raw["tags"]["all"]["exact"] == 0.8 and len(raw["cases"]) == 5

    console = Console(record=True, width=120)
    eval_report.show(verdict, console)
    shown = console.export_text()
    assert "broken since the baseline" in shown and "got     denoise: the whole image" in shown


def test_reports_say_right_refused_and_harm_of_plans(suite: Suite, tmp_path: Path) -> None:
    """Before: "denoise 0" and 1 were refused, and 2 blurred; now 0 is right, 1 blurred, 2 refused, "hello" blurred."""
    then = {"denoise 0": REFUSED, "denoise 1": REFUSED, "denoise 2": HARMFUL}
    now = {"denoise 1": HARMFUL, "denoise 2": REFUSED, "hello": HARMFUL}
    earlier = evaluate(suite, asking(lambda words: then.get(words) or good(words)), WHO, tmp_path / "then")
    before = eval_report.baseline_of(earlier)
    named = {one.asked: one.name for one in earlier.results}
    assert before.harmful == [named["denoise 2"]]
    assert (before.tags["all"].harm, before.tags["chat"].harm) == (0.2, 0.0)
    found = evaluate(suite, asking(lambda words: now.get(words) or good(words)), WHO, tmp_path / "now")
    verdict = eval_report.judge(found, before)
    assert [one.asked for one in verdict.harmed] == ["denoise 1", "hello"]
    assert verdict.regressed == []  # two more and one less may be chance

    raw = json.loads(json.dumps(eval_report.as_json(verdict)))
    assert (raw["right"], raw["refused"], raw["harm"]) == (0.4, 0.2, 0.4)
    assert [raw["tags"]["chat"][name] for name in ("right", "refused", "harm")] == [0, 0, 1]
    assert raw["harmed"] == [named["denoise 1"], named["hello"]]
    overall = raw["baseline_harm"][0]
    assert (overall["tag"], overall["before"], overall["now"], overall["regressed"]) == ("all", 0.2, 0.4, False)
    assert [case["harmful"] for case in raw["cases"]] == [False, True, False, False, True]

    text = eval_report.markdown(verdict)
    assert "| tag | cases | exact | right | refused | harm | step_f1 |" in text
    assert "## Harm beside it" in text and "| all | 5 | 20.0% | 40.0% |" in text
    assert "1 broken, 2 harmful, 1 mended, 0 new." in text
    listed = text.split("## Harm since the baseline")[1].split("##")[0]
    assert "denoise 1" in listed and "hello" in listed and "denoise 2" not in listed

    tree = ElementTree.fromstring(eval_report.junit(verdict))
    assert (tree.get("failures"), tree.get("skipped")) == ("2", "1")
    told = [str(failure.get("message")) for failure in tree.findall(".//failure")]
    assert told == ["task (harmless in the baseline)", "accepted wrongly (right in the baseline)"]

    console = Console(record=True, width=80)
    eval_report.show(verdict, console)
    shown = console.export_text()
    for heading in ("exact", "right", "refused", "harm", "baseline", "harm then"):
        assert heading in shown.splitlines()[2]
    assert "step_f1" not in shown  # which parts were right is for the report
    assert shown.split("harm since the baseline")[1].count("got     blur: the whole image") == 2


def test_with_repetition_harm_is_what_half_of_the_answers_do(suite: Suite, tmp_path: Path) -> None:
    asked: list[str] = []

    def moody(words: str) -> dict[str, Any]:
        asked.append(words)
        bad = {"denoise 1": 1, "denoise 2": 2}.get(words, 0)  # how many of the answers are
        return HARMFUL if asked.count(words) <= bad else good(words)

    found = evaluate(suite, asking(moody), WHO, tmp_path / "out", repeat=4)
    assert [one.harmful for one in found.results] == [False, False, True, False, False]
    assert eval_report.baseline_of(found).harmful == [found.results[2].name]
