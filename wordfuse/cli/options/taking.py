"""How a command takes options: groups of them as one parameter, and those that hold everywhere."""

import copy
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar, get_args

import typer

from wordfuse.agent.settings import Settings
from wordfuse.cli.options.build import Option, named_files, of_setting
from wordfuse.cli.options.common import AsJson, Quiet

R = TypeVar("R")


class Chosen:
    """What was chosen of a group of options."""

    def __init__(self, options: tuple[Option, ...], values: Mapping[str, Any], sources: Mapping[str, str]) -> None:
        """Nothing is checked yet.

        Args:
            options: those of the group.
            values: by the names of the options.
            sources: where each comes from: COMMANDLINE, ENVIRONMENT or DEFAULT.
        """
        self._options, self.values, self._sources = options, values, sources

    @property
    def typed(self) -> list[str]:
        """The names of those that were given on the command line."""
        return [name for name in self.values if self._sources.get(name) == "COMMANDLINE"]

    @property
    def given(self) -> dict[str, Any]:
        """Those that were given on the command line or by their variables."""
        sources = ("COMMANDLINE", "ENVIRONMENT")
        return {name: value for name, value in self.values.items() if self._sources.get(name) in sources}

    def fields(self) -> dict[str, Any]:
        """Those that are settings, as keywords of ``Settings``.

        Raises:
            InputError: a mask without a name or a file.
        """
        fields: dict[str, Any] = {}
        for option in self._options:
            value = self.values[option.name]
            match option.field:
                case ("masks",):
                    fields["masks"] = named_files(value)
                case ("limits", limit):
                    fields.setdefault("limits", {})[limit] = value
                case (field,):
                    fields[field] = value
        return fields

    def settings(self) -> Settings:
        """The settings that they make, the others as they usually are; only types and bounds are checked."""
        return Settings(**self.fields())


class Group:
    """Options that a command takes together, as one parameter of the type ``Annotated[Chosen, Group(...)]``."""

    def __init__(self, *options: Option | str) -> None:
        """Take options, or the names of those that are settings."""
        self.options = tuple(of_setting(one) if isinstance(one, str) else one for one in options)


def expanded(command: Callable[..., R]) -> Callable[..., R]:
    """Let a command take the options of its groups, each in the place of the group."""
    signature = inspect.signature(command)
    found = {name: _group(parameter.annotation) for name, parameter in signature.parameters.items()}
    groups = {name: group.options for name, group in found.items() if group is not None}
    if not groups:
        return command

    @functools.wraps(command)
    def run(context: typer.Context, **given: Any) -> R:
        for name, options in groups.items():
            values = {option.name: given.pop(option.name) for option in options}
            sources = {option: context.get_parameter_source(option) for option in values}
            given[name] = Chosen(options, values, {option: s.name for option, s in sources.items() if s is not None})
        return command(**given)

    shown = [inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    for name, parameter in signature.parameters.items():
        own = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        shown += [_parameter(option) for option in groups[name]] if name in groups else [own]
    run.__dict__["__signature__"] = signature.replace(parameters=shown)  # what Typer reads
    return run


def everywhere(command: Callable[..., R]) -> Callable[..., R]:
    """Let a command accept the options that hold everywhere; those without a meaning in it do not show in its help."""
    command = expanded(command)
    signature = inspect.signature(command)
    ignored = [option for option in _EVERYWHERE if option.name not in signature.parameters]
    names = {option.name for option in ignored}

    @functools.wraps(command)
    def run(**given: Any) -> R:
        return command(**{name: value for name, value in given.items() if name not in names})

    more = [_parameter(option).replace(annotation=_hidden(option.kind)) for option in ignored]
    run.__dict__["__signature__"] = signature.replace(parameters=[*signature.parameters.values(), *more])
    return run


_EVERYWHERE = (
    Option("as_json", AsJson, False),
    *map(of_setting, ("llm", "model", "regions", "device", "seed")),
    Option("quiet", Quiet, False),
)


def _group(annotation: Any) -> Group | None:
    return next((part for part in get_args(annotation) if isinstance(part, Group)), None)


def _parameter(option: Option) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(option.name, kind, default=option.default, annotation=option.kind)


def _hidden(option: Any) -> Any:
    """The same option, left out of the help."""
    kind, shown = get_args(option)
    hidden = copy.copy(shown)
    hidden.hidden = True
    return Annotated[kind, hidden]
