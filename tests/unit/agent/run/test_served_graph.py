"""The graph as LangGraph's own server uses it: named in langgraph.json, imported by its path, run without a session."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from tests.commandline import LanguageModel, Scene, Server, plan, serving, step
from wordfuse.agent.settings import Settings
from wordfuse.fusion.images import read_picture

ROOT = Path(__file__).parents[4]
PLANS = {
    "brighten the people": plan(step("relight", "brighter", "people") | {"strength": "slight"}),
    "make the unicorns warmer": plan(step("incline", "infrared", "unicorns")),
}
Graph = CompiledStateGraph[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def graph() -> Iterator[Graph]:
    """What the server loads: the file by its path, as a module of a name of its own, and a variable in it."""
    spec = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["agent"]
    path, variable = spec.split(":")
    module_spec = importlib.util.spec_from_file_location("__agent__graph", ROOT / path)
    assert module_spec is not None
    assert module_spec.loader is not None
    module = importlib.util.module_from_spec(module_spec)
    sys.modules["__agent__graph"] = module
    module_spec.loader.exec_module(module)
    yield getattr(module, variable)
    del sys.modules["__agent__graph"]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(LanguageModel(PLANS)) as server:
        yield server


def settings(scene: Scene, server: Server, **more: Any) -> dict[str, Any]:
    return {
        "llm": server.url,
        "preset": "tiny-compact",
        "weights": str(scene.folder / "tiny.safetensors"),
        "device": "cpu",
        "masks": {"people": str(scene.mask("people"))},
    } | more


def wanted(scene: Scene, *instructions: str, **more: Any) -> dict[str, Any]:
    return {"ir": str(scene.ir), "vi": str(scene.vi), "instructions": list(instructions)} | more


def test_clients_are_told_what_a_run_takes_and_gives(graph: Graph, scene: Scene) -> None:
    given = graph.get_input_jsonschema()
    jsonschema.validate(wanted(scene, "brighten the people"), given)
    jsonschema.validate(wanted(scene, "brighten the people", folder="runs/x", settings={"seed": 3}), given)
    assert sorted(given["required"]) == ["instructions", "ir", "vi"]
    assert all(part["description"] for part in given["properties"].values())
    for wrong in ({"vi": "vi.png", "instructions": ["x"]}, wanted(scene), wanted(scene, "")):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, given)
    assert {"out", "records", "usage"} <= set(graph.get_output_jsonschema()["properties"])
    # What an assistant can be configured with.
    assert graph.get_context_jsonschema() == Settings.model_json_schema()


def test_a_run_with_settings_in_its_input_leaves_a_run_folder(
    graph: Graph, scene: Scene, server: Server, here: Path
) -> None:
    instructions = "brighten the people", "make the unicorns warmer"
    done = graph.invoke(wanted(scene, *instructions, folder="out", settings=settings(scene, server)))
    assert done["out"] == str(here / "out")
    record = json.loads((here / "out" / "run.json").read_text())
    assert [instruction["text"] for instruction in record["instructions"]] == list(instructions)
    [people], [unicorns] = (instruction["steps"] for instruction in record["instructions"])
    assert (people["satisfied"], unicorns["found"]) == (True, False)
    for name in ("session.json", "trace.jsonl", "report.html", people["mask"], people["output"]):
        assert (here / "out" / name).is_file()
    fused, result = (read_picture(here / "out" / name) for name in ("fused.png", "result.png"))
    inside = read_picture(scene.mask("people"))[..., 0] > 0
    assert np.array_equal(fused[~inside], result[~inside])
    assert (result[inside].astype(int) >= fused[inside]).mean() > 0.9


def test_settings_come_from_the_assistant_too_and_a_thread_can_go_on(
    graph: Graph, scene: Scene, server: Server, here: Path
) -> None:
    builder = graph.builder
    threads = builder.compile(checkpointer=InMemorySaver())  # as the server does
    thread: Any = {"configurable": {"thread_id": "1"}}
    # The server hands over what a client sent: plain JSON, or an empty table.
    assistant = settings(scene, server, seed=5)
    first = threads.invoke(wanted(scene, "brighten the people"), thread, context=assistant)
    second = threads.invoke(wanted(scene, "make the unicorns warmer"), thread, context=assistant)
    assert [Path(done["out"]).relative_to(here).as_posix() for done in (first, second)] == ["runs/vi", "runs/vi-2"]
    for done in (first, second):
        record = json.loads((Path(done["out"]) / "run.json").read_text())
        assert record["settings"]["seed"] == 5
        assert len(record["instructions"]) == 1
    other = here / "other.png"
    shutil.copy(scene.vi, other)
    third = threads.invoke(wanted(scene, "brighten the people") | {"vi": str(other)}, thread, context=assistant)
    assert third["out"] == str(here / "runs/other"), "its own folder, not one after that of the run before"
    with pytest.raises(ValueError, match="settings: llm"):
        threads.invoke(wanted(scene, "x", settings={"llm": 3}), {"configurable": {"thread_id": "2"}}, context={})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "ir: Field required.*; a run takes ir, vi and instructions"),
        ({"ir": "ir.png", "vi": "vi.png", "instructions": "brighten"}, "instructions: Input should be a valid list"),
        ({"ir": "ir.png", "vi": "vi.png", "instructions": []}, "instructions: List should have at least 1 item"),
        ({"ir": "missing.png", "vi": "vi.png", "instructions": ["x"]}, "missing.png: no such file"),
        (
            {"ir": "ir.png", "vi": "vi.png", "instructions": ["x"], "settings": {"sed": 1}},
            "settings: sed: Extra inputs",
        ),
    ],
)
def test_bad_input_is_told_and_leaves_no_folder(
    graph: Graph, scene: Scene, server: Server, here: Path, given: dict[str, Any], told: str
) -> None:
    given = {"settings": settings(scene, server)} | given
    # A ValueError: the server hides the words of any error that it does not know from its clients.
    with pytest.raises(ValueError, match=told) as raised:
        graph.invoke(given)
    assert not type(raised.value).__module__.startswith("wordfuse")
    assert list(here.iterdir()) == []


def test_a_language_model_that_is_gone_is_told_too(graph: Graph, scene: Scene, here: Path) -> None:
    with serving(LanguageModel({})) as gone:
        pass
    with pytest.raises(ValueError, match=f"{gone.url}: no answer"):
        graph.invoke(wanted(scene, "x", settings=settings(scene, gone)))
    assert list(here.iterdir()) == []
