"""Colours as numbers: luma and chroma of BT.601 on tensors, and OKLab on arrays (`oklab`)."""

from wordfuse.fusion.colour.bt601 import LUMA, luma, rgb_to_ycrcb

__all__ = ["LUMA", "luma", "rgb_to_ycrcb"]
