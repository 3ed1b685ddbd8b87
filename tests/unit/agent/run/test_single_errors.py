"""The errors of tools reach Python with their fields, and the command line in its own words."""

from pathlib import Path

import pytest

from wordfuse.agent.errors import InputError, RegionError, UnknownId
from wordfuse.agent.run.single import SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.registry import call


@pytest.fixture
def tool(infrared: Path, visible: Path) -> SingleTool:
    return SingleTool(infrared, visible, Settings(regions="pixels"))


def test_why_nothing_was_found_is_told_in_fields(tool: SingleTool) -> None:
    with tool:
        tool.call("fuse")
        grounding = tool.call("ground", phrases=["a [[mask]]"])["grounding"]
        with pytest.raises(RegionError) as caught:
            tool.call("segment", grounding=grounding, invert=False)
        words = call("segment", {"grounding": grounding, "invert": False}, tool.work)
        record = tool.work.grounding(grounding)[0]
    error = caught.value
    assert error.problem.startswith("nothing was found: 'a [[mask]]' needs an object detector: the backend 'pixels'")
    assert error.remedy == 'give mask "a [[mask]]"=FILE or regions embedded or grounding-dino'
    assert words.error == error.told(dashed) == f"nothing was found: {record.reason}"
    assert words.final and record.reason.endswith(
        'give --mask "a [[mask]]"=FILE or --regions embedded or grounding-dino'
    )


def test_a_bad_argument_is_named(tool: SingleTool) -> None:
    with tool, pytest.raises(InputError) as caught:
        tool.call("incline", image="fused", mask=None, direction="north", strength="normal")
    assert caught.value.argument == "direction" and caught.value.problem.startswith("Input should be")


def test_an_unknown_id_stays_what_it_is(tool: SingleTool) -> None:
    with tool, pytest.raises(UnknownId, match="known:") as caught:
        tool.call("segment", grounding="g9", invert=False)
    assert caught.value.remedy is not None
