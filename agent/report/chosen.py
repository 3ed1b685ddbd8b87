"""The settings that were chosen, by the names of their options: for what makes a run again."""

from pathlib import Path
from typing import TYPE_CHECKING

from wordfuse.agent.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wordfuse.agent.record import Instruction
    from wordfuse.agent.state import Json

#: Settings that are options of ``wordfuse run`` and keys of scripts, beside the seed and the limits.
OPTIONS = (
    "llm", "model", "doubt", "regions", "grounding_model", "segmentation_model", "grounding_picture", "masks", "device",
    "weights", "preset", "infrared", "max_pixels", "align",
    "temperature_scale", "emissivity", "reflected",
)  # fmt: skip
#: Options and the limits that they set.
LIMITS = {
    "attempts": "attempts",
    "max_seconds": "seconds",
    "max_model_calls": "model_calls",
    "max_tool_calls": "tool_calls",
}


def with_pieces(settings: Settings, instructions: "Sequence[Instruction]", folder: Path) -> Settings:
    """The settings with the masks of the pieces that a person chose, by the names that the words have for them.

    Args:
        settings: of the run.
        instructions: what was said in it.
        folder: of the run.
    """
    pieces = {one.about: Path(folder) / one.mask for said in instructions for one in said.asked if one.mask}
    return settings.model_copy(update={"masks": pieces | settings.masks})


def chosen_options(settings: Settings) -> "Json":
    """The options that differ from their defaults, and the seed: JSON-native, without passwords."""
    usual, given = Settings().as_json(), settings.as_json()
    chosen: Json = {name: given[name] for name in OPTIONS if given[name] != usual[name]}
    for option, limit in LIMITS.items():
        if given["limits"][limit] != usual["limits"][limit]:
            chosen[option] = given["limits"][limit]
    return chosen | {"seed": settings.seed}
