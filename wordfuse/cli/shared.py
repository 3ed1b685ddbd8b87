"""What several commands do: check options, read words and names, tell what came out."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wordfuse.agent.telling.text import printable
from wordfuse.cli.guard import complain
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wordfuse.agent.state import Json
    from wordfuse.cli.options.taking import Chosen

IR, VI, PAIR = map(argument_named, ("ir", "vi", "pair"))


def pair_of(ir: Path | None, vi: Path | None, pair: Path | None) -> tuple[Path, Path]:
    """The infrared and the visible file that ``--ir`` and ``--vi``, or ``--pair`` alone, name.

    What is typed goes before variables that mean the same.

    Raises:
        InputError: neither or both kinds are given, or ``--pair`` is no FLIR radiometric JPEG.
    """
    if pair is not None and (ir is not None or vi is not None):
        apart, together = typed(ir, "IR") or typed(vi, "VI"), typed(pair, "PAIR")
        if apart == together:
            raise InputError(
                "holds both pictures",
                argument="pair",
                subject=pair,
                remedy=f"leave {IR} and {VI} out, or give them alone",
            )
        ir, vi, pair = (ir, vi, None) if apart else (None, None, pair)
    if pair is None:
        if ir is None or vi is None:
            missing = " and ".join(name for name, path in ((IR, ir), (VI, vi)) if path is None)
            raise InputError(
                f"{missing}: missing", remedy=f"give {IR} FILE and {VI} FILE, or {PAIR} FILE for a FLIR JPEG"
            )
        return ir, vi
    from wordfuse.fusion.files.flir import check_radiometric

    check_radiometric(pair)
    return pair, pair


def files_of(pair: "Chosen") -> tuple[Path, Path]:
    """The same of a command's group of options."""
    return pair_of(*(pair.values[name] for name in ("ir", "vi", "pair")))


def typed(value: Path | None, variable: str) -> bool:
    """Whether an option was given, and not by its variable."""
    return value is not None and str(value) != str(Path(os.environ.get(f"WORDFUSE_{variable}", "")))


def warn(warnings: "Iterable[str]", quiet: bool) -> None:
    """Tell what was found about the sources, a line each on standard error."""
    if not quiet:
        for warning in warnings:
            complain(f"warning: {warning}")


def warn_of_pair(notes: "Mapping[str, Any]", quiet: bool, words: str = "") -> None:
    """The same of a pair's notes; how its numbers were taken for degrees only where ``words`` speak of heat."""
    from wordfuse.agent.telling.degrees import about_heat
    from wordfuse.fusion.temperatures.meaning import warnings_of

    warn(warnings_of(notes, heat=about_heat(words)), quiet)


def offset_of(given: str) -> float | None:
    """What ``--offset`` says: seconds, or None for ``auto``.

    Raises:
        InputError: neither.
    """
    if given.strip().lower() == "auto":
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = float("nan")
    if not -86_400 <= seconds <= 86_400:
        raise InputError(
            "is no offset", argument="offset", subject=given, remedy="give seconds, as in 0.4 or -2, or auto"
        )
    return seconds


def named_weights(pairs: list[str]) -> dict[str, float]:
    """``NAME=NUMBER`` options as a table."""
    weights = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError:
            raise InputError(
                f"expected NAME=WEIGHT, as in {argument_named('term')} edges=0.5", argument="term", subject=pair
            ) from None
        if not math.isfinite(weights[name.strip()]):
            raise InputError("the weight must be a finite number", argument="term", subject=pair)
    return weights


def tell(result: "Json", as_json: bool, quiet: bool, text: str) -> None:
    """The outcome of a command: a JSON document on standard output, or a line on standard error."""
    from wordfuse.agent.terminal.console import print_json

    if as_json:
        print_json(result)
    elif not quiet:
        typer.echo(printable(text), err=True)
