"""Disks that take nothing more: told by the file, with the exit code of what cannot be used; a run goes on later."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.batches import BRIGHTER, PLANS, write_script
from tests.commandline import LanguageModel, Scene, complaint, files_under, serving, wordfuse
from tests.fakes import Small
from tests.faults.disks import Disk, files_of_at_most, small_disk
from tests.faults.storage.conftest import SERVED, WORDS, model
from tests.faults.storage.test_run_folders import pictures
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.mcp.workbench import Watch, Workbench, call

NO_SPACE = ("No space left on device", "database or disk is full", "disk I/O error")


@pytest.fixture
def disk(here: Path) -> Iterator[Disk]:
    with small_disk(here / "disk", 4096) as made:
        yield made


def check_nothing_half_written(folder: Path) -> None:
    assert not [name for name in files_under(folder) if name.endswith(".tmp")]
    for path in folder.rglob("*.png"):
        with Image.open(path) as picture:
            picture.load()


@pytest.mark.parametrize("kilobytes", [4, 24, 48, 100, 160, 220])
def test_a_run_on_a_full_disk_goes_on_when_there_is_space(
    scene: Scene, small: Small, finished_run: Path, disk: Disk, kilobytes: int
) -> None:
    disk.remount(f"size={kilobytes}k")
    masks = [part for name, file in small.masks.items() for part in ("--mask", f"{name}={file}")]
    words = [part for text in WORDS for part in ("-i", text)]
    given = ["--ir", small.ir, "--vi", small.vi, *scene.network, *masks, *words, "--weights", small.weights]
    with serving(SERVED) as server:
        done = wordfuse("run", *given, "--llm", server.url, "--out", "disk/run", "--json", "--quiet")
        said = complaint(done, 2)
        assert "disk/run" in said and any(words in said for words in NO_SPACE)
        check_nothing_half_written(disk.folder)
        disk.remount("size=9m")
        if (disk.folder / "run/session.json").exists():
            assert said.endswith("(go on later with: wordfuse resume disk/run)\n")
            done = wordfuse("resume", "disk/run", "--llm", server.url, "--json", "--quiet")
            assert done.exit_code == 0, done.output
            assert pictures(disk.folder / "run") == pictures(finished_run)
    assert kilobytes < 24 or done.exit_code == 0


def test_a_conversation_goes_on_when_there_is_space(small: Small, disk: Disk) -> None:
    """The turn that found none is taken back, if need be later."""
    from wordfuse.agent.errors import StorageError
    from wordfuse.agent.interrupts import Interrupts
    from wordfuse.agent.run.conversation import Conversation
    from wordfuse.agent.run.session import Session

    session = Session.create(disk.folder / "run", small.ir, small.vi, [], small.settings(ask=True), model())
    with Conversation.open(session, lambda event: None, Interrupts()) as talk:
        talk.begin()
        talk.say(WORDS[0])
        disk.fill()
        for _ in range(2):
            with pytest.raises(StorageError):
                talk.say(WORDS[1])
        (disk.folder / "filler").unlink()
        turn = talk.say(WORDS[1])
        assert turn.question is None and not turn.stopped
        assert [said.text for said in talk.instructions] == list(WORDS)
        assert all(said.satisfied for said in talk.record.instructions)
    check_nothing_half_written(disk.folder)


@pytest.mark.parametrize("command", ["fuse", "segment sky", "relight", "recolour --direction heat", "destripe"])
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_picture_that_finds_no_space_is_not_begun(
    scene: Scene, here: Path, disk: Disk, command: str, state: str
) -> None:
    if state == "full":
        disk.fill()
    else:
        disk.remount("ro")
    before = files_under(disk.folder)
    done = wordfuse(*command.split(), *scene.pair, *scene.network, "--out", "disk/out.png", "--json", "--quiet")
    why = "No space left on device); free some space there" if state == "full" else "Read-only file system); make it"
    assert f"disk/out.png: cannot be written ({why}" in complaint(done, 2)
    assert files_under(disk.folder) == before


@pytest.mark.parametrize("command", ["run", "chat", "script", "eval", "fuse folders"])
def test_no_folder_on_a_disk_that_is_read_only(scene: Scene, here: Path, disk: Disk, command: str) -> None:
    disk.remount("ro")
    with serving(LanguageModel(PLANS)) as server:
        model = ["--llm", server.url]
        given = {
            "run": ["run", *scene.pair, *scene.network, "-i", BRIGHTER, *model, "--out", "disk/x"],
            "chat": ["chat", *scene.pair, *scene.network, *model, "--out", "disk/x"],
            "script": ["script", write_script(scene, here, server.url, a=BRIGHTER), "--out", "disk/x"],
            "eval": ["eval", suite(here), *model, "--out", "disk/x"],
            "fuse folders": ["fuse", *folders(scene, here), *scene.network, "--out", "disk/x"],
        }[command]
        done = wordfuse(*given, "--json", "--quiet")
    assert done.exit_code == 2, done.output
    assert "disk/x" in done.stderr and "Read-only file system" in done.stderr
    assert files_under(disk.folder) == {}


def suite(here: Path) -> Path:
    """Two cases, for ``wordfuse eval``."""
    wanted = {"steps": [{"task": "relight", "direction": "brighter", "region": {"phrases": ["dark areas"]}}]}
    cases = [{"instruction": BRIGHTER, "plan": wanted}, {"instruction": "crop the sky", "plan": "refuse"}]
    (here / "suite.yaml").write_text(json.dumps({"cases": cases}))
    return here / "suite.yaml"


def folders(scene: Scene, here: Path) -> list[object]:
    """Two folders with a pair, for ``wordfuse fuse``."""
    for name, picture in (("ir", scene.ir), ("vi", scene.vi)):
        (here / name).mkdir()
        (here / name / "1.png").write_bytes(picture.read_bytes())
    return ["--ir", here / "ir", "--vi", here / "vi"]


@pytest.mark.parametrize("command", ["script", "eval", "fuse folders"])
def test_batches_on_a_full_disk(scene: Scene, here: Path, disk: Disk, command: str) -> None:
    with serving(LanguageModel(PLANS)) as server:
        given = {
            "script": ["script", write_script(scene, here, server.url, a=BRIGHTER), "--out", "disk/x"],
            "eval": ["eval", suite(here), "--llm", server.url, "--out", "disk/x"],
            "fuse folders": ["fuse", *folders(scene, here), *scene.network, "--out", "disk/x"],
        }[command]
        disk.fill()
        done = wordfuse(*given, "--json", "--quiet")
        assert done.exit_code == 2, done.output
        assert "disk/x" in done.stderr and "No space left on device" in done.stderr
        (disk.folder / "filler").unlink()
        done = wordfuse(*given, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    check_nothing_half_written(disk.folder)


def test_a_finished_run_on_a_disk_that_is_read_only(finished_run: Path, here: Path, disk: Disk) -> None:
    shutil.copytree(finished_run, disk.folder / "run")
    disk.remount("ro")
    before = files_under(disk.folder)
    said = complaint(wordfuse("resume", "disk/run", "--json"), 2)
    assert (
        "disk/run/checkpoints.sqlite: cannot be read or written" in said and "make it and its folder writable" in said
    )
    assert files_under(disk.folder) == before


@pytest.mark.parametrize("size", [0, 1000, 20_000, 60_000])
def test_files_may_not_grow(scene: Scene, here: Path, size: int) -> None:
    with serving(LanguageModel(PLANS)) as server, files_of_at_most(size):
        done = wordfuse(
            "run", *scene.pair, *scene.network, "-i", BRIGHTER, "--llm", server.url, "--out", "run", "--json"
        )
    assert (done.exit_code, done.stdout) == (2, "")
    said = done.stderr.splitlines()[-1]
    assert said.startswith("wordfuse: ") and ("File too large" in said or "disk I/O error" in said)
    assert "ulimit -f" in said
    check_nothing_half_written(here)


def test_a_quota(scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk with quotas can be had here: the system says so where a file is brought to the disk."""

    def over(descriptor: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with serving(LanguageModel(PLANS)) as server:
        given = [*scene.pair, *scene.network, "-i", BRIGHTER, "--llm", server.url, "--out", "run", "--json"]
        monkeypatch.setattr(os, "fsync", over)
        said = complaint(wordfuse("run", *given), 2)
    assert "run/session.json: cannot be written (Disk quota exceeded); free some of the quota there" in said


@pytest.mark.parametrize("command", ["fuse", "chat"])
def test_no_folder_for_temporary_files(scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc/none", "/dev/null"])
    with serving(SERVED) as server:
        out = ["--out", "x.png"] if command == "fuse" else ["--out", "x", "--llm", server.url]
        done = wordfuse(command, *scene.pair, *scene.network, *out, "--json")
    assert done.exit_code == 2, done.output
    assert "the folder for temporary files: cannot be made (No usable temporary directory" in done.stderr
    assert "name another in TMPDIR" in done.stderr


def test_agents_of_others_are_told(scene: Scene, small: Small, disk: Disk) -> None:
    for picture in (small.ir, small.vi):
        (disk.folder / picture.name).write_bytes(picture.read_bytes())
    bench = Workbench(Confined(disk.folder), small.settings(masks={}))
    watch = Watch(lambda: False, lambda progress: None)
    pair = {"ir": "ir.png", "vi": "vi.png"}
    disk.remount("ro")
    assert "Read-only file system" in str(call("open_pair", pair, bench, watch).error)
    disk.remount("rw")
    assert call("open_pair", pair, bench, watch).result is not None
    disk.fill()
    said = str(call("fuse", {}, bench, watch).error)
    assert "fused.png: cannot be written (No space left on device)" in said and str(disk.folder) not in said
    (disk.folder / "filler").unlink()
    assert call("fuse", {}, bench, watch).result is not None
    disk.fill()
    said = str(call("save", {"image": "fused", "path": "mine.png"}, bench, watch).error)
    assert "mine.png: cannot be written (No space left on device)" in said
    assert not (disk.folder / "mine.png").exists()
