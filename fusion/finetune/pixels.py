"""Give a region as a source has it, found over its pixels: the loss of equations 10-13 without a network.

A network that is tuned on these equations for one picture has to give that picture and no other; so the picture can as
well be looked for itself. With the colour differences of the visible picture, the colour term is at its minimum, and
three terms of the luma Y are left::

    mean |Y - source| + mean | |slopes of Y| - |slopes of the stronger source| | + 0.1 (1 - SSIM(Y, source))

The middle one asks for slopes of a size and leaves their sign open: over pixels, its lowest value is a row of dots. So
the slopes of the stronger source are wanted as they run there, which makes the term convex (and never less than the
paper's); but where both sources show the same edge in reverse, as that of the one to resemble runs. From the source
itself, whose first and last term are nothing, Adam goes down on all pixels at once. In the end the source is left as it
is wherever the other's detail has not brought the loss of its surroundings down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.planes import Plane, slopes, smooth, sobel, window_mean
from wordfuse.fusion.finetune.run import Recipe, State
from wordfuse.fusion.finetune.toward import Toward
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.fusion.weighing import FusionWeights

WEIGHTS = FusionWeights()
NEARER = 2.0  # times the first term: slopes with a sign ask for more than the paper's, and would draw away from it
REVERSED = -0.6  # correlation of the slopes of both sources, below which one shows the other's edge in reverse
EDGE_PX = 2.0  # sigma of the neighbourhood that tells
MOMENTS = (0.9, 0.99)  # of Adam: a search has tens of steps, not thousands
STEADY = 1e-3  # of a slope of the loss: where it is smaller, a step is shorter
SIGN_FREE = 0.05  # of the steps, the last and shortest: then slopes may run either way, as in the paper's term
STRUCTURE_EVERY = 4  # steps after which the slope of the structural similarity is found anew: it changes slowly
BETTER_PX = 6.0  # sigma of the surroundings in which the loss has to be lower, and of the border of what is kept
C1, C2 = 0.01**2, 0.03**2  # of the structural similarity (Wang et al., TIP 2004)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What equations 10-13 ask of the luma of a window; all (h, w) float32.

    Attributes:
        source: luma of the source to resemble, [0, 1].
        across: the horizontal Sobel derivative that is wanted.
        down: the vertical one.
        steepness: sum of the sizes of both.
        similar: the structural similarity to the source.
    """

    source: Plane
    across: Plane
    down: Plane
    steepness: Plane
    similar: "Similarity"

    @classmethod
    def of(cls, source: Plane, other: Plane) -> Self:
        """From the lumas of the source to resemble and of the other one, (h, w) in [0, 1]."""
        own, others = slopes(source), slopes(other)
        sign = np.where(_reversed(own, others), np.float32(-1), np.float32(1))
        sizes = [np.abs(across) + np.abs(down) for across, down in (own, others)]
        across, down = (np.where(sizes[0] >= sizes[1], a, sign * b) for a, b in zip(own, others, strict=True))
        return cls(source, across, down, np.maximum(*sizes), Similarity(source))

    def loss(self, y: Plane) -> Plane:
        """The paper's loss at every pixel of a luma."""
        across, down = slopes(y)
        slope = np.abs(np.abs(across) + np.abs(down) - self.steepness)
        dissimilar = 1 - self.similar.look(y)[0]
        return WEIGHTS.intensity * np.abs(y - self.source) + WEIGHTS.gradient * slope + WEIGHTS.structure * dissimilar

    def kept(self, y: Plane) -> Plane:
        """The source, with a luma's detail where that makes the loss of the surroundings lower."""
        better = smooth(self.loss(y), BETTER_PX) < smooth(self.loss(self.source), BETTER_PX)
        return self.source + smooth(better.astype(np.float32), BETTER_PX) * (y - self.source)


class Similarity:
    """Structural similarity to a picture (11x11 Gaussian window, sigma 1.5), as ``fusion.losses.ssim_map`` has it."""

    def __init__(self, source: Plane) -> None:
        """Measure the picture, (h, w) in [0, 1]."""
        self.source, self.mean = source, window_mean(source)
        self.variance = window_mean(source * source) - self.mean**2

    def look(self, y: Plane) -> tuple[Plane, Plane]:
        """The similarity at every pixel of a luma, and how the sum of all changes with each of its pixels."""
        mean, other = window_mean(y), self.mean
        variance, covariance = window_mean(y * y) - mean * mean, window_mean(y * self.source) - mean * other
        means, spreads = mean * mean + other * other + C1, variance + self.variance + C2
        below = 1 / (means * spreads)
        same_mean, same_spread = 2 * mean * other + C1, 2 * covariance + C2
        similarity = same_mean * same_spread * below
        # By the chain rule, through the means of Y, of its square and of its product with the source.
        by_square, by_product = -similarity / spreads, 2 * same_mean * below
        by_mean = 2 * (other * same_spread * below - mean * (similarity / means + by_square)) - other * by_product
        slope = window_mean(by_mean) + 2 * y * window_mean(by_square) + self.source * window_mean(by_product)
        return similarity, slope


class Search:
    """Adam over the pixels of a luma."""

    def __init__(self, wanted: Wanted, start: Plane, recipe: Recipe, epochs: int) -> None:
        """Begin with a luma, (h, w) in [0, 1], whose copy is changed."""
        self.wanted, self.y, self.recipe, self.epochs = wanted, start.copy(), recipe, epochs
        self.first, self.second = np.zeros_like(start), np.zeros_like(start)
        self.similarity, self.rises = 1.0, np.zeros_like(start)
        self.done = 0

    def step(self) -> float:
        """Do one step; the loss before it."""
        wanted, y = self.wanted, self.y
        if self.done % STRUCTURE_EVERY == 0:
            similarity, self.rises = wanted.similar.look(y)
            self.similarity = float(similarity.mean())
        # The slope of a sum over pixels, so that no step depends on how many there are. What Sobel's operator is
        # antisymmetric in comes back with the other sign.
        across, down, missed = self._missed()
        slope = np.asarray(cv2.add(sobel(across, 1, 0), sobel(down, 0, 1)), np.float32)
        away = np.asarray(cv2.subtract(y, wanted.source), np.float32)
        loss = NEARER * WEIGHTS.intensity * cv2.norm(away, cv2.NORM_L1) + WEIGHTS.gradient * missed
        cv2.addWeighted(np.sign(away, out=away), NEARER * WEIGHTS.intensity, slope, -WEIGHTS.gradient, 0, dst=slope)
        cv2.scaleAdd(self.rises, -WEIGHTS.structure, slope, dst=slope)
        self._descend(slope)
        return float(loss / y.size + WEIGHTS.structure * (1 - self.similarity))

    def _missed(self) -> tuple[Plane, Plane, float]:
        """By which sign the slopes along either axis miss what is wanted, and the sum of how far."""
        across, down = slopes(self.y)
        if self.done < (1 - SIGN_FREE) * self.epochs:
            missed = 0.0
            for have, want in ((across, self.wanted.across), (down, self.wanted.down)):
                cv2.subtract(have, want, dst=have)
                missed += cv2.norm(have, cv2.NORM_L1)
                np.sign(have, out=have)
            return across, down, missed
        steeper = np.abs(across) + np.abs(down) - self.wanted.steepness
        sign = np.sign(steeper)
        return sign * np.sign(across), sign * np.sign(down), float(cv2.norm(steeper, cv2.NORM_L1))

    def _descend(self, slope: Plane) -> None:
        share = self.done / max(1, self.epochs - 1)
        rate = self.recipe.learning_rate * (1 + (self.recipe.final_rate - 1) * share)
        self.done += 1
        # In place: to ask for memory takes longer than to reckon.
        keep, kept = MOMENTS
        cv2.addWeighted(self.first, keep, slope, 1 - keep, 0, dst=self.first)
        cv2.multiply(slope, slope, dst=slope)
        cv2.addWeighted(self.second, kept, slope, 1 - kept, 0, dst=self.second)
        size: Plane = np.asarray(cv2.sqrt(self.second, dst=slope), np.float32)
        size *= np.float32((1 - kept**self.done) ** -0.5)
        size += np.float32(STEADY)
        cv2.divide(self.first, size, dst=size, scale=rate / (1 - keep**self.done))
        cv2.subtract(self.y, size, dst=self.y)
        np.clip(self.y, 0, 1, out=self.y)


class SolvedPixels:
    """The end of the way whose luma is found over the pixels."""

    def __init__(self, toward: Toward) -> None:
        """Begin with the source itself."""
        lumas = [to_array(toward.window.cut(plane)) for plane in (toward.infrared, luma(toward.visible))]
        source, other = lumas if toward.direction == "infrared" else lumas[::-1]
        self.visible = toward.window.cut(toward.visible)
        self.wanted, self.y = Wanted.of(source, other), source

    def load(self, state: State) -> None:
        """Take the luma of a state."""
        self.y = to_array(state.tensors["luma"])

    def search(self, recipe: Recipe, epochs: int, seed: int) -> Callable[[], float]:
        """A step of the search; nothing in it is left to chance. See :class:`End`."""
        search = Search(self.wanted, self.y, recipe, epochs)
        self.y = search.y
        return search.step

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The luma in float16, finer than 8 bits are."""
        kept = to_batch(self.y).astype(np.float16)
        self.y = to_array(kept.astype(np.float32))
        return {"luma": kept}

    def picture(self) -> Batch:
        """The luma under the colours of the visible picture."""
        change = to_batch(self.wanted.kept(self.y)) - luma(self.visible)
        return np.clip(self.visible + change, 0, 1)


def _reversed(own: tuple[Plane, Plane], others: tuple[Plane, Plane]) -> NDArray[np.bool_]:
    """Where two pictures show the same edges, and one in reverse, by their slopes."""
    product, *energies = (
        smooth(one[0] * two[0] + one[1] * two[1], EDGE_PX) for one, two in ((own, others), (own, own), (others, others))
    )
    return np.asarray(product < REVERSED * np.sqrt(energies[0] * energies[1]), np.bool_)
