"""A picture is decoded once a run, and never mistaken for another."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small, plan, step
from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.run.session import Session
from wordfuse.fusion import images
from wordfuse.fusion.images import read_mask, read_picture, write_png
from wordfuse.tools.store.decoded import Decoded

PLANS = {
    "warm": plan(step("incline", "infrared", "people")),
    "both": plan(step("relight", "brighter", "dark areas"), step("denoise", None, "people", invert=True)),
}


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> Counter[Path]:
    """How often each file was decoded."""
    count: Counter[Path] = Counter()
    decode = images.decode

    def counted(path: Path, max_pixels: int) -> object:
        count[path.resolve()] += 1
        return decode(path, max_pixels)

    monkeypatch.setattr(images, "decode", counted)
    return count


def test_a_run_decodes_its_sources_and_masks_once_and_nothing_of_its_own(
    small: Small, tmp_path: Path, quick: None, decodes: Counter[Path]
) -> None:
    record = small.run(tmp_path / "run", ScriptedModel(PLANS), "warm", "both")
    assert [done["output"] is not None for said in record["instructions"] for done in said["steps"]] == [True] * 3
    given = [small.ir, small.vi, *small.settings().masks.values()]
    assert decodes == {path.resolve(): 1 for path in given}


def test_a_run_that_goes_on_decodes_each_file_once(
    small: Small, tmp_path: Path, quick: None, decodes: Counter[Path]
) -> None:
    gone = ScriptedModel(PLANS, raises={5: BackendUnreachable("the server is gone")})  # when it is to judge
    with pytest.raises(BackendUnreachable):
        small.run(tmp_path / "run", gone, "warm", "warm")
    decodes.clear()
    Session.open(tmp_path / "run", ScriptedModel(PLANS)).run()
    assert {small.ir.resolve(), small.vi.resolve()} < decodes.keys()
    assert set(decodes.values()) == {1}


def test_warnings_and_errors_call_files_what_the_user_called_them(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_png(Path("ir.png"), np.full((96, 128), 7, np.uint8))
    write_png(Path("vi.png"), read_picture(small.vi))
    session = Session.create(Path("run"), Path("ir.png"), Path("vi.png"), [], small.settings(), ScriptedModel({}))
    assert session.warnings == ["ir.png: every infrared pixel has the same value; it adds nothing to the fusion"]
    with pytest.raises(InputError, match=r"^no\.png"):
        Session.create(Path("other"), Path("no.png"), Path("vi.png"), [], small.settings(), ScriptedModel({}))


def test_what_was_written_is_what_would_be_read(tmp_path: Path, decodes: Counter[Path]) -> None:
    rng = np.random.default_rng(0)
    decoded = Decoded()
    for name, pixels in (
        ("colour", rng.integers(0, 256, (20, 30, 3), np.uint8)),
        ("gray", rng.integers(0, 256, (20, 30), np.uint8)),
    ):
        path = tmp_path / f"{name}.png"
        write_png(path, pixels)
        decoded.wrote_picture(path, pixels)
        assert np.array_equal(decoded.picture(path), read_picture(path))
        assert not decoded.picture(path).flags.writeable
    mask = (rng.random((20, 30)) > 0.5).astype(np.uint8) * 255
    path = tmp_path / "mask.png"
    write_png(path, mask)
    decoded.wrote_mask(path, mask)
    assert np.array_equal(decoded.mask(path, (20, 30)), read_mask(path, (20, 30)))
    assert np.array_equal(decoded.mask_as_picture(path), read_picture(path))
    assert decodes == {tmp_path / "colour.png": 1, tmp_path / "gray.png": 1, path: 2}, "only by what is compared with"


def test_a_file_that_changed_or_went_is_not_remembered(tmp_path: Path) -> None:
    path, decoded = tmp_path / "picture.png", Decoded()
    write_png(path, np.full((20, 30, 3), 9, np.uint8))
    assert decoded.picture(path)[0, 0, 0] == 9
    write_png(path, np.full((20, 30, 3), 8, np.uint8))
    assert decoded.picture(path)[0, 0, 0] == 8
    path.unlink()
    with pytest.raises(InputError):
        decoded.picture(path)


def test_a_mask_of_another_size_is_refused_though_it_is_known(tmp_path: Path) -> None:
    path, decoded = tmp_path / "mask.png", Decoded()
    write_png(path, np.full((20, 30), 255, np.uint8))
    decoded.mask(path, (20, 30))
    with pytest.raises(InputError, match="the mask is 30x20 but the picture is 31x20"):
        decoded.mask(path, (20, 31))


def test_only_so_much_is_kept(tmp_path: Path, decodes: Counter[Path]) -> None:
    size = 20 * 30 * 3
    decoded = Decoded(limit_bytes=2 * size)
    paths = [tmp_path / f"{name}.png" for name in "abc"]
    for path in paths:
        write_png(path, np.zeros((20, 30, 3), np.uint8))
    a, b, c = paths
    for path in (a, b, a, c, a, b):  # b was used longest ago when c comes
        decoded.picture(path)
    assert [decodes[path.resolve()] for path in paths] == [1, 2, 1]
    large = tmp_path / "large.png"
    write_png(large, np.zeros((40, 60, 3), np.uint8))
    for path in (large, large, a):
        decoded.picture(path)
    assert (decodes[large.resolve()], decodes[a.resolve()]) == (2, 1), "what is too large drives nothing out"
