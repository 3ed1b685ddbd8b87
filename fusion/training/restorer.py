"""Train the restoration network on pictures that are damaged, and on real pairs of damaged and clean ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.files.pairs import PairFiles, find_pairs, is_hidden, match_stems
from wordfuse.fusion.images import read_pair, to_uint8
from wordfuse.fusion.networks.restorer import KINDS, Restorer, find_lines
from wordfuse.fusion.training import damage
from wordfuse.fusion.training.crops import CropSampler, random_piece
from wordfuse.fusion.training.damage import Change, Values
from wordfuse.fusion.training.denoiser import view
from wordfuse.fusion.training.fusion import split
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.weights import load_denoiser

AROUND_PX = 128  # damage is made, and lines are measured, on so much more than the network sees
KIND_SHARES = (0.44, 0.42, 0.05, 0.09)  # of KINDS
# Infrared, visible as gray, both mixed, visible: what each of KINDS is met on.
VIEW_SHARES = {
    "stripes": (0.65, 0.1, 0.15, 0.1),
    "blur": (0.1, 0.1, 0.2, 0.6),
    "noise": (0.2, 0.2, 0.25, 0.35),
    "haze": (0.2, 0.1, 0.1, 0.6),
}
CLEAN_SHARE, REAL_SHARE, ALSO_PRESENT, ALSO_ASKED = 0.12, 0.45, 0.15, 0.25
PEDESTAL_SHARE, PEDESTAL_ASKED = 0.35, 0.5  # of striped pictures: their blacks are lifted, and haze is asked about too
NOISIEST = {"stripes": 18, "blur": 4, "noise": 50, "haze": 3}  # gray values
NOISY_SHARE, NOISY_BEFORE_BLUR_SHARE, NOISIEST_BEFORE_BLUR = 0.7, 0.5, 25
FLOOR = 4 / 255  # weak damage counts in proportion down to here
GRADIENT = 0.5  # weight of the error's gradient
DAMAGED_FOLDERS = {"ir_stripes": ("ir", "stripes"), "vi_blur": ("vi", "blur")}


@dataclass(frozen=True)
class RestorerRecipe(Recipe):
    """A recipe, and the beginnings of names of pictures that are left out.

    It starts from trained weights and takes fewer steps than others: the average forgets faster.
    """

    ema: float = 0.995
    checkpoint_steps: int = 100
    without: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RealPair:
    """A picture and its damaged version, 8-bit (H, W, 3), and which of ``KINDS`` the damage is.

    Attributes:
        curve: (256,) what the damage made of each gray value on average, in [0, 1]: of striped infrared pictures the
            blacks are lifted, and that is haze, not stripes.
    """

    clean: NDArray[np.uint8]
    damaged: NDArray[np.uint8]
    kind: str
    curve: Values


def find_damaged(root: Path) -> list[tuple[PairFiles, str]]:
    """Damaged and clean pictures below a folder: ``ir_stripes`` beside ``ir``, ``vi_blur`` beside ``vi``."""
    found = []
    for folder in sorted(path for path in root.rglob("*") if path.is_dir() and path.name in DAMAGED_FOLDERS):
        clean, kind = DAMAGED_FOLDERS[folder.name]
        if not is_hidden(folder.relative_to(root)) and (folder.parent / clean).is_dir():
            found += [(pair, kind) for pair in match_stems(folder, folder.parent / clean)]
    return found


def read_damaged(files: PairFiles, kind: str) -> RealPair:
    """Read a damaged and a clean picture, and measure what became of the gray values."""
    read = [read_pair(path, path) for path in (files.visible, files.infrared)]
    clean, damaged = (to_uint8(one.visible) for one in read)
    count = np.bincount(clean.ravel(), minlength=256)
    total = np.bincount(clean.ravel(), weights=damaged.ravel(), minlength=256)
    # Rare values borrow from their neighbours.
    near = np.exp(-0.5 * (np.subtract.outer(np.arange(256), np.arange(256)) / 4) ** 2) + 1e-300
    curve = np.maximum.accumulate((near @ total) / (near @ count)) / 255
    return RealPair(clean, damaged, kind, curve.astype(np.float32))


class DamagedSampler:
    """Draws pieces of pictures with a fault, what the network is to find in them, and the pieces without it."""

    def __init__(self, crops: CropSampler, real: Sequence[RealPair]) -> None:
        """Damage the pairs of ``crops``, which are ``AROUND_PX`` larger than what is drawn, and draw real ones too."""
        self.crops, self.random = crops, crops.random
        self.real = {kind: [pair for pair in real if pair.kind == kind] for kind in KINDS}

    def batch(self, size: int) -> Batch:
        """Damaged (B, 3, S, S), lines (B, 2, S, S), kinds asked for (B, 4) and right (B, 3, S, S), all float32."""
        samples = [self._sample() for _ in range(size)]
        damaged, lines, asked, target = (torch.cat(parts) for parts in zip(*samples, strict=True))
        return damaged, lines, asked, target

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return self.crops.state()

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.crops.restore(state)

    def _sample(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        random = self.random
        kind = str(random.choice(KINDS, p=KIND_SHARES))
        chances = dict.fromkeys(KINDS, ALSO_ASKED) | ({"haze": PEDESTAL_ASKED} if kind == "stripes" else {})
        asked = {kind} | {other for other in KINDS if random.random() < chances[other]}
        if self.real[kind] and random.random() < REAL_SHARE:
            pair = self.real[kind][random.integers(len(self.real[kind]))]
            damaged, target = self._real(pair, asked)
        else:
            shrink = 2 if random.random() < 0.3 else 1
            clean = view(random, self.crops.crop(shrink), VIEW_SHARES[kind])
            damaged, target = self._made(clean, kind, asked)
        tensors = [torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)))[None] for x in (damaged, target)]
        top, left = random.integers(AROUND_PX + 1, size=2)
        side = self.crops.crop_px - AROUND_PX
        bad, lines, right = (
            x[..., top : top + side, left : left + side] for x in (tensors[0], find_lines(tensors[0]), tensors[1])
        )
        return bad, lines, torch.tensor([[float(name in asked) for name in KINDS]]), right

    def _real(self, pair: RealPair, asked: set[str]) -> tuple[Values, Values]:
        """A piece of a real pair, turned and mirrored."""
        both = random_piece(self.random, np.concatenate([pair.damaged, pair.clean], axis=2), self.crops.crop_px)
        damaged, clean = both[..., :3].astype(np.float32) / np.float32(255), both[..., 3:]
        if pair.kind == "stripes" and "haze" not in asked:
            return damaged, pair.curve[clean]
        return damaged, clean.astype(np.float32) / np.float32(255)

    def _made(self, clean: Values, kind: str, asked: set[str]) -> tuple[Values, Values]:
        """The picture with all its faults, and with those alone that nobody asked about. Noise always goes."""
        random = self.random
        gray = bool((clean[..., :1] == clean).all())
        likely = dict.fromkeys(KINDS, ALSO_PRESENT) | {kind: 1.0}
        if kind == "stripes" and gray:
            likely["haze"] = PEDESTAL_SHARE
        present = {name for name in KINDS if random.random() < likely[name]}
        if random.random() < CLEAN_SHARE:
            present = set()
        faults: list[tuple[str, Change]] = []
        if "haze" in present and not gray:
            faults.append(("haze", damage.make_haze(random, clean.shape[:2])))
        if "blur" in present:
            if random.random() < NOISY_BEFORE_BLUR_SHARE:
                faults.append(("noise", damage.make_noise(random, clean.shape, NOISIEST_BEFORE_BLUR, gray)))
            faults.append(("blur", damage.make_blur(random)))
        if "haze" in present and gray:
            faults.append(("haze", damage.make_pedestal(random)))
        if present and random.random() < NOISY_SHARE:
            faults.append(("noise", damage.make_noise(random, clean.shape, NOISIEST[kind], gray)))
        if "stripes" in present:
            faults.append(("stripes", damage.make_stripes(random, clean.shape[:2])))
        damaged = target = clean
        for name, change in faults:
            damaged = change(damaged).clip(0, 1)
            if name not in asked | {"noise"}:
                target = change(target).clip(0, 1)
        return damage.as_file(random, damaged) if present else damaged, target


class RestorerLesson(Lesson):
    """Absolute error and that of the gradients, of each picture in proportion to how much is wrong with it."""

    name = "restorer"

    def __init__(self, data: Path, recipe: RestorerRecipe) -> None:
        """Read the pairs, all into memory, and start from the committed denoiser.

        Raises:
            InputError: no pairs.
        """
        torch.manual_seed(recipe.seed)
        self.network = Restorer()
        self.network.trunk.load_state_dict(load_denoiser().state_dict())
        pairs = [pair for pair in find_pairs(data) if not pair.infrared.name.startswith(recipe.without)]
        real = [read_damaged(*files) for files in find_damaged(data)]
        kept, others = split(pairs)
        piece = recipe.crop_px + AROUND_PX
        self.training = DamagedSampler(CropSampler(kept, piece, recipe.seed), real)
        self.validation = DamagedSampler(CropSampler(others, piece, seed=0), [])

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """``error`` and ``gradient``: what is left, as a share of what was wrong; ``psnr`` in dB for the log alone."""
        damaged, lines, asked, target = batch
        with mixed_precision(damaged.device):
            fault = self.network(damaged, lines, asked)
        rest = damaged - fault - target
        level = (damaged - target).square().mean(dim=(1, 2, 3)).sqrt() + FLOOR
        slopes = rest.diff(dim=-1).abs().mean(dim=(1, 2, 3)) + rest.diff(dim=-2).abs().mean(dim=(1, 2, 3))
        psnr = -10 * torch.log10(rest.detach().square().mean(dim=(1, 2, 3)) + 1e-9)
        return {
            "error": (rest.abs().mean(dim=(1, 2, 3)) / level).mean(),
            "gradient": (slopes / level).mean(),
            "psnr": psnr.mean(),
        }

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """The weighted sum of both."""
        return terms["error"] + GRADIENT * terms["gradient"]
