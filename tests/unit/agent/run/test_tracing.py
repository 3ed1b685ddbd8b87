"""Tracing: off unless asked for, and then with a span for every node and model call."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import Scene, wordfuse
from tests.patience import PATIENCE_S
from wordfuse.agent.run import tracing
from wordfuse.fusion.errors import InputError

# In a process of its own: instrumentation is for good.
TRACED = """
import sys
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
import opentelemetry.exporter.otlp.proto.http.trace_exporter as exporting
from wordfuse.agent.run.tracing import start_tracing
from tests.commandline import LanguageModel, serving, wordfuse

spans = InMemorySpanExporter()
exporting.OTLPSpanExporter = lambda: spans
provider = start_tracing()
region = {"phrases": ["people"], "invert": False}
step = {"task": "relight", "direction": "brighter", "region": region, "strength": "slight"}
folder, people, *network = sys.argv[1:]
with serving(LanguageModel({"brighten the people": {"steps": [step], "refusal": None}})) as server:
    pair = ["--ir", f"{folder}/ir.png", "--vi", f"{folder}/vi.png", "--mask", f"people={people}"]
    done = wordfuse("run", *pair, "-i", "brighten the people", "--out", "run", "--llm", server.url, *network)
assert done.exit_code in (0, 3), done.output
provider.force_flush()
print(" ".join(sorted({span.name for span in spans.get_finished_spans()})))
"""


def test_a_run_is_traced_when_asked_for(scene: Scene, here: Path) -> None:
    root = Path(__file__).parents[4]
    ended = subprocess.run(
        [sys.executable, "-c", TRACED, str(scene.folder), str(scene.mask("people")), *scene.shipped],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd=here,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "HOME": str(here), "NO_PROXY": "*"},
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert {"understand", "act", "critique", "ChatOpenAI"} <= set(ended.stdout.split())


def test_without_the_packages_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "PACKAGES", ("no_such_package.at_all",))
    with pytest.raises(InputError, match=r"wordfuse\[tracing\]"):
        tracing.start_tracing()
    result = wordfuse("--tracing", "doctor")
    assert (result.exit_code, result.stdout) == (2, "")


def test_nothing_is_imported_for_it_otherwise() -> None:
    code = "import sys, wordfuse.cli.app, wordfuse.agent.graph; assert 'openinference' not in sys.modules"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S)
    assert ended.returncode == 0, ended.stderr
