"""Adam down the loss of a network, epoch by epoch."""

import torch
from torch import Tensor, nn

from wordfuse.fusion.finetune.run import Recipe


class Descent:
    """Adam with its default moments (paper, section 3.1.2), over the epochs of one call."""

    def __init__(self, network: nn.Module, recipe: Recipe, epochs: int) -> None:
        """Start afresh: moments are not carried from one call to the next."""
        self.parameters = list(network.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=recipe.learning_rate)
        self.schedule = torch.optim.lr_scheduler.LinearLR(
            self.optimizer, start_factor=1.0, end_factor=recipe.final_rate, total_iters=max(1, epochs - 1)
        )

    def step(self, loss: Tensor) -> Tensor:
        """Do one step down ``loss`` and return its value."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        # As in training: one hard crop must not throw the weights about.
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.schedule.step()
        return loss.detach()
