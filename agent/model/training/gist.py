"""Learn the second reading of a wish (``agent.model.gist``) from the lines that the adapter learns from.

``python -m wordfuse.agent.model.training.gist [--out FOLDER]`` takes a minute of one core and writes
``gist.safetensors`` and its ``SHA256SUMS``. The same lines give the same weights.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.numpy import save
from torch.nn import functional

from wordfuse.agent.model.gist import BUCKETS, KINDS, SUMS, WEIGHTS, Gist, features
from wordfuse.agent.model.training.corpus.regions import Picker
from wordfuse.agent.model.training.corpus.rows import by_grammar
from wordfuse.agent.model.training.corpus.said import Asked, planned, spoken
from wordfuse.agent.model.words import lines
from wordfuse.fusion.files.atomic import write_bytes_atomic

STEPS, RATE, DECAY = 150, 0.08, 3e-5
BY_GRAMMAR = 600  # wishes that the grammar writes, beside those written one by one


def learn(asked: Sequence[Asked]) -> Gist:
    """Fit the classifier: logistic regression, one for each kind, by Adam on all lines at once."""
    torch.manual_seed(0)
    rows: list[int] = []
    places: list[int] = []
    values: list[float] = []
    wanted = torch.zeros(len(asked), len(KINDS))
    for row, one in enumerate(asked):
        before, _ = planned(one)
        found, strengths = features(one.instruction, before)
        rows += [row] * len(found)
        places += found.tolist()
        values += strengths.tolist()
        for kind in lines.effects_in(one.plan):
            wanted[row, KINDS.index(kind)] = 1.0
    told = torch.sparse_coo_tensor(torch.tensor([rows, places]), torch.tensor(values), (len(asked), BUCKETS)).coalesce()
    weights = torch.zeros(BUCKETS, len(KINDS), requires_grad=True)
    bias = torch.full((len(KINDS),), -3.0, requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        scores = torch.sparse.mm(told, weights) + bias
        loss = functional.binary_cross_entropy_with_logits(scores, wanted, reduction="sum") / len(asked)
        (loss + DECAY * (weights**2).sum()).backward()
        optimizer.step()
    return Gist(weights.detach().numpy(), bias.detach().numpy())


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m wordfuse.agent.model.training.gist", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS.parent, help="where the weights go")
    folder: Path = parser.parse_args(arguments).out
    picker = Picker(Random(1), "train")
    learnt = learn([*spoken(), *(by_grammar(picker) for _ in range(BY_GRAMMAR))])
    stored = save({"weights": learnt.weights.astype(np.float16), "bias": learnt.bias.astype(np.float16)})
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(folder / WEIGHTS.name, stored)
    write_bytes_atomic(folder / SUMS.name, f"{hashlib.sha256(stored).hexdigest()}  {WEIGHTS.name}\n".encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
