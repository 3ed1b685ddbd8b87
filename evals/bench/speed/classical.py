"""How a pair is fused without wordfuse, by what is a few lines in OpenCV or PyWavelets. Imports nothing of ours.

The luma of both pictures is fused and the chroma of the visible one kept, as in the stored figures of other methods.
``python -m wordfuse.evals.bench.speed.classical --method NAME --ir FILE --vi FILE --out FILE`` fuses a pair from its
files, as a script of somebody's own would; ``--again N`` fuses the decoded pair so often afterwards and prints the
seconds that each took, as a JSON list.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

LEVELS = 4
WAVELET = "db2"

Plane = NDArray[np.float32]


def mean(infrared: Plane, luma: Plane) -> Plane:
    """Half of each: the least that can be done."""
    return 0.5 * (infrared + luma)


def laplacian_pyramid(infrared: Plane, luma: Plane) -> Plane:
    """Burt and Adelson (1983): of every band the stronger detail, the mean of what is left (OpenCV)."""
    (thermal, base), (scene, other) = _bands(infrared), _bands(luma)
    fused: Plane = np.float32(0.5) * (base + other)
    for one, two in zip(reversed(thermal), reversed(scene), strict=True):
        fused = _larger(fused, one) + np.where(np.abs(one) > np.abs(two), one, two)
    return fused


def wavelet(infrared: Plane, luma: Plane) -> Plane:
    """Li, Manjunath and Mitra (1995): of every coefficient the stronger, the mean approximation (PyWavelets)."""
    import pywt  # type: ignore[import-untyped]

    thermal, scene = (pywt.wavedec2(plane, WAVELET, level=LEVELS) for plane in (infrared, luma))
    fused = [0.5 * (thermal[0] + scene[0])]
    for one, two in zip(thermal[1:], scene[1:], strict=True):
        fused.append(tuple(np.where(np.abs(a) > np.abs(b), a, b) for a, b in zip(one, two, strict=True)))
    restored: Plane = pywt.waverec2(fused, WAVELET)[: luma.shape[0], : luma.shape[1]]
    return restored


def exposures(infrared: Plane, luma: Plane) -> Plane:
    """Mertens, Kautz and Van Reeth (2007), as if the two were exposures of one scene (OpenCV)."""
    both = [np.repeat(_bytes(plane)[..., None], 3, axis=2) for plane in (infrared, luma)]
    return np.asarray(cv2.createMergeMertens().process(both), np.float32)[..., 0]


METHODS: dict[str, Callable[[Plane, Plane], Plane]] = {
    "mean": mean,
    "Laplacian pyramid": laplacian_pyramid,
    "wavelets": wavelet,
    "exposures": exposures,
}


def fuse(method: str, infrared: NDArray[np.uint8], visible: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fuse a decoded pair.

    Args:
        method: a key of ``METHODS``.
        infrared: (H, W) uint8.
        visible: (H, W, 3) uint8, BGR as OpenCV reads it.

    Returns:
        (H, W, 3) uint8, BGR.
    """
    colour = np.divide(visible, 255, dtype=np.float32)
    luma = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.float32)
    fused = METHODS[method](np.divide(infrared, 255, dtype=np.float32), luma)
    return _bytes(colour + (fused - luma)[..., None])


def _bands(plane: Plane) -> tuple[list[Plane], Plane]:
    """The details of a plane from fine to coarse, and what is left."""
    bands = []
    for _ in range(LEVELS):
        coarse = np.asarray(cv2.pyrDown(plane), np.float32)
        bands.append(plane - _larger(coarse, plane))
        plane = coarse
    return bands, plane


def _larger(plane: Plane, like: Plane) -> Plane:
    return np.asarray(cv2.pyrUp(plane, dstsize=(like.shape[1], like.shape[0])), np.float32)


def _bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.clip(255 * values + 0.5, 0, 255).astype(np.uint8)


def main() -> None:
    """Fuse what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--method", choices=METHODS, required=True)
    for name in ("--ir", "--vi", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--again", type=int, default=0)
    given = parser.parse_args()
    infrared, visible = (
        np.asarray(cv2.imread(file, how), np.uint8)
        for file, how in ((given.ir, cv2.IMREAD_GRAYSCALE), (given.vi, cv2.IMREAD_COLOR))
    )
    cv2.imwrite(given.out, fuse(given.method, infrared, visible))
    seconds = []
    for _ in range(given.again):
        began = time.perf_counter()
        fuse(given.method, infrared, visible)
        seconds.append(time.perf_counter() - began)
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main()
