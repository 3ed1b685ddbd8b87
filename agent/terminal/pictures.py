"""Pictures in the terminal: sharp where it knows sixel or kitty's protocol, half-blocks elsewhere."""

import logging
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from wordfuse.agent.telling.explain import explained
from wordfuse.agent.telling.text import printable

LEAST_ROWS, MOST_ROWS = 10, 40  # of a picture in characters
GAP = 2

# How terminals that know sixel or kitty's protocol call themselves.
SHARP_PROGRAMS = frozenset(["iTerm.app", "WezTerm", "ghostty", "mintty", "rio", "vscode", "contour"])
SHARP_TERMS = frozenset(["kitty", "ghostty", "foot", "mlterm", "contour", "wezterm", "sixel"])
SHARP_VARIABLES = ("KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION", "WEZTERM_PANE")


class Pictures:
    """Shows pictures side by side under their names."""

    def __init__(self, console: Console, scratch: Path, *, enabled: bool = True) -> None:
        """Find out what the terminal can do.

        Args:
            console: where they are shown; nothing is shown where that is no terminal.
            scratch: a folder for temporary files.
            enabled: whether pictures are wanted.
        """
        self._console, self._scratch = console, scratch
        self.enabled = enabled and console.is_terminal and not console.is_dumb_terminal
        self._sharp = _sharp_image() if self.enabled else None

    def show(self, pictures: Mapping[str, Path]) -> None:
        """Show pictures in a row; where that fails, say so once and show none from then on."""
        if not self.enabled:
            return
        try:
            self._show(pictures)
        except Exception as error:  # a terminal or a library that does not keep its word must not cost the turn
            self.enabled = False
            self._console.print(f"pictures are off: {explained(error)[0]}", markup=False, highlight=False)

    def _show(self, pictures: Mapping[str, Path]) -> None:
        if self._sharp is None:
            # Half of the terminal, so that some of the conversation stays in sight; one picture is to be looked at.
            share = self._console.height // 2 if len(pictures) > 1 else self._console.height - LEAST_ROWS
            rows = min(max(share, LEAST_ROWS), MOST_ROWS)
            self._console.print(_blocks(pictures, self._console.width, rows))
            return
        from wordfuse.fusion.display.strip import draw_strip

        strip = self._scratch / "strip.png"
        draw_strip(pictures, strip)
        self._console.print(self._sharp(strip, width=min(self._console.width, 60 * len(pictures)), height="auto"))


def _sharp_image() -> Any | None:
    """What shows a picture pixel by pixel, if that is installed and the terminal answers that it can."""
    if find_spec("textual_image") is None or not _may_be_sharp(os.environ):
        return None
    logging.getLogger("textual_image").setLevel(logging.ERROR)  # it warns of terminals that do not tell their size
    from textual_image.renderable import Image, SixelImage, TGPImage  # asks the terminal

    return Image if Image in (SixelImage, TGPImage) else None


def _may_be_sharp(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is of a kind that knows sixel or kitty's protocol.

    Only such a one is asked: the answer of another may come late, and would be taken for typing.
    """
    return (
        environment.get("TERM_PROGRAM", "") in SHARP_PROGRAMS
        or environment.get("TERM", "").split("-")[-1] in SHARP_TERMS
        or any(name in environment for name in SHARP_VARIABLES)
    )


def _blocks(pictures: Mapping[str, Path], width: int, rows: int) -> Table:
    from wordfuse.fusion.display.blocks import block_rows

    columns = (width - GAP * (len(pictures) - 1)) // len(pictures)
    table = Table.grid(padding=(0, GAP, 0, 0))
    for _ in pictures:
        table.add_column(no_wrap=True)
    table.add_row(*(Text(printable(name), style="dim") for name in pictures))
    drawn = []
    for path in pictures.values():
        text = Text()
        for row in block_rows(path, columns, rows):
            for upper, lower in row:
                text.append("\u2580", Style(color=_hex(upper), bgcolor=_hex(lower)))
            text.append("\n")
        text.rstrip()
        drawn.append(text)
    table.add_row(*drawn)
    return table


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
