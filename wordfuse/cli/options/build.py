"""Options of Typer, made from the fields of ``Settings`` and ``Limits``: type, default, bounds and help are theirs.

What stands here is how an option looks: its panel, its placeholder, and where it differs from its field.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_origin

import typer
from pydantic.fields import FieldInfo

from wordfuse.agent.report.chosen import LIMITS
from wordfuse.agent.settings import MOST, Limits, Settings
from wordfuse.fusion.errors import InputError, argument_named

ENGINE, PICTURES, OUTPUT = "Model and machine", "Pictures", "Output"

_OF_PICTURES = {"masks", "align", "max_pixels", "temperature_scale", "emissivity", "reflected"}
_PLACEHOLDERS = {"masks": "NAME=FILE", "regions": "BACKEND", "adapter": "DIR", "temperature_scale": "A,B"}
#: Options that are not called as their field; the others are.
_FIELDS = {"mask": ("masks",), "seconds_per_call": ("limits", "seconds_per_call")} | {
    option: ("limits", limit) for option, limit in LIMITS.items()
}
_UNLESS_SAID: Any = object()


@dataclass(frozen=True)
class Option:
    """One option as a parameter of a command."""

    name: str
    kind: Any  # Annotated[type, typer.Option(...)]
    default: Any
    field: tuple[str, ...] = ()  # the setting that it sets, if it is one


def env(name: str) -> str:
    """The environment variable of an option: that of ``--max-pixels`` is ``WORDFUSE_MAX_PIXELS``.

    An option that means something else in another command (``--out``, ``--mask``, ``--direction``) has another there.
    """
    return f"WORDFUSE_{name}"


def one_a_line(context: typer.Context, param: typer.CallbackParam, values: list[str]) -> list[str]:
    """Read a repeatable option's variable as one value a line; Typer would cut sentences and file names at spaces."""
    source = context.get_parameter_source(param.name or "")
    if source is None or source.name != "ENVIRONMENT":
        return values
    lines = os.environ[str(param.envvar)].splitlines()
    return [line.strip() for line in lines if line.strip()]


def named_files(pairs: list[str], argument: str = "mask") -> dict[str, Path]:
    """``NAME=PATH`` options as a table."""
    named = {}
    for pair in pairs:
        name, equals, file = pair.partition("=")
        if not (name and equals and file):
            raise InputError(
                f"expected NAME=PATH, as in {argument_named(argument)} people=people.png",
                argument=argument,
                subject=pair,
            )
        named[name.strip()] = Path(file)
    return named


def of_setting(name: str, *, help: str | None = None, default: Any = _UNLESS_SAID) -> Option:
    """The option of a setting.

    Args:
        name: the option's, as a parameter: ``max_pixels``, ``mask``, ``max_seconds``.
        help: another than the field's, where the setting is chosen a second time.
        default: likewise; None makes an option of it that may be left out.
    """
    path = _FIELDS.get(name, (name,))
    model, key = (Limits, path[1]) if path[0] == "limits" else (Settings, path[0])
    field = model.model_fields[key]
    repeated = get_origin(field.annotation) is dict
    told = field.description or ""
    usual = [] if repeated else _plain(field.default)
    chosen = usual if default is _UNLESS_SAID else default
    kind: Any = list[str] if repeated else field.annotation
    least, most = _bounds(field)
    shown = typer.Option(
        f"--{name.replace('_', '-')}",
        help=help or (f"{told} The variable holds one a line." if repeated else told),
        envvar=env(name.upper()),
        metavar=_PLACEHOLDERS.get(key),
        min=least,
        max=most,
        callback=one_a_line if repeated else None,
        rich_help_panel=PICTURES if key in _OF_PICTURES else ENGINE,
    )
    return Option(name, Annotated[kind | None if chosen is None else kind, shown], chosen, path)


def _plain(default: Any) -> Any:
    """A default as it is shown: 3600, not 3600.0."""
    return int(default) if isinstance(default, float) and default.is_integer() else default


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """What may be typed, smallest and largest.

    A float that only must be positive starts at 1 here: the rest is for tests. ``MOST`` means that there is no limit.
    """
    least: float | None = None
    most: float | None = None
    for bound in field.metadata:
        least = getattr(bound, "ge", least)
        most = getattr(bound, "le", most)
        if getattr(bound, "gt", None) == 0:
            least = 1
    return least, None if most == MOST else most
