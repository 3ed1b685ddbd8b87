"""What the page reads of a run's pictures."""

import zipfile
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small, plan, step
from tests.unit.agent.run.talks import talking
from wordfuse.agent.errors import InputError
from wordfuse.fusion.images import read_picture
from wordfuse.web.showing import pictures

PLANS = {"bright": plan(step("relight", "brighter", "sky", strength="slight"))}


def test_values_under_the_pointer_are_those_of_the_files(small: Small, tmp_path: Path) -> None:
    counts = cv2.imread(str(small.ir), cv2.IMREAD_UNCHANGED).astype(np.uint16) * 10 + 29000
    cv2.imwrite(str(tmp_path / "ir.png"), counts)
    pair = Small(tmp_path / "ir.png", small.vi, small.vi_gray, small.masks, small.weights)
    with talking(pair, tmp_path / "run", ScriptedModel(PLANS), temperature_scale="0.01,-273.15") as talk:
        seen = pictures.values_at(talk.session, 30, 40, "fused")
        assert seen["celsius"] == pytest.approx(float(counts[40, 30]) / 100 - 273.15, abs=0.06)
        assert seen["visible"] == read_picture(small.vi)[40, 30].tolist()
        red, green, blue = read_picture(tmp_path / "run/fused.png")[40, 30].astype(float)
        assert seen["fused"] == seen["now"] == pytest.approx(0.299 * red + 0.587 * green + 0.114 * blue, abs=1)
        for x, y in ((-1, 0), (128, 0), (0, 96)):
            with pytest.raises(InputError, match="lies outside"):
                pictures.values_at(talk.session, x, y, "fused")
        with pytest.raises(InputError, match="no such picture"):
            pictures.values_at(talk.session, 1, 1, "../fused")


@pytest.mark.usefixtures("quick")
def test_pictures_masks_and_the_share_of_a_run(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        with pytest.raises(InputError, match="no masks yet"):
            pictures.masks_zip(tmp_path / "run")
        talk.say("bright")
        for name in ("infrared", "visible", "fused", "unmoved", "001"):
            drawn = Image.open(BytesIO(pictures.webp(talk.session, name, 64)))
            assert (drawn.format, max(drawn.size)) == ("WEBP", 128 if name == "unmoved" else 64)
        assert 0 < pictures.own_share(talk.session) < 1
        (named,) = zipfile.ZipFile(BytesIO(pictures.masks_zip(tmp_path / "run"))).namelist()
        veil = np.asarray(Image.open(BytesIO(pictures.mask_veil(tmp_path / "run/masks" / named))))
        mask = read_picture(tmp_path / "run/masks" / named)[..., 0] > 127
        assert veil.shape == (96, 128, 4)
        assert (veil[..., 3] == 0)[mask].mean() > 0.5, "what is inside is seen as it is, but for the outline"
        outside = veil[..., 3][~mask]
        assert 0 < outside.min() < 64, "what is outside is darker, and still seen in a night picture"
    for name in ("../run", "A", "", "x" * 81):
        with pytest.raises(InputError, match="no such mask"):
            pictures.mask_of(tmp_path / "run", name)
    assert pictures.size_of(tmp_path / "run") == (128, 96)
    assert pictures.size_of(tmp_path) == (4, 3)
