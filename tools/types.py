"""The closed vocabularies that plans, tools and goals share. Imports nothing heavy."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from wordfuse.fusion.errors import InputError

Task = Literal[
    "incline",
    "relight",
    "denoise",
    "stand_out",
    "contrast",
    "sharpen",
    "dehaze",
    "destripe",
    "blur",
    "recolour",
    "improve",
]
InclineDirection = Literal["infrared", "visible"]
RelightDirection = Literal["brighter", "darker"]
ContrastDirection = Literal["more", "less"]
RecolourDirection = Literal["vivid", "muted", "neutral", "heat"]
Direction = Literal["infrared", "visible", "brighter", "darker", "more", "less", "vivid", "muted", "neutral", "heat"]
Strength = Literal["slight", "normal", "strong"]

# By how much something is to change, as a share of what it is: 0.2 for "by 20%". It goes before the strength.
Amount = Annotated[float, Field(gt=0, le=10)]

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
    """Where a step applies: the union of phrases without the exceptions, or everything but that.

    No phrases is the whole image: the whole image with an exception is everything but the exception, and is kept so.

    Attributes:
        phrases: what is meant, each as the user said it.
        exceptions: ``except`` in JSON: what is taken away from it.
        invert: everything but that is meant.
    """

    # "except" is a keyword of Python.
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    phrases: list[Phrase] = Field(default_factory=list, max_length=8)
    exceptions: list[Phrase] = Field(default_factory=list, max_length=8, alias="except")
    invert: bool = False

    @model_validator(mode="before")
    @classmethod
    def _rest_of_the_image(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.get("phrases"):
            excepted = given.get("except") or given.get("exceptions")
            if excepted:
                return {"phrases": excepted, "invert": not given.get("invert", False)}
        return given

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
        if self.exceptions:
            words += f" except {' and '.join(self.exceptions)}"
        return f"everything but {words}" if self.invert else words
