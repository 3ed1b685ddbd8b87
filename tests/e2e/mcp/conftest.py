"""A folder that is served, and an agent that works in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import Scene
from tests.e2e.mcp.client import Agent, connected


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
