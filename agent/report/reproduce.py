"""The command that makes a run again."""

import os
import shlex
from pathlib import Path

from wordfuse.agent.dialogue.asking.questions import in_full
from wordfuse.agent.record import Record
from wordfuse.agent.report.chosen import chosen_options, with_pieces

FUSING = (
    "device",
    "weights",
    "preset",
    "infrared",
    "max_pixels",
    "align",
    "temperature_scale",
    "emissivity",
    "reflected",
)  # what ``wordfuse fuse`` takes


def command_of(record: Record) -> str:
    """``wordfuse run`` with everything that differs from its defaults, an option a line, quoted for a shell.

    A run without instructions, such as a conversation that has just begun, is made again by ``wordfuse fuse``.
    """
    texts = [in_full(instruction) for instruction in record.instructions]
    settings = with_pieces(record.settings, record.instructions, Path(record.out))
    ir, vi = record.ir, record.vi
    words = [("--pair", ir)] if ir == vi else [("--ir", ir), ("--vi", vi)]
    words += [("-i", text) for text in texts]
    for name, value in chosen_options(settings).items():
        option = f"--{name.replace('_', '-')}"
        if name == "masks":
            words += [("--mask", f"{mask}={path}") for mask, path in value.items() if texts]
        elif texts or name in (*FUSING, "seed"):
            words.append((option, value))
    if not texts:
        words.append(("--out", "fused.png"))
    command = f"wordfuse {'run' if texts else 'fuse'}"
    return " \\\n  ".join([command, *(_option(name, value) for name, value in words)])


def _option(name: str, value: object) -> str:
    """An option with its value; a flag has none."""
    if value is True:
        return name
    return f"{name} {quoted(f'{value:g}' if isinstance(value, float) else str(value))}"


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
