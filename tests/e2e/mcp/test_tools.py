"""``wordfuse mcp``: what its tools are, what they give, and what they say where they cannot work."""

import base64
import io
import json
import shutil
from pathlib import Path

import anyio
import anyio.from_thread
import jsonschema
import numpy as np
import pytest
from mcp.types import ImageContent, TextContent
from PIL import Image

from tests.commandline import Scene
from tests.e2e.mcp.client import INCLINE, Agent, Json, connected
from wordfuse.fusion.images import read_mask, read_picture
from wordfuse.tools.registry import TOOLS


def region(agent: Agent, phrase: str) -> str:
    grounding = agent.call("ground", phrases=[phrase])["grounding"]
    mask: str = agent.call("segment", grounding=grounding, invert=False)["mask"]
    return mask


def test_the_tools_are_those_of_the_registry_and_three_more(agent: Agent) -> None:
    listed = agent.tools()
    assert set(listed) == {*TOOLS, "open_pair", "show", "save"}
    for name, tool in TOOLS.items():
        assert listed[name].description == tool.description
        given, ours = listed[name].input_schema, tool.args.model_json_schema()
        assert {key: given.get(key) for key in ours if key not in ("properties", "required")} == {
            key: value for key, value in ours.items() if key not in ("properties", "required")
        }
        assert list(given["properties"]) == list(ours["properties"])
        # What may be null may be left out; the agent's own language model is made to write it.
        assert given.get("required", []) == [
            key for key in ours.get("required", []) if {"type": "null"} not in ours["properties"][key].get("anyOf", [])
        ]
    for described in listed.values():
        assert described.input_schema["additionalProperties"] is False
        assert described.annotations is not None
        assert described.annotations.open_world_hint is False
    only_looking = {name for name, tool in listed.items() if tool.annotations and tool.annotations.read_only_hint}
    assert only_looking == {"show", *(name for name, tool in TOOLS.items() if tool.looks_only)}
    assert "evaluate_metrics" in only_looking


def test_a_client_is_told_how_to_begin(agent: Agent) -> None:
    assert "open_pair" in (agent.client.instructions or "")
    begin = agent.tools()["open_pair"].description or ""
    steps = [name for name, tool in TOOLS.items() if not tool.looks_only]
    assert all(name in begin for name in (*steps, "evaluate_metrics", "show", "save"))


def test_results_are_as_their_schemas_say(opened: Agent) -> None:
    schemas = {name: tool.output_schema for name, tool in opened.tools().items()}
    pair = opened.open(vi="inside.png")
    assert pair == pair | {"width": 128, "height": 96, "gray": False, "warnings": []}
    jsonschema.validate(pair, schemas["open_pair"])
    assert (opened.folder / pair["folder"]).is_dir()
    jsonschema.validate(opened.call("fuse"), schemas["fuse"])
    grounding = opened.call("ground", phrases=["dark areas"])
    jsonschema.validate(grounding, schemas["ground"])
    mask = opened.call("segment", grounding=grounding["grounding"], invert=True)
    jsonschema.validate(mask, schemas["segment"])
    for name, more in (
        ("denoise", {}),
        ("relight", {"direction": "darker"}),
        ("blur", {"amount": 0.5}),
        ("contrast", {"direction": "more"}),
        ("sharpen", {}),
        ("dehaze", {}),
        ("destripe", {"axis": "rows"}),
        ("recolour", {"direction": "heat"}),
    ):
        edited = opened.call(name, image="fused", mask=mask["mask"], strength="slight", **more)
        jsonschema.validate(edited, schemas[name])
        values = opened.call("evaluate_metrics", before="fused", after=edited["image"], mask=mask["mask"])
        jsonschema.validate(values, schemas["evaluate_metrics"])


def test_a_picture_can_be_looked_at(opened: Agent) -> None:
    mask = region(opened, "dark areas")
    shown = []
    for args in ({"image": "infrared"}, {"image": "fused"}, {"image": "fused", "mask": mask}):
        result = opened.ask("show", args)
        picture, size = result.content
        assert isinstance(picture, ImageContent)
        assert isinstance(size, TextContent)
        assert (picture.mime_type, json.loads(size.text)) == ("image/jpeg", {"width": 128, "height": 96})
        shown.append(np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.data)))).astype(int))
    infrared, fused, tinted = shown
    assert infrared.ndim == 2
    inside = read_mask(next((opened.run / "masks").glob(f"{mask}-*.png")), (96, 128)) > 0
    # What is not meant is dimmed, whatever its colour.
    assert tinted[~inside].mean() < 0.75 * fused[~inside].mean()
    assert tinted[inside].mean() > 0.9 * fused[inside].mean()


def test_one_pair_is_open_at_a_time(opened: Agent) -> None:
    mask = region(opened, "dark areas")
    first = opened.open()["folder"]
    assert opened.complaint("ground", phrases=["sky"]) == "unknown image 'fused'; known: none yet"
    opened.call("fuse")
    assert "unknown mask" in opened.complaint("denoise", image="fused", mask=mask, strength="slight")
    # The pair that is open stays open where another cannot be.
    assert "no such file" in opened.complaint("open_pair", ir="pair/ir.png", vi="pair/missing.png")
    opened.call("fuse")
    assert opened.open()["folder"] != first


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("rm", {"path": "/"}, "unknown tool 'rm'; known: open_pair, show, save, fuse"),
        ("fuse", {"quickly": True}, "bad arguments for fuse: quickly: Extra inputs are not permitted"),
        ("denoise", {"image": "../../x", "mask": None, "strength": "slight"}, "bad arguments for denoise: image"),
        ("denoise", {"image": "a99", "mask": None, "strength": "slight"}, "unknown image 'a99'; known: fused"),
        ("denoise", {"image": float("nan"), "mask": None, "strength": "slight"}, "bad arguments for denoise: image"),
        ("relight", {"image": "fused", "mask": None, "direction": "up", "strength": "slight"}, "direction: Input"),
        ("ground", {"phrases": []}, "phrases: List should have at least 1 item"),
        ("segment", {"grounding": "g99", "invert": False}, "unknown grounding 'g99'"),
        ("open_pair", {"ir": "pair/ir.png"}, "vi: Field required"),
        ("open_pair", {"ir": 3, "vi": ["pair/vi.png"]}, "bad arguments for open_pair: ir: Input should be a valid str"),
        ("show", {"image": "fused", "mask": "m99"}, "unknown mask 'm99'"),
        ("save", {"image": "infrared", "path": "x.png"}, "unknown image 'infrared'"),
    ],
)
def test_a_call_that_cannot_work_says_why(opened: Agent, name: str, args: Json, told: str) -> None:
    assert told in opened.complaint(name, **args)


def test_a_region_that_is_not_there_is_an_error_in_words(opened: Agent) -> None:
    told = opened.call("ground", phrases=["a unicorn"])
    assert (told["found"], told["missing"]) == ([], ["a unicorn"])
    assert "nothing was found" in opened.complaint("segment", grounding=told["grounding"], invert=False)


def test_nothing_works_before_a_pair_is_open(agent: Agent, scene: Scene, tmp_path: Path) -> None:
    with connected(tmp_path, *scene.network, mode="legacy") as older:  # with the handshake of before 2026
        assert older.tools() == agent.tools()
        told = "no pair is open; call open_pair first"
        assert older.complaint("fuse") == told
        assert older.complaint("show", image="infrared") == told
        assert older.complaint("save", image="fused", path="x.png") == told
    assert list(tmp_path.iterdir()) == []


def test_epochs_are_told_and_a_cancelled_edit_leaves_nothing(opened: Agent) -> None:
    client, epochs = opened.client, []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        epochs.append((progress, total, message))
        if len(epochs) == 1:  # others are answered while the edit runs
            assert (await client.list_tools(cache_mode="bypass")).tools

    async def cancel_at_first_sign() -> None:
        with anyio.CancelScope() as scope:

            async def cancel(progress: float, total: float | None, message: str | None) -> None:
                scope.cancel()  # at once: an edit of a small picture takes no longer than a question on a busy machine

            await client.call_tool("incline", INCLINE, progress_callback=cancel)
        assert scope.cancelled_caught

    opened.portal.call(cancel_at_first_sign)
    opened.call("fuse")  # waits for its turn behind the cancelled call
    assert not list((opened.run / "work").glob("a1.*"))
    # The call is as if it had never been made: its picture has no id, and made again it takes the same one.
    assert "unknown image 'a1'; known: fused" in opened.complaint(
        "evaluate_metrics", before="fused", after="a1", mask=None
    )
    result = opened.ask("incline", INCLINE, progress_callback=tell)
    whole = result.structured_content
    assert (whole["image"], whole["stopped"]) == ("a1", "epochs")
    assert epochs == [(done, whole["epochs"], "incline") for done in range(1, whole["epochs"] + 1)]


@pytest.mark.real
def test_a_session_on_the_bundled_pair(examples: Path, tmp_path: Path) -> None:
    for name in ("ir.png", "vi.png"):
        shutil.copy(examples / "street" / name, tmp_path / name)
    sources = {name: (tmp_path / name).read_bytes() for name in ("ir.png", "vi.png")}
    with connected(tmp_path, "--device", "cpu") as agent:
        agent.open("ir.png", "vi.png")
        fused = agent.call("fuse")
        assert 0.2 < fused.pop("infrared") < 0.8, "chosen from the pair"
        assert fused == {"image": "fused", "width": 384, "height": 288}
        grounding = agent.call("ground", phrases=["people"])
        assert grounding["found"] == ["people"]
        drawn = agent.call("segment", grounding=grounding["grounding"], invert=False)
        args = {"mask": drawn["mask"], "direction": "infrared", "strength": "normal"}
        edited = agent.call("incline", image="fused", **args)["image"]
        values = agent.call("evaluate_metrics", before="fused", after=edited, mask=drawn["mask"])
        assert values["after"]["distance_infrared"] <= 0.8 * values["before"]["distance_infrared"]
        assert agent.ask("show", {"image": edited, "mask": drawn["mask"]}).content[0].type == "image"
        agent.call("save", image=edited, path="result.png")
    fused, result = read_picture(agent.run / "fused.png"), read_picture(tmp_path / "result.png")
    [mask] = (agent.run / "masks").iterdir()
    inside = read_mask(mask, (288, 384)) > 0
    assert inside.mean() == pytest.approx(drawn["area"], abs=1e-6)
    assert np.array_equal(fused[~inside], result[~inside])
    assert not np.array_equal(fused[inside], result[inside])
    assert {name: (tmp_path / name).read_bytes() for name in sources} == sources
