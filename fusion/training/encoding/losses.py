"""What pictures and sentences are held to, in the training of the embedded encoder."""

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.training.encoding.facts import NAMES


def contrastive(logits: Tensor, true: Tensor, false: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean over rows of -1/|P| sum over positives p of log(e^p / (sum of e^ over p and all negatives)); a scalar.

    Args:
        logits: (N, M) likeness times sharpness.
        true: (N, M) {0, 1}, pairs that belong together.
        false: (N, M) {0, 1}, pairs that do not; what is neither takes no part.
        weights: (N,) of the rows in the mean; default: alike.
    """
    negatives = logits.masked_fill(false == 0, float("-inf")).logsumexp(dim=1, keepdim=True)
    each = F.softplus(negatives - logits) * true
    counted = (true.sum(dim=1) > 0) & (false.sum(dim=1) > 0)
    if not counted.any():
        return logits.new_zeros(())
    rows = (each.sum(dim=1) / true.sum(dim=1).clamp_min(1))[counted]
    if weights is None:
        return rows.mean()
    return (rows * weights[counted]).sum() / weights[counted].sum()


@torch.no_grad()
def ordered(likeness: Tensor, true: Tensor, false: Tensor) -> Tensor:
    """Share of the triples of a caption, a picture that it fits and one that it does not, in the right order."""
    right, all_of_them = likeness.new_zeros(()), likeness.new_zeros(())
    for column in range(likeness.shape[1]):
        fits, does_not = likeness[true[:, column] > 0, column], likeness[false[:, column] > 0, column]
        right += (fits[:, None] > does_not[None]).sum()
        all_of_them += fits.numel() * does_not.numel()
    return right / all_of_them.clamp_min(1)


def within_facts(logits: Tensor, true: Tensor, false: Tensor, facts: Tensor) -> Tensor:
    """The mean over facts of the contrastive loss among the sentences of that fact; a scalar.

    Every state of a fact counts alike, however few pictures of a batch are in it: or the rare ones would never be told.

    Args:
        logits: (N, M) likeness times sharpness.
        true: (N, M) {0, 1}, sentences that fit.
        false: (N, M) {0, 1}, sentences that do not.
        facts: (M,) what each is about.
    """
    losses = []
    for fact in range(len(NAMES)):
        columns = facts == fact
        fits, fits_not = true[:, columns], false[:, columns]
        if (fits.sum(dim=1) * fits_not.sum(dim=1) > 0).any():
            same_state = (fits[:, None] == fits[None]).all(dim=2)
            losses.append(contrastive(logits[:, columns], fits, fits_not, 1 / same_state.sum(dim=1)))
    return torch.stack(losses).mean() if losses else logits.sum() * 0
