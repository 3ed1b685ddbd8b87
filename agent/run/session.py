"""A run and its folder: made once, locked while in use, resumed after an interruption."""

import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pydantic import TypeAdapter

from wordfuse.agent.context import Context, Event, connect_model
from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import Record, read_record, write_json
from wordfuse.agent.run.locks import alone
from wordfuse.agent.run.machine import Graph, Machine, is_finished
from wordfuse.agent.run.names import CHECKPOINTS, LOCK, RECORD, SESSION
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json, RunInput
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import Pair, read_pair
from wordfuse.tools.store.decoded import Decoded

# Checkpoints hold plain JSON; nothing else is ever unpickled from them.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

Notify = Callable[[Event], None]
Fetching = Callable[[int, int], None]
Connect = Callable[[Settings], LanguageModel]


class Session:
    """One run folder."""

    def __init__(
        self,
        folder: Path,
        given: RunInput,
        settings: Settings,
        model: LanguageModel | None,
        connect: Connect = connect_model,
        decoded: Decoded | None = None,
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self.folder, self.given, self.settings, self._model, self._connect = folder, given, settings, model, connect
        self.decoded = decoded or Decoded()
        self.warnings: list[str] = []  # about the sources, found by create()

    @classmethod
    def create(
        cls,
        folder: Path,
        ir: Path,
        vi: Path,
        instructions: list[str],
        settings: Settings,
        model: LanguageModel | None = None,
        progress: Fetching | None = None,
        decoded: Decoded | None = None,
        files: Mapping[Path, bytes] | None = None,
        *,
        number: bool = False,
    ) -> "Session":
        """Check everything that can be checked before work begins, then make the folder.

        Args:
            folder: the run folder: new or empty; see ``number``.
            ir: the infrared picture.
            vi: the visible picture.
            instructions: what is to be done, in order.
            settings: everything else.
            model: the language model; default: the one that the settings name.
            progress: called with bytes done and in all while a language model is fetched.
            decoded: holds the sources where they are not to be read from their files.
            files: sources and masks that are not written yet, checked by the caller: paths in ``folder``, and contents.
            number: where ``folder`` exists, take the first that does not, with a number behind its name.

        Raises:
            InputError: a source or mask cannot be used, or the folder is in use or cannot be made.
            BackendUnreachable: the language model cannot be reached. No folder is made then.
        """
        if not number and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "; or go on with it: wordfuse resume" if (folder / SESSION).exists() else ""
            raise InputError(
                "exists and is not an empty folder", argument="out", subject=folder, remedy=f"choose another{hint}"
            )
        decoded, files = decoded or Decoded(), files or {}
        pair = _checked(decoded, ir, vi, settings)
        for path in [path for path in settings.masks.values() if path not in files]:
            decoded.mask(path, pair.visible.shape[:2], max_pixels=settings.max_pixels)
        model = model or connect_model(settings, progress)
        warnings = [_as_given(warning, ir, vi) for warning in pair.warnings]
        made = _claimed(folder, number=number)
        written = {path: made / path.relative_to(folder) for path in files}
        for path, content in files.items():
            written[path].parent.mkdir(exist_ok=True)
            write_bytes_atomic(written[path], content)
        ir, vi = (written.get(path, path).resolve() for path in (ir, vi))
        masks = {name: written.get(path, path).resolve() for name, path in settings.masks.items()}
        session = cls(
            made,
            RunInput(ir=str(ir), vi=str(vi), out=str(made.resolve()), instructions=instructions),
            settings.model_copy(update={"masks": masks}),
            model,
            decoded=decoded,
        )
        session.warnings = warnings
        digests = {_kept(path, made): _sha256(path) for path in session.sources()}
        given = session.given | {"ir": _kept(ir, made), "vi": _kept(vi, made)}
        kept = {"given": given, "settings": session.kept_settings(), "sha256": digests}
        write_json(made / SESSION, kept, private=session.settings.private)
        return session

    @classmethod
    def open(
        cls,
        folder: Path,
        model: LanguageModel | None = None,
        overrides: Mapping[str, object] | None = None,
        progress: Fetching | None = None,
        connect: Connect | None = None,
        *,
        to_run: bool = False,
    ) -> "Session":
        """Open the folder of an earlier run.

        Args:
            folder: the run folder.
            model: the language model; default: the one that the settings name.
            overrides: settings that differ now: a server that has moved, another device.
            progress: called with bytes done and in all while a language model is fetched.
            connect: how the language model that the settings name is reached, where it is not as always.
            to_run: for :meth:`run` only: of a run that is finished, no language model is asked for.

        Raises:
            InputError: it is no run folder, or a source has changed since.
            BackendUnreachable: the language model cannot be reached.
        """
        try:
            saved = json.loads((folder / SESSION).read_text(encoding="utf-8"))
            given = TypeAdapter(RunInput).validate_python(saved["given"])
            now = dict(overrides or {})
            if now.get("llm", saved["settings"]["llm"]) != saved["settings"]["llm"]:
                now.setdefault("model", None)  # the name belonged to the language model before
            settings = _found_again(Settings.model_validate(saved["settings"] | now), folder)
            digests = {folder / path: digest for path, digest in dict(saved["sha256"]).items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            what = brief(error)
            raise InputError(
                f"not a run folder ({what})",
                subject=folder,
                remedy=f"name the folder that {argument_named('out')} was given",
            ) from error
        for path, digest in digests.items():
            if not path.is_file() or _sha256(path) != digest:
                raise InputError(
                    "missing or changed since the run began", subject=path, remedy="put it back, or start a new run"
                )
        home = folder.resolve()
        given |= {"ir": str(home / given["ir"]), "vi": str(home / given["vi"]), "out": str(home)}
        session = cls(folder, given, settings, model, connect or (lambda chosen: connect_model(chosen, progress)))
        if not (to_run and session.finished):
            session._model = session.model  # reached before anything is done
        return session

    @property
    def model(self) -> LanguageModel:
        """The language model, reached if it was not yet.

        Raises:
            BackendUnreachable: it cannot be reached.
        """
        if self._model is None:
            self._model = self._connect(self.settings)
        return self._model

    @property
    def infrared(self) -> Path:
        """The infrared picture."""
        return Path(self.given["ir"])

    @property
    def visible(self) -> Path:
        """The visible picture."""
        return Path(self.given["vi"])

    def sources(self) -> list[Path]:
        """Every file that the outcome depends on."""
        chosen = [self.settings.weights] if self.settings.weights else []
        return [self.infrared, self.visible, *self.settings.masks.values(), *chosen]

    def kept_settings(self) -> Json:
        """The settings as ``session.json`` holds them."""
        masks = {name: _kept(path, self.folder) for name, path in self.settings.masks.items()}
        return self.settings.model_dump(mode="json") | {"masks": masks}

    @property
    def finished(self) -> bool:
        """Whether there is a record, and nothing left to do."""
        if not (self.folder / RECORD).exists():
            return False
        with self._graph() as graph:
            return is_finished(graph)

    def run(self, notify: Notify | None = None, interrupts: Interrupts | None = None) -> Record:
        """Carry the run out, or continue where it was interrupted; returns the record.

        Args:
            notify: told what happens.
            interrupts: asked between epochs and between nodes whether to stop.

        Raises:
            KeyboardInterrupt: they said so; the run can be resumed.
            InputError: another process works in this folder.
            BackendUnreachable: the language model or the region backend cannot be reached; the run can be resumed.
        """
        with self.locked():
            if self._model is not None or not self.finished:
                with self.machine(notify, interrupts) as machine:
                    # Nobody is there to be asked; a question of a conversation that was left is answered with nothing.
                    machine.context.settings = self.settings.model_copy(update={"ask": False})
                    if not machine.values:
                        machine.advance(self.given)
                    elif machine.unfinished:
                        machine.advance()
                    elif not (self.folder / RECORD).exists():
                        machine.report()
            return read_record(self.folder)

    @contextmanager
    def machine(self, notify: Notify | None = None, interrupts: Interrupts | None = None) -> Iterator[Machine]:
        """The graph with everything it works with; the folder must be locked."""
        context = Context.open(self.folder, self.infrared, self.visible, self.settings, self.model, self.decoded)
        if notify is not None:
            context.notify = notify
        if interrupts is not None:
            context.interrupts = interrupts
            context.work.cancelled, context.work.gently = interrupts.asked, interrupts.gently
        with self._graph() as graph:
            yield Machine(self.folder, graph, context)

    @contextmanager
    def _graph(self) -> Iterator[Graph]:
        """The graph on the checkpoints of the folder."""
        from langgraph.checkpoint.sqlite import SqliteSaver

        from wordfuse.agent.graph import build

        with SqliteSaver.from_conn_string(str(self.folder / CHECKPOINTS)) as saver:
            yield build().compile(checkpointer=saver)

    def change(self, settings: Settings, model: LanguageModel | None = None) -> None:
        """Go on with other settings, and perhaps another language model; kept for later sessions of this folder."""
        saved = json.loads((self.folder / SESSION).read_text(encoding="utf-8"))
        self.settings, self._model = settings, model or self._model
        changed = saved | {"settings": self.kept_settings()}
        write_json(self.folder / SESSION, changed, private=settings.private)

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes out of the folder.

        Raises:
            InputError: one of them works in it.
        """
        return alone(self.folder / LOCK, self.folder)


def free_folder(wanted: Path) -> Path:
    """``wanted``, or with a number behind it the first that does not exist yet."""
    return next(folder for folder in numbered(wanted) if not folder.exists())


def numbered(wanted: Path) -> Iterator[Path]:
    """``wanted``, then with the numbers from 2 behind it, without end."""
    yield wanted
    for number in itertools.count(2):
        yield wanted.with_name(f"{wanted.name}-{number}")


def _claimed(folder: Path, *, number: bool) -> Path:
    """A run folder that is this run's alone: ``folder``, or the first free one with a number behind its name."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for made in numbered(folder):
            try:
                made.mkdir(exist_ok=not number)
                (made / LOCK).touch(exist_ok=False)  # of two runs that found it empty, one gets it
                return made
            except FileExistsError as error:
                if not number:
                    raise InputError(
                        "another run has just taken it", argument="out", subject=folder, remedy="choose another folder"
                    ) from error
    except OSError as error:
        raise InputError(
            f"cannot be made: {error.strerror}", argument="out", subject=folder, remedy="choose another folder"
        ) from error
    raise AssertionError("numbers have no end")


def _kept(path: Path, folder: Path) -> str:
    """A path as ``session.json`` holds it: what lies in the run folder is told from there, so that it can be moved."""
    home = folder.resolve()
    return str(path.relative_to(home) if path.is_relative_to(home) else path)


def _found_again(settings: Settings, folder: Path) -> Settings:
    """Settings of ``session.json``, with the masks where they are now."""
    home = folder.resolve()
    return settings.model_copy(update={"masks": {name: home / path for name, path in settings.masks.items()}})


def _checked(decoded: Decoded, ir: Path, vi: Path, settings: Settings) -> Pair:
    """The pair, decoded under its full names, which the record tells; an error calls it what the user called it."""
    try:
        return decoded.pair(ir.resolve(), vi.resolve(), max_pixels=settings.max_pixels, align=settings.align)
    except InputError:
        read_pair(ir, vi, max_pixels=settings.max_pixels, align=settings.align)
        raise


def _as_given(warning: str, ir: Path, vi: Path) -> str:
    """A warning about a pair that calls its files what the user called them."""
    for path in sorted((ir, vi), key=lambda path: len(str(path.resolve())), reverse=True):
        warning = warning.replace(str(path.resolve()), str(path))
    return warning


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
