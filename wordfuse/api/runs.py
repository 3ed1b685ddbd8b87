"""Runs from Python: instructions on one pair, carried out in a run folder that can be gone on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from wordfuse.agent.batch.carrying import Models
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.run.session import Notify, Session
from wordfuse.api.door import check_llm, path_of, texts_of
from wordfuse.api.options import Masks, Progress, RunOptions, events_to, files_of_masks, settings_for
from wordfuse.api.pictures import File, Pair, Picture, check_pair, files_of, given_out, unchanged
from wordfuse.fusion.images import read_picture
from wordfuse.tools.store.decoded import Decoded

INPUTS = "inputs"  # of a run folder: what was given as arrays

_models = Models()


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What came of a run.

    Attributes:
        folder: the run folder: every picture, mask and call, ``run.json`` and ``report.html``.
        result: the picture at the end, (H, W, 3) uint8 RGB, or (H, W, 1) where the visible picture is gray.
        fused: the picture before any edit, likewise.
        record: what ``run.json`` holds: the plan of each instruction, each step's region, attempts and measurements.
        report: the same for people, an HTML file that needs no others.
        satisfied: every step of every instruction reached its goal.
    """

    folder: Path
    result: Picture
    fused: Picture
    record: dict[str, Any]
    report: Path
    satisfied: bool

    def __repr__(self) -> str:
        """Where it is, and whether all went well."""
        return f"<Run {self.folder}, {'satisfied' if self.satisfied else 'not all satisfied'}>"


def run(
    pair: Pair,
    instructions: str | Sequence[str],
    llm: str | LanguageModel = "embedded",
    *,
    out: File | None = None,
    masks: Masks | None = None,
    progress: Progress | None = None,
    **options: Unpack[RunOptions],
) -> Run:
    """Carry instructions out on a pair, in order: what ``wordfuse run`` does.

    Language models and networks are loaded once and kept for the next call with the same options.

    Args:
        pair: from :func:`wordfuse.read_pair`. Arrays are written into ``inputs/`` of the run folder.
        instructions: one or several, as in "make the people stand out, then brighten the dark areas".
        llm: ``embedded``, the URL of an OpenAI-compatible server, or a language model that is connected already.
        out: the run folder, new or empty; default: ``runs/`` and the name of the visible picture, numbered if need be.
        masks: masks of your own, by the name that your words use.
        progress: called with what is done, how far it is, and of how many (0 of 0 where nothing is counted).
        **options: see :class:`wordfuse.api.options.RunOptions`.

    Raises:
        InputError: something given cannot be used; the folder is not made then.
        BackendUnreachable: a language model or region backend cannot be reached.
        KeyboardInterrupt: the caller's; :func:`resume` goes on with the folder.

    Example:
        >>> done = run(pair, "make the people stand out")  # doctest: +SKIP
        >>> done.satisfied, done.result.shape  # doctest: +SKIP
        (True, (480, 640, 3))
    """
    texts, notify = texts_of(instructions, "instructions"), events_to(progress)
    session = create_session(pair, texts, llm, out, masks, options)
    return _carried_out(session, notify)


def resume(
    folder: File,
    llm: str | LanguageModel | None = None,
    *,
    model: str | None = None,
    device: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Go on with an interrupted run, or read one that is finished.

    Args:
        folder: its run folder.
        llm: another language model than the run began with.
        model: another name or directory of it.
        device: another device.
        progress: as in :func:`run`.

    Raises:
        InputError: it is no run folder, or a source has changed since.
        BackendUnreachable: a language model or region backend cannot be reached.

    Example:
        >>> resume("runs/vi").satisfied  # doctest: +SKIP
        True
    """
    notify = events_to(progress)
    return _carried_out(open_session(folder, llm, model=model, device=device, to_run=True), notify)


def create_session(
    pair: Pair,
    texts: list[str],
    llm: str | LanguageModel,
    out: File | None,
    masks: Masks | None,
    options: RunOptions,
    *,
    ask: bool = False,
) -> Session:
    """Make the folder of a run or a conversation; see :func:`run`."""
    check_pair(pair)
    check_llm(llm)
    unchanged(pair)
    folder = (Path("runs") / _name(pair) if out is None else path_of(out, "out")).resolve()
    ir, vi, contents = files_of(pair, folder / INPUTS)
    named, more = files_of_masks(masks, pair, folder / INPUTS)
    given = {"llm": llm} if isinstance(llm, str) else {}
    settings = settings_for(pair, options, RunOptions, masks=named, ask=ask, **given)
    model = _models.of(settings) if isinstance(llm, str) else llm
    decoded = Decoded(pair=pair.decoded)
    files = contents | more
    return Session.create(folder, ir, vi, texts, settings, model, decoded=decoded, files=files, number=out is None)


def open_session(
    folder: File,
    llm: str | LanguageModel | None,
    *,
    model: str | None = None,
    device: str | None = None,
    ask: bool = False,
    to_run: bool = False,
) -> Session:
    """Open the folder of a run or a conversation; see :func:`resume`."""
    if llm is not None:
        check_llm(llm)
    chosen = {"llm": llm if isinstance(llm, str) else None, "model": model, "device": device, "ask": ask or None}
    overrides = {name: value for name, value in chosen.items() if value is not None}
    connected = None if llm is None or isinstance(llm, str) else llm
    return Session.open(path_of(folder, "folder"), connected, overrides, connect=_models.of, to_run=to_run)


def read_kept(session: Session, file: str, *, gray: bool) -> Picture:
    """A picture of a run folder, as the caller gets it; it may be as large as the run's sources."""
    pixels = read_picture(session.folder / file, max_pixels=session.settings.max_pixels)
    return given_out(pixels, gray=gray)


def _carried_out(session: Session, notify: Notify | None) -> Run:
    record = session.run(notify)
    folder = session.folder
    chosen = session.settings
    gray = session.decoded.pair(
        session.infrared,
        session.visible,
        max_pixels=chosen.max_pixels,
        align=chosen.align,
        reading=chosen.reading,
    ).gray
    return Run(
        folder=folder,
        result=read_kept(session, "result.png", gray=gray),
        fused=read_kept(session, "fused.png", gray=gray),
        record=record.as_json(),
        report=folder / "report.html",
        satisfied=all(said.satisfied for said in record.instructions),
    )


def _name(pair: Pair) -> str:
    """The name of a run folder: that of the visible picture, where it has one."""
    visible = pair.sources[1]
    return "pair" if visible.values is not None else visible.path.stem
