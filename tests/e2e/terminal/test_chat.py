"""Conversations as people hold them: ``wordfuse chat`` in a pseudo-terminal, and through a pipe."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.commandline import LanguageModel, Scene, Server, plan, serving, step
from tests.patience import PATIENCE_S

COMMAND = [sys.executable, "-m", "wordfuse"]
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "street"
WARM = plan(step("incline", "infrared", "people"))
PLANS = {
    "make the people warmer": WARM,
    "a bit more": plan(step("incline", "infrared", "people") | {"strength": "slight"}),
    "brighten the dark areas": plan(step("relight", "brighter", "dark areas")),
    "brighten the unicorn": plan(step("relight", "brighter", "unicorn")),
}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x1b\]0;[^\x07]*\x07|\r")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(LanguageModel(PLANS)) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of the user's is read or written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORDFUSE_", "XDG_"))}
    state = tmp_path.with_name(f"{tmp_path.name}-state")
    cache = {"WORDFUSE_CACHE": os.environ["WORDFUSE_CACHE"]} if "WORDFUSE_CACHE" in os.environ else {}
    own = {
        "XDG_STATE_HOME": str(state),
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "TERM": "xterm-256color",
        "TERM_PROGRAM": "",
    }
    root = str(EXAMPLE.parents[1])
    return {**kept, **cache, **own, "OMP_NUM_THREADS": "1", "PYTHONPATH": root, "COLUMNS": "100", "LINES": "40"}


class Terminal:
    """Somebody at a terminal."""

    def __init__(self, child: Any) -> None:
        self.child = child

    def types(self, text: str) -> None:
        """Type a line and send it."""
        self.child.send(text + "\r")

    def sees(self, *texts: str) -> str:
        """Wait until texts have appeared, in order; returns what appeared before the last and with it."""
        seen = ""
        for text in texts:
            self.child.expect_exact(text)
            seen += self.child.before + self.child.after
        return ESCAPES.sub("", seen)

    def prompt(self) -> str:
        """Wait until it asks for input: a line editor then says that text may be pasted."""
        return self.sees("\x1b[?2004h")


def _hear_ctrl_c() -> None:
    """As a process at a terminal does; one that a script started in the background may have it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def chatting(folder: Path, home: dict[str, str], *words: object) -> Iterator[Terminal]:
    child = pexpect.spawn(
        COMMAND[0], [*COMMAND[1:], "chat", *map(str, words)], env=home, cwd=folder, encoding="utf-8",
        dimensions=(40, 100), timeout=PATIENCE_S, preexec_fn=_hear_ctrl_c,
    )  # fmt: skip
    try:
        yield Terminal(child)
    finally:
        child.close(force=True)


def record(folder: Path) -> Any:
    return json.loads((folder / "run.json").read_text())


def test_a_conversation_at_a_terminal(scene: Scene, server: Server, home: dict[str, str], tmp_path: Path) -> None:
    words = [*scene.pair, *scene.shipped, "--mask", f"people={scene.mask('people')}", "--llm", server.url]
    with chatting(tmp_path, home, *words, "--out", "run") as terminal:
        assert "wordfuse" in terminal.prompt()
        assert "\x1b[c" not in terminal.child.before, "not asked what it can: its answer might come late"
        terminal.types("make the people warmer")
        told = terminal.prompt()
        for mark in ("understood", "tool", "measured", "verdict", "step", "model call", "tokens", " s · run/images/"):
            assert mark in told, told
        assert "\u2580" in told, "fused and now, as half-blocks"
        terminal.types("why?")
        assert "was understood as: toward infrared: people" in terminal.prompt()
        terminal.types("/compare")
        assert "\u2580" in terminal.prompt()
        terminal.types("brighten the unicorn")
        assert "Which region instead?" in terminal.prompt()
        terminal.types("dark areas")
        assert "brighter: dark areas: " in terminal.prompt()
        terminal.types("undo that")
        told = terminal.prompt()
        assert "taken back: 'brighten the unicorn'" in told and "as after 'make the people warmer'" in told
        terminal.types("/redo")
        assert "brighten the unicorn" in terminal.prompt()
        terminal.types("/nonsense")
        assert "no such command" in terminal.prompt()
        terminal.types("/save evening.yaml")
        terminal.prompt()
        terminal.types("/quit")
        terminal.child.expect(pexpect.EOF)
        terminal.child.close()
    done = record(tmp_path / "run")
    assert [said["text"] for said in done["instructions"]] == ["make the people warmer", "brighten the unicorn"]
    assert "dark areas" in (tmp_path / "evening.yaml").read_text()
    assert "brighten the unicorn" in (Path(home["XDG_STATE_HOME"]) / "wordfuse/chat-history").read_text()


@pytest.mark.slow
def test_completion_history_and_several_lines(
    scene: Scene, server: Server, home: dict[str, str], tmp_path: Path
) -> None:
    words = [*scene.pair, *scene.shipped, "--mask", f"people={scene.mask('people')}", "--llm", server.url]
    with chatting(tmp_path, home, *words, "--out", "run", "--no-images") as terminal:
        terminal.prompt()
        terminal.child.send("/metr\t")
        terminal.sees("/metrics")
        terminal.child.send("\r")
        told = terminal.sees("Qabf", "Qcv")
        assert "\u2580" not in told
        terminal.prompt()
        terminal.child.send("make the people warmer\x1b\ra bit more\r")  # Alt-Enter, Enter
        terminal.sees("understood", "toward infrared: people", "model call", "toward infrared (slight): people")
        terminal.sees("model call")
        terminal.prompt()
        terminal.child.sendeof()
        terminal.child.expect(pexpect.EOF)
    assert len(record(tmp_path / "run")["instructions"]) == 2
    with chatting(tmp_path, home, "--resume", "run", "--no-images") as terminal:
        terminal.prompt()
        terminal.child.send("\x1b[A")  # the last input of the conversation before
        terminal.sees("make the people warmer")
        terminal.child.send("\x03")  # clears what stands there
        terminal.child.send("\x03")
        terminal.sees("press Ctrl-C again")
        terminal.child.send("\x03")
        terminal.child.expect(pexpect.EOF)
        terminal.child.close()
    assert terminal.child.exitstatus in (0, 3)


def test_ctrl_c_once_stops_the_step_and_twice_leaves(scene: Scene, home: dict[str, str], tmp_path: Path) -> None:
    """While the model thinks; within an edit it is the same (test_conversation)."""
    asked, go_on = threading.Event(), threading.Event()

    def think() -> None:
        asked.set()
        go_on.wait(PATIENCE_S)

    with serving(LanguageModel(PLANS, before_acting=think)) as server:
        words = [*scene.pair, *scene.shipped, "--mask", f"people={scene.mask('people')}", "--llm", server.url]
        try:
            with chatting(tmp_path, home, *words, "--out", "run", "--no-images") as terminal:
                terminal.prompt()
                terminal.types("make the people warmer")
                assert asked.wait(PATIENCE_S)
                terminal.child.send("\x03")
                assert "stopped by you" in terminal.prompt()
                (said,) = record(tmp_path / "run")["instructions"]
                assert said["steps"][0]["notice"] == "stopped by you"
                terminal.child.send("\x03")
                terminal.child.expect(pexpect.EOF)
                terminal.child.close()
                assert terminal.child.exitstatus == 3, "a step was not carried out"
        finally:
            go_on.set()


def test_sharp_pictures_where_the_terminal_says_that_it_can(
    scene: Scene, server: Server, home: dict[str, str], tmp_path: Path
) -> None:
    words = [*scene.pair, *scene.shipped, "--llm", server.url, "--out", "run"]
    with chatting(tmp_path, home | {"TERM_PROGRAM": "WezTerm"}, *words) as terminal:
        terminal.child.expect_exact("\x1b[c")
        terminal.child.send("\x1b[?62;4;22c")  # a VT220 that knows sixel
        terminal.child.expect_exact("\x1bP")
        terminal.child.expect_exact("\x1b\\")
        terminal.prompt()


def test_lines_from_a_pipe(scene: Scene, server: Server, home: dict[str, str], tmp_path: Path) -> None:
    words = [*scene.pair, *scene.shipped, "--llm", server.url, "--out", "run", "--json"]
    said = "brighten the dark areas\n/undo\n\n/redo\nthanks\n"
    done = subprocess.run(
        [*COMMAND, "chat", *words],
        input=said,
        env=home,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode in (0, 3), done.stderr
    printed = json.loads(done.stdout)
    assert printed == record(tmp_path / "run"), "one JSON document, and nothing else"
    assert "> brighten the dark areas" in done.stderr
    assert "Good. What next?" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.slow
def test_leaving_with_a_question_keeps_it(scene: Scene, server: Server, home: dict[str, str], tmp_path: Path) -> None:
    words = [*scene.pair, *scene.shipped, "--llm", server.url, "--out", "run", "--json"]
    done = subprocess.run(
        [*COMMAND, "chat", *words], input="brighten the unicorn\n/metrics\n", env=home, cwd=tmp_path,
        capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["instructions"][0]["steps"] == []
    done = subprocess.run(
        [*COMMAND, "chat", "--resume", "run"], input="quit\n", env=home, cwd=tmp_path, capture_output=True, text=True
    )
    assert "Which region instead?" in done.stdout, "it is asked again"
    for typed in (["--seed", "3"], ["--attempts", "2"]):
        refused = subprocess.run(
            [*COMMAND, "chat", "--resume", "run", *typed],
            input="",
            env=home,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 2
        assert f"leave {typed[0]} out" in refused.stderr
    # Without a person there is no answer, and the run ends.
    done = subprocess.run([*COMMAND, "resume", "run"], env=home, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert record(tmp_path / "run")["instructions"][0]["steps"][0]["missing"] == ["unicorn"]


def test_a_script_is_said_turn_by_turn(scene: Scene, server: Server, home: dict[str, str], tmp_path: Path) -> None:
    say = ["brighten the dark areas", "brighten the unicorn", "make the people warmer"]
    (tmp_path / "s.yaml").write_text(json.dumps({"jobs": [{"ir": "a.png", "vi": "b.png", "say": say}] * 2}))
    words = [*scene.pair, *scene.shipped, "--mask", f"people={scene.mask('people')}", "--llm", server.url]
    typed = "/load s.yaml\nskip\n/budget seconds 6000\n/load ~no-such-user/x.yaml\n"
    done = subprocess.run(
        [*COMMAND, "chat", *words, "--out", "run"], input=typed,
        env=home, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert [said["text"] for said in record(tmp_path / "run")["instructions"]] == say
    assert "the first of 2 jobs" in done.stdout
    assert "seconds 6000" in done.stdout
    assert "~no-such-user/x.yaml: no file name" in done.stdout
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "--ir and --vi: missing"),
        (["--ir", EXAMPLE / "ir.png"], "--vi: missing"),
        (["--resume", "nowhere"], "not a run folder"),
        (["--resume", "nowhere", "--out", "run"], "leave --ir, --vi, --pair and --out out"),
    ],
)
def test_what_cannot_be_talked_about(home: dict[str, str], tmp_path: Path, words: list[object], complaint: str) -> None:
    done = subprocess.run(
        [*COMMAND, "chat", *map(str, words)], input="", env=home, cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.real
@pytest.mark.slow  # test_readme holds it through a pipe; here it is typed
def test_six_turns_with_the_embedded_model(home: dict[str, str], tmp_path: Path) -> None:
    """The README's conversation, on the bundled pair."""
    pair = ["--ir", EXAMPLE / "ir.png", "--vi", EXAMPLE / "vi.png", "--out", "run", "--no-images"]
    with chatting(tmp_path, home, *pair) as terminal:
        terminal.prompt()
        for typed, answer in (
            ("make the people stand out", "stand out more: people: satisfied"),
            ("a bit more", "stand out more (slight): people: "),
            ("how many people are there?", "people: 3 found"),
            ("denoise the sky", "denoise: sky: satisfied"),
            ("the same for the road", "denoise: road: "),
            ("why?", "denoise: road"),
            ("undo that", "as after 'make the people stand out'; 'a bit more'; 'denoise the sky'."),
        ):
            terminal.types(typed)
            assert answer in terminal.prompt()
        terminal.child.sendeof()
        terminal.child.expect(pexpect.EOF)
        terminal.child.close()
    assert terminal.child.exitstatus == 0
    done = record(tmp_path / "run")
    assert [said["text"] for said in done["instructions"]][-1] == "denoise the sky"
