"""Errors carry what is wrong as fields; whoever shows them spells the names of arguments."""

import copy
import pickle
from pathlib import Path

import pytest

from wordfuse.agent.telling.explain import explained
from wordfuse.fusion.errors import BackendUnreachable, InputError, RegionError, argument_named
from wordfuse.tools.calls.spelling import dashed


def test_an_error_is_its_argument_its_problem_and_its_remedy() -> None:
    error = InputError(
        "is 60.0 megapixels",
        argument="max_pixels",
        subject=Path("huge.png"),
        remedy=f"shrink it, or raise {argument_named('max_pixels')}",
    )
    assert str(error) == "max_pixels huge.png: is 60.0 megapixels; shrink it, or raise max_pixels"
    assert error.told(dashed) == "--max-pixels huge.png: is 60.0 megapixels; shrink it, or raise --max-pixels"
    assert explained(error) == (error.told(dashed), 2)
    assert (error.argument, error.subject) == ("max_pixels", "huge.png")
    assert (error.problem, error.remedy) == ("is 60.0 megapixels", "shrink it, or raise max_pixels")


def test_no_part_that_can_be_seen_has_names_unspelled() -> None:
    error = InputError(f"needs {argument_named('mask')}", remedy=f"give {argument_named('mask')}")
    for one in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert repr(one) == "InputError('needs mask')" and one.args == ("needs mask",)
        assert (one.problem, one.remedy) == ("needs mask", "give mask")
        assert one.told(dashed) == "needs --mask; give --mask"


@pytest.mark.parametrize("foreign", ["[[mask]]", "\ue000mask\ue001", "\x00mask\x01", "{mask}"])
def test_nothing_that_can_be_typed_passes_for_the_name_of_an_argument(foreign: str) -> None:
    error = InputError(f"does not know {foreign}", subject=f"{foreign}.png", remedy=f"not {foreign}")
    assert error.told(dashed) == f"{foreign}.png: does not know {foreign}; not {foreign}"
    with pytest.raises(UnicodeEncodeError):
        argument_named("mask").encode()


def test_told_again_an_error_keeps_its_fields() -> None:
    error = InputError("unknown", argument="regions", subject="nix", remedy=f"use {argument_named('mask')}")
    told = error.again(RegionError, within="jobs.yaml:3", remark="asked twice", remedy="or go")
    assert type(told) is RegionError
    assert told.told(dashed) == "jobs.yaml:3: --regions nix: unknown; use --mask (asked twice); or go"
    assert (told.argument, told.subject, told.problem) == ("regions", "nix", "unknown")
    assert str(told.again(InputError, within="a")) == f"a: {told}"
    assert str(error.again(InputError, subject="line 3")) == "line 3: unknown; use mask"
    assert str(InputError("busy").again(InputError, remark="twice", remedy="wait")) == "busy (twice); wait"


def test_parts_that_are_not_there_leave_no_trace() -> None:
    assert str(RegionError("the mask is empty")) == "the mask is empty"
    assert str(InputError("no such file", subject="a.png")) == "a.png: no such file"
    assert str(BackendUnreachable("busy", remedy="ask again later")) == "busy; ask again later"


def test_an_error_comes_back_whole_from_another_process() -> None:
    error = InputError("unknown", argument="regions", subject="nix", remedy="use pixels")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is InputError
    assert (again.problem, again.argument, again.subject, again.remedy) == ("unknown", "regions", "nix", "use pixels")
    assert str(again) == str(error)
