"""The command that makes a run again."""

import os
import shlex

from agent.questions import in_full
from agent.settings import Settings
from agent.state import Json

# Settings that an option of ``wordfuse run`` sets; the seed is always named.
OPTIONS = {
    "llm": "--llm",
    "model": "--model",
    "regions": "--regions",
    "grounding_model": "--grounding-model",
    "segmentation_model": "--segmentation-model",
    "grounding_picture": "--grounding-picture",
    "device": "--device",
    "weights": "--weights",
    "preset": "--preset",
    "max_pixels": "--max-pixels",
}
LIMITS = {
    "attempts": "--attempts",
    "seconds": "--max-seconds",
    "model_calls": "--max-model-calls",
    "tool_calls": "--max-tool-calls",
}
FUSING = ("device", "weights", "preset", "max_pixels")  # what ``wordfuse fuse`` takes of them


def command_of(record: Json) -> str:
    """``wordfuse run`` with everything that differs from its defaults, an option a line, quoted for a shell.

    A run without instructions, such as a conversation that has just begun, is made again by ``wordfuse fuse``.
    """
    settings, sources = record["settings"], [("--ir", record["ir"]), ("--vi", record["vi"])]
    usual = Settings().model_dump(mode="json")
    texts = [in_full(instruction) for instruction in record["instructions"]]
    names = OPTIONS if texts else FUSING
    words = [*sources, *(("-i", text) for text in texts)]
    words += [("--mask", f"{name}={path}") for name, path in settings["masks"].items() if texts]
    words += [(OPTIONS[name], settings[name]) for name in names if settings[name] != usual[name]]
    if texts:
        limits, defaults = settings["limits"], usual["limits"]
        words += [(LIMITS[name], f"{limits[name]:g}") for name in LIMITS if limits[name] != defaults[name]]
    words.append(("--seed", settings["seed"]))
    if not texts:
        words.append(("--out", "fused.png"))
    return " \\\n  ".join(
        [f"wordfuse {'run' if texts else 'fuse'}", *(f"{option} {quoted(str(value))}" for option, value in words)]
    )


def quoted(text: str) -> str:
    """A word for a shell; what no eye sees becomes an escape (bash, zsh), so that the command is what it shows."""
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    if char.isprintable():
        return char
    # By bytes, so that a name that is no UTF-8 stays the same name, and no digit after it is read as part of it.
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
