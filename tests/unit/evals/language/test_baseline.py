"""Baselines: what is a regression, what is noise, and whether ours belong to what is committed."""

from pathlib import Path

import pytest

from wordfuse import prompts
from wordfuse.agent.model.embedded.embedded import DEFAULT_ADAPTER
from wordfuse.agent.model.embedded.marked import file_sha256
from wordfuse.evals.language.baseline import (
    BASELINES,
    Baseline,
    Identity,
    TagShare,
    compare,
    compare_harm,
    read_baseline,
    write_baseline,
)
from wordfuse.evals.language.cases import read_suite
from wordfuse.evals.language.marking import MARKS
from wordfuse.fusion.errors import InputError

OLDER = """{
 "suite": "plan",
 "identity": {"model": "SmolLM2-135M-Instruct", "prompts": "8b4b", "adapter": "83aa"},
 "tags": {"all": {"cases": 2, "exact": 0.5}},
 "cases": {"a": true, "b": false}
}
"""
WHO = Identity(model="m", prompts="p", adapter=None)


def baseline(**cases: bool) -> Baseline:
    return Baseline(suite="s", identity=WHO, tags={"all": TagShare(cases=len(cases), exact=1.0)}, cases=cases)


def compared(broken: int, mended: int, same: int) -> tuple[float, float, bool]:
    then = {f"b{i}": True for i in range(broken)} | {f"m{i}": False for i in range(mended)}
    now = {name: not right for name, right in then.items()} | {f"s{i}": True for i in range(same)}
    then |= {f"s{i}": True for i in range(same)}
    overall, *_ = compare(baseline(**then), now, {name: ("t",) for name in now})
    assert overall.now - overall.before == pytest.approx((mended - broken) / len(now))
    return overall.low, overall.high, overall.regressed


def test_a_few_changes_are_noise_and_many_of_one_sign_are_not() -> None:
    assert compared(0, 0, 50) == (0.0, 0.0, False)
    assert not compared(5, 0, 50)[2]
    assert compared(6, 0, 50)[2]
    assert not compared(6, 4, 50)[2]  # as many things move both ways when a model changes
    assert not compared(0, 9, 50)[2]


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # 8 of 10 changes for the worse: 44.4% to 97.5% (Clopper and Pearson's exact interval for 8 of 10), 100 cases.
    low, high, _ = compared(8, 2, 90)
    assert low == pytest.approx(0.1 * (1 - 2 * 0.9748), abs=1e-4)
    assert high == pytest.approx(0.1 * (1 - 2 * 0.4439), abs=1e-4)


def harm_compared(new: int, gone: int, same: int) -> tuple[float, float, bool]:
    names = [f"{kind}{i}" for kind, count in (("new", new), ("gone", gone), ("same", same)) for i in range(count)]
    then = Baseline(
        suite="s",
        identity=WHO,
        tags={},
        cases=dict.fromkeys(names, False),  # harm is no matter of what was exact
        harmful=[name for name in names if not name.startswith("new")],
    )
    now = {name: not name.startswith("gone") for name in names}
    overall, *_ = compare_harm(then, now, {name: ("t",) for name in names})
    assert (overall.before, overall.now) == pytest.approx(((gone + same) / len(names), (new + same) / len(names)))
    return overall.low, overall.high, overall.regressed


def test_more_harm_is_a_regression_by_the_same_test() -> None:
    assert harm_compared(0, 0, 50) == (0.0, 0.0, False)
    assert not harm_compared(5, 0, 50)[2]
    assert harm_compared(6, 0, 50)[2]
    assert not harm_compared(6, 4, 50)[2]
    assert not harm_compared(0, 9, 50)[2]  # less harm is none
    # 8 of 10 changes for the worse, as below, the other way round.
    low, high, _ = harm_compared(8, 2, 90)
    assert low == pytest.approx(0.1 * (2 * 0.4439 - 1), abs=1e-4)
    assert high == pytest.approx(0.1 * (2 * 0.9748 - 1), abs=1e-4)


def test_harm_is_compared_on_the_cases_that_both_have_and_can_do_any() -> None:
    then = Baseline(suite="s", identity=WHO, tags={}, cases={"a": True, "b": False, "call": True}, harmful=["b"])
    found = {one.tag: one for one in compare_harm(then, {"a": True, "b": True, "new": True}, dict.fromkeys("ab", "t"))}
    assert {tag: (one.cases, one.before, one.now) for tag, one in found.items()} == {
        "all": (2, 0.5, 1),
        "t": (2, 0.5, 1),
    }


def test_each_tag_is_compared_by_itself_on_the_cases_that_both_have() -> None:
    then = baseline(**{f"a{i}": True for i in range(6)}, b=True, gone=True)
    now = {f"a{i}": False for i in range(6)} | {"b": True, "new": False}
    tags = {name: (("x",) if name.startswith("a") else ("y", "z")) for name in now}
    found = {one.tag: one for one in compare(then, now, tags)}
    assert found["all"].cases == 7
    assert found["x"].regressed and (found["x"].before, found["x"].now) == (1.0, 0.0)
    assert not found["y"].regressed and found["y"].cases == found["z"].cases == 1


def test_a_baseline_is_written_and_read(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    write_baseline(file, baseline(z=True, a=False))
    assert read_baseline(file) == baseline(a=False, z=True)
    assert file.read_text().index('"a"') < file.read_text().index('"z"')
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]
    assert "harm" not in file.read_text()  # what nobody looked for is not said to be none


def test_harm_is_written_and_read(tmp_path: Path) -> None:
    tags = {"all": TagShare(cases=3, exact=0.3333, harm=0.0)}
    for harmful in ([], ["a", "b"]):
        known = Baseline(suite="s", identity=WHO, tags=tags, cases={"a": False, "b": False, "c": True}, harmful=harmful)
        write_baseline(tmp_path / "b.json", known)
        assert read_baseline(tmp_path / "b.json") == known


def test_a_baseline_from_before_harm_was_looked_for_can_be_read_and_says_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(OLDER)
    old = read_baseline(tmp_path / "b.json")
    assert old.harmful is None and old.cases == {"a": True, "b": False}
    now, tags = {"a": True, "b": True}, {"a": ("t",), "b": ("t",)}
    assert compare_harm(old, now, tags) == []
    assert [one.before for one in compare(old, now, tags)] == [0.5, 0.5]


def test_what_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(InputError, match="make one with update_baseline"):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(InputError, match=r"no\.json"):
        read_baseline(tmp_path / "no.json")
    with pytest.raises(InputError, match="cannot be written"):
        write_baseline(tmp_path / "no" / "b.json", baseline(a=True))


@pytest.mark.parametrize("name", ["plan", "natural", "run", "agent"])
def test_the_baselines_belong_to_the_prompts_the_adapter_and_the_cases(name: str) -> None:
    known = read_baseline(BASELINES / f"{name}.json")
    command = f"run: wordfuse eval {name} --update-baseline"
    assert known.identity.prompts == prompts.digest(compact=True), f"the prompts have changed; {command}"
    weights = file_sha256(DEFAULT_ADAPTER / "adapter_model.safetensors")
    assert known.identity.adapter == weights, f"the adapter has changed; {command}"
    assert set(known.cases) == {one.case.name for one in read_suite(name).listed}, f"the cases have changed; {command}"
    can_harm = {one.case.name for one in read_suite(name).listed if "harm" in MARKS[one.case.task]}
    assert (known.harmful is not None) == bool(can_harm), f"harm is not known; {command}"
    assert set(known.harmful or ()) <= can_harm - {case for case, exact in known.cases.items() if exact}
