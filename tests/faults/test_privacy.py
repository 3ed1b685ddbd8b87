"""Nothing leaves the machine unless ``--tracing`` or ``--llm URL`` says so, whatever is left in the shell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import LanguageModel, Scene, completion, plan, serving, step
from tests.scripted import Json, Reply, Scripted, scripted

ROOT = Path(__file__).parents[2]
WORDS = "brighten the people"
PLANS = {WORDS: plan(step("relight", "brighter", "people"))}

#: What a user of LangSmith may have in the shell, in the names of several years.
LEFT = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_TRACING_V2": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGCHAIN_TRACING": "true",
    "LANGCHAIN_HANDLER": "langchain",
    "LANGSMITH_API_KEY": "lsv2_x",
    "LANGSMITH_OTEL_ENABLED": "true",
    "LANGSMITH_PROJECT": "mine",
}
#: In a process of its own: LangSmith reads its variables once, and sends in the background.
TRACED = """
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import wait_for_all_tracers
from wordfuse.agent.telling.privacy import untraced
with untraced():
    RunnableLambda(lambda words: words, name="ours").invoke("secret words")
RunnableLambda(lambda words: words, name="theirs").invoke("other words")
wait_for_all_tracers()
"""


@pytest.fixture
def trap() -> Iterator[Scripted]:
    """Whoever sends traces sends them here."""
    with scripted(lambda asked: Reply(202)) as server:
        yield server


def process(folder: Path, trap: Scripted, *words: object, **left: str) -> subprocess.CompletedProcess[str]:
    address = f"http://127.0.0.1:{trap.port}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        "OMP_NUM_THREADS": "1",
        "LANGSMITH_ENDPOINT": address,
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        "HF_ENDPOINT": address,
        **left,
    }
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_the_trap_catches_what_is_traced(here: Path, trap: Scripted) -> None:
    """Else the tests below would pass for nothing; and a program that uses us keeps its own traces."""
    ended = process(here, trap, "-c", TRACED, LANGSMITH_TRACING="true", LANGSMITH_API_KEY="lsv2_x")
    assert ended.returncode == 0, ended.stderr
    caught = json.dumps([str(asked.sent) for asked in trap.asked])
    assert [asked.method for asked in trap.asked].count("POST") > 0
    assert "secret words" not in caught


@pytest.mark.parametrize("command", ["run", "plan", "doctor", pytest.param("script", marks=pytest.mark.slow), "chat"])
def test_nothing_is_sent(scene: Scene, here: Path, trap: Scripted, command: str) -> None:
    masks = ["--mask", f"people={scene.mask('people')}"]
    model = LanguageModel(PLANS)

    def answer(path: str, sent: Json | None) -> tuple[int, str, bytes]:
        # What doctor asks beside a plan is not of the kind that the stand-in knows.
        odd = sent and command == "doctor" and ("tools" in sent or "Name a colour." in str(sent))
        return completion({"content": "no"}) if odd else model(path, sent)

    with serving(answer) as server:
        llm = ["--llm", server.url]
        words: dict[str, list[object]] = {
            "run": [*scene.pair, *scene.shipped, *masks, "-i", WORDS, *llm],
            "plan": [WORDS, *llm],
            "doctor": ["--device", "cpu", *llm],
            "script": ["jobs.yaml", "--jobs", 2, "--out", "batch", *llm],
            "chat": [*scene.pair, *scene.shipped, *masks, *llm],
        }
        job = {"ir": str(scene.ir), "vi": str(scene.vi), "say": [WORDS], "masks": {"people": str(scene.mask("people"))}}
        defaults = {"device": "cpu"}
        (here / "jobs.yaml").write_text(json.dumps({"defaults": defaults, "jobs": [job, job]}))
        ended = process(here, trap, "-m", "wordfuse", command, *words[command], **LEFT)
    assert ended.returncode in (0, 3), ended.stderr
    assert command == "chat" or any(path.endswith("/chat/completions") for path in server.asked)
    assert trap.asked == []


def test_the_server_of_langgraph_is_told_so() -> None:
    """It sets these variables before it loads the graph; whoever wants traces there changes the file."""
    told = json.loads((ROOT / "langgraph.json").read_text())["env"]
    assert {told[name] for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")} == {"false"}
    assert told["LANGCHAIN_TRACING"] == ""


def test_other_libraries_send_nothing_either() -> None:
    code = "import wordfuse.cli.app, os, huggingface_hub.constants as c; print(c.HF_HUB_DISABLE_TELEMETRY)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert ended.stdout == "True\n", ended.stderr
