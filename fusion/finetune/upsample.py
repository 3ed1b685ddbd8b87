"""Maps that are smooth but for edges of the picture: made small, and enlarged along those edges."""

from torch import Tensor
from torch.nn import functional as F


def shrink(picture: Tensor, side_px: int | None) -> Tensor:
    """Area-average (1, C, H, W) so that its longer side is ``side_px``; a smaller picture stays as it is."""
    height, width = picture.shape[-2:]
    longest = max(height, width)
    if side_px is None or longest <= side_px:
        return picture
    size = [max(1, round(height * side_px / longest)), max(1, round(width * side_px / longest))]
    return F.interpolate(picture, size=size, mode="area")


def guided_upsample(low: Tensor, low_guide: Tensor, guide: Tensor, radius: int = 4, epsilon: float = 1e-3) -> Tensor:
    """Enlarge a smooth map so that its edges fall on those of a picture (He and Sun, Fast Guided Filter, 2015).

    Plain interpolation would smear the map's edges over several pixels and leave halos there.

    Args:
        low: (1, 1, h, w) map.
        low_guide: (1, 1, h, w) luma of the picture at the map's size.
        guide: (1, 1, H, W) luma of the picture at full size.
        radius: of the window in which map and guide are taken as linear, in pixels of the small picture.
        epsilon: contrast (variance) below which texture of the guide is not carried over.

    Returns:
        (1, 1, H, W) map.
    """

    def mean(x: Tensor) -> Tensor:
        padded = F.pad(x, (radius,) * 4, mode="replicate")
        return F.avg_pool2d(padded, 2 * radius + 1, stride=1)

    mean_low, mean_guide = mean(low), mean(low_guide)
    slope = (mean(low * low_guide) - mean_low * mean_guide) / (mean(low_guide**2) - mean_guide**2 + epsilon)
    offset = mean_low - slope * mean_guide
    slope, offset = (
        F.interpolate(mean(x), size=list(guide.shape[-2:]), mode="bilinear", align_corners=False)
        for x in (slope, offset)
    )
    return slope * guide + offset
