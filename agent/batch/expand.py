"""From a script to its jobs: patterns become pairs, options become settings, and every file must be there."""

import fnmatch
import glob
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wordfuse.agent.batch.job import Job
from wordfuse.agent.batch.patterns import found_by
from wordfuse.agent.batch.script import Entry, Patterns, Script
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.wanted import Wanted, is_film
from wordfuse.agent.plan import check_words
from wordfuse.agent.report.chosen import LIMITS
from wordfuse.agent.settings import Settings, build_settings
from wordfuse.agent.telling.text import printable
from wordfuse.fusion.files.flir import check_radiometric
from wordfuse.fusion.files.pairs import is_hidden, is_picture

_MODELS = ("model", "grounding_model", "segmentation_model")
_MOST_CHARACTERS = 60
_SHOWN = 3


def jobs_of(script: Script, out: Path, given: Mapping[str, Any], warn: Callable[[str], None]) -> list[Job]:
    """The jobs of a script, in order, after every check that is possible before the work.

    Args:
        script: the script.
        out: the batch folder, in which each job has a run folder of its own.
        given: options of the command line; they go before those of the file.
        warn: called with a line about pictures that a pattern finds but that make no pair, and about a pattern that
            takes long.

    Raises:
        InputError: a file is missing, a pattern finds nothing, one name twice or no end, or an option cannot be used;
            the message names line and column.
    """
    jobs: list[Job] = []
    for number, entry in enumerate(script.content.jobs):
        try:
            check_words(*entry.say, option="-i ")
        except InputError as error:
            raise error.again(InputError, within=script.placed.place("jobs", number, "say")) from error
        settings = _settings(script, number, entry, given)
        for ir, vi in _pairs(script, number, entry, warn):
            called = "-".join(part for part in (entry.name, vi.stem if entry.pairs or not entry.name else None) if part)
            name = f"{len(jobs) + 1:03d}-{_file_name(called)}"
            line, _ = script.placed.mark("jobs", number)
            jobs.append(
                Job(
                    number=len(jobs) + 1,
                    name=name,
                    line=line,
                    ir=ir,
                    vi=vi,
                    say=tuple(entry.say),
                    out=out.absolute() / name,
                    settings=settings,
                    film=_film(entry, ir, vi),
                )
            )
    return jobs


def _pairs(script: Script, number: int, entry: Entry, warn: Callable[[str], None]) -> Iterator[tuple[Path, Path]]:
    if entry.pairs is not None:
        yield from _matched(script, number, entry.pairs, warn)
    else:
        names = ("pair", "pair") if entry.pair is not None else ("ir", "vi")
        given = [getattr(entry, name) for name in names]
        frames = entry.film is not None or all((script.folder / one).is_dir() for one in given)
        find = _source if frames else _file
        ir, vi = (find(script, one, "jobs", number, name) for one, name in zip(given, names, strict=True))
        if entry.pair is not None:
            try:
                check_radiometric(ir)
            except InputError as error:
                raise error.again(InputError, within=script.placed.place("jobs", number, "pair")) from error
        yield ir, vi


def _film(entry: Entry, ir: Path, vi: Path) -> Wanted | None:
    """How a film is made, if it is one: if the entry says so, or by what its files are called."""
    if entry.film is not None:
        return entry.film.wanted()
    return Wanted() if is_film(ir) and is_film(vi) else None


def _source(script: Script, name: str, *path: str | int) -> Path:
    """A picture, a film or a folder of frames that the script names, which must be there."""
    folder = script.folder / name
    return folder if folder.is_dir() else _file(script, name, *path)


def _matched(
    script: Script, number: int, patterns: Patterns, warn: Callable[[str], None]
) -> Iterator[tuple[Path, Path]]:
    """The pictures of two patterns that have the same name but for its ending, by name."""
    path = ("jobs", number, "pairs")
    infrared = _found(script, patterns.ir, warn, *path, "ir")
    visible = _found(script, patterns.vi, warn, *path, "vi")
    for ours, others, key in ((infrared, visible, "ir"), (visible, infrared, "vi")):
        alone = sorted(ours.keys() - others.keys())
        if alone:
            shown = ", ".join(ours[stem].name for stem in alone[:_SHOWN]) + (", ..." if len(alone) > _SHOWN else "")
            place = script.placed.place(*path, key)
            told = f"{len(alone)} of {len(ours)} have no partner of the same name"
            if len(alone) == len(ours):
                raise InputError(f"{told}: {shown}", subject=place, remedy="pairs are matched by name without ending")
            warn(f"{place}: {told} and are left out: {shown}")
    for stem in sorted(infrared.keys() & visible.keys()):
        yield infrared[stem], visible[stem]


def _found(script: Script, pattern: str, warn: Callable[[str], None], *path: str | int) -> dict[str, Path]:
    """The pictures that a pattern finds, by their names without ending."""
    place = script.placed.place(*path)
    found: dict[str, Path] = {}
    passed_over: list[str] = []
    try:
        names = found_by(pattern, script.folder, lambda told: warn(f"{place}: {told}"))
    except InputError as error:
        raise error.again(InputError, subject=place) from error
    for name in names:
        file = script.folder / name
        if not is_picture(file):
            continue
        if _is_passed_over(name, pattern):
            passed_over.append(str(name))
            continue
        if file.stem in found:
            raise InputError(
                f"{found[file.stem]} and {file} have one name",
                subject=place,
                remedy="pairs are matched by name without ending: rename one, or use two jobs",
            )
        found[file.stem] = file
    if not found and passed_over:
        raise InputError(
            f"{pattern!r} finds no picture in {script.folder} but hidden ones, such as {passed_over[0]}",
            subject=place,
            remedy="rename them, or name their folder in the pattern, if they are meant",
        )
    if not found:
        raise InputError(
            f"{pattern!r} finds no picture in {script.folder}", subject=place, remedy="paths are relative to the script"
        )
    return found


def _is_passed_over(name: Path, pattern: str) -> bool:
    """Whether a found name is hidden or leads through what is, and the pattern names no such folder."""
    *folders, file = name.parts
    named = [part for part in Path(pattern).parts[:-1] if part.startswith(".") or not glob.has_magic(part)]
    unnamed = [part for part in folders if not any(fnmatch.fnmatchcase(part, way) for way in named)]
    return is_hidden(Path(*unnamed, file))


def _settings(script: Script, number: int, entry: Entry, given: Mapping[str, Any]) -> Settings:
    """The settings of a job: those of the command line before its own before the defaults."""
    defaults = script.content.defaults.model_dump(exclude_none=True)
    here: tuple[tuple[str | int, ...], dict[str, Any]]
    chosen: dict[str, Any] = {}
    for here in ((("defaults",), defaults), (("jobs", number), entry.options())):
        chosen = _over(chosen, _absolute(script, *here))
    chosen = _over(chosen, given)
    limits = {name: chosen.pop(option) for option, name in LIMITS.items() if option in chosen}
    try:
        return build_settings(**chosen, limits=limits)
    except InputError as error:
        option = error.argument or "weights"
        if option in given:
            raise
        owner = ("jobs", number) if option in entry.options() else ("defaults",)
        place = script.placed.place(*owner, option)
        named = [error.argument.replace("_", "-")] if error.argument is not None else []
        about = " ".join([*named, *([error.subject] if error.subject is not None else [])])
        subject = f"{place}: {about}" if about else place
        raise error.again(InputError, subject=subject) from error


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Options over others."""
    kept = dict(below)
    if above.get("llm", kept.get("llm", "embedded")) != kept.get("llm", "embedded"):
        kept.pop("model", None)  # the name belonged to the language model before
    masks = {"masks": kept.get("masks", {}) | above["masks"]} if "masks" in above else {}
    return kept | dict(above) | masks


def _absolute(script: Script, path: tuple[str | int, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Options with the paths in them made absolute."""
    options = dict(options)
    for name in _MODELS:  # a folder, or an id on the hub, or the name that a server knows
        if name in options and (script.folder / options[name]).exists():
            options[name] = str(script.folder / options[name])
    if "weights" in options:
        options["weights"] = _file(script, options["weights"], *path, "weights")
    if "masks" in options:
        masks = options["masks"].items()
        options["masks"] = {name.strip(): _file(script, file, *path, "masks", name) for name, file in masks}
    return options


def _file(script: Script, name: str, *path: str | int) -> Path:
    """A file that the script names, which must be there."""
    file = script.folder / name
    if not file.is_file():
        raise InputError(
            f"{file}: no such file", subject=script.placed.place(*path), remedy="paths are relative to the script"
        )
    return file


def _file_name(name: str) -> str:
    """A text as part of a file name."""
    return re.sub(r"[^\w.-]+", "-", printable(name))[:_MOST_CHARACTERS].strip("-.") or "pair"
