"""Baselines: what is a regression, what is noise, and whether ours belong to what is committed."""

from pathlib import Path

import pytest

from wordfuse import prompts
from wordfuse.agent.model.embedded.base import file_sha256
from wordfuse.agent.model.embedded.embedded import DEFAULT_ADAPTER
from wordfuse.evals.language.baseline import (
    BASELINES,
    Baseline,
    Identity,
    TagShare,
    compare,
    read_baseline,
    write_baseline,
)
from wordfuse.evals.language.cases import read_suite
from wordfuse.fusion.errors import InputError

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


def test_what_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(InputError, match="make one with update_baseline"):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(InputError, match=r"no\.json"):
        read_baseline(tmp_path / "no.json")
    with pytest.raises(InputError, match="cannot be written"):
        write_baseline(tmp_path / "no" / "b.json", baseline(a=True))


@pytest.mark.parametrize("name", ["plan", "act", "critique", "run"])
def test_the_baselines_belong_to_the_prompts_the_adapter_and_the_cases(name: str) -> None:
    known = read_baseline(BASELINES / f"{name}.json")
    command = f"run: wordfuse eval {name} --update-baseline"
    assert known.identity.prompts == prompts.digest(compact=True), f"the prompts have changed; {command}"
    weights = file_sha256(DEFAULT_ADAPTER / "adapter_model.safetensors")
    assert known.identity.adapter == weights, f"the adapter has changed; {command}"
    assert set(known.cases) == {one.case.name for one in read_suite(name).listed}, f"the cases have changed; {command}"
