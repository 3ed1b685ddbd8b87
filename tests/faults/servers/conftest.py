"""What tests of servers share."""

from pathlib import Path

import pytest

from wordfuse.agent.model import forms
from wordfuse.tools.store.workspace import ToolSettings, Workspace


@pytest.fixture(autouse=True)
def fresh(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is known yet, and nobody waits."""
    monkeypatch.setattr(forms, "_settled", {})
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Path("ir.png"), Path("vi.png"), ToolSettings())
