"""Region-aware fine-tuning (TeRF section 2.4): inclination, illumination and noise, each optimised for one picture."""

from wordfuse.fusion.finetune.denoise import Origin, denoise
from wordfuse.fusion.finetune.incline import incline
from wordfuse.fusion.finetune.relight import relight
from wordfuse.fusion.finetune.run import Control, EpochProgress, Outcome, Recipe, State

__all__ = ["Control", "EpochProgress", "Origin", "Outcome", "Recipe", "State", "denoise", "incline", "relight"]
