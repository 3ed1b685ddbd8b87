"""Errors carry what is wrong as fields; whoever shows them spells the names of arguments."""

import pickle
from pathlib import Path

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
