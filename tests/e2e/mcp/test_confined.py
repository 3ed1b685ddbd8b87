"""``wordfuse mcp`` reads and writes in the folder that it serves, and nowhere else."""

import numpy as np
import pytest

from tests.e2e.mcp.client import Agent
from wordfuse.fusion.images import read_picture

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
        ("x" * 300 + ".png", "choose a shorter name"),
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
