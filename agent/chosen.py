"""The settings that were chosen, by the names of their options: for what makes a run again."""

from typing import TYPE_CHECKING

from agent.settings import Settings

if TYPE_CHECKING:
    from agent.state import Json

#: Settings that are options of ``wordfuse run`` and keys of scripts, beside the seed and the limits.
OPTIONS = (
    "llm", "model", "regions", "grounding_model", "segmentation_model", "grounding_picture", "masks", "device",
    "weights", "preset", "max_pixels", "align",
)  # fmt: skip
#: Options and the limits that they set.
LIMITS = {
    "attempts": "attempts",
    "max_seconds": "seconds",
    "max_model_calls": "model_calls",
    "max_tool_calls": "tool_calls",
}


def chosen_options(settings: "Json") -> "Json":
    """The options that differ from their defaults, and the seed.

    Args:
        settings: :class:`~agent.settings.Settings` as JSON.
    """
    usual = Settings().model_dump(mode="json")
    chosen: Json = {name: settings[name] for name in OPTIONS if settings[name] != usual[name]}
    for option, limit in LIMITS.items():
        if settings["limits"][limit] != usual["limits"][limit]:
            chosen[option] = settings["limits"][limit]
    return chosen | {"seed": settings["seed"]}
