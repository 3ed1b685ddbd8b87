"""Train the embedded region network on boxes and masks.

Masks teach the class of every pixel by cross-entropy. Boxes teach centres by the focal loss of CenterNet (Zhou et al.,
2019, equation 1), their sides by generalised IoU (Rezatofighi et al., CVPR 2019), and, where there is no mask, which
pixels an object has by the projection and the pairwise term of BoxInst (Tian et al., CVPR 2021): a mask touches all
four sides of its box, leaves nothing outside boxes, and neighbours that look alike belong together.

Where there is no mask, the averaged weights name what they are sure of in the pair as it is, and the network has to
say the same of the pair in other light or with one of the two blacked out (a mean teacher, Tarvainen & Valpola, NeurIPS
2017, with the threshold of FixMatch, Sohn et al., NeurIPS 2020): what the visible picture tells by day is learned for
infrared as well.
"""

from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS, STRIDE
from wordfuse.fusion.networks.regions import Found, RegionNetwork
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.training.region_samples import UNKNOWN, RegionSampler, read_examples
from wordfuse.fusion.weights import load_regions

WEIGHTS = {
    "classes": 1.0,
    "centres": 1.0,
    "sides": 1.0,
    "outside": 0.5,
    "projection": 0.5,
    "pairwise": 0.5,
    "agreement": 0.5,
}
# Of the cross-entropy: what is thin or small would be lost among roads and skies.
CLASS_WEIGHTS = {"pole": 3.0, "sign": 5.0, "person": 3.0, "bicycle": 5.0, "car": 1.5, "fence": 3.0}
SPREAD = 0.12  # of the peak at a centre, of the box's sides
ALIKE = 0.08  # difference of neighbours that look alike, mean over channels in [0, 1]
SURE = 0.8  # chance above which the averaged weights are believed
OBJECT_CHANNELS = [CLASSES.index(name) for name in OBJECTS]


class RegionLesson(Lesson):
    """See the module."""

    name = "regions"

    def __init__(self, data: Path, recipe: Recipe, *, further: bool = False) -> None:
        """Read the sets, all into memory.

        Args:
            data: folder of labelled sets.
            recipe: how long and in which portions.
            further: begin with the weights that ship instead of random ones.

        Raises:
            InputError: no labelled set.
        """
        torch.manual_seed(recipe.seed)
        self.network = deepcopy(load_regions()).requires_grad_(True) if further else RegionNetwork()
        self.teacher = RegionNetwork().eval().requires_grad_(False)
        sets, held_back = read_examples(data)
        self.training = RegionSampler(sets, recipe.crop_px, recipe.seed)
        self.validation = RegionSampler([held_back], recipe.crop_px, seed=0)
        self.class_weights = torch.tensor([CLASS_WEIGHTS.get(name, 1.0) for name in CLASSES])

    def follow(self, average: dict[str, Tensor]) -> None:
        """The teacher has the averaged weights."""
        self.teacher.load_state_dict(average)

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """One number for each of ``WEIGHTS``; 0 where a batch says nothing about it."""
        pictures, masks, boxes, known, originals = batch
        with mixed_precision(pictures.device):
            found = self.network(pictures[:, :1], pictures[:, 1:])
        small = masks[:, STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]
        terms = {"classes": self._classes(found.classes, small)}
        targets = draw_targets(boxes, found.centres.shape[-2:])
        terms["centres"] = _centres(found.centres, targets.peaks, _certain(small, known))
        terms["sides"] = _sides(found.sides, targets)
        terms["agreement"] = self._agreement(found.classes, known, originals, targets.inside)
        return terms | _box_masks(found, boxes, known, F.avg_pool2d(pictures, STRIDE), targets.inside)

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """Weighted sum."""
        return torch.stack([weight * terms[name] for name, weight in WEIGHTS.items()]).sum()

    def _classes(self, logits: Tensor, masks: Tensor) -> Tensor:
        if not bool((masks != UNKNOWN).any()):
            return logits.sum() * 0
        weights = self.class_weights.to(logits.device)
        return F.cross_entropy(logits, masks, weights, ignore_index=UNKNOWN)

    def _agreement(self, logits: Tensor, known: Tensor, originals: Tensor, inside: Tensor) -> Tensor:
        """Cross-entropy with what the teacher is sure of, outside objects, of pictures without a mask."""
        unmasked = known[:, 1] == 0
        if not bool(unmasked.any()):
            return logits.sum() * 0
        pictures = originals[unmasked]
        self.teacher.to(pictures.device)
        with torch.no_grad(), mixed_precision(pictures.device):
            chances = self.teacher(pictures[:, :1], pictures[:, 1:]).classes.softmax(dim=1)
        sure, names = chances.max(dim=1)
        shown = F.max_pool2d(pictures, STRIDE).amax(dim=1) > 0  # not beside the picture
        believed = (sure > SURE) & shown & ~inside[unmasked].any(dim=1)
        for channel in OBJECT_CHANNELS:
            believed &= names != channel
        return F.cross_entropy(
            logits[unmasked], names.masked_fill(~believed, UNKNOWN), ignore_index=UNKNOWN, reduction="sum"
        ) / believed.sum().clamp_min(1)


class Targets:
    """What boxes say on the grid of the network.

    Attributes:
        peaks: (B, 3, h, w) 1 at centres, falling off around them.
        sides: (B, 4, h, w) distances to the sides, pixels.
        responsible: (B, h, w) bool, where sides are learned: around each centre.
        inside: (B, 3, h, w) bool, inside any box of the class.
    """

    def __init__(self, batch: int, height: int, width: int, device: torch.device) -> None:
        """All empty."""
        self.peaks = torch.zeros(batch, len(OBJECTS), height, width, device=device)
        self.sides = torch.zeros(batch, 4, height, width, device=device)
        self.responsible = torch.zeros(batch, height, width, dtype=torch.bool, device=device)
        self.inside = torch.zeros(batch, len(OBJECTS), height, width, dtype=torch.bool, device=device)


def draw_targets(boxes: Tensor, size: torch.Size) -> Targets:
    """Draw boxes (B, N, 5), large ones first, so that the smaller of two is learned where they overlap."""
    height, width = size
    targets = Targets(len(boxes), height, width, boxes.device)
    rows = (torch.arange(height, device=boxes.device) + 0.5) * STRIDE
    columns = (torch.arange(width, device=boxes.device) + 0.5) * STRIDE
    for i, rows_of in enumerate(boxes):
        real = rows_of[rows_of[:, 0] >= 0]
        area = (real[:, 3] - real[:, 1]) * (real[:, 4] - real[:, 2])
        for kind, x0, y0, x1, y1 in real[area.argsort(descending=True)].tolist():
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            across = ((columns - x) / max(SPREAD * (x1 - x0), 0.7 * STRIDE)) ** 2
            down = ((rows - y) / max(SPREAD * (y1 - y0), 0.7 * STRIDE)) ** 2
            peak = (-(down[:, None] + across) / 2).exp()
            row, column = min(int(y / STRIDE), height - 1), min(int(x / STRIDE), width - 1)
            peak[row, column] = 1.0
            targets.peaks[i, int(kind)] = torch.maximum(targets.peaks[i, int(kind)], peak)
            near = (slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))
            targets.responsible[i][near] = True
            for side, distance in enumerate((columns - x0, rows[:, None] - y0, x1 - columns, y1 - rows[:, None])):
                targets.sides[i, side][near] = distance.expand(height, width)[near].clamp_min(0.5)
            targets.inside[i, int(kind)][_cells(x0, y0, x1, y1)] = True
    return targets


def _cells(x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
    """The rows and columns of the grid that a box touches."""
    return slice(int(y0 / STRIDE), int(-(-y1 // STRIDE))), slice(int(x0 / STRIDE), int(-(-x1 // STRIDE)))


def _certain(masks: Tensor, known: Tensor) -> Tensor:
    """(B, 3, h, w) where it is known whether there are centres: all of a boxed picture; of a masked one, stuff."""
    stuff = masks != UNKNOWN
    for channel in OBJECT_CHANNELS:
        stuff &= masks != channel
    boxed = known[:, 0].bool()[:, None, None]
    return (boxed | stuff)[:, None].expand(-1, len(OBJECTS), -1, -1)


def _centres(logits: Tensor, peaks: Tensor, certain: Tensor) -> Tensor:
    """Focal loss with exponents 2 and 4, over the number of objects."""
    chance = logits.sigmoid().clamp(1e-4, 1 - 1e-4)
    hit = (1 - chance) ** 2 * chance.log()
    miss = (1 - peaks) ** 4 * chance**2 * (1 - chance).log()
    loss = -torch.where(peaks == 1, hit, miss) * certain
    return loss.sum() / (peaks == 1).sum().clamp_min(4)


def _sides(sides: Tensor, targets: Targets) -> Tensor:
    """1 - generalised IoU where an object is responsible."""
    chosen = targets.responsible
    if not bool(chosen.any()):
        return sides.sum() * 0
    found, wanted = sides.movedim(1, -1)[chosen], targets.sides.movedim(1, -1)[chosen]
    overlap = torch.minimum(found, wanted)
    hull = torch.maximum(found, wanted)
    common = (overlap[:, 0] + overlap[:, 2]) * (overlap[:, 1] + overlap[:, 3])
    union = _area(found) + _area(wanted) - common
    around = (hull[:, 0] + hull[:, 2]) * (hull[:, 1] + hull[:, 3])
    return (1 - common / union + (around - union) / around).mean()


def _area(sides: Tensor) -> Tensor:
    return (sides[:, 0] + sides[:, 2]) * (sides[:, 1] + sides[:, 3])


def _box_masks(found: Found, boxes: Tensor, known: Tensor, pictures: Tensor, inside: Tensor) -> dict[str, Tensor]:
    """Terms of pictures with boxes and no mask."""
    zero = found.classes.sum() * 0
    terms = {"outside": zero, "projection": zero, "pairwise": zero}
    chosen = (known[:, 0] > 0) & (known[:, 1] == 0)
    if not bool(chosen.any()):
        return terms
    chances = found.classes.softmax(dim=1)[:, OBJECT_CHANNELS].clamp(1e-4, 1 - 1e-4)
    empty = ~inside & chosen[:, None, None, None]
    terms["outside"] = -(1 - chances[empty]).log().mean()
    touching = []
    for i in chosen.nonzero().flatten().tolist():
        for kind, *box in boxes[i][boxes[i, :, 0] >= 0].tolist():
            part = chances[i, int(kind)][_cells(*box)]
            if part.numel():
                touching.append(-(part.amax(dim=0).log().mean() + part.amax(dim=1).log().mean()) / 2)
    if touching:
        terms["projection"] = torch.stack(touching).mean()
    region = inside & chosen[:, None, None, None]
    if bool(region.any()):
        terms["pairwise"] = _pairwise(chances, pictures, region)
    return terms


def _pairwise(chances: Tensor, pictures: Tensor, region: Tensor) -> Tensor:
    """-log of the chance that neighbours that look alike are both in or both out, inside boxes."""
    losses, count = chances.sum() * 0, chances.new_zeros(())
    for dim in (-2, -1):
        for step in (1, 2):
            length = chances.shape[dim] - step
            one, two = chances.narrow(dim, 0, length), chances.narrow(dim, step, length)
            apart = (
                (pictures.narrow(dim, 0, length) - pictures.narrow(dim, step, length)).abs().mean(dim=1, keepdim=True)
            )
            alike = (apart < ALIKE) & region.narrow(dim, 0, length) & region.narrow(dim, step, length)
            losses = losses - ((one * two + (1 - one) * (1 - two)).log() * alike).sum()
            count = count + alike.sum()
    return losses / count.clamp_min(1)
