"""Script files: what they may say, what becomes of it, and where they are wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.radiometric import from_pair
from wordfuse.agent.batch.expand import jobs_of
from wordfuse.agent.batch.job import Job
from wordfuse.agent.batch.script import Entry, read_script
from wordfuse.agent.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folders ir and vi with three pairs each; nothing here is ever decoded."""
    for name in ("ir/1.png", "ir/2.tif", "ir/3.png", "vi/1.png", "vi/2.jpg", "vi/3.png", "people.png", "both.jpg"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    return tmp_path


def jobs(folder: Path, text: str, warnings: list[str] | None = None, **given: Any) -> list[Job]:
    file = folder / "s.yaml"
    file.write_text(text, encoding="utf-8")
    return jobs_of(read_script(file), folder / "out", given, (warnings if warnings is not None else []).append)


def test_the_script_of_the_contract(folder: Path) -> None:
    text = """
defaults: {llm: embedded, regions: embedded}
jobs:
  - {ir: ir/1.png, vi: vi/1.png, say: ["make the people warmer", "a bit more"]}
  - {pairs: {ir: "ir/*.png", vi: "vi/*.png"}, say: ["denoise the sky"]}   # matched by file stem
"""
    listed = jobs(folder, text)
    assert [(job.number, job.name, job.line) for job in listed] == [(1, "001-1", 4), (2, "002-1", 5), (3, "003-3", 5)]
    assert [job.say for job in listed] == [("make the people warmer", "a bit more"), *[("denoise the sky",)] * 2]
    assert (listed[2].ir, listed[2].vi) == (folder / "ir/3.png", folder / "vi/3.png")
    assert listed[2].out == folder / "out" / "003-3"
    assert {(job.settings.llm, job.settings.regions) for job in listed} == {("embedded", "embedded")}


def test_pairs_are_matched_by_stem_whatever_their_endings_and_the_rest_is_told(folder: Path) -> None:
    (folder / "ir/4.png").touch()
    (folder / "vi/notes.txt").touch()
    warnings: list[str] = []
    listed = jobs(folder, 'jobs:\n  - pairs:\n      ir: ir/*\n      vi: "vi/*"\n    say: denoise', warnings)
    assert [(job.ir.name, job.vi.name) for job in listed] == [
        ("1.png", "1.png"),
        ("2.tif", "2.jpg"),
        ("3.png", "3.png"),
    ]
    assert warnings == [f"{folder}/s.yaml:3:7: 1 of 4 have no partner of the same name and are left out: 4.png"]


@pytest.mark.parametrize("way", [".h", ".*", ".[h]", "**/.h", "ir/../.h"])
def test_hidden_folders_that_a_pattern_means_are_searched(folder: Path, way: str) -> None:
    for name in ("ir", "vi"):
        (folder / ".h" / name).mkdir(parents=True)
        (folder / ".h" / name / "7.png").touch()
    [job] = jobs(folder, f'jobs:\n  - {{pairs: {{ir: "{way}/ir/*.png", vi: "{way}/vi/*.png"}}, say: denoise}}')
    assert (job.ir.resolve(), job.vi.resolve()) == (folder / ".h/ir/7.png", folder / ".h/vi/7.png")


def test_hidden_pictures_that_are_passed_over_are_told_where_nothing_else_is_found(folder: Path) -> None:
    (folder / "zip/__MACOSX").mkdir(parents=True)
    (folder / "zip/__MACOSX/1.png").touch()
    with pytest.raises(
        InputError, match=r"finds no picture in .* but hidden ones, such as zip/__MACOSX/1\.png; rename"
    ):
        jobs(folder, 'jobs:\n  - {pairs: {ir: "zip/*/*.png", vi: "vi/*.png"}, say: denoise}')
    [job] = jobs(folder, 'jobs:\n  - {pairs: {ir: "zip/__MACOSX/*.png", vi: "vi/1.png"}, say: denoise}')
    assert job.ir == folder / "zip/__MACOSX/1.png"


def test_patterns_may_be_absolute_or_search_below(folder: Path) -> None:
    (folder / "more/deep").mkdir(parents=True)
    (folder / "more/deep/2.png").touch()
    (listed,) = jobs(folder, f'jobs: [{{pairs: {{ir: "{folder}/ir/*", vi: "more/**/*.png"}}, say: denoise}}]')
    assert (listed.ir, listed.vi) == (folder / "ir/2.tif", folder / "more/deep/2.png")


def test_one_file_may_hold_both_pictures(folder: Path) -> None:
    with pytest.raises(InputError, match=r"s\.yaml:1:9: .*both\.jpg"):
        jobs(folder, "jobs: [{pair: both.jpg, say: denoise}]")
    (folder / "both.jpg").write_bytes(from_pair(np.zeros((24, 32), np.uint8), np.zeros((48, 64, 3), np.uint8)).data())
    (listed,) = jobs(folder, "jobs: [{pair: both.jpg, say: denoise}]")
    assert listed.ir == listed.vi == folder / "both.jpg"
    assert listed.name == "001-both"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("night street", "001-night-street"),
        ("../../etc", "001-etc"),
        ("a/b", "001-a-b"),
        ("...", "001-pair"),
        ("\u8857", "001-\u8857"),
    ],
)
def test_a_name_becomes_a_file_name_that_stays_where_it_is(folder: Path, name: str, expected: str) -> None:
    (listed,) = jobs(folder, f"jobs: [{{name: {name!r}, ir: ir/1.png, vi: vi/1.png, say: denoise}}]")
    assert listed.name == expected
    assert listed.out == folder / "out" / expected


def test_a_name_of_many_pairs_goes_before_theirs(folder: Path) -> None:
    listed = jobs(folder, 'jobs: [{name: night, pairs: {ir: "ir/*", vi: "vi/*"}, say: denoise}]')
    assert [job.name for job in listed] == ["001-night-1", "002-night-2", "003-night-3"]


EVERYTHING = """
defaults:
  llm: http://127.0.0.1:9/v1
  model: some-llama
  seed: 1
  masks: {people: people.png}
  max_seconds: 60
jobs:
  - ir: ir/1.png
    vi: vi/1.png
    say: denoise
    seed: 7
    masks: {sky: people.png}
    attempts: 2
    max_model_calls: 5
    max_tool_calls: 6
    max_pixels: 1000
    grounding_picture: union
    device: cpu
  - {ir: ir/1.png, vi: vi/1.png, say: denoise, llm: embedded}
"""


def test_jobs_take_settings_from_the_command_line_then_their_own_then_the_defaults(folder: Path) -> None:
    first, second = (job.settings for job in jobs(folder, EVERYTHING))
    assert (first.llm, first.model, first.seed, first.device) == ("http://127.0.0.1:9/v1", "some-llama", 7, "cpu")
    assert first.masks == {"people": folder / "people.png", "sky": folder / "people.png"}
    limits = first.limits
    assert (limits.attempts, limits.seconds, limits.model_calls, limits.tool_calls) == (2, 60, 5, 6)
    assert (first.max_pixels, first.grounding_picture) == (1000, "union")
    assert (second.llm, second.model, second.seed) == ("embedded", None, 1)  # the model was that of the server
    given = [job.settings for job in jobs(folder, EVERYTHING, seed=9, llm="http://other/v1")]
    assert [(one.llm, one.model, one.seed) for one in given] == [("http://other/v1", None, 9)] * 2


def test_a_folder_of_the_script_is_a_model_and_any_other_name_stays(folder: Path) -> None:
    (folder / "llama").mkdir()
    text = "jobs:\n" + "".join(
        f"  - {{ir: ir/1.png, vi: vi/1.png, say: denoise, model: {model}}}\n" for model in ("llama", "owner/llama")
    )
    assert [job.settings.model for job in jobs(folder, text)] == [str(folder / "llama"), "owner/llama"]


JOB = "jobs:\n  - ir: ir/1.png\n    vi: vi/1.png\n    say: denoise\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "expected 'jobs:' with a list"),
        ("- ir: x", 1, "expected 'jobs:' with a list"),
        ("defaults: {seed: 1}", 1, "'jobs' is missing"),
        ("jobs: []", 1, "'jobs' is empty"),
        ("jobs: 5", 1, "'jobs' is a number; write a list"),
        ("jobs:\n  - denoise", 2, "jobs, number 1 is text; write KEY: VALUE pairs"),
        (JOB + "job: 5", 5, "unknown key 'job'; did you mean 'jobs'?"),
        (JOB + "    sayy: x", 5, "unknown key 'sayy'; did you mean 'say'?"),
        (JOB.replace("say:", "says:"), 4, "unknown key 'says'; did you mean 'say'?"),
        ("job:\n  - ir: x", 1, "unknown key 'job'; did you mean 'jobs'?"),
        (JOB + "    max-seconds: 5", 5, "did you mean 'max_seconds'?"),
        (JOB + "    colour: 5", 5, "unknown key 'colour'; use align, attempts, device,"),
        (JOB + "    say: x", 5, "'say' is given twice (first in line 4)"),
        ("defaults:\n  say: x\n" + JOB, 2, "unknown key 'say'; use align, attempts"),
        ("jobs:\n  - ir: ir/1.png\n    vi: vi/1.png", 2, "'say' is missing"),
        (JOB.replace("denoise", "[]"), 4, "'say' is empty"),
        (JOB.replace("denoise", "yes"), 4, "'say' is yes or no"),
        (JOB.replace("denoise", "[denoise, no]"), 4, "say, number 2 is yes or no, not text"),
        (JOB.replace("denoise", "[denoise, '']"), 4, "an instruction is empty"),
        (JOB.replace("denoise", '"\\ud800"'), 4, "not valid UTF-8"),
        (JOB + "    seed: -1", 5, "'seed' should be greater than or equal to 0"),
        (JOB + "    seed: '1'", 5, "'seed' should be a valid integer"),
        (JOB + "    seed: true", 5, "'seed' should be a valid integer"),
        (JOB + "    attempts: 50", 5, "'attempts' should be less than or equal to 20"),
        (JOB + "    max_seconds: .inf", 5, "'max_seconds' should be a finite number"),
        (JOB + "    grounding_picture: best", 5, "'grounding_picture' should be 'fused', 'visible'"),
        (JOB + "    device: gpu", 5, "device gpu: unknown device; use auto, cpu"),
        (JOB + "    regions: best", 5, "regions best: unknown; choose one of"),
        (JOB + "    preset: best", 5, "preset best"),
        ("defaults:\n  regions: best\n" + JOB, 2, "regions best: unknown"),
        (JOB + "    weights: people.png", 5, "are weights of a network"),
        (JOB + "    weights: no.safetensors", 5, "no.safetensors: no such file; paths are relative to the script"),
        (JOB + "    masks: {a: people.png, b: no.png}", 5, "no.png: no such file"),
        (JOB.replace("vi/1.png", "vi/7.png"), 3, "vi/7.png: no such file; paths are relative to the script"),
        (JOB.replace("vi/1.png", "vi"), 3, "vi: no such file"),
        ("jobs:\n  - say: denoise", 2, "either 'ir' and 'vi', or 'pairs', or 'pair'; this one has 0"),
        ("jobs:\n  - {say: denoise, ir: ir/1.png}", 2, "'vi' is missing"),
        (JOB + "    pair: both.jpg", 2, "this one has 2"),
        ("jobs:\n  - pairs: {ir: a*, vi: 'vi/*'}\n    say: denoise", 2, "'a*' finds no picture in"),
        ("jobs:\n  - pairs: {ir: ir/1*, vi: vi/2*}\n    say: x", 2, "1 of 1 have no partner of the same name: 1.png"),
        ("jobs:\n  - pairs:\n      ir: '*/*'\n      vi: vi/2*\n    say: x", 3, "have one name"),
        ("jobs:\n  - pairs: {ir: ir/1*}\n    say: x", 2, "'vi' is missing"),
        ("jobs:\n  - pairs: {ir: ir/*, vi: vi/*, by: x}\n    say: x", 2, "unknown key 'by'; use ir, vi"),
    ],
)
def test_a_broken_script_is_told_with_its_line(folder: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        jobs(folder, text)
    assert str(caught.value).startswith(f"{folder}/s.yaml:{line}:"), str(caught.value)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_of_several_faults_the_first_is_told_and_the_others_counted(folder: Path) -> None:
    with pytest.raises(InputError, match=r"s\.yaml:4:5: 'say' is a mapping; write a list \(and 2 more\)$"):
        jobs(folder, JOB.replace("denoise", "{b: c}") + "    attempts: 50\n    zzz: 1")


VALUES = ("0", "-5", "1.5", "5000000000", ".nan", ".inf", "yes", "''", "x", "'" + "y" * 80 + "'", "[1]", "{a: 1}")


@pytest.mark.parametrize("name", sorted(Entry.model_fields))
def test_every_fault_of_a_value_is_told_in_our_words(folder: Path, name: str) -> None:
    told = []
    for value in VALUES:
        lines = {"ir": "a", "vi": "b", "say": "denoise"} | {name: value}
        (folder / "s.yaml").write_text("jobs:\n  - " + "\n    ".join(f"{key}: {said}" for key, said in lines.items()))
        try:
            read_script(folder / "s.yaml")
        except InputError as error:
            told.append(error.problem)
    assert told
    assert not [text for text in told if "Input" in text or "String" in text]


def test_what_the_command_line_gives_is_not_blamed_on_the_file(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^regions best: unknown"):
        jobs(folder, JOB + "    regions: pixels", regions="best")
