"""What the nodes work with beside the state: live objects, which are never checkpointed."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import RunInput
from wordfuse.fusion.errors import storage_error
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.store.catalogue import Catalogue
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.workspace import Progress, Workspace


class Trace:
    """``trace.jsonl``: every model and tool call of a run, in order, with times. Appended line by line."""

    def __init__(self, path: Path) -> None:
        """Append to ``path``; the file appears with its first line."""
        self.path = path

    def write(self, kind: str, seconds: float, **fields: Any) -> None:
        """Add one line.

        Raises:
            StorageError: it cannot be written.
        """
        line = {"time": round(time.time(), 3), "kind": kind, "seconds": round(seconds, 3)} | fields
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                # A line that an interruption cut short is closed first, so that it spoils no other.
                torn = file.tell() > 0 and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n"
                file.write(b"\n" * torn + json.dumps(line).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise storage_error(error, self.path) from error


@dataclass(frozen=True)
class Event:
    """Something a person watching would like to know."""

    kind: str  # thinking, thought, understood, calling, doubted, answered, progress, measured, judged, advanced
    text: str
    progress: Progress | None = None
    file: str | None = None  # advanced: the picture that was kept, relative to the run folder


@dataclass
class Context:
    """The model, the tools and the limits of a run.

    Attributes:
        work: the run's pictures and tools.
        model: the language model.
        settings: what was chosen for the run.
        trace: where calls are written down.
        notify: told what happens, for progress displays.
        interrupts: whether a person wants the run to stop.
        stopped: a person stopped the turn: what is in work ends, nothing more is begun.
        known: the catalogue that a state had last, as it is stored and as it was read: it grows with every turn.
    """

    work: Workspace
    model: LanguageModel
    settings: Settings
    trace: Trace
    notify: Callable[[Event], None] = field(default=lambda event: None)
    interrupts: Interrupts = field(default_factory=Interrupts)
    stopped: bool = False
    known: tuple[Any, Catalogue] | None = None

    def catalogue_of(self, stored: Any) -> Catalogue:
        """The catalogue of a state, to which nothing is added; one that was read before is not read again."""
        if self.known is None or self.known[0] is not stored:
            self.known = stored, Catalogue.model_validate(stored)
        return self.known[1]

    @property
    def asks(self) -> bool:
        """Whether a person is there to be asked."""
        return self.settings.ask

    @property
    def limits(self) -> Limits:
        """Budgets of the run."""
        return self.settings.limits

    @classmethod
    def open(
        cls,
        out: Path,
        ir: Path,
        vi: Path,
        settings: Settings,
        model: LanguageModel,
        decoded: Decoded | None = None,
    ) -> "Context":
        """Put together what a run needs; ``decoded`` holds what was decoded of its pictures before."""
        return cls(
            work=Workspace(out, ir, vi, settings.for_tools(), decoded),
            model=model,
            settings=settings,
            trace=Trace(out / "trace.jsonl"),
        )


def connect_model(settings: Settings, progress: Callable[[int, int], None] | None = None) -> LanguageModel:
    """The language model that the settings name; see ``agent.model.connect``."""
    return connect(
        settings.llm, model=settings.model, adapter=settings.adapter, device=settings.device, progress=progress
    )


def context_of(state: RunInput, given: Context | Settings | None) -> Context:
    """The context that the caller gave, or one made from settings: LangGraph's own server gives no more than these."""
    if isinstance(given, Context):
        return given
    settings = settings_of(state, given).model_dump_json()
    return _opened(Path(state["out"]), Path(state["ir"]), Path(state["vi"]), settings)


def settings_of(state: RunInput, given: Settings | None) -> Settings:
    """The settings that were given, but for those in the state, which go before them.

    Raises:
        InputError: one is unknown or out of range.
    """
    chosen = given.model_dump(mode="json") if given is not None else {}
    try:
        return Settings.model_validate(chosen | state.get("settings", {}))
    except ValidationError as error:
        raise InputError(what_is_wrong(error), subject="settings") from error


@lru_cache(maxsize=1)
def _opened(out: Path, ir: Path, vi: Path, settings: str) -> Context:
    chosen = Settings.model_validate_json(settings)
    return Context.open(out, ir, vi, chosen, connect_model(chosen))
