"""How well the guards of goals see what eyes take offence at, and how often they raise a false alarm.

``python -m wordfuse.evals.seen.guards --data DIR --out DIR`` fuses pairs below DIR, paints each fault into the fused
picture at three strengths, and makes good edits of it: the number of a fault's guard must rise with its strength, the
strongest must break the guard, and a good edit must break none. It writes ``bench_guards.md``.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from wordfuse.fusion.compose import compose
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.finetune import denoise, relight
from wordfuse.fusion.finetune.fading import fading
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, read_pair, to_uint8
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.guards import guards
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.tools.aims import GUARDS, SEEN, Line

Picture = NDArray[np.uint8]
Paint = Callable[[Picture, Picture, int], Picture]  # picture, mask, strength 0-2 -> the picture with the fault
Edits = Iterator[tuple[str, Picture, Picture, Picture | None]]  # name, before, after, mask


def blotted(picture: Picture, mask: Picture, strength: int) -> Picture:
    """Black and white discs, from below a speck to what nobody overlooks."""
    result = picture.copy()
    height, width = picture.shape[:2]
    for column, value in ((0.4, 0), (0.6, 255)):
        cv2.circle(result, (int(column * width), height // 2), (2, 7, 14)[strength], (value,) * 3, -1)
    return result


def rimmed(picture: Picture, mask: Picture, strength: int) -> Picture:
    """Another light inside, up to a hard border."""
    return compose(picture, _scaled(picture, (0.95, 0.8, 0.6)[strength]), mask, 0)


def haloed(picture: Picture, mask: Picture, strength: int) -> Picture:
    """Edges that overshoot on both sides."""
    values = picture.astype(np.float32)
    wide = cv2.GaussianBlur(values, (0, 0), 6.0)
    return np.clip(values + (0.3, 0.8, 2.0)[strength] * (values - wide), 0, 255).astype(np.uint8)


def paled(picture: Picture, mask: Picture, strength: int) -> Picture:
    """Colour drawn toward gray."""
    gray = np.repeat(to_gray(picture)[..., None], 3, 2)
    pale = gray + (0.9, 0.6, 0.2)[strength] * (picture - gray)
    return compose(picture, np.clip(pale + 0.5, 0, 255).astype(np.uint8), mask)


def smeared(picture: Picture, mask: Picture, strength: int) -> Picture:
    """Fine structure wiped between edges, as by a bad denoiser."""
    wiped = picture
    for _ in range((1, 2, 4)[strength]):
        wiped = np.asarray(cv2.bilateralFilter(wiped, 0, (8, 40, 120)[strength], 2.0), np.uint8)
    return compose(picture, wiped, mask)


FAULTS: dict[str, Paint] = {"clipped": blotted, "rim": rimmed, "halo": haloed, "colour": paled, "texture": smeared}


def good_edits(fused: Picture, pair: Pair, mask: Picture, seed: int) -> Edits:
    """Edits without a fault, by hand and by the tools' own functions."""
    picture, region = to_tensor(fused), to_tensor(mask)
    weight = to_array(fading(picture, region))[..., None]
    for name, other in (
        ("darker by hand", _scaled(fused, 0.8)),
        ("brighter by hand", _bent(fused, 0.8)),
        ("half infrared by hand", _half(fused, to_uint8(pair.infrared))),
        ("half visible by hand", _half(fused, to_uint8(pair.visible))),
    ):
        yield name, fused, compose(fused, _mixed(fused, other, weight), mask, 0), mask
    yield "brighter everywhere", fused, _bent(fused, 0.8), None
    for name, ratio in (("relight darker", 1 / 1.3), ("relight brighter", 1.3)):
        outcome = relight(picture, luma_ratio=ratio, mask=region)
        yield name, fused, compose(fused, to_uint8(to_array(outcome.image)), mask, 0), mask
    grain = np.random.default_rng(seed).normal(0, 12, fused.shape)
    grainy = np.clip(fused + grain + 0.5, 0, 255).astype(np.uint8)
    outcome = denoise(to_tensor(grainy), noise_drop=0.8)
    yield "denoise, sigma 12", grainy, to_uint8(to_array(outcome.image)), None


def _scaled(picture: Picture, share: float) -> Picture:
    return (picture * share + 0.5).astype(np.uint8)


def _bent(picture: Picture, gamma: float) -> Picture:
    return (255 * (picture / 255) ** gamma + 0.5).astype(np.uint8)


def _half(picture: Picture, source: Picture) -> Picture:
    change = 0.5 * (to_gray(source) - to_gray(picture))
    return np.clip(picture + change[..., None] + 0.5, 0, 255).astype(np.uint8)


def _mixed(before: Picture, after: Picture, weight: NDArray[np.float32]) -> Picture:
    return (before + weight * (after.astype(np.float32) - before) + 0.5).astype(np.uint8)


def ellipse(height: int, width: int) -> Picture:
    """A region that knows nothing of the picture, as a rough mask does."""
    mask = np.zeros((height, width), np.uint8)
    cv2.ellipse(mask, (width // 2, height // 2), (width // 4, height // 3), 0, 0, 360, 255, -1)
    return mask


class Tally:
    """Counts over all pictures."""

    def __init__(self) -> None:
        """Start with none."""
        self.numbers: dict[str, list[list[float]]] = {name: [] for name in FAULTS}
        self.alarms: dict[str, list[list[str]]] = {}

    def add(self, fused: Picture, pair: Pair, seed: int) -> None:
        """Paint every fault into a picture and make every good edit of it."""
        mask = ellipse(*fused.shape[:2])
        sources = to_gray(to_uint8(pair.infrared)), to_gray(to_uint8(pair.visible))
        for line in _lines():
            if line.name == "colour" and not fused.std(axis=2).mean() > 2:
                continue  # a gray picture has none to lose
            paint, whole = FAULTS[line.name], line.name in ("clipped", "halo")
            made = [paint(fused, mask, strength) for strength in range(3)]
            values = [guards(fused, after, None if whole else mask, *sources)[line.measured] for after in made]
            self.numbers[line.name].append(values)
        for name, before, after, region in good_edits(fused, pair, mask, seed):
            found = guards(before, after, region, *sources)
            broken = [line.name for line in _lines() if not _kept(line.name, found[line.measured])]
            self.alarms.setdefault(name, []).append(broken)

    def markdown(self) -> str:
        """Two tables."""
        rows = ["| fault | median number at three strengths | rises in order | strongest caught | limit |"]
        rows.append("|---|---|---|---|---|")
        for line in _lines():
            values = np.array(self.numbers[line.name])
            steps = np.diff(values, axis=1) * (1 if line.at_most else -1)
            order = int((steps >= 0).all(axis=1).sum())
            caught = sum(not _kept(line.name, value) for value in values[:, 2])
            middle = ", ".join(f"{value:.2f}" for value in np.median(values, axis=0))
            limit = line.aim.limit(0.0, 0.0, 1.0)
            rows.append(
                f"| {line.name} | {middle} | {order} of {len(values)} | {caught} of {len(values)} | {limit:g} |"
            )
        rows += ["", "| good edit | false alarms | of which |", "|---|---|---|"]
        for name, lists in self.alarms.items():
            broken = [one for each in lists for one in each]
            which = ", ".join(f"{one} {broken.count(one)}" for one in sorted(set(broken)))
            rows.append(f"| {name} | {sum(map(bool, lists))} of {len(lists)} | {which} |")
        return "\n".join(rows) + "\n"


def _lines() -> list[Line]:
    return [line for line in GUARDS if line is not SEEN]


def _kept(name: str, value: float) -> bool:
    line = next(line for line in GUARDS if line.name == name)
    limit = line.aim.limit(0.0, 0.0, 1.0)
    return value <= limit if line.at_most else value >= limit


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=24, help="spread over the pairs below DIR")
    given = parser.parse_args()
    pairs = find_pairs(given.data)
    chosen = pairs[:: max(1, len(pairs) // given.pairs)][: given.pairs]
    fuser, tally = Fuser(), Tally()
    for seed, files in enumerate(track(chosen, "guards", console=Console(stderr=True))):
        pair = read_pair(files.infrared, files.visible)
        fused = to_uint8(fuser.fuse(pair.infrared, pair.visible).picture)
        tally.add(fused, pair, seed)
    text = f"{len(chosen)} fused pairs:\n\n{tally.markdown()}"
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / "bench_guards.md", text.encode())
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
