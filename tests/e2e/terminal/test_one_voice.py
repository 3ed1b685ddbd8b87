"""Only wordfuse speaks on the terminal; what libraries say goes to the debug log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batches import BRIGHTER, PLANS, WARMER, write_script
from tests.commandline import LanguageModel, Scene, plan, serving, step

VOICE = "import wordfuse.agent.telling.voices as v; v.one_voice(); "

# A library in place of those that we use: it speaks in every way that a library has, when langgraph is imported and
# whenever a language model is called.
CHATTER = """
import importlib.abc, importlib.machinery, logging, os, sys, warnings

def speak(when):
    warnings.warn(f"CHATTER {when}: warned", FutureWarning)
    logging.getLogger("somelib.part").warning(f"CHATTER {when}: logged")
    loud = logging.getLogger("loudlib")
    if not loud.handlers:
        loud.addHandler(logging.StreamHandler(sys.stderr))
        loud.propagate = False
    loud.error(f"CHATTER {when}: logged by a handler of its own")
    os.write(2, f"CHATTER {when}: written by C\\n".encode())

def at_import(module):
    speak("import")

def at_calls(module):
    usual = module.BaseChatModel.invoke
    def invoke(self, *args, **kwargs):
        speak("call")
        return usual(self, *args, **kwargs)
    module.BaseChatModel.invoke = invoke

AFTER = {"langgraph.graph": at_import, "langchain_core.language_models.chat_models": at_calls}

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in AFTER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        usual = spec.loader.exec_module
        def exec_module(module):
            usual(module)
            AFTER[name](module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""
WAYS = ("warned", "logged", "logged by a handler of its own", "written by C")


@pytest.fixture
def chatty(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Processes from here on have that library; returns where the debug log is to be."""
    folder, root = tmp_path / "chatty", Path(__file__).resolve().parents[3]
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(CHATTER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(root)]))
    monkeypatch.setenv("WORDFUSE_DEBUG_LOG", str(tmp_path / "logs/debug.log"))
    return tmp_path / "logs/debug.log"


def command(*args: object, said: str = "") -> "subprocess.CompletedProcess[str]":
    """``wordfuse`` in a process of its own."""
    words = [sys.executable, "-m", "wordfuse", *map(str, args)]
    return subprocess.run(words, input=said, capture_output=True, text=True, timeout=600, check=False)


def python(code: str) -> "subprocess.CompletedProcess[str]":
    """Other people's Python."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


def check_heard_in(log: Path) -> None:
    """The library spoke in all its ways, and they are in the log."""
    lines = log.read_text().splitlines()
    for when in ("import", "call"):
        for way in WAYS:
            assert any(line.endswith(f"CHATTER {when}: {way}") for line in lines), (when, way)


@pytest.mark.parametrize("at_once", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_script(scene: Scene, here: Path, chatty: Path, at_once: int) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=BRIGHTER)
        done = command("script", script, "--out", "out", "--jobs", at_once, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 2
    assert "CHATTER" not in done.stdout
    check_heard_in(chatty)


def test_a_chat(scene: Scene, here: Path, chatty: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        words = [*scene.pair, *scene.shipped, "--llm", server.url, "--out", "run"]
        done = command("chat", *words, said="brighten the dark areas\n")
    assert done.returncode == 0, done.stderr
    assert "> brighten the dark areas" in done.stdout
    assert "CHATTER" not in done.stdout + done.stderr
    check_heard_in(chatty)


@pytest.mark.real
def test_the_demo(here: Path, chatty: Path) -> None:
    wish = "make the people stand out, then brighten the dark areas"
    steps = step("stand_out", "more", "people"), step("relight", "brighter", "dark areas")
    with serving(LanguageModel({wish: plan(*steps)})) as server:
        done = command("demo", "--llm", server.url, "--device", "cpu", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "CHATTER" not in done.stdout + done.stderr
    check_heard_in(chatty)


def test_without_a_name_the_log_is_among_the_users(
    chatty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORDFUSE_DEBUG_LOG")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    done = python(VOICE + "import sitecustomize as s; s.speak('now'); print(v.debug_log())")
    assert (done.returncode, done.stderr) == (0, "")
    log = Path(done.stdout.strip())
    assert log.is_relative_to(tmp_path) or sys.platform != "linux"
    assert all(f"CHATTER now: {way}" in log.read_text() for way in WAYS)


def test_a_log_that_cannot_be_written_is_told(chatty: Path) -> None:
    chatty.parent.write_bytes(b"a file where the folder is to be")
    done = python(VOICE + "import sitecustomize as s; s.speak('now')")
    assert done.returncode == 0
    assert done.stderr == f"wordfuse: warning: WORDFUSE_DEBUG_LOG: {chatty}: cannot be written (File exists)\n"


def test_a_log_must_be_a_regular_file_of_somebody(
    chatty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak = VOICE + "import sitecustomize as s; s.speak('now')"
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    for name, why in (
        (str(tmp_path / "pipe"), "not a regular file"),
        ("~nosuchuser/x", "no home for ~nosuchuser"),
    ):
        monkeypatch.setenv("WORDFUSE_DEBUG_LOG", name)
        done = python(speak)
        told = f"wordfuse: warning: WORDFUSE_DEBUG_LOG: {name}: cannot be written ({why})\n"
        assert (done.returncode, done.stderr) == (0, told)
    assert not (tmp_path / "~nosuchuser").exists()
    monkeypatch.setenv("WORDFUSE_DEBUG_LOG", os.devnull)
    done = python(speak)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_log_makes_room_when_it_is_long(chatty: Path) -> None:
    chatty.parent.mkdir()
    chatty.write_text("old\n" * 300_000)
    assert python(VOICE + "import sitecustomize as s; s.speak('now')").returncode == 0
    assert "old" not in chatty.read_text()
    assert chatty.with_name("debug.log.old").read_text().startswith("old\n")


def test_what_we_say_ourselves_stays(chatty: Path) -> None:
    """Our log lines as without any handler, a fault in one line."""
    done = python(VOICE + "import logging as l; l.getLogger('wordfuse.agent.x').warning('ours')")
    assert (done.returncode, done.stderr) == (0, "ours\n")
    fault = (
        "import sys, wordfuse.agent.model.connect as l; l.connect = lambda *a, **k: 1 / 0\n"
        "sys.argv = ['wordfuse', 'plan', 'x']\n"
    )
    done = python(fault + "from wordfuse.cli.app import main; main()")
    assert done.returncode == 1
    assert done.stderr.startswith("wordfuse: ") and "division by zero" in done.stderr
    assert "CHATTER" not in done.stderr


def test_a_caller_in_python_keeps_warnings_and_logging(here: Path) -> None:
    code = """
import logging, sys, warnings
def state():
    root = logging.getLogger()
    return (warnings.showwarning, root.handlers[:], root.level, logging.Logger.callHandlers,
            logging.raiseExceptions, logging.lastResort, sys.stderr)
before = state()
import wordfuse.agent.telling.voices, wordfuse.agent.batch.engines.local, wordfuse.agent.run.session
import wordfuse.cli.app, wordfuse.cli.commands.script
after = state()
print([i for i, (old, new) in enumerate(zip(before, after)) if old != new])
"""
    done = python(code)
    assert done.stdout == "[]\n", done.stdout + done.stderr
