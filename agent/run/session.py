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
from wordfuse.agent.run.machine import RECORD, Machine
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import RunInput
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import Pair, read_pair
from wordfuse.tools.store.decoded import Decoded

# Checkpoints hold plain JSON; nothing else is ever unpickled from them.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

SESSION, CHECKPOINTS, LOCK = "session.json", "checkpoints.sqlite", "run.lock"
Notify = Callable[[Event], None]
Fetching = Callable[[int, int], None]


class Session:
    """One run folder."""

    def __init__(
        self, folder: Path, given: RunInput, settings: Settings, model: LanguageModel, decoded: Decoded | None = None
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self.folder, self.given, self.settings, self.model = folder, given, settings, model
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
    ) -> "Session":
        """Check everything that can be checked before work begins, then make the folder.

        Args:
            folder: the run folder: new or empty.
            ir: the infrared picture.
            vi: the visible picture.
            instructions: what is to be done, in order.
            settings: everything else.
            model: the language model; default: the one that the settings name.
            progress: called with bytes done and in all while a language model is fetched.
            decoded: holds the sources where they are not to be read from their files.
            files: sources and masks that are not written yet, checked by the caller: paths in ``folder``, and contents.

        Raises:
            InputError: a source or mask cannot be used, or the folder is in use or cannot be made.
            BackendUnreachable: the language model cannot be reached. No folder is made then.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "; or go on with it: wordfuse resume" if (folder / SESSION).exists() else ""
            raise InputError(
                "exists and is not an empty folder", argument="out", subject=folder, remedy=f"choose another{hint}"
            )
        decoded, files = decoded or Decoded(), files or {}
        pair = _checked(decoded, ir, vi, settings)
        for path in [path for path in settings.masks.values() if path not in files]:
            decoded.mask(path, pair.visible.shape[:2], max_pixels=settings.max_pixels)
        session = cls(
            folder,
            RunInput(ir=str(ir.resolve()), vi=str(vi.resolve()), out=str(folder.resolve()), instructions=instructions),
            settings.model_copy(update={"masks": {name: path.resolve() for name, path in settings.masks.items()}}),
            model or connect_model(settings, progress),
            decoded,
        )
        session.warnings = [_as_given(warning, ir, vi) for warning in pair.warnings]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / LOCK).touch(exist_ok=False)  # claims the folder: of two runs that found it empty, one gets it
        except FileExistsError as error:
            raise InputError(
                "another run has just taken it", argument="out", subject=folder, remedy="choose another folder"
            ) from error
        except OSError as error:
            raise InputError(
                f"cannot be made: {error.strerror}", argument="out", subject=folder, remedy="choose another folder"
            ) from error
        for path, content in files.items():
            path.parent.mkdir(exist_ok=True)
            write_bytes_atomic(path, content)
        digests = {str(path): _sha256(path) for path in session.sources()}
        write_json(
            folder / SESSION,
            {"given": session.given, "settings": session.settings.model_dump(mode="json"), "sha256": digests},
            private=session.settings.private,
        )
        return session

    @classmethod
    def open(
        cls,
        folder: Path,
        model: LanguageModel | None = None,
        overrides: Mapping[str, object] | None = None,
        progress: Fetching | None = None,
    ) -> "Session":
        """Open the folder of an earlier run.

        Args:
            folder: the run folder.
            model: the language model; default: the one that the settings name.
            overrides: settings that differ now: a server that has moved, another device.
            progress: called with bytes done and in all while a language model is fetched.

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
            settings = Settings.model_validate(saved["settings"] | now)
            digests = dict(saved["sha256"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            what = brief(error)
            raise InputError(
                f"not a run folder ({what})",
                subject=folder,
                remedy=f"name the folder that {argument_named('out')} was given",
            ) from error
        for path, digest in digests.items():
            if not Path(path).is_file() or _sha256(Path(path)) != digest:
                raise InputError(
                    "missing or changed since the run began", subject=path, remedy="put it back, or start a new run"
                )
        given["out"] = str(folder.resolve())
        return cls(folder, given, settings, model or connect_model(settings, progress))

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
        with self.locked(), self.machine(notify, interrupts) as machine:
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
        from langgraph.checkpoint.sqlite import SqliteSaver

        from wordfuse.agent.graph import build

        context = Context.open(self.folder, self.infrared, self.visible, self.settings, self.model, self.decoded)
        if notify is not None:
            context.notify = notify
        if interrupts is not None:
            context.interrupts = interrupts
            context.work.cancelled, context.work.gently = interrupts.asked, interrupts.gently
        with SqliteSaver.from_conn_string(str(self.folder / CHECKPOINTS)) as saver:
            yield Machine(self.folder, build().compile(checkpointer=saver), context)

    def change(self, settings: Settings, model: LanguageModel | None = None) -> None:
        """Go on with other settings, and perhaps another language model; kept for later sessions of this folder."""
        saved = json.loads((self.folder / SESSION).read_text(encoding="utf-8"))
        self.settings, self.model = settings, model or self.model
        changed = saved | {"settings": settings.model_dump(mode="json")}
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
