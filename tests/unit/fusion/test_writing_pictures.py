"""Pictures and other files appear whole or not at all."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from tests.pictures import GRAY
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_picture, write_png


class TestWriting:
    @settings(max_examples=25, deadline=None)
    @given(
        pixels=hnp.arrays(
            np.uint8,
            st.tuples(st.integers(16, 20), st.integers(16, 20)).flatmap(lambda s: st.sampled_from([s, (*s, 3)])),
        )
    )
    def test_what_is_written_is_read(self, tmp_path_factory, pixels):
        path = tmp_path_factory.mktemp("round") / "a.png"
        write_png(path, pixels)
        expected = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
        np.testing.assert_array_equal(read_picture(path), expected)
        assert Image.open(path).mode == ("RGB" if pixels.ndim == 3 else "L")

    def test_replaces_and_leaves_nothing_else(self, tmp_path):
        path = tmp_path / "a.json"
        write_bytes_atomic(path, b"old")
        write_bytes_atomic(path, b"new")
        assert path.read_bytes() == b"new"
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]

    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644)])
    def test_permissions_follow_the_umask(self, tmp_path, umask, mode):
        before = os.umask(umask)
        try:
            write_bytes_atomic(tmp_path / "a", b"x")
        finally:
            os.umask(before)
        assert (tmp_path / "a").stat().st_mode & 0o777 == mode

    @pytest.mark.parametrize("failing", ["fsync", "replace"])
    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_failure_keeps_the_old_file_and_no_temporary(self, tmp_path, monkeypatch, failing, error):
        path = tmp_path / "a.png"
        path.write_bytes(b"old")

        def fail(*_args: object, **_kwargs: object) -> None:
            raise error

        monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
        expected = InputError if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(expected):
            write_bytes_atomic(path, b"new")
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
        assert path.read_bytes() == b"old"

    def test_missing_folder(self, tmp_path):
        with pytest.raises(InputError, match=r"a\.png: cannot be written \(No such file.*folder .*gone exists"):
            write_png(tmp_path / "gone" / "a.png", GRAY)

    def test_folder_in_the_way(self, tmp_path):
        (tmp_path / "a.png").mkdir()
        with pytest.raises(InputError, match="is no regular file"):
            write_png(tmp_path / "a.png", GRAY)
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_unwritable_folder(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(InputError, match="Permission denied"):
            write_png(tmp_path / "a.png", GRAY)

    def test_only_png(self, tmp_path):
        with pytest.raises(InputError, match=r"ends in \.png"):
            write_png(tmp_path / "a.jpg", GRAY)

    @pytest.mark.parametrize("pixels", [GRAY.astype(np.float32), np.zeros((4, 4, 4), np.uint8), np.zeros(4, np.uint8)])
    def test_not_a_picture(self, tmp_path, pixels):
        with pytest.raises(InputError, match="needs uint8"):
            write_png(tmp_path / "a.png", pixels)
