"""A run over a film and its folder: made once, locked while in use, gone on with after an interruption.

Everything that was done lies in the folder, each piece whole: the first look, every key frame, every part of the film.
A run that was killed goes on with the piece that was not finished; as every piece follows from files alone, the film is
the same to the last bit.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from wordfuse.agent.context import connect_model
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.deciding import Remembered
from wordfuse.agent.film.outcome import build_film_record
from wordfuse.agent.film.record import FilmRecord, read_film_record
from wordfuse.agent.film.wanted import FILM, Wanted, is_film_run
from wordfuse.agent.film.work import Watch, decide, finish, look, make, refine, timed
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import ModelUse, Record, write_json
from wordfuse.agent.run.folders import claimed
from wordfuse.agent.run.kept import check_unchanged, digest_of, not_empty, not_of_a_run, settings_now
from wordfuse.agent.run.locks import alone
from wordfuse.agent.run.names import LOCK, RECORD
from wordfuse.agent.settings import Settings
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.film.types import KEYS, ORDER

if TYPE_CHECKING:
    from wordfuse.fusion.film.reader import Film
    from wordfuse.tools.film.making import Output

REPORT = "report.html"


class FilmSession:
    """One run folder of a film."""

    def __init__(
        self,
        folder: Path,
        given: dict[str, Any],
        settings: Settings,
        model: LanguageModel | None,
        films: "tuple[Film, Film]",
        spent_s: float,
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self.folder, self.given, self.settings, self._model = folder, given, settings, model
        self.films, self._spent_s = films, spent_s
        self.wanted = Wanted.model_validate(given["output"])

    @classmethod
    def create(
        cls,
        folder: Path,
        ir: Path,
        vi: Path,
        instructions: Sequence[str],
        settings: Settings,
        wanted: Wanted,
        model: LanguageModel | None = None,
        progress: Any = None,
        *,
        number: bool = False,
    ) -> Self:
        """Check everything that can be checked before work begins, then make the folder.

        Args:
            folder: the run folder: new or empty; see ``number``.
            ir: the infrared film, or a folder of pictures.
            vi: the visible one.
            instructions: what is to be done, in order; none: the film is fused, no more.
            settings: as for a pair.
            wanted: what is of films alone.
            model: the language model; default: the one that the settings name.
            progress: called with bytes done and in all while a language model is fetched.
            number: where ``folder`` exists, take the first that does not, with a number behind its name.

        Raises:
            InputError: a film cannot be used, or the folder is in use or cannot be made.
            BackendUnreachable: the language model cannot be reached. No folder is made then.
        """
        if not number:
            _check_unused(folder)
        given = _given(ir, vi, instructions, wanted)
        films = _opened(ir, vi, wanted, settings)
        if instructions:
            model = model or connect_model(settings, progress)
        with claimed(folder, LOCK, _check_unused, number=number) as made:
            digests = {str(film.path.resolve()): digest_of(film.path) for film in films}
            kept = {"given": given, "settings": settings.model_dump(mode="json"), "sha256": digests, "seconds": 0.0}
            write_json(made / FILM, kept, private=settings.private)
        return cls(made, given, settings, model, films, 0.0)

    @classmethod
    def open(
        cls,
        folder: Path,
        model: LanguageModel | None = None,
        overrides: Mapping[str, object] | None = None,
        progress: Any = None,
    ) -> Self:
        """Open the folder of an earlier run.

        Raises:
            InputError: it is none of a film, or a film has changed since.
            BackendUnreachable: the language model cannot be reached.
        """
        try:
            saved = read_json(folder / FILM)
            given = dict(saved["given"])
            settings = settings_now(saved["settings"], overrides)
            wanted = Wanted.model_validate(given["output"])
            digests = {Path(path): str(digest) for path, digest in dict(saved["sha256"]).items()}
            spent_s = float(saved["seconds"])
        except (InputError, ValueError, KeyError, TypeError) as error:
            raise not_of_a_run(folder, FILM, error, "the folder of a film's run") from error
        check_unchanged(digests)
        films = _opened(Path(given["ir"]), Path(given["vi"]), wanted, settings)
        if model is None and given["instructions"] and not (folder / RECORD).exists():
            model = connect_model(settings, progress)
        return cls(folder, given, settings, model, films, spent_s)

    @staticmethod
    def goes_on(folder: Path, ir: Path, vi: Path, instructions: Sequence[str], wanted: Wanted) -> bool:
        """Whether a folder is that of a run of the same films, words and wishes.

        Raises:
            InputError: it is damaged.
        """
        if not is_film_run(folder):
            return False
        given = read_json(folder / FILM).get("given", {})
        return bool(given == _given(ir, vi, instructions, wanted))

    @property
    def finished(self) -> bool:
        """Whether its record and its film are there."""
        return (self.folder / RECORD).exists() and (self.folder / "film.mp4").exists()

    def run(self, watch: Watch | None = None) -> FilmRecord:
        """Carry the run out, or go on where it was interrupted; returns the record.

        Raises:
            KeyboardInterrupt: the caller's; the run can be gone on with.
            StorageError: the disk takes nothing; likewise.
            BackendUnreachable: the language model or the region backend cannot be reached; likewise.
        """
        watch = watch or Watch()
        with alone(self.folder / LOCK, self.folder, within=True):
            if self.finished:
                return read_film_record(self.folder / RECORD)
            with timed() as since:
                try:
                    return self._run(watch, since)
                finally:
                    self._note(since())

    def _run(self, watch: Watch, since: Any) -> FilmRecord:
        from wordfuse.agent.film.page import render_film_report
        from wordfuse.fusion.film.pairs import Settled as Pairing
        from wordfuse.tools.film.making import Output
        from wordfuse.tools.film.scanning import read_order
        from wordfuse.tools.film.settling import Settled
        from wordfuse.tools.film.source import Source

        model = None
        if self.given["instructions"]:
            self._model = self._model or connect_model(self.settings)
            model = Remembered(self._model)
        wanted = self.wanted
        output = Output(self.folder, wanted.codec, wanted.frames, wanted.fused, wanted.masks)
        ways = bool(self.given["instructions"])
        scan = look(self.folder, self.films, wanted.model_dump(), self.settings, watch, ways=ways)
        source = Source(*self.films, Pairing.from_json(scan.settled), read_order(self.folder))
        decisions = decide(self.folder, scan, source, self.given["instructions"], self.settings, model, watch)
        scan, decisions = refine(self.folder, scan, source, decisions, self.settings, watch)
        settled = Settled(scan, decisions.fitted, self.folder)
        made = make(source, settled, decisions.steps, self.settings, output, watch)
        sound, remarks = finish(self.folder, scan, self.films, output)
        record = build_film_record(
            self.folder,
            self.given,
            scan,
            decisions,
            made,
            self.settings,
            sound=sound,
            remarks=remarks,
            llm=_use(model, decisions.record),
            seconds=self._spent_s + since(),
        )
        write_bytes_atomic(self.folder / REPORT, render_film_report(record, self.folder).encode())
        write_json(self.folder / RECORD, record)
        _tidy(output, len(made))
        return record

    def _note(self, seconds: float) -> None:
        """Keep how long this session took."""
        saved = read_json(self.folder / FILM)
        self._spent_s += seconds
        write_json(self.folder / FILM, saved | {"seconds": self._spent_s}, private=self.settings.private)


def _given(ir: Path, vi: Path, instructions: Sequence[str], wanted: Wanted) -> dict[str, Any]:
    return {
        "ir": str(ir.resolve()),
        "vi": str(vi.resolve()),
        "instructions": list(instructions),
        "output": wanted.model_dump(mode="json"),
    }


def _use(model: Remembered | None, first: Record | None) -> ModelUse:
    if model is None or first is None:
        return ModelUse(name="none", calls=0, prompt_tokens=0, completion_tokens=0, seconds=0.0)
    used = model.usage
    if not used.calls:  # every plan was made in an earlier session
        return first.llm
    return ModelUse(
        name=model.name,
        calls=used.calls,
        prompt_tokens=used.prompt_tokens,
        completion_tokens=used.completion_tokens,
        seconds=round(used.seconds, 3),
    )


def _tidy(output: "Output", parts: int) -> None:
    """The film is there: its parts, and what they left for each other, are not needed any more."""
    for number in range(parts):
        for path in (output.part(number), output.part(number, "fused"), output.left(number)):
            path.unlink(missing_ok=True)


def _opened(ir: Path, vi: Path, wanted: Wanted, settings: Settings) -> "tuple[Film, Film]":
    from wordfuse.fusion.film.reader import open_films

    return open_films(ir, vi, max_pixels=settings.max_pixels, fps=wanted.fps, reading=settings.reading)


def _check_unused(folder: Path) -> None:
    """See that nothing is in a folder but what a run left that had not even looked at its films.

    Such a run was killed, or could not be done: at an offset, say, at which its films have no moment in common.
    """
    if not folder.exists():
        return
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    if names <= {LOCK} or (FILM in names and names <= {LOCK, FILM, KEYS, ORDER}):
        return
    raise not_empty(folder, begun=is_film_run(folder))
