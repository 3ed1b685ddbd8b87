"""The pictures of a task: a pair as it should be, the same pair damaged, and where what is to be spotted stands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.pairs import read_sources
from wordfuse.evals.deciding.setting import Damage, Part, Setting
from wordfuse.examples.scene_places import KINDS, Kind, render_place
from wordfuse.examples.street import Scene, render
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files.pairs import PairFiles, pictures_by_stem

Picture = NDArray[np.uint8]

SIZE = 320, 240  # of rendered pairs; real ones are made no longer than its first, for time
WIDTH_LEFT = 0.6  # of a drawn person's box: people fill its middle


@dataclass(frozen=True, eq=False)
class Staged:
    """A setting in pictures.

    Attributes:
        clean: infrared (H, W) and visible (H, W, 3) uint8, as they should be.
        damaged: the same as the agent gets them.
        target: (H, W) uint8, 255 where what is to be spotted stands; None where nothing is.
    """

    clean: tuple[Picture, Picture]
    damaged: tuple[Picture, Picture]
    target: Picture | None


def stage(setting: Setting, data: Path | None) -> Staged:
    """Make the pictures of a setting; the same setting gives the same ones.

    Args:
        setting: what is wanted.
        data: folder of the sets of real pairs.

    Raises:
        InputError: the scene or the damage is unknown, or ``data`` does not hold the pair.
    """
    if setting.real:
        clean, target = _real(setting.scene, _needed(data, setting.scene), spot=setting.spot is not None)
    else:
        scene = _rendered(setting.scene)
        clean, target = (scene.infrared, scene.visible), scene.masks[setting.spot] if setting.spot else None
    pictures = dict(zip(("infrared", "visible"), clean, strict=True))
    for damage in setting.damage:
        for name in pictures if damage.to == "both" else (damage.to,):
            pictures[name] = _hurt(pictures[name], damage, f"{setting.scene} {name} {damage.kind}")
    return Staged(clean, (pictures["infrared"], pictures["visible"]), target)


def inside(part: Part, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Where a part of a picture of a shape is, (H, W)."""
    height, width = shape
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    low, left = rows >= height // 2, columns < width // 2
    halves = {"top half": ~low, "bottom half": low, "left half": left, "right half": ~left}
    return np.broadcast_to(halves[part], shape)


def _hurt(picture: Picture, damage: Damage, chance_of: str) -> Picture:
    ladder = LADDERS.get(damage.kind)
    if ladder is None:
        raise InputError("unknown damage", subject=damage.kind, remedy=f"choose one of {', '.join(LADDERS)}")
    hurt = ladder.damage(picture, damage.amount, np.random.default_rng(crc32(chance_of.encode())))
    if damage.part is None:
        return hurt
    where = inside(damage.part, picture.shape[:2])
    return np.where(where if picture.ndim == 2 else where[..., None], hurt, picture)


@lru_cache(maxsize=4)
def _rendered(name: str) -> Scene:
    found = re.fullmatch(rf"(street|{'|'.join(KINDS)}) (\d+)", name)
    if found is None:
        raise InputError("no such scene", subject=name, remedy=f"a kind and a seed: street, {', '.join(KINDS)}")
    if found[1] == "street":
        return render(int(found[2]), SIZE)
    kind: Kind = next(one for one in KINDS if one == found[1])
    return render_place(kind, int(found[2]), SIZE)


def _needed(data: Path | None, scene: str) -> Path:
    if data is None:
        raise InputError(
            "is a real pair", subject=scene, remedy=f"name the folder of the sets: {argument_named('data')}"
        )
    return data


def _real(scene: str, data: Path, *, spot: bool) -> tuple[tuple[Picture, Picture], Picture | None]:
    name, stem = scene.split("/", 1)
    folders = data / name / "ir", data / name / "vi"
    files = [pictures_by_stem(folder).get(Path(stem)) if folder.is_dir() else None for folder in folders]
    if files[0] is None or files[1] is None:
        raise InputError("holds no such pair", argument="data", subject=data, remedy=f"it needs {scene}")
    pair = read_sources(PairFiles(files[0], files[1]))
    shape = pair[0].shape
    factor = min(1.0, SIZE[0] / max(shape))
    size = round(shape[1] * factor), round(shape[0] * factor)
    infrared, visible = (np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.uint8) for one in pair)
    return (infrared, visible), _people(data / name, stem, infrared.shape) if spot else None


def _people(folder: Path, stem: str, shape: tuple[int, ...]) -> Picture:
    """The middles of the boxes that people drew around people."""
    try:
        drawn: Mapping[str, Mapping[str, object]] = json.loads((folder / "boxes.json").read_text(encoding="utf-8"))
        listed = drawn[stem]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"holds no boxes of {stem}", argument="data", subject=folder) from error
    mask = np.zeros(shape, np.uint8)
    factor = shape[1] / float(str(listed["width"]))
    boxes = listed["boxes"]
    assert isinstance(boxes, list)
    for kind, *box in boxes:
        x0, y0, x1, y1 = (factor * float(one) for one in box)
        if kind == "person":
            inset = (1 - WIDTH_LEFT) / 2 * (x1 - x0)
            mask[round(y0) : round(y1), round(x0 + inset) : round(x1 - inset)] = 255
    return mask
