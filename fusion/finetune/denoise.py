"""Remove noise from a region with no clean example: Zero-Shot Noise2Noise (TeRF section 2.4.3, equations 18-20).

Two half-size copies of the picture, made by averaging the two diagonals of every 2x2 block, show the same scene under
different noise. A small network that predicts one from the other can only learn the scene.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from fusion.device import mixed_precision
from fusion.errors import InputError
from fusion.finetune.run import (
    UNFINISHED,
    Control,
    Descent,
    Outcome,
    Recipe,
    State,
    Stopped,
    Window,
    check_mask,
    check_repeat,
    follow_gray,
    region_window,
    sample_windows,
    smallest,
)
from fusion.finetune.unit import NoiseUnit, apply_in_strips
from fusion.images import to_uint8
from fusion.metrics.noise import estimate_noise
from fusion.tensors import to_array

# "paper": section 3.1.2, on the whole region. "fast": noise is the same everywhere, so a few crops show enough of it.
RECIPES = {
    "fast": Recipe(epochs=100, learning_rate=1e-3, side_px=96, crops=2),
    "paper": Recipe(epochs=100, learning_rate=1e-3, side_px=None),
}
CONTEXT_PX = 8
LEAST_DROP = 0.01  # of the measured noise: less is none
BISECTIONS = 6  # the share is then known to 1/64
PRIOR_CROPS = 8  # different crops that training chooses from; they are kept in the state


def pair_downsample(x: Tensor) -> tuple[Tensor, Tensor]:
    """D1 and D2 of equation 18: the mean of each diagonal of every 2x2 block.

    Args:
        x: (B, C, H, W), both sides even.

    Returns:
        Two tensors (B, C, H/2, W/2) of the same scene with independent noise.
    """
    top, bottom = x[..., 0::2, :], x[..., 1::2, :]
    first = (top[..., 1::2] + bottom[..., 0::2]) / 2
    second = (top[..., 0::2] + bottom[..., 1::2]) / 2
    return first, second


def noise_loss(network: NoiseUnit, x: Tensor) -> Tensor:
    """Equation 20: residual (18) and consistency (19) terms, squares averaged over pixels.

    Args:
        network: estimates the noise of a picture.
        x: (B, 3, H, W) noisy pictures, both sides even.
    """
    first, second = pair_downsample(x)
    with mixed_precision(x.device):
        noise, noise_first, noise_second = network(x), network(first), network(second)
    clean_first, clean_second = first - noise_first.float(), second - noise_second.float()
    residual = F.mse_loss(clean_first, second) + F.mse_loss(clean_second, first)
    first_of_clean, second_of_clean = pair_downsample(x - noise.float())
    consistency = F.mse_loss(clean_first, first_of_clean) + F.mse_loss(clean_second, second_of_clean)
    return residual + consistency


@dataclass(frozen=True)
class Origin:
    """A source of the fused picture that holds the noise, and how pictures are fused from it.

    Attributes:
        source: (1, 3, H, W) float in [0, 1].
        render: source -> fused picture, both (1, 3, H, W).
    """

    source: Tensor
    render: Callable[[Tensor], Tensor]

    def seen_in_fused(self, source: Tensor, noise: Tensor, window: Window) -> Tensor:
        """What the noise in a window of the source does to the fused picture there."""
        clean = source.clone()
        window.cut(clean).sub_(noise)
        return window.cut(self.render(source) - self.render(clean.clamp(0, 1)))


def denoise(
    picture: Tensor,
    *,
    origin: Origin | None = None,
    mask: Tensor | None = None,
    noise_drop: float = 1.0,
    state: State | None = None,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    control: Control = Control(),
    device: torch.device | None = None,
) -> Outcome:
    """Learn the noise of a region from the region itself, and subtract it.

    A repeat follows section 2.4.4. In the picture, the noise prior stays that of the picture before the first call (its
    crops are kept in the state), the network trains on it for more epochs, and is then applied to ``picture`` as it is
    now. It has learned on noisy crops what an edge is, so a second pass smooths what is left and keeps edges; learning
    from the denoised picture would not do, because there the two diagonals share their noise. In a source, the noise
    is learned once, and a repeat takes more of it away.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        origin: where the noise came in, if not in the picture itself: it is learned there, and what it does to the
            fused picture is subtracted (Table 2, VII). None: learned in the picture (Table 2, VI).
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        noise_drop: share of the measured noise (``fusion.metrics.estimate_noise``) to take away, in (0, 1]; 1 takes
            away all that the network found.
        state: of an earlier call on the same region.
        recipe: see ``RECIPES``.
        seed: of the initial weights and of the choice of crops.
        control: progress, cancellation and time.
        device: where to work; default: CPU.

    Returns:
        The picture with the region's bounding box denoised. A region without any variation comes back unchanged and
        ``converged``, one that was stopped before its first epoch unchanged, and one in which the network finds no
        noise unchanged and ``saturated``.

    Raises:
        InputError: ``noise_drop`` is out of range, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not 0 < noise_drop <= 1:
        raise InputError(f"noise_drop {noise_drop}: must be above 0 and at most 1")
    device = device or torch.device("cpu")
    picture = picture.detach().to("cpu", torch.float32, copy=True)
    mask = check_mask(mask, picture)
    window = region_window(mask, CONTEXT_PX)
    facts = {
        "size": list(picture.shape[-2:]),
        "window": [window.top, window.bottom, window.left, window.right],
        "origin": "picture" if origin is None else "source",
    }
    noisy = picture if origin is None else origin.source.detach().to("cpu", torch.float32, copy=True)
    done, share = 0, 0.0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = NoiseUnit().to(device)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
    if state is None:
        generator = torch.Generator().manual_seed(seed)
        prior = _crops(noisy, sample_windows(mask, window, recipe.side_px, PRIOR_CROPS, generator))
    else:
        check_repeat(state, "denoise", facts)
        prior, done, share = state.tensors["prior"], state.epochs, float(state.meta["share"])
        network.load_state_dict({name: value for name, value in state.tensors.items() if name != "prior"})
    generator = torch.Generator().manual_seed(seed + done)
    # The source stays as noisy as it was: once its noise is learned, a repeat only takes more of it away.
    epochs = recipe.epochs if origin is None else max(0, recipe.epochs - done)
    descent = Descent(network, recipe, epochs)

    def step() -> Tensor:
        chosen = torch.randperm(len(prior), generator=generator)[: recipe.crops]
        crops = prior[chosen].to(device, torch.float32, memory_format=torch.channels_last)
        return descent.step(noise_loss(network, crops))

    losses: list[float] = []
    stopped: Stopped = "converged"
    if epochs and prior.amax() > prior.amin():
        losses, stopped = control.run(step, epochs, started)
    saturated = False
    if done + len(losses):
        box = window.cut(picture)
        noise = apply_in_strips(network, window.cut(noisy).to(device)).cpu()
        if origin is not None:
            noise = origin.seen_in_fused(noisy, noise, window)
        more, saturated = find_share(box, noise, window.cut(mask), noise_drop, 1 - share)
        box.copy_(follow_gray(box - more * noise, box))
        if origin is not None:
            share += more
    tensors = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()} | {"prior": prior}
    result = State("denoise", done + len(losses), tensors, facts | {"share": share})
    saturated = saturated and stopped not in UNFINISHED
    return Outcome(picture, result, len(losses), losses, time.monotonic() - started, stopped, saturated)


def find_share(box: Tensor, noise: Tensor, mask: Tensor, drop: float, most: float = 1.0) -> tuple[float, bool]:
    """How much of the estimated noise to subtract for the measured noise to fall by a share.

    Args:
        box: (1, 3, h, w) noisy picture.
        noise: (1, 3, h, w) the noise in it, as the network has it.
        mask: (1, 1, h, w) 1 inside the region.
        drop: wanted share of the measured noise to take away, in (0, 1].
        most: share of the estimated noise that is left in the picture.

    Returns:
        The smallest share that does, or ``most`` where not even that does; 0 where subtracting brings nothing,
        because what the network takes for noise is texture or its own error. And whether a repeat would bring nothing
        either.
    """
    if min(box.shape[-2:]) < 3:
        return most, False  # too small to measure
    inside = to_uint8(to_array(mask))

    def level(share: float) -> float:
        return estimate_noise(to_uint8(to_array(follow_gray(box - share * noise, box))), inside)

    before, least = level(0.0), level(most)
    if least > (1 - LEAST_DROP) * before:
        return 0.0, True
    if least > (1 - drop) * before:
        return most, False
    return smallest(lambda share: level(share) <= (1 - drop) * before, 0.0, most, BISECTIONS), False


def _crops(picture: Tensor, windows: list[Window]) -> Tensor:
    """Cut crops with even sides, in the precision in which the state keeps them."""
    crops = torch.cat([window.cut(picture) for window in windows])
    return F.pad(crops, (0, crops.shape[-1] % 2, 0, crops.shape[-2] % 2), mode="replicate").half()
