"""``wordfuse mcp``, by the client of the protocol's own SDK: a process of its own, on standard input and output."""

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import jsonschema
import numpy as np
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult, ImageContent, TextContent, Tool
from PIL import Image

from tests.commandline import Scene
from tests.patience import PATIENCE_S
from wordfuse.fusion.finetune import State
from wordfuse.fusion.images import read_mask, read_picture
from wordfuse.tools.registry import TOOLS

Json = dict[str, Any]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("WORDFUSE_")}


class Agent:
    """Another agent: a client, and the process that serves it."""

    def __init__(self, client: Client, portal: anyio.from_thread.BlockingPortal, folder: Path) -> None:
        self.client, self.portal, self.folder = client, portal, folder
        self.run = folder  # that of the open pair

    def open(self, ir: str = "pair/ir.png", vi: str = "pair/vi.png") -> Json:
        pair = self.call("open_pair", ir=ir, vi=vi)
        self.run = self.folder / pair["folder"]
        return pair

    def tools(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in self.portal.call(self.client.list_tools).tools}

    def ask(self, name: str, args: Json, **more: Any) -> CallToolResult:
        return self.portal.call(partial(self.client.call_tool, name, args, **more))

    def call(self, name: str, **args: Any) -> Json:
        """A call that works; its structured result, which the text repeats."""
        result = self.ask(name, args)
        assert not result.is_error, result.content
        [text] = result.content
        assert isinstance(text, TextContent)
        assert json.loads(text.text) == result.structured_content
        told: Json = result.structured_content
        return told

    def complaint(self, name: str, **args: Any) -> str:
        """A call that cannot work; what it says."""
        result = self.ask(name, args)
        assert result.is_error
        assert result.structured_content is None
        [text] = result.content
        assert isinstance(text, TextContent)
        assert "Traceback" not in text.text
        return text.text


@contextmanager
def connected(folder: Path, *options: str, mode: str = "auto") -> Iterator[Agent]:
    command = ["-m", "wordfuse", "mcp", str(folder), "--quiet", *options]
    process = stdio_client(StdioServerParameters(command=sys.executable, args=command, env=ENVIRONMENT))
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(process, mode=mode)) as client,
    ):
        yield Agent(client, portal, folder)


@pytest.fixture(scope="module")
def folder(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to serve, with much beside it that must not be reached."""
    outside = tmp_path_factory.mktemp("outside")
    folder = outside / "served"
    (folder / "pair").mkdir(parents=True)
    for name in ("ir.png", "vi.png"):
        shutil.copy(scene.folder / name, folder / "pair" / name)
        shutil.copy(scene.folder / name, outside / name)
    (folder / "out.png").symlink_to(outside / "vi.png")
    (folder / "above").symlink_to(outside)
    (folder / "circle.png").symlink_to("circle.png")
    (folder / "inside.png").symlink_to("pair/vi.png")
    (folder / "notes.txt").write_text("no picture")
    os.mkfifo(folder / "fifo.png")
    return folder


@pytest.fixture(scope="module")
def agent(folder: Path, scene: Scene) -> Iterator[Agent]:
    with connected(folder, *scene.network) as agent:
        yield agent


@pytest.fixture
def opened(agent: Agent) -> Agent:
    """With a pair that is open and fused."""
    agent.open()
    agent.call("fuse")
    return agent


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
        assert given.get("required", []) == [key for key in ours.get("required", []) if key != "mask"]
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
    for name, more in (("denoise", {}), ("relight", {"direction": "darker"})):
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
    assert abs(fused - tinted)[inside].mean() > 20
    assert abs(fused - tinted)[~inside].mean() < 5  # the outline, and what JPEG makes of it


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


ATTACKS = {
    "/etc/passwd": "absolute path",
    "{outside}/vi.png": "absolute path",
    "../vi.png": "has '..' in it",
    "pair/../../vi.png": "has '..' in it",
    "out.png": "leads out of the folder",
    "above/vi.png": "leads out of the folder",
    "circle.png": "cannot be followed",
    "": "no file name",
    " ": "no file name",
    "vi\0.png": "no file name",
    "vi\n.png": "no file name",
    "~/vi.png": "no such file",
    "fifo.png": "is not a regular file",
    "pair": "is a folder",
    "notes.txt": "not a PNG, JPEG",
    "x" * 300 + ".png": "cannot be opened",
}


@pytest.mark.parametrize("name", ATTACKS, ids=ascii)
@pytest.mark.parametrize("source", ["ir", "vi"])
def test_no_picture_outside_the_folder_can_be_opened(agent: Agent, name: str, source: str) -> None:
    given = name.format(outside=agent.folder.parent)
    told = agent.complaint("open_pair", **({"ir": "pair/ir.png", "vi": "pair/vi.png"} | {source: given}))
    assert ATTACKS[name] in told
    assert str(agent.folder.parent) not in told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/tmp/x.png", "absolute path"),
        ("../x.png", "has '..' in it"),
        ("above/x.png", "leads out of the folder"),
        ("out.png", "leads out of the folder"),
        ("x.jpg", "end the name in .png"),
        ("pair", "end the name in .png"),
        ("pair/vi.png", "never changed"),
        ("inside.png", "never changed"),
        ("wordfuse-runs/x.png", "the server's own files"),
        ("mine.png", "was not saved by this server"),
        ("fifo.png", "was not saved by this server"),
        ("notes.txt/x.png", "notes.txt"),
        ("x" * 300 + ".png", "check the name"),
    ],
)
def test_a_picture_is_saved_only_where_nothing_of_others_is(opened: Agent, name: str, told: str) -> None:
    mine = opened.folder / "mine.png"
    mine.write_bytes(b"precious")
    before = {path: path.lstat().st_mtime_ns for path in opened.folder.parent.rglob("*")}
    complaint = opened.complaint("save", image="fused", path=name)
    assert told in complaint
    assert str(opened.folder.parent) not in complaint
    assert {path: path.lstat().st_mtime_ns for path in opened.folder.parent.rglob("*")} == before


def test_what_was_saved_may_be_saved_again(opened: Agent) -> None:
    edited = opened.call("relight", image="fused", mask=None, direction="brighter", strength="strong")["image"]
    for image in ("fused", edited):
        assert opened.call("save", image=image, path="results/best.png") == {"path": "results/best.png"}
        kept = next(opened.run.rglob(f"{image}.png"))
        assert np.array_equal(read_picture(opened.folder / "results" / "best.png"), read_picture(kept))
    # As an input it is a source, and those are never written to.
    opened.open(vi="results/best.png")
    opened.call("fuse")
    assert "never changed" in opened.complaint("save", image="fused", path="results/best.png")


def test_a_folder_that_was_tampered_with_is_left_alone(opened: Agent) -> None:
    opened.open()
    run = opened.run
    (run / "work").symlink_to(opened.folder.parent)
    assert "has links in it" in opened.complaint("fuse")
    assert not (opened.folder.parent / "fused.png").exists()
    (run / "work").unlink()
    opened.call("fuse")


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


INCLINE = {"image": "fused", "mask": None, "direction": "infrared", "strength": "strong"}


def test_epochs_are_told_and_a_cancelled_edit_ends_with_its_epoch(opened: Agent) -> None:
    client, epochs = opened.client, []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        epochs.append((progress, total, message))

    async def cancel_at_first_sign() -> None:
        with anyio.CancelScope() as scope:

            async def cancel(progress: float, total: float | None, message: str | None) -> None:
                # Others are answered while the edit runs.
                assert (await client.list_tools(cache_mode="bypass")).tools
                scope.cancel()

            await client.call_tool("incline", INCLINE, progress_callback=cancel)
        assert scope.cancelled_caught

    opened.portal.call(cancel_at_first_sign)
    opened.call("fuse")  # waits for its turn behind the cancelled call
    left = State.load(opened.run / "work" / "a1.safetensors", "incline").epochs
    # The call is as if it had never been made: its picture has no id, and made again it takes the same one.
    assert "unknown image 'a1'; known: fused" in opened.complaint(
        "evaluate_metrics", before="fused", after="a1", mask=None
    )
    result = opened.ask("incline", INCLINE, progress_callback=tell)
    whole = result.structured_content
    assert (whole["image"], whole["stopped"]) == ("a1", "epochs")
    assert epochs == [(done, whole["epochs"], "incline") for done in range(1, whole["epochs"] + 1)]
    assert 1 <= left < whole["epochs"]


@pytest.mark.real
def test_a_session_on_the_bundled_pair(examples: Path, tmp_path: Path) -> None:
    for name in ("ir.png", "vi.png"):
        shutil.copy(examples / "street" / name, tmp_path / name)
    sources = {name: (tmp_path / name).read_bytes() for name in ("ir.png", "vi.png")}
    with connected(tmp_path, "--device", "cpu") as agent:
        agent.open("ir.png", "vi.png")
        assert agent.call("fuse") == {"image": "fused", "width": 384, "height": 288}
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


# The process: what it writes, and how it ends.

CHATTY = """
import ctypes, os, sys
import wordfuse.tools.fuse as fuse
from wordfuse.cli.app import main

run = fuse.run_network

def loud(*args, **more):
    print("printed")
    ctypes.CDLL(None).printf(b"printed by C, and left in its buffer")
    os.system("echo printed by a child; cat")  # which reads what is there to read
    return run(*args, **more)

fuse.run_network = loud
sys.argv[0] = "wordfuse"
main()
"""


@contextmanager
def raw(
    folder: Path, *options: str, code: str | None = None, log: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], Callable[..., Json]]]:
    """A server, and a function that sends a request (or, without an id, a notification) and waits for the answer."""
    program = ["-m", "wordfuse"] if code is None else ["-c", code]
    process = subprocess.Popen(
        [sys.executable, *program, "mcp", str(folder), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | ({} if log is None else {"WORDFUSE_DEBUG_LOG": str(log)}),
        # A test run in the background of a shell ignores interrupts, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    sending, receiving = process.stdin, process.stdout

    def send(method: str, params: Json, number: int | None = None) -> Json:
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
        sending.write(json.dumps(message) + "\n")
        sending.flush()
        answer: Json = {} if number is None else json.loads(receiving.readline())
        return answer

    try:
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        assert send("initialize", about, 0)["result"]["serverInfo"]["name"] == "wordfuse"
        send("notifications/initialized", {})
        yield process, send
    finally:
        process.kill()
        process.communicate()


def open_and_fuse(send: Callable[..., Json]) -> None:
    pair = {"name": "open_pair", "arguments": {"ir": "pair/ir.png", "vi": "pair/vi.png"}}
    assert not send("tools/call", pair, 1)["result"].get("isError")
    assert not send("tools/call", {"name": "fuse", "arguments": {}}, 2)["result"].get("isError")


def test_nothing_but_the_protocol_is_on_standard_output(folder: Path, scene: Scene, tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    with raw(folder, *scene.network, code=CHATTY, log=log) as (process, send):
        open_and_fuse(send)
        assert "error" in send("no/such/method", {}, 3)
        rest, told = process.communicate(timeout=PATIENCE_S)  # closes standard input
    assert (process.returncode, rest) == (0, "")
    assert told == f"wordfuse serves {folder} to the MCP client that started it; Ctrl-C ends it\n"
    for words in ("printed\n", "printed by C, and left in its buffer", "printed by a child\n"):
        assert words in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(folder: Path, scene: Scene, number: signal.Signals) -> None:
    with raw(folder, *scene.network, "--quiet") as (process, send):
        if number == signal.SIGTERM:  # in the middle of an edit, the other one in idleness
            open_and_fuse(send)
            params = {"name": "incline", "arguments": INCLINE, "_meta": {"progressToken": "p"}}
            assert send("tools/call", params, 4)["method"] == "notifications/progress"
        process.send_signal(number)
        # Standard input stays open: nothing but the signal ends it.
        code = process.wait(timeout=PATIENCE_S)
        assert process.stdout is not None
        assert process.stderr is not None
        messages = [json.loads(line) for line in process.stdout]
        assert (code, process.stderr.read()) == (0, "")
    assert not [message for message in messages if "result" in message]


def test_a_client_that_listens_no_more_has_left(folder: Path, scene: Scene) -> None:
    with raw(folder, *scene.network, "--quiet") as (process, _):
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}) + "\n")
        process.stdin.flush()
        assert process.wait(timeout=PATIENCE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        process.stdout = None  # nothing more to collect


def test_input_from_a_file_is_read_to_its_end(folder: Path, scene: Scene) -> None:
    command = [sys.executable, "-m", "wordfuse", "mcp", str(folder), *scene.network, "--quiet"]
    with (folder / "notes.txt").open() as file:
        ended = subprocess.run(command, stdin=file, capture_output=True, text=True, env=ENVIRONMENT, timeout=PATIENCE_S)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
