"""The commands as the command line knows them."""

from typing import Any

import typer.main


def commands(group: Any = None, *path: str) -> dict[tuple[str, ...], Any]:
    """Every command of the tree, by its words."""
    from wordfuse.cli.app import app

    group = group or typer.main.get_command(app)
    found: dict[tuple[str, ...], Any] = {}
    for name, command in group.commands.items():
        found |= commands(command, *path, name) if hasattr(command, "commands") else {(*path, name): command}
    return found


RESTORING = ("contrast", "sharpen", "dehaze", "destripe", "recolour", "blur")
TOOLS = ("fuse", "segment", "incline", "relight", "denoise", *RESTORING, "metrics", "inspect")
