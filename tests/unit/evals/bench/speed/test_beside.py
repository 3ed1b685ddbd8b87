"""Fusing beside others: the classical methods do what they say, and what is measured of them is theirs."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from wordfuse.evals.bench.speed import beside, classical
from wordfuse.evals.bench.speed.processes import Cost
from wordfuse.examples.street import render


@pytest.mark.parametrize("method", classical.METHODS)
def test_a_classical_method_keeps_colour_and_shows_both(method: str) -> None:
    scene = render(size=(101, 75))  # odd sides, as crops have
    visible = scene.visible[..., ::-1]
    fused = classical.fuse(method, scene.infrared, visible)
    assert fused.shape == visible.shape and fused.dtype == np.uint8
    gray = [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).ravel().astype(float) for picture in (fused, visible)]
    thermal = scene.infrared.ravel().astype(float)
    assert np.corrcoef(gray[0], thermal)[0, 1] > np.corrcoef(gray[1], thermal)[0, 1] + 0.05
    assert np.corrcoef(gray[0], gray[1])[0, 1] > 0.3
    inside = (fused > 0) & (fused < 255)
    whole = inside.all(axis=2)
    difference = fused.astype(int) - visible.astype(int)
    assert np.ptp(difference[whole], axis=1).max() <= 1  # red, green and blue move together


@pytest.mark.parametrize("method", ["Laplacian pyramid", "wavelets"])
def test_two_equal_pictures_give_that_picture(method: str) -> None:
    gray = render(size=(96, 72)).infrared
    fused = classical.fuse(method, gray, np.dstack([gray] * 3))
    assert np.abs(fused[..., 0].astype(int) - gray.astype(int)).max() <= 1


def test_the_table_holds_others_against_our_first() -> None:
    rows = {
        "wordfuse, default": beside.Row([Cost(2.0, 1.5, 300), Cost(2.2, 1.7, 320), Cost(9.0, 1.6, 310)], [0.05] * 3),
        "other": beside.Row([Cost(1.1, 1.0, 90)] * 3, [0.1] * 3),
        "command": beside.Row([Cost(4.4, 3.0, 500)] * 3),
    }
    table = beside.markdown(rows, (640, 480))
    assert "| wordfuse, default | 2.20 | 1.00 | 1.60 | 50 | 1.00 | 320 |" in table
    assert "| other | 1.10 | 0.50 | 1.00 | 100 | 2.00 | 90 |" in table
    assert "| command | 4.40 | 2.00 | 3.00 |  |  | 500 |" in table


@pytest.mark.slow
def test_all_are_measured_and_whatever_else_is_named(tmp_path: Path) -> None:
    copying = f"{sys.executable} -c 'import shutil, sys; shutil.copy(*sys.argv[1:])' {{vi}} {{out}}"
    rows = beside.beside({"copy": copying}, 1, (128, 96), Console(quiet=True))
    assert list(rows) == ["wordfuse, default", "wordfuse, metric", *classical.METHODS, "copy"]
    assert all(len(row.cold) == 1 and row.cold[0].peak_mib > 5 for row in rows.values())
    assert all(len(row.warm) == (name != "copy") for name, row in rows.items())
