import json
from pathlib import Path

import numpy as np
import pytest

from wordfuse.evals.bench.detection.labelled import labelled_pairs
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import write_png

PIXELS = np.zeros((24, 32, 3), np.uint8)
VOC = """<annotation><size><width>1280</width><height>1024</height><depth>3</depth></size>
<object><name>person</name><bndbox><xmin>128</xmin><ymin>512</ymin><xmax>256</xmax><ymax>1030</ymax></bndbox></object>
<object><name>person</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>64</xmax><ymax>256</ymax></bndbox></object>
</annotation>"""


def pair(folder: Path, stem: str, infrared: str = "ir", visible: str = "vi") -> None:
    for part in (infrared, visible):
        (folder / part).mkdir(parents=True, exist_ok=True)
        write_png(folder / part / f"{stem}.png", PIXELS)


def with_boxes(folder: Path, boxes: dict[str, list[list[object]]], sides: tuple[int, int] = (32, 24)) -> Path:
    for stem in boxes:
        pair(folder, stem)
    width, height = sides
    labels = {stem: {"width": width, "height": height, "boxes": rows} for stem, rows in boxes.items()}
    file = folder / "boxes.json"
    file.write_text(json.dumps(labels))
    return file


def test_boxes_become_shares_and_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    rows = [["bus", 8, 6, 40, 12], ["dog", 0, 0, 4, 4], ["person", 0, 0, 16, 24]]
    with_boxes(tmp_path / "train/RoadScene", {"a": rows, "empty": []})
    with_boxes(tmp_path / "train/MSRS", {"b": [["car", 0, 0, 4, 4]], "empty": []})
    pair(tmp_path / "train/MSRS", "unlabelled")
    (tmp_path / "train/TNO").mkdir()
    found = labelled_pairs(tmp_path, "train")
    # Nothing is known of a picture without boxes in RoadScene; in MSRS it shows nobody.
    assert [one.name for one in found] == ["train/MSRS/b", "train/MSRS/empty", "train/RoadScene/a"]
    assert found[1].boxes.shape == (0, 5)
    # A bus is a motor vehicle, and no box reaches beyond the picture; dogs are none of our classes.
    np.testing.assert_allclose(found[2].boxes, [[1, 0.25, 0.25, 1, 0.5], [0, 0, 0, 0.5, 1]])
    assert [one.stem for one in labelled_pairs(tmp_path, "train", every=2)] == ["b", "a"]


def test_llvip_as_published(tmp_path: Path) -> None:
    root = tmp_path / "LLVIP"
    for part, stem in (("train", "010001"), ("test", "190001"), ("test", "190002")):
        pair(root, stem, f"infrared/{part}", f"visible/{part}")
    (root / "Annotations").mkdir()
    for stem in ("010001", "190001"):
        (root / "Annotations" / f"{stem}.xml").write_text(VOC)
    for data in (root, tmp_path):
        (train,) = labelled_pairs(data, "train")
        assert train.name == "train/LLVIP/010001"
        (dev,) = labelled_pairs(data, "dev")  # 190002 has no annotation
        assert dev.name == "dev/LLVIP/190001"
        np.testing.assert_allclose(dev.boxes, [[0, 0.1, 0.5, 0.2, 1], [0, 0, 0, 0.05, 0.25]], atol=1e-6)


@pytest.mark.parametrize(
    "text", ["<annotation>", VOC.replace("<xmin>0</xmin>", ""), VOC.replace("1280", "wide"), VOC.replace("1280", "0")]
)
def test_an_annotation_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    pair(tmp_path, "1", "infrared/train", "visible/train")
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations/1.xml").write_text(text)
    with pytest.raises(InputError, match=r"1\.xml: cannot be read as boxes"):
        labelled_pairs(tmp_path, "train")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"a": {"boxes": [["car", 0, 0, 4, 4]]}}',
        '{"a": {"width": 32, "height": 24, "boxes": [["car", 0, 0, 4]]}}',
        '{"a": {"width": 32, "height": 24, "boxes": [["car", 4, 0, 4, 4]]}}',
        '{"a": {"width": 32, "height": 24, "boxes": [["car", "0", 0, 4, 4]]}}',
    ],
)
def test_boxes_that_cannot_be_read_are_named(tmp_path: Path, text: str) -> None:
    with_boxes(tmp_path / "dev/MSRS", {"a": []}).write_text(text)
    with pytest.raises(InputError, match=r"boxes\.json: cannot be read as boxes"):
        labelled_pairs(tmp_path, "dev")


def test_a_folder_without_boxes_is_told_what_is_expected(tmp_path: Path) -> None:
    with_boxes(tmp_path / "train/MSRS", {"a": [["car", 0, 0, 4, 4]]})
    with pytest.raises(InputError, match="no boxes of person, car, bicycle to measure on") as caught:
        labelled_pairs(tmp_path, "dev")
    assert caught.value.argument == "data"
    with pytest.raises(InputError, match="not a folder"):
        labelled_pairs(tmp_path / "none", "dev")
