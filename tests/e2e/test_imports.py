"""Commands that people start all the time import what they use, and nothing that takes longer than they do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

HEAVY = """
import json, sys
from wordfuse.cli.app import app
for words, heavy in json.loads(sys.argv[1]):
    try:
        app(words, standalone_mode=False)
    finally:
        found = set(heavy) & set(sys.modules)
        assert not found, (words[0], found)
"""
ARRAYS = "torch", "transformers", "scipy", "skimage"
AGENT = "langchain_core", "langgraph", "langsmith"
STREET = Path(__file__).parents[2] / "examples/street"
PAIR = "--ir", str(STREET / "ir.png"), "--vi", str(STREET / "vi.png"), "--device", "cpu", "--quiet"


Command = tuple[str, ...]


def import_nothing_heavy(*commands: Command, heavy: tuple[str, ...] = ARRAYS + AGENT) -> None:
    """Commands of one process, one after the other: none brings in what the others do without."""
    given = json.dumps([(words, heavy) for words in commands])
    done = subprocess.run([sys.executable, "-c", HEAVY, given], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def converted() -> None:
    """The language model, converted: the first time that takes torch."""
    from wordfuse.agent.model.embedded.embedded import EmbeddedModel

    EmbeddedModel.load()


@pytest.mark.real
@pytest.mark.usefixtures("converted")
def test_a_plan_needs_neither_torch_nor_langchain() -> None:
    import_nothing_heavy(("plan", "denoise the sky", "--quiet"))


@pytest.mark.real
@pytest.mark.usefixtures("converted")
def test_a_run_needs_neither_torch_nor_scipy(tmp_path: Path) -> None:
    """It plans, finds a region, forecasts what makes it stand out, edits, measures and reports."""
    wish = "-i", "make the people stand out", "--out", str(tmp_path / "run")
    import_nothing_heavy(("run", *PAIR, *wish), heavy=ARRAYS)


def test_fusing_looking_and_edits_need_neither_torch_nor_scipy(tmp_path: Path) -> None:
    edits = (
        ("incline", "--direction", "infrared"),
        ("relight", "--direction", "brighter"),
        ("contrast", "--direction", "more"),
        ("blur",),
        ("dehaze",),
        ("recolour", "--direction", "vivid"),
    )
    mask = "--mask", str(STREET / "masks/people.png")
    fuse = "fuse", *PAIR, "--out", str(tmp_path / "fused.png")
    look = "segment", "people", *PAIR, "--out", str(tmp_path / "mask.png")
    edited = [(*edit, *PAIR, *mask, "--out", str(tmp_path / f"{edit[0]}.png")) for edit in edits]
    import_nothing_heavy(fuse, look, *edited)


def test_no_edit_but_denoise_needs_torch(tmp_path: Path) -> None:
    edited = [(edit, *PAIR, "--out", str(tmp_path / f"{edit}.png")) for edit in ("sharpen", "destripe")]
    import_nothing_heavy(*edited, heavy=("torch", "transformers", *AGENT))
