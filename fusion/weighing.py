"""How the terms of the fusion loss (``fusion.losses``) are weighed."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from wordfuse.fusion.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class FusionWeights:
    """Trade-off of equation 9 with the paper's values (section 3.1.2), and two terms that the paper does not have."""

    intensity: float = 1.0  # alpha
    gradient: float = 1.0  # alpha too: the paper has one weight for both
    colour: float = 1.0  # beta
    structure: float = 0.1  # eta
    difference: float = 0.0  # ours
    information: float = 0.0  # ours

    def changed(self, changes: dict[str, float]) -> "FusionWeights":
        """The same with other weights.

        Raises:
            InputError: an unknown term.
        """
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise InputError("unknown", argument="term", subject=name, remedy=f"choose one of {', '.join(known)}")
        return replace(self, **changes)

    def total(self, terms: "dict[str, Tensor]") -> "Tensor":
        """What is minimised: the weighted sum of the terms, a scalar."""
        import torch

        return torch.stack([getattr(self, name) * term for name, term in terms.items()]).sum()
