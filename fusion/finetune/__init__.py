"""Region-aware fine-tuning (TeRF section 2.4): inclination, illumination and noise, each optimised for one picture."""

from fusion.finetune.denoise import Origin, denoise
from fusion.finetune.incline import incline
from fusion.finetune.relight import relight
from fusion.finetune.run import Control, EpochProgress, Outcome, Recipe, State

__all__ = ["Control", "EpochProgress", "Origin", "Outcome", "Recipe", "State", "denoise", "incline", "relight"]
