"""Numbers of a whole picture at its own size, for the picture half of the embedded encoder; all differentiable.

How light, colourful, noisy, striped, soft or hazy a picture is, shows in simple statistics that a small copy loses:
the share of each gray value, how large fine differences are and whether neighbours share them, what all rows of a
column have in common, how dark the darkest of a neighbourhood is. Most are told as logarithms: twice as much counts
alike everywhere.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.colour import luma

LEAST_PX = 64  # smaller pictures are continued at their border
LEVELS = 4  # sizes that fine differences are taken at, each half of the one before
TINY = 1e-7
COUNT = 159  # of the numbers


def measured(pictures: Tensor) -> Tensor:
    """(N, 3, H, W) float in [0, 1] of any size -> (N, ``COUNT``) float32."""
    with torch.autocast(pictures.device.type, enabled=False):
        pictures = pictures.float().contiguous()
        height, width = pictures.shape[-2:]
        missing = (0, max(0, LEAST_PX - width), 0, max(0, LEAST_PX - height))
        if any(missing):
            pictures = F.pad(pictures, missing, mode="replicate")
        half = F.avg_pool2d(pictures, 2)
        y = luma(pictures)
        parts = [
            light(luma(half)),
            colour(half),
            detail(y),
            columns(y),
            columns(y.transpose(2, 3)),
            veil(half),
            agreement(pictures),
            agreement(half),
        ]
        return torch.cat(parts, dim=1)


def _mean(values: Tensor) -> Tensor:
    """Over places: (N, C, h, w) -> (N, C)."""
    return values.mean(dim=(2, 3))


def _log(values: Tensor, least: float = TINY) -> Tensor:
    return (values + least).log()


def _shares(values: Tensor, low: float, high: float, count: int) -> Tensor:
    """Of the places, by value: a histogram of (N, 1, h, w) whose bins overlap as triangles do, (N, count)."""
    place = ((values - low) / (high - low)).clamp(0, 1) * (count - 1)
    return torch.cat([_mean((1 - (place - number).abs()).relu()) for number in range(count)], dim=1)


def _thirds(values: Tensor) -> Tensor:
    """Means of the upper, middle and lower third: (N, C, h, w) -> (N, 3 C)."""
    return F.adaptive_avg_pool2d(values, (3, 1)).flatten(1)


def _fine(values: Tensor, kernel: int = 5, *, down: bool = True) -> Tensor:
    """What a mean of the neighbourhood, or of that in a row, leaves: (N, C, h, w)."""
    around = values
    for sides in ((kernel, 1), (1, kernel)) if down else ((1, kernel),):
        around = F.avg_pool2d(around, sides, 1, (sides[0] // 2, sides[1] // 2), count_include_pad=False)
    return values - around


def _correlation(one: Tensor, other: Tensor) -> Tensor:
    """Of two (N, 1, h, w), (N, 1): in [-1, 1]."""
    one, other = one - one.mean(dim=(2, 3), keepdim=True), other - other.mean(dim=(2, 3), keepdim=True)
    spread = (_mean(one.square()) * _mean(other.square()) + TINY**2).sqrt()
    return _mean(one * other) / spread


def light(y: Tensor) -> Tensor:
    """Gray values, how they are spread, and where: (N, 27)."""
    mean = _mean(y)
    away = y - mean[..., None, None]
    spread = (_mean(away.square()) + TINY).sqrt()
    skew = torch.tanh(_mean(away**3) / spread**3 / 3)
    ends = torch.cat([_mean(torch.exp(-y * 40)), _mean(torch.exp((y - 1) * 40))], dim=1)
    thirds = _thirds(y)
    inside = _mean(y[..., y.shape[2] // 4 : -(y.shape[2] // 4), y.shape[3] // 4 : -(y.shape[3] // 4)])
    shape = [mean, _log(mean, 0.02), spread, _log(spread, 0.003), skew, ends, thirds, inside - mean]
    return torch.cat([*shape, _shares(y, 0, 1, 16)], dim=1)


def colour(pictures: Tensor) -> Tensor:
    """How far channels are apart, where, and with what light: (N, 17)."""
    y = luma(pictures)
    chroma = torch.cat([pictures[:, :1] - y, pictures[:, 2:] - y], dim=1)
    apart = pictures.amax(dim=1, keepdim=True) - pictures.amin(dim=1, keepdim=True)
    mean, spread = _mean(apart), (apart.flatten(1).var(dim=1, keepdim=True) + TINY).sqrt()
    return torch.cat(
        [
            _mean(chroma),
            _log(_mean((chroma - _mean(chroma)[..., None, None]).square()), 1e-6),
            mean,
            _log(mean, 0.002),
            _log(spread, 0.002),
            _mean(torch.exp(-(apart * 85).square())),
            _log(_thirds(apart), 0.002),
            _correlation(y, apart),
            _correlation(y, chroma[:, :1]),
            _correlation(y, chroma[:, 1:]),
            _shares(_log(apart, 0.004), -5.5, -0.5, 3),
        ],
        dim=1,
    )


def detail(y: Tensor) -> Tensor:
    """How large fine differences are, at four sizes, how they are spread, and how edges rise: (N, 58)."""
    parts, residues = [], []
    for level in range(LEVELS):
        fine = _fine(y)
        residues.append(fine)
        power = _mean(fine.square()) + TINY
        size = _mean(fine.abs())
        lean = torch.tanh(_mean(fine**3) / power**1.5 / 3)
        near = F.avg_pool2d(fine.abs(), max(2, 8 >> level))
        parts += [power.log() / 2, _log(size, 1e-4) - power.log() / 2, lean, _shares(_log(near, 8e-4), -7, -1.8, 7)]
        if level < 2:
            for down, across in ((0, 1), (1, 0), (0, 2), (2, 0), (1, 1)):
                height, width = fine.shape[2] - down, fine.shape[3] - across
                parts.append(_mean(fine[..., :height, :width] * fine[..., down:, across:]) / power)
        y = F.avg_pool2d(y, 2)
    for level in (0, 1):  # beside a strong coarse edge, a fine one says that it is sharp
        strong = residues[level + 2].abs()
        rise = F.avg_pool2d(residues[level].abs(), 4)[..., : strong.shape[2], : strong.shape[3]]
        for power_of in (1, 2, 4):
            weight = strong**power_of
            parts.append(_log(_mean(rise * weight) / (_mean(strong * weight) + TINY**2), 0.02))
        parts.append(_correlation(_log(rise, 1e-3), _log(strong, 1e-3)))
    return torch.cat(parts, dim=1)


def columns(y: Tensor) -> Tensor:
    """What all rows of a column have in common beside its neighbours, strong edges held down: (N, 10)."""
    fine = _fine(y.contiguous(), 7, down=False)
    parts = []
    for most in (0.02, 0.06, 0.2):
        held = most * torch.tanh(fine / most)
        bands = F.adaptive_avg_pool2d(held, (4, held.shape[3]))
        power = bands.square().mean(dim=(1, 2, 3))[:, None]
        common = (bands.sum(dim=2).square() - bands.square().sum(dim=2)).mean(dim=(1, 2))[:, None] / 12
        parts += [_log(power), _log(common.relu()), common / (power + TINY)]
    return torch.cat([*parts, _log(_mean(fine.square())) - parts[3]], dim=1)


def veil(pictures: Tensor) -> Tensor:
    """The darkest of a neighbourhood (He et al., "Single image haze removal", CVPR 2009), and contrast: (N, 25)."""
    dark = -F.max_pool2d(-pictures.amin(dim=1, keepdim=True), 9, 4, 4)
    lit = F.max_pool2d(pictures.amax(dim=1, keepdim=True), 9, 4, 4)
    contrast = (lit - dark) / (lit + dark + 0.02)
    return torch.cat(
        [
            _mean(dark),
            (dark.flatten(1).var(dim=1, keepdim=True) + TINY).sqrt(),
            _shares(dark, 0, 1, 7),
            _thirds(dark),
            _thirds(lit),
            _thirds(lit - dark),
            _log(_thirds(lit - dark), 0.004),
            _mean(contrast),
            _thirds(contrast),
        ],
        dim=1,
    )


def agreement(pictures: Tensor) -> Tensor:
    """Whether fine differences of the channels agree: not those of a picture that was put together, (N, 6)."""
    fine = _fine(pictures, 3)
    red, green, blue = fine.split(1, dim=1)
    apart = fine - luma(fine)
    size = [_log(_mean(luma(fine).square())), _log(_mean(apart.square().mean(dim=1, keepdim=True)))]
    both = _correlation(luma(fine).abs(), apart.abs().amax(dim=1, keepdim=True))
    return torch.cat(
        [_correlation(red, green), _correlation(green, blue), both, size[0], size[1], size[1] - size[0]], dim=1
    )
