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
    heavy = set(HEAVY) & set(sys.modules)
    assert not heavy, heavy
"""
ARRAYS = "torch", "transformers", "scipy", "skimage"
AGENT = "langchain_core", "langgraph", "langsmith"
STREET = Path(__file__).parents[2] / "examples/street"
PAIR = "--ir", str(STREET / "ir.png"), "--vi", str(STREET / "vi.png"), "--device", "cpu", "--quiet"


def imports_nothing_heavy(*words: str, heavy: tuple[str, ...] = ARRAYS + AGENT) -> None:
    command = [sys.executable, "-c", f"HEAVY = {heavy!r}{HEAVY}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def converted() -> None:
    """The language model, converted: the first time that takes torch."""
    from wordfuse.agent.model.embedded.embedded import EmbeddedModel

    EmbeddedModel.load()


@pytest.mark.real
@pytest.mark.usefixtures("converted")
def test_a_plan_needs_neither_torch_nor_langchain() -> None:
    imports_nothing_heavy("plan", "denoise the sky", "--quiet")


@pytest.mark.real
@pytest.mark.usefixtures("converted")
def test_a_run_needs_neither_torch_nor_scipy(tmp_path: Path) -> None:
    """It plans, finds a region, forecasts what makes it stand out, edits, measures and reports."""
    wish = "-i", "make the people stand out", "--out", str(tmp_path / "run")
    imports_nothing_heavy("run", *PAIR, *wish, heavy=ARRAYS)


def test_fusing_needs_neither_torch_nor_scipy(tmp_path: Path) -> None:
    imports_nothing_heavy("fuse", *PAIR, "--out", str(tmp_path / "fused.png"))


def test_looking_for_a_region_needs_neither_torch_nor_scipy(tmp_path: Path) -> None:
    imports_nothing_heavy("segment", "people", *PAIR, "--out", str(tmp_path / "mask.png"))


@pytest.mark.parametrize(
    "edit",
    [
        ("incline", "--direction", "infrared"),
        ("relight", "--direction", "brighter"),
        ("contrast", "--direction", "more"),
        ("blur",),
        ("dehaze",),
        ("recolour", "--direction", "vivid"),
    ],
    ids=lambda edit: edit[0],
)
def test_edits_need_neither_torch_nor_scipy(edit: tuple[str, ...], tmp_path: Path) -> None:
    mask = "--mask", str(STREET / "masks/people.png")
    imports_nothing_heavy(*edit, *PAIR, *mask, "--out", str(tmp_path / "edited.png"))


@pytest.mark.parametrize("edit", ["sharpen", "destripe"])
def test_no_edit_but_denoise_needs_torch(edit: str, tmp_path: Path) -> None:
    heavy = "torch", "transformers", *AGENT
    imports_nothing_heavy(edit, *PAIR, "--out", str(tmp_path / "edited.png"), heavy=heavy)
