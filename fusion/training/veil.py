"""Train the veil network (``fusion.networks.veil``) on haze that is made, on small copies of clear pictures.

Haze follows depth: that of rendered places is known, that of streets with masks follows from their ground, any other
picture gets one that fits its segments (``fusion.training.depth``). A third of the pictures stays clear, whatever is
seen there: what is gray, bright or dark by itself is no haze.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import FOLDER_NAMES, is_hidden, pictures_by_stem
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.networks.arrays.veil import SIDE_PX
from wordfuse.fusion.networks.veil import VeilNetwork
from wordfuse.fusion.training.depth import FARTHEST, find_segments, ground_depth, segment_depth
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe

VISIBLE_FOLDERS = {name for names in FOLDER_NAMES.values() for name in names}
SIZE = 128, SIDE_PX  # (height, width) of what is drawn
KEPT_PX = 224  # longer side of what is kept of a picture
VALIDATION_SHARE = 16  # one picture in so many is held back
OWN_VEIL = 0.005, 0.3  # of a picture's pixels that are black in clear air; at most so much of its light is a veil
NIGHT = 0.2  # mean below which a picture is dark
CLEAR_SHARE, CLEAR_AT_NIGHT = 1 / 3, 0.7  # of the drawn pictures
THICKNESS = 0.1, 2.0  # optical depth at the median distance, in logarithmic steps
LEAST_THROUGH = 0.06
LEAST_RESTORED = 0.12  # what is behind denser haze cannot be had
WEIGHTS = {"through": 1.0, "airlight": 1.0, "restored": 1.0}

Values = NDArray[np.float32]


@dataclass(frozen=True)
class VeilRecipe(Recipe):
    """A recipe, and the beginnings of the paths of pictures that are left out: those with haze of their own."""

    ema: float = 0.997
    without: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Clear:
    """A small clear picture.

    Attributes:
        picture: (h, w, 3) uint8 RGB.
        depth: (h, w) float32, relative; None: not known.
        segments: (h, w) uint16, where the depth is not known.
    """

    picture: NDArray[np.uint8]
    depth: Values | None
    segments: NDArray[np.uint16] | None


def read_clear(root: Path, without: tuple[str, ...] = ()) -> list[Clear]:
    """Every visible picture below a folder, small, with what is known of its depth.

    ``mask/`` beside the pictures has classes, ``depth/`` depth in centimetres, 16 bit.

    Raises:
        InputError: there are none.
    """
    found = []
    for folder in sorted(path for path in root.rglob("*") if path.is_dir() and path.name.lower() in VISIBLE_FOLDERS):
        if is_hidden(folder.relative_to(root)):
            continue
        beside = {
            name: pictures_by_stem(folder.parent / name) if (folder.parent / name).is_dir() else {}
            for name in ("mask", "depth")
        }
        for stem, path in pictures_by_stem(folder).items():
            if not path.relative_to(root).as_posix().startswith(without):
                found.append(_read(path, beside["mask"].get(stem), beside["depth"].get(stem)))
    if not found:
        raise InputError("no pictures found", subject=root, remedy="expected folders vi/, visible/ or crop_LR_visible/")
    return found


def _read(path: Path, mask: Path | None, depth: Path | None) -> Clear:
    picture = read_picture(path)
    scale = min(1.0, KEPT_PX / max(picture.shape[:2]))
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    small = without_veil(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
    if depth is not None:
        far = np.asarray(cv2.imread(str(depth), cv2.IMREAD_UNCHANGED), np.float32)
        far = (far / np.quantile(far, 0.05)).clip(1, FARTHEST)
    elif mask is not None:
        far = ground_depth(read_picture(mask)[..., 0]).astype(np.float32)
    else:
        return Clear(small, None, find_segments(small))
    return Clear(small, np.asarray(cv2.resize(far, size, interpolation=cv2.INTER_NEAREST), np.float32), None)


def without_veil(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture, (h, w, 3), whose black is black: some cameras lift it everywhere, which is a veil of their own."""
    share, most = OWN_VEIL
    lift = min(float(np.quantile(picture, share)), 255 * most)
    return np.rint((picture - lift).clip(0) * (255 / (255 - lift))).astype(np.uint8)


class HazeSampler:
    """Draws pictures with haze or without."""

    def __init__(self, clear: Sequence[Clear], seed: int) -> None:
        """Draw from ``clear``: those of known depth as often as the others."""
        self.random = np.random.default_rng(seed)
        self.sets = [
            drawn for known in (True, False) if (drawn := [one for one in clear if (one.depth is not None) == known])
        ]

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """Hazy (B, 3, H, W), share of light that arrives (B, 1, H, W), airlight (B, 3, 1, 1), clear (B, 3, H, W)."""
        samples = [self._sample() for _ in range(size)]
        hazy, through, airlight, clear = (
            torch.from_numpy(np.stack(parts)).permute(0, 3, 1, 2) for parts in zip(*samples, strict=True)
        )
        return hazy, through, airlight, clear

    def _sample(self) -> tuple[Values, Values, Values, Values]:
        random = self.random
        drawn = self.sets[random.integers(len(self.sets))]
        clear, depth = self._piece(drawn[random.integers(len(drawn))])
        night = float(clear.mean()) < NIGHT
        gray = bool((clear[..., :1] == clear).all())
        airlight = random.uniform(0.3, 0.7) if night else random.uniform(0.5, 0.97)
        tint = 0.0 if gray else random.normal(0, 0.025, 3)
        colour = np.clip(np.broadcast_to(airlight + tint, (1, 1, 3)), 0, 1).astype(np.float32)
        through = np.ones((*SIZE, 1), np.float32)
        if random.random() >= (CLEAR_AT_NIGHT if night else CLEAR_SHARE):
            through = self._through(depth)[..., None]
        hazy = clear * through + colour * (1 - through)
        grain = random.uniform(0, 3) / 255 * random.standard_normal((*SIZE, 1 if gray else 3), np.float32)
        return (hazy + grain).clip(0, 1).astype(np.float32), through, colour, clear

    def _piece(self, one: Clear) -> tuple[Values, Values]:
        """A part of a picture, and its depth, at ``SIZE``; mirrored or not, in another light."""
        random = self.random
        height, width = one.picture.shape[:2]
        rows, columns = (max(2, round(length * random.uniform(0.5, 1))) for length in (height, width))
        top, left = random.integers(height - rows + 1), random.integers(width - columns + 1)
        cut = slice(top, top + rows), slice(left, left + columns)
        depth = one.depth
        if depth is None:
            assert one.segments is not None  # one of both is there
            depth = segment_depth(one.segments, random)
        size = SIZE[::-1]
        small = np.asarray(cv2.resize(one.picture[cut], size, interpolation=cv2.INTER_AREA), np.float32) / 255
        far = np.asarray(cv2.resize(depth[cut], size, interpolation=cv2.INTER_NEAREST), np.float32)
        if random.random() < 0.5:
            small, far = small[:, ::-1], far[:, ::-1]
        if random.random() < 0.2:
            small = np.repeat(small @ np.full((3, 1), 1 / 3, np.float32), 3, axis=2)
        elif random.random() < 0.25:
            small = small * np.exp(random.normal(0, 0.08, 3)).astype(np.float32)
        if random.random() < 0.4:
            small = small ** np.float32(np.exp(random.uniform(-0.4, 0.5)))
        if random.random() < 0.3:
            small = small * np.float32(random.uniform(0.6, 1.2))
        return small.clip(0, 1), far

    def _through(self, depth: Values) -> Values:
        random = self.random
        thickness = np.exp(random.uniform(*np.log(THICKNESS))) / float(np.median(depth))
        coarse = random.standard_normal((3, 4))
        clouds = np.asarray(cv2.resize(coarse, depth.shape[::-1], interpolation=cv2.INTER_CUBIC))
        clouds = np.exp(random.uniform(0, 0.35) * clouds)
        return np.exp(-thickness * depth * clouds).clip(LEAST_THROUGH, 1).astype(np.float32)


class VeilLesson(Lesson):
    """Absolute errors of the share of light that arrives, of the airlight, and of the picture without the haze."""

    name = "veil"

    def __init__(self, data: Path, recipe: VeilRecipe) -> None:
        """Read the pictures, all into memory.

        Raises:
            InputError: no pictures.
        """
        torch.manual_seed(recipe.seed)
        self.network = VeilNetwork()
        clear = read_clear(data, recipe.without)
        kept = [one for number, one in enumerate(clear) if number % VALIDATION_SHARE]
        self.training = HazeSampler(kept or clear, recipe.seed)
        self.validation = HazeSampler(clear[::VALIDATION_SHARE], seed=0)

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """One number for each of ``WEIGHTS``, and for the log ``clear``: haze that is seen where there is none."""
        hazy, through, airlight, clear = batch
        with mixed_precision(hazy.device):
            seen = self.network(hazy)
        found = F.interpolate(seen.through, scale_factor=2, mode="bilinear")
        colour = seen.airlight[..., None, None]
        haze = (1 - through).mean(dim=(1, 2, 3))
        restored = (hazy - colour) / found.clamp(min=LEAST_RESTORED) + colour
        none = haze < 1e-6
        seen_there = (1 - found.detach()).mean(dim=(1, 2, 3))[none]
        return {
            "through": (found - through).abs().mean(),
            "airlight": ((colour - airlight).abs().mean(dim=(1, 2, 3)) * haze).mean(),
            "restored": F.smooth_l1_loss(restored, clear, beta=0.05),
            "clear": seen_there.mean() if none.any() else haze.new_zeros(()),
        }

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """The weighted sum."""
        return torch.stack([weight * terms[name] for name, weight in WEIGHTS.items()]).sum()
