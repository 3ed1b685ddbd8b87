"""A run and its folder: made once, locked while in use, resumed after an interruption."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from wordfuse.agent.context import Context, Event, connect_model
from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import Record, read_record, write_json
from wordfuse.agent.run.folders import claimed
from wordfuse.agent.run.kept import check_unchanged, digest_of, not_empty, not_of_a_run, settings_now
from wordfuse.agent.run.locks import alone
from wordfuse.agent.run.machine import Graph, Machine, is_finished, state_of
from wordfuse.agent.run.names import CHECKPOINTS, LOCK, RECORD, SESSION
from wordfuse.agent.run.remake import are_gone, remake_pictures, remake_results
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json, RunInput
from wordfuse.fusion.files.atomic import is_temporary, write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.fusion.images import Pair, read_pair
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.workspace import Workspace

if TYPE_CHECKING:
    from wordfuse.agent.run.checkpoints import Checkpoints

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
        decoded, files = decoded or Decoded(), files or {}
        check = partial(_check_unused, files=[path.relative_to(folder) for path in files])
        if not number:
            check(folder)
        pair = _checked(decoded, ir, vi, settings)
        for path in [path for path in settings.masks.values() if path not in files]:
            decoded.mask(path, pair.visible.shape[:2], max_pixels=settings.max_pixels)
        model = model or connect_model(settings, progress)
        warnings = [_as_given(warning, ir, vi) for warning in pair.warnings]
        with claimed(folder, LOCK, check, number=number) as made:
            written = {path: made / path.relative_to(folder) for path in files}
            for path, content in files.items():
                written[path].parent.mkdir(exist_ok=True)
                write_bytes_atomic(written[path], content)
            ir, vi = (written.get(path, path).resolve() for path in (ir, vi))
            masks = {name: written.get(path, path).resolve() for name, path in settings.masks.items()}
            given = RunInput(ir=str(ir), vi=str(vi), out=str(made.resolve()), instructions=instructions)
            session = cls(made, given, settings.model_copy(update={"masks": masks}), model, decoded=decoded)
            session.warnings = warnings
            session._keep()
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
            saved = read_json(folder / SESSION)
            given = TypeAdapter(RunInput).validate_python(saved["given"])
            settings = _found_again(settings_now(saved["settings"], overrides), folder)
            digests = {folder / path: digest for path, digest in dict(saved["sha256"]).items()}
        except (InputError, ValueError, KeyError, TypeError) as error:
            raise not_of_a_run(folder, SESSION, error) from error
        check_unchanged(digests)
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

    def _keep(self) -> None:
        """Write ``session.json``: from here on the folder is that of a run, which can be gone on with."""
        digests = {_kept(path, self.folder): digest_of(path) for path in self.sources()}
        given = self.given | {"ir": _kept(self.infrared, self.folder), "vi": _kept(self.visible, self.folder)}
        kept = {"given": given, "settings": self.kept_settings(), "sha256": digests}
        write_json(self.folder / SESSION, kept, private=self.settings.private)

    def kept_settings(self) -> Json:
        """The settings as ``session.json`` holds them."""
        masks = {name: _kept(path, self.folder) for name, path in self.settings.masks.items()}
        return self.settings.model_dump(mode="json") | {"masks": masks}

    @property
    def finished(self) -> bool:
        """Whether there is a record, and nothing left to do."""
        if not (self.folder / RECORD).exists():
            return False
        with self._graph() as (graph, _):
            return is_finished(graph)

    def run(self, notify: Notify | None = None, interrupts: Interrupts | None = None) -> Record:
        """Carry the run out, or continue where it was interrupted; returns the record.

        Of a finished one, results that are gone are made again as far as that is possible.

        Args:
            notify: told what happens.
            interrupts: asked between epochs and between nodes whether to stop.

        Raises:
            KeyboardInterrupt: they said so; the run can be resumed.
            InputError: another process works in this folder, or what it needs of it is damaged or gone.
            StorageError: the disk takes nothing; the run can be resumed.
            BackendUnreachable: the language model or the region backend cannot be reached; the run can be resumed.
        """
        with self.locked():
            if self.finished:
                self._check_files()
                return read_record(self.folder)
            with self.machine(notify, interrupts) as machine:
                # Nobody is there to be asked; a question of a conversation that was left is answered with nothing.
                machine.context.settings = self.settings.model_copy(update={"ask": False})
                if not machine.values:
                    self.check_new()
                    machine.advance(self.given)
                    return read_record(self.folder)
                self.put_in_order(machine)
                if machine.unfinished:
                    machine.advance()
                else:
                    machine.report()
            return read_record(self.folder)

    def check_new(self) -> None:
        """Whether a run without checkpoints may begin.

        Raises:
            InputError: there is a record of more than it was given to do: a conversation, whose checkpoints are gone.
        """
        if (self.folder / RECORD).exists():
            said = read_record(self.folder).instructions
            if len(said) > len(self.given["instructions"]):
                raise InputError(
                    "gone, so the conversation cannot go on",
                    subject=self.folder / CHECKPOINTS,
                    remedy=f"put it back from a copy, or start a new one; {RECORD} and the pictures stay",
                )

    def put_in_order(self, machine: Machine) -> None:
        """Make pictures and masks again that are gone from the folder of a run that was begun.

        Raises:
            InputError: the one that it is at cannot be made again.
        """
        work, state = machine.context.work, machine.values
        if "catalogue" not in state:  # not even the pair is fused
            return
        gone = remake_pictures(work, state)
        if work.catalogue.images.get(state["image"]) in gone:
            raise are_gone(self.folder, gone)

    def _check_files(self) -> None:
        """Make again what is gone of the results of a finished run.

        Raises:
            InputError: some of it cannot be made again; what can be is there then.
        """
        with self._graph() as (graph, _):
            state = state_of(graph)
        work = Workspace(self.folder, self.infrared, self.visible, self.settings.for_tools(), self.decoded)
        gone = remake_results(work, state, read_record(self.folder))
        if gone:
            raise are_gone(self.folder, gone)

    @contextmanager
    def machine(self, notify: Notify | None = None, interrupts: Interrupts | None = None) -> Iterator[Machine]:
        """The graph with everything it works with; the folder must be locked."""
        context = Context.open(self.folder, self.infrared, self.visible, self.settings, self.model, self.decoded)
        if notify is not None:
            context.notify = notify
        if interrupts is not None:
            context.interrupts = interrupts
            context.work.cancelled, context.work.gently = interrupts.asked, interrupts.gently
        with self._graph() as (graph, checkpoints):
            yield Machine(self.folder, graph, checkpoints, context)

    @contextmanager
    def _graph(self) -> Iterator[tuple[Graph, "Checkpoints"]]:
        """The graph on the checkpoints of the folder, and these."""
        from wordfuse.agent.graph import build
        from wordfuse.agent.run.checkpoints import Checkpoints

        with Checkpoints.at(self.folder / CHECKPOINTS) as checkpoints:
            yield build().compile(checkpointer=checkpoints), checkpoints

    def change(self, settings: Settings, model: LanguageModel | None = None) -> None:
        """Go on with other settings, and perhaps another language model; kept for later sessions of this folder."""
        saved = read_json(self.folder / SESSION)
        self.settings, self._model = settings, model or self._model
        known = dict(saved["sha256"])
        new = {_kept(path, self.folder): path for path in self.sources() if _kept(path, self.folder) not in known}
        digests = known | {name: digest_of(path) for name, path in new.items()}
        changed = saved | {"settings": self.kept_settings(), "sha256": digests}
        write_json(self.folder / SESSION, changed, private=settings.private)

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes out of the folder.

        Raises:
            InputError: one of them works in it.
        """
        return alone(self.folder / LOCK, self.folder, within=True)


def _check_unused(folder: Path, files: Collection[Path]) -> None:
    """See that nothing is in a folder but what a run left that was killed before it had begun.

    Args:
        folder: the folder, where there is one.
        files: that such a run may have written, relative to the folder.

    Raises:
        InputError: there is something else; it is not written over.
    """
    if not folder.exists():
        return
    begun = folder.is_dir() and (folder / LOCK).exists()
    ours = {folder / path for path in files} if begun else set()
    if folder.is_dir() and all(path.name == LOCK or _all_of(ours, path) for path in folder.iterdir()):
        return
    raise not_empty(folder, begun=(folder / SESSION).exists())


def _all_of(ours: Collection[Path], path: Path) -> bool:
    """Whether a path is one of ours, a folder of such files only, or was never finished."""
    if path.is_dir() and not path.is_symlink():
        return bool(ours) and all(_all_of(ours, one) for one in path.iterdir())
    return path in ours or is_temporary(path)


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
        return decoded.pair(
            ir.resolve(), vi.resolve(), max_pixels=settings.max_pixels, align=settings.align, reading=settings.reading
        )
    except InputError:
        read_pair(ir, vi, max_pixels=settings.max_pixels, align=settings.align, reading=settings.reading)
        raise


def _as_given(warning: str, ir: Path, vi: Path) -> str:
    """A warning about a pair that calls its files what the user called them."""
    for path in sorted((ir, vi), key=lambda path: len(str(path.resolve())), reverse=True):
        warning = warning.replace(str(path.resolve()), str(path))
    return warning
