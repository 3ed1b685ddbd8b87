"""``wordfuse eval`` as a user calls it, with a stand-in server."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import MODELS, LanguageModel, as_json, complaint, serving, wordfuse

DENOISE = {"task": "denoise", "direction": None, "region": {"phrases": [], "invert": False}, "strength": "normal"}
PLAN = {"steps": [DENOISE], "refusal": None}
OTHER = {"steps": [DENOISE | {"task": "blur"}], "refusal": None}
WORDS = [f"get rid of the noise, version {i}" for i in range(8)]


@pytest.fixture
def suite(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    cases = [{"instruction": words, "plan": PLAN, "tags": ["noise"]} for words in WORDS]
    cases.append({"instruction": "tell me a joke", "plan": {"steps": [], "refusal": "no"}})
    (here / "mine.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    return here / "mine.jsonl"


def good() -> LanguageModel:
    return LanguageModel(dict.fromkeys(WORDS, PLAN))


def evaluated(suite: Path, model: Any, *options: object) -> Any:
    """Whatever the model answers counts: that plans are held to the words is not what is tried here."""
    with serving(model) as server:
        given = ("--llm", server.url, "--baseline", "base.json", "--doubt", 0)
        return wordfuse("eval", suite, *given, *options)


def test_a_baseline_is_made_and_kept_to(suite: Path, here: Path) -> None:
    made = evaluated(suite, good(), "--update-baseline", "--out", "first", "--quiet")
    assert made.exit_code == 0, made.output
    assert "wrote base.json: 100.0% exact" in made.stderr
    again = evaluated(suite, good(), "--out", "second", "--json", "--junit", "junit.xml", "--quiet")
    assert again.exit_code == 0, again.output
    told = json.loads(again.stdout)
    assert (told["exact"], told["regressed"], told["broken"]) == (1.0, [], [])
    assert told == json.loads((here / "second" / "report.json").read_text())
    assert "| noise | 8 | 100.0% | 100.0% |" in (here / "second" / "report.md").read_text()
    assert ElementTree.parse(here / "junit.xml").getroot().get("failures") == "0"


def test_a_regression_exits_with_100_and_names_the_sentences(suite: Path, here: Path) -> None:
    evaluated(suite, good(), "--update-baseline", "--out", "first", "--quiet")
    worse = evaluated(suite, LanguageModel(dict.fromkeys(WORDS[6:], PLAN)), "--out", "second")
    assert worse.exit_code == 100, worse.output
    assert "worse than the baseline" in worse.stderr and "noise: 100.0% -> 25.0% of 8" in worse.stderr
    for words in WORDS[:6]:
        assert words in worse.stderr
    assert "wanted  denoise: the whole image" in worse.stderr and "got     refused" in worse.stderr


def test_more_harm_than_before_is_worse_though_as_much_is_exact(suite: Path, here: Path) -> None:
    refusing, harming = LanguageModel({}), LanguageModel(dict.fromkeys(WORDS, OTHER))
    made = evaluated(suite, refusing, "--update-baseline", "--out", "first", "--quiet")
    assert made.exit_code == 0, made.output
    assert json.loads((here / "base.json").read_text())["harmful"] == []
    worse = evaluated(suite, harming, "--out", "second", "--json", "--junit", "junit.xml", "--quiet")
    assert worse.exit_code == 100, worse.output
    assert "noise: harm 0.0% -> 100.0% of 8" in worse.stderr
    told = json.loads(worse.stdout)
    assert (told["exact"], told["broken"], len(told["harmed"])) == (1 / 9, [], 8)
    assert (told["right"], told["refused"], told["harm"]) == (1 / 9, 0, 8 / 9)
    assert told["tags"]["noise"]["harm"] == 1
    assert ElementTree.parse(here / "junit.xml").getroot().get("failures") == "8"
    # The other way round it is better.
    again = evaluated(suite, harming, "--update-baseline", "--out", "third", "--quiet")
    assert again.exit_code == 0 and len(json.loads((here / "base.json").read_text())["harmful"]) == 8
    better = evaluated(suite, refusing, "--out", "fourth", "--json", "--quiet")
    assert better.exit_code == 0, better.output
    assert (json.loads(better.stdout)["refused"], json.loads(better.stdout)["harm"]) == (8 / 9, 0)


def test_a_baseline_that_knows_no_harm_still_serves(suite: Path, here: Path) -> None:
    evaluated(suite, LanguageModel({}), "--update-baseline", "--out", "first", "--quiet")
    older = json.loads((here / "base.json").read_text())
    del older["harmful"]
    for share in older["tags"].values():
        del share["harm"]
    (here / "base.json").write_text(json.dumps(older))
    harming = evaluated(suite, LanguageModel(dict.fromkeys(WORDS, OTHER)), "--out", "second", "--json", "--quiet")
    assert harming.exit_code == 0, harming.output
    told = json.loads(harming.stdout)
    assert (told["baseline_harm"], told["harmed"], told["harm"]) == ([], [], 8 / 9)
    assert "base.json says nothing of harm" in harming.stderr and "--update-baseline" in harming.stderr


@pytest.mark.parametrize("name", ["act", "critique"])
def test_a_model_that_only_plans_is_asked_for_plans_alone(suite: Path, here: Path, name: str) -> None:
    with serving(good()) as server:
        said = complaint(wordfuse("eval", name, "--llm", server.url, "--model", "wordfuse-adapted"), 2)
    assert f"cases of the task {name}" in said and "only plans" in said and "--llm URL" in said
    assert set(server.asked) == {"/v1/models"} and not (here / "runs").exists()


@pytest.mark.parametrize("name", ["act", "critique"])
def test_another_served_model_is_asked_for_calls_and_verdicts(suite: Path, name: str) -> None:
    served = as_json({"object": "list", "data": [{"id": "some-model", "object": "model"}]})

    def able(path: str, sent: Any) -> tuple[int, str, bytes]:
        return served if sent is None else good()(path, sent)

    with serving(able) as server:
        asked = wordfuse("eval", name, "--llm", server.url, "--every", 20, "--out", "out", "--json", "--quiet")
    assert asked.exit_code == 0, asked.output
    told = json.loads(asked.stdout)
    assert told["identity"]["model"] == "some-model" and told["errors"] == []
    assert "harm" not in told and "harm" not in told["tags"]["all"]
    assert told["exact"] == 1.0


def test_two_broken_cases_may_be_chance_unless_a_threshold_says_otherwise(suite: Path) -> None:
    evaluated(suite, good(), "--update-baseline", "--out", "first", "--quiet")
    nearly = LanguageModel(dict.fromkeys(WORDS[2:], PLAN))
    assert evaluated(suite, nearly, "--out", "second", "--quiet").exit_code == 0
    assert evaluated(suite, nearly, "--out", "third", "--at-least", 0.9, "--quiet").exit_code == 100


def test_a_server_that_fails_is_told_and_changes_no_baseline(suite: Path, here: Path) -> None:
    def failing(path: str, sent: Any) -> tuple[int, str, bytes]:
        return MODELS if sent is None else (500, "text/plain", b"down")

    failed = evaluated(suite, failing, "--update-baseline", "--out", "first", "--quiet")
    assert failed.exit_code == 4, failed.output
    assert "9 of 9 cases could not be asked" in failed.stderr
    assert not (here / "base.json").exists()
    # The same command, with a server: it goes on in the same folder.
    mended = evaluated(suite, good(), "--update-baseline", "--out", "first", "--quiet")
    assert mended.exit_code == 0, mended.output
    assert json.loads((here / "first" / "report.json").read_text())["errors"] == []
    assert not (here / "first-2").exists()


@pytest.mark.parametrize(
    "options", [["--update-baseline", "--baseline", "no/b.json"], ["--junit", "no/j.xml"], ["--junit", "."]]
)
def test_where_nothing_can_be_written_nothing_is_asked(suite: Path, options: list[str]) -> None:
    with serving(good()) as server:
        said = complaint(wordfuse("eval", suite, "--llm", server.url, "--quiet", *options), 2)
    assert "name a file" in said and not server.asked


def test_something_else_than_a_language_model_is_no_wrong_answer(suite: Path, here: Path) -> None:
    def gateway(path: str, sent: Any) -> tuple[int, str, bytes]:
        return MODELS if sent is None else (200, "text/html", b"<html>please log in</html>")

    failed = evaluated(suite, gateway, "--update-baseline", "--out", "first", "--quiet")
    assert failed.exit_code == 4, failed.output
    assert not (here / "base.json").exists()


def test_the_baseline_of_another_suite_is_none(suite: Path, here: Path) -> None:
    evaluated(suite, good(), "--update-baseline", "--out", "first", "--quiet")
    (here / "other.jsonl").write_text(json.dumps({"instruction": "hello", "plan": {"steps": [], "refusal": "no"}}))
    with serving(good()) as server:
        said = complaint(wordfuse("eval", "other.jsonl", "--llm", server.url, "--baseline", "base.json", "--quiet"), 2)
    assert "knows no case of other" in said


def test_a_baseline_below_the_threshold_is_not_made(suite: Path, here: Path) -> None:
    nobody = LanguageModel({})
    result = evaluated(suite, nobody, "--update-baseline", "--at-least", 0.9, "--out", "first", "--quiet")
    assert result.exit_code == 100 and not (here / "base.json").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nothing"], "no such suite; name one of act, agent, calibration, critique, natural, plan, run"),
        (["mine.jsonl", "--baseline", "gone.json"], "gone.json: does not exist"),
        (["mine.jsonl", "--baseline", "mine.jsonl"], "mine.jsonl: not a baseline"),
        (["mine.jsonl", "--update-baseline", "--every", 2], "leave --every out"),
        (["mine.jsonl", "--update-baseline"], "name the baseline of that server"),
        (["mine.jsonl", "--out", "mine.jsonl"], "choose another folder"),
        (["mine.jsonl", "--out", "."], "choose another folder"),
    ],
)
def test_bad_usage(suite: Path, options: list[object], words: str) -> None:
    with serving(good()) as server:
        said = complaint(wordfuse("eval", *options, "--llm", server.url, "--quiet"), 2)
    assert words in said


def test_without_inspect_the_remedy_is_named(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'wordfuse[evals]'" in complaint(wordfuse("eval", suite, "--llm", "http://127.0.0.1:1/v1"), 2)
