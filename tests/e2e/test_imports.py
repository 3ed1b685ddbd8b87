"""Commands that people start all the time import what they use, and nothing that takes longer than they do."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

HEAVY = """
import sys
from wordfuse.cli.app import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    heavy = {"torch", "transformers", "langchain_core", "langgraph", "langsmith", "scipy", "skimage"} & set(sys.modules)
    assert not heavy, heavy
"""
STREET = Path(__file__).parents[2] / "examples/street"


def imports_nothing_heavy(*words: str) -> None:
    command = [sys.executable, "-c", HEAVY, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


@pytest.mark.real
def test_a_plan_needs_neither_torch_nor_langchain() -> None:
    from wordfuse.agent.model.embedded.embedded import EmbeddedModel

    EmbeddedModel.load()  # the first time its base is converted, which takes torch
    imports_nothing_heavy("plan", "denoise the sky", "--quiet")


def test_fusing_needs_neither_torch_nor_scipy(tmp_path: Path) -> None:
    pair = "--ir", str(STREET / "ir.png"), "--vi", str(STREET / "vi.png")
    imports_nothing_heavy("fuse", *pair, "--out", str(tmp_path / "fused.png"), "--quiet")
