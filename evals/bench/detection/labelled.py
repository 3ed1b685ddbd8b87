"""Pairs whose objects are known, split into a part to learn from and a part to measure on.

Below the data folder there is

- ``train/SET`` and ``dev/SET``, each with pairs and a ``boxes.json``: {stem: {width, height, boxes: [[class, x0, y0,
  x1, y1], ...]}} in pixels. Pairs that it does not name are left out, for nothing is known of them; or
- LLVIP as published, in the folder itself or in its subfolder ``LLVIP``: ``infrared/train``, ``visible/train``,
  ``infrared/test``, ``visible/test``, and ``Annotations/STEM.xml`` (Pascal VOC). Its test part is what is measured on.
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import PairFiles, find_pairs, match_stems
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.training.region_samples import SYNONYMS

Split = Literal["train", "dev"]
LLVIP = "LLVIP"
LLVIP_SPLITS: dict[Split, str] = {"train": "train", "dev": "test"}
# Its boxes were carried over from another data set: a picture without one may show people nonetheless.
UNPROVEN = {"RoadScene"}


@dataclass(frozen=True, eq=False)
class Labelled:
    """A pair and what is in it.

    Attributes:
        split: what it is for.
        set: name of its data set.
        files: the pair.
        boxes: (N, 5) float32: index in OBJECTS, x0, y0, x1, y1 as shares of the picture's width and height.
    """

    split: Split
    set: str
    files: PairFiles
    boxes: NDArray[np.float32]

    @property
    def stem(self) -> str:
        """Name of its pictures without ending."""
        return self.files.infrared.stem

    @property
    def name(self) -> str:
        """What no other pair has: ``dev/MSRS/00486D``."""
        return f"{self.split}/{self.set}/{self.stem}"


def labelled_pairs(data: Path, split: Split, every: int = 1) -> list[Labelled]:
    """The pairs of a part, set by set, sorted.

    Args:
        data: see the module.
        split: which part.
        every: take every how manyth pair of each set.

    Raises:
        InputError: nothing is labelled, or labels cannot be read.
    """
    if not data.is_dir():
        raise InputError("not a folder", argument="data", subject=data)
    found: list[Labelled] = []
    for folder in sorted(path.parent for path in (data / split).glob("*/boxes.json")):
        found += list(_with_boxes_json(folder, split))[::every]
    for root in (data, data / LLVIP):
        if (root / "Annotations").is_dir():
            found += list(_llvip(root, split))[::every]
    if not any(len(one.boxes) for one in found):
        raise InputError(
            f"no boxes of {', '.join(OBJECTS)} to {'learn from' if split == 'train' else 'measure on'}",
            argument="data",
            subject=data,
            remedy=f"expected {split}/SET/boxes.json beside the pairs of train/SET and dev/SET, or LLVIP as published",
        )
    return found


def _with_boxes_json(folder: Path, split: Split) -> Iterator[Labelled]:
    file = folder / "boxes.json"
    try:
        labels: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        for files in find_pairs(folder):
            label = labels.get(files.infrared.stem)
            if label is None or (not label["boxes"] and folder.name in UNPROVEN):
                continue
            yield Labelled(split, folder.name, files, _shares(label["boxes"], label["width"], label["height"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"cannot be read as boxes ({type(error).__name__}: {error})",
            subject=file,
            remedy="expected {stem: {width, height, boxes: [[class, x0, y0, x1, y1], ...]}} in pixels",
        ) from error


def _llvip(root: Path, split: Split) -> Iterator[Labelled]:
    part = LLVIP_SPLITS[split]
    for files in match_stems(root / "infrared" / part, root / "visible" / part):
        file = root / "Annotations" / f"{files.infrared.stem}.xml"
        if not file.is_file():
            continue  # nothing is known of it
        try:
            tree = ElementTree.parse(file).getroot()
            width, height = (_number(tree, f"size/{side}") for side in ("width", "height"))
            boxes = [
                [thing.findtext("name"), *(_number(thing, f"bndbox/{end}") for end in ("xmin", "ymin", "xmax", "ymax"))]
                for thing in tree.iter("object")
            ]
            shares = _shares(boxes, width, height)
        except (ElementTree.ParseError, ValueError) as error:
            raise InputError(
                f"cannot be read as boxes ({error})", subject=file, remedy="expected Pascal VOC, as LLVIP has it"
            ) from error
        yield Labelled(split, LLVIP, files, shares)


def _number(element: ElementTree.Element, path: str) -> float:
    text = element.findtext(path)
    if text is None:
        raise ValueError(f"no {path}")
    return float(text)


def _shares(rows: list[list[Any]], width: float, height: float) -> NDArray[np.float32]:
    """Boxes in pixels as shares of the picture, cut off at its borders.

    Other classes than OBJECTS are left out, and what lies beside the picture.
    """
    if not (width > 0 and height > 0):
        raise ValueError(f"a picture of {width}x{height}")
    kept = []
    for kind, x0, y0, x1, y1 in rows:
        name = SYNONYMS.get(str(kind), str(kind))
        if not (x0 < x1 and y0 < y1):
            raise ValueError(f"the box {[kind, x0, y0, x1, y1]} is empty")
        if name in OBJECTS:
            kept.append([OBJECTS.index(name), x0 / width, y0 / height, x1 / width, y1 / height])
    boxes = np.array(kept, np.float32).reshape(-1, 5)
    boxes[:, 1:] = boxes[:, 1:].clip(0, 1)
    return boxes[(boxes[:, 1] < boxes[:, 3]) & (boxes[:, 2] < boxes[:, 4])]
