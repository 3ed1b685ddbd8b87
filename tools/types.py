"""The closed vocabularies that plans, tools and goals share. Imports nothing heavy."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from wordfuse.fusion.errors import InputError

Task = Literal["incline", "relight", "denoise", "stand_out"]
InclineDirection = Literal["infrared", "visible"]
RelightDirection = Literal["brighter", "darker"]
StandOutDirection = Literal["more", "less"]
Direction = Literal["infrared", "visible", "brighter", "darker", "more", "less"]
Strength = Literal["slight", "normal", "strong"]

# The name of an image, mask or grounding in a run folder: never a path.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
# A region as the user said it.
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class UnknownId(InputError):
    """An id that names nothing in this run; the message lists what it could have been."""


class Strict(BaseModel):
    """Base of everything a model may fill in: unknown fields and NaN are errors."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Region(Strict):
    """Where a step applies: the union of phrases, or everything but it; no phrases is the whole image."""

    phrases: list[Phrase] = Field(default_factory=list, max_length=8)
    invert: bool = False

    @model_validator(mode="after")
    def _rest_of_something(self) -> "Region":
        if self.invert and not self.phrases:
            raise ValueError("everything but the whole image is nothing: invert needs a phrase")
        return self

    def __str__(self) -> str:
        """The region in words, for messages."""
        if not self.phrases:
            return "the whole image"
        words = " and ".join(self.phrases)
        return f"everything but {words}" if self.invert else words
