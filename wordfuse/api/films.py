"""Films from Python: instructions on two films, carried out in a folder that can be gone on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack

from wordfuse.agent.batch.carrying import Models
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.film.work import Doing, Watch
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.settings import build_settings
from wordfuse.api.door import check_called, check_llm, mapping_of, path_of, texts_of
from wordfuse.api.options import Progress, RunOptions, events_to
from wordfuse.api.pictures import Degrees, File
from wordfuse.fusion.images import MAX_PIXELS

_models = Models()


@dataclass(frozen=True, eq=False, repr=False)
class FilmRun:
    """What came of a run over a film.

    Attributes:
        folder: the run folder.
        film: the film at the end, MP4.
        record: what ``run.json`` holds: each step, when its region is there, and when its goal does not hold.
        report: the same for people, an HTML file beside the film.
        satisfied: every step of every instruction held wherever it was measured.
    """

    folder: Path
    film: Path
    record: dict[str, Any]
    report: Path
    satisfied: bool

    def __repr__(self) -> str:
        """Where it is, and whether all went well."""
        return f"<FilmRun {self.folder}, {'satisfied' if self.satisfied else 'not all satisfied'}>"


def video(
    ir: File,
    vi: File,
    instructions: str | Sequence[str],
    llm: str | LanguageModel = "embedded",
    *,
    out: File | None = None,
    every: int = 20,
    offset: float | Literal["auto"] = 0.0,
    fps: float | None = None,
    frames: bool = False,
    align: bool = False,
    max_pixels: int = MAX_PIXELS,
    temperature_scale: str | None = None,
    emissivity: float | None = None,
    reflected: float | None = None,
    masks: dict[str, File] | None = None,
    progress: Progress | None = None,
    **options: Unpack[RunOptions],
) -> FilmRun:
    """Carry instructions out on a film, in order: what ``wordfuse video`` does.

    Called again with the folder of a run that was interrupted, it goes on with that.

    Args:
        ir: the infrared film, or a folder of its frames in the order of their names.
        vi: the visible one; the result has its size, its times and its sound.
        instructions: one or several, as in "make the people stand out, denoise the dark areas".
        llm: as in :func:`wordfuse.run`.
        out: the run folder, new or empty, or that of a run of the same films and words that is to go on; default:
            ``runs/`` and the name of the visible film, numbered if need be.
        every: frames from one key frame, where regions are looked for, to the next.
        offset: what is to be added to the times of the infrared film, in seconds; ``"auto"``: found from what moves.
        fps: frames a second of folders of pictures; default: 25.
        frames: keep every frame as a PNG in ``frames/``, too.
        align: move, turn and scale the infrared frames onto the visible ones, all in the same way.
        max_pixels: cap on width x height of a frame.
        temperature_scale: as for :func:`wordfuse.read_pair`, of the infrared frames.
        emissivity: likewise.
        reflected: likewise.
        masks: files of masks that hold for every frame, by the name that your words use.
        progress: called with the stage or what is done, how far it is, and of how many.
        **options: see :class:`wordfuse.api.options.RunOptions`.

    Raises:
        InputError: something given cannot be used; the folder is not made then.
        BackendUnreachable: a language model or region backend cannot be reached.
        KeyboardInterrupt: the caller's; the same call goes on.

    Example:
        >>> done = video("ir.mp4", "vi.mp4", "make the people stand out", out="runs/walk")  # doctest: +SKIP
        >>> done.satisfied, done.film  # doctest: +SKIP
        (True, PosixPath('runs/walk/film.mp4'))
    """
    texts, watch = texts_of(instructions, "instructions"), _watching(progress)
    check_llm(llm)
    sources = path_of(ir, "ir"), path_of(vi, "vi")
    folder = (Path("runs") / sources[1].stem if out is None else path_of(out, "out")).resolve()
    wanted = _wanted(every=every, offset=offset, fps=fps, frames=frames)
    named = {name: path_of(mask, "masks") for name, mask in mapping_of(masks, "masks").items()}
    chosen = {name: value for name, value in options.items() if value is not None}
    given = {"llm": llm} if isinstance(llm, str) else {}
    degrees = vars(Degrees(temperature_scale, emissivity, reflected))
    settings = build_settings(**chosen, **given, **degrees, masks=named, align=align, max_pixels=max_pixels)
    model = _models.of(settings) if isinstance(llm, str) else llm
    if out is not None and FilmSession.goes_on(folder, *sources, texts, wanted):
        session = FilmSession.open(folder, model)
    else:
        session = FilmSession.create(folder, *sources, texts, settings, wanted, model, number=out is None)
    record = session.run(watch)
    return FilmRun(
        folder=session.folder,
        film=session.folder / record.files.film,
        record=record.as_json(),
        report=session.folder / record.files.report,
        satisfied=all(said.satisfied for said in record.instructions),
    )


def _wanted(*, every: int, offset: float | str, fps: float | None, frames: bool) -> Wanted:
    for name, value, kinds in (("every", every, int), ("fps", fps, int | float), ("frames", frames, bool)):
        if value is not None and (not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool)):
            raise InputError(f"is of the type {type(value).__name__}", argument=name, remedy="see its documentation")
    if offset != "auto" and (isinstance(offset, bool) or not isinstance(offset, int | float) or abs(offset) > 86_400):
        raise InputError("is no offset", argument="offset", subject=str(offset), remedy='give seconds, or "auto"')
    if not 2 <= every <= 10_000:
        raise InputError("must be from 2 to 10000", argument="every", subject=str(every))
    if fps is not None and not 0 < fps <= 1000:
        raise InputError("must be above 0 and at most 1000", argument="fps", subject=str(fps))
    seconds = None if isinstance(offset, str) else float(offset)
    return Wanted(every=every, offset_s=seconds, fps=fps, frames=frames)


def _watching(progress: Progress | None) -> Watch:
    check_called(progress, "progress")
    notify = events_to(progress)
    if progress is None or notify is None:
        return Watch()

    def told(doing: Doing) -> None:
        progress(doing.stage, doing.done, doing.total or 0)

    return Watch(told, notify)
