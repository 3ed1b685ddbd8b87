"""The stages of a run over a film, each of which takes up where it was left: look, decide and fit, make, join."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wordfuse.agent import critic
from wordfuse.agent.context import Event
from wordfuse.agent.film.deciding import Place, Remembered, Waiting, decided_by, places_of, step_at
from wordfuse.agent.record import Record, StepRecord, read_record, write_json
from wordfuse.agent.run.names import RECORD, SESSION
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.film.types import Decided, Fitted, Key, Made, Scan

if TYPE_CHECKING:
    from wordfuse.fusion.film.reader import Film
    from wordfuse.tools.film.making import Output
    from wordfuse.tools.film.settling import Settled
    from wordfuse.tools.film.source import Source
    from wordfuse.tools.store.workspace import Where

SCAN = "scan.json"
REFINED = "scan-{round}.json"  # the same with more key frames
ROUNDS = 2  # of looking again
SETTLED = 2  # runs of the agent that found nothing to gain in a step, after which there is nothing
MOST_SAMPLES = 60  # frames of a film in which goals are measured


@dataclass(frozen=True)
class Doing:
    """How far a stage is.

    Attributes:
        stage: ``looking``, ``deciding`` (and fitting) or ``making``.
        done: frames or key frames.
        total: of them; None: not known.
    """

    stage: str
    done: int
    total: int | None


@dataclass(frozen=True)
class Watch:
    """Who is told what.

    Attributes:
        doing: of every frame.
        notify: of what the agent does on a key frame.
    """

    doing: Callable[[Doing], None] = field(default=lambda doing: None)
    notify: Callable[[Event], None] = field(default=lambda event: None)


@dataclass(frozen=True)
class Decisions:
    """What is done over a film.

    Attributes:
        record: of the agent's first run; None: nothing was asked for.
        places: the steps.
        steps: each as the run has it that it was decided in; else as the latest has it that looked for it.
        decided: what carries each out; None: nothing.
        at: the number of the key frame at which each was decided.
        runs: numbers of the key frames on which the agent was run.
        fitted: what came of the steps at every key frame.
    """

    record: Record | None
    places: list[Place]
    steps: list[StepRecord]
    decided: list[Decided | None]
    at: list[int | None]
    runs: list[int]
    fitted: list[Fitted]


def look(
    folder: Path,
    films: "tuple[Film, Film]",
    wanted: dict[str, object],
    settings: Settings,
    watch: Watch,
    *,
    ways: bool,
) -> Scan:
    """The first look at the film, or what it told when it was taken; ``ways``: something is to be carried over it."""
    done = folder / SCAN
    if done.exists():
        return Scan.model_validate(read_json(done))
    from wordfuse.tools.film.scanning import Wanted, scan

    chosen = Wanted.of(wanted, align=settings.align, ways=ways)

    def told(frames: int, total: int | None) -> None:
        watch.doing(Doing("looking", frames, total))

    found = scan(*films, chosen, settings.for_tools().fuser, folder, told)
    write_json(done, found)
    return found


def decide(
    folder: Path,
    scan: Scan,
    source: "Source",
    said: Sequence[str],
    settings: Settings,
    model: Remembered | None,
    watch: Watch,
) -> Decisions:
    """Let the agent decide at the first key frame, and later where steps are open; fit what is decided at all of them.

    Each key frame's outcome is on the disk before the next begins. Without a model nothing was asked for: the film is
    only fused.
    """
    if model is None:
        return Decisions(None, [], [], [], [], [], [Fitted(steps=()) for _ in scan.keys])
    from wordfuse.tools.film.fitting import Fitter, write_states
    from wordfuse.tools.film.scanning import film_fuser
    from wordfuse.tools.film.settling import settled_numbers, states_file

    tools = settings.for_tools()
    fitter, fuser, numbers = Fitter(tools), film_fuser(tools.fuser, folder), settled_numbers(scan)
    first = _agent_at(folder, scan.keys[0], said, settings, model, watch)
    places = places_of(first)
    steps = [one for place in places if (one := step_at(first, place)) is not None]
    decided = [decided_by(step) for step in steps]
    at: list[int | None] = [None if one is None else scan.keys[0].number for one in decided]
    waiting, runs, fitted = Waiting(), [scan.keys[0].number], list[Fitted]()
    waiting.ran(0)
    alreadies = [int(step.reason == "already") for step in steps]
    for place, key in enumerate(scan.keys):
        watch.doing(Doing("deciding", place, len(scan.keys)))
        kept = folder / "keys" / f"{key.name}-fitted.json"
        pair = fused = None
        if not kept.exists() or _ran(folder, key):
            (moment,) = source.moments(range(key.number, key.number + 1))
            pair = source.measured(moment)
            fused = fuser.fuse(pair, numbers[place], None)
        open_steps = [number for number, one in enumerate(decided) if one is None and alreadies[number] < SETTLED]
        if place and open_steps and (_ran(folder, key) or (not kept.exists() and waiting.due(place))):
            wanted = [Decided(region=steps[number].region, calls=()) for number in open_steps]
            ran = _ran(folder, key)
            if not ran and pair is not None and fused is not None:
                found = fitter.measured(pair, fused, wanted)
                ran = any(map(_worth_a_run, [steps[number] for number in open_steps], found))
            if ran:
                again = _agent_at(folder, key, said, settings, model, watch)
                waiting.ran(place)
                runs.append(key.number)
                for number in open_steps:
                    looked = step_at(again, places[number])
                    if looked is not None and (looked.output is not None or looked.found):
                        steps[number] = looked
                        alreadies[number] += looked.reason == "already"
                        decided[number] = decided_by(looked)
                        at[number] = None if decided[number] is None else key.number
        if kept.exists():
            fitted.append(Fitted.model_validate(read_json(kept)))
            continue
        if pair is None or fused is None:
            raise RuntimeError("a key frame that is to be fitted was not read")
        told, states = fitter.fit(pair, fused, decided, _settled_places(fitted))
        write_states(states_file(folder, key), states)
        write_json(kept, told)
        fitted.append(told)
    watch.doing(Doing("deciding", len(scan.keys), len(scan.keys)))
    return Decisions(first, places, steps, decided, at, runs, fitted)


def refine(
    folder: Path, scan: Scan, source: "Source", decisions: Decisions, settings: Settings, watch: Watch
) -> tuple[Scan, Decisions]:
    """Take a new look wherever a region that was carried is not the one that the next look finds."""
    from wordfuse.tools.film.fitting import Fitter, write_states
    from wordfuse.tools.film.refining import refined
    from wordfuse.tools.film.scanning import film_fuser
    from wordfuse.tools.film.settling import settled_numbers, states_file

    if not any(decisions.decided):
        return scan, decisions
    tools = settings.for_tools()
    fitter, fuser = Fitter(tools), film_fuser(tools.fuser, folder)
    fitted = {key.number: one for key, one in zip(scan.keys, decisions.fitted, strict=True)}
    where = _settled_places(decisions.fitted)
    for round_ in range(ROUNDS):
        kept = folder / REFINED.format(round=round_)
        if kept.exists():
            finer = Scan.model_validate(read_json(kept))
        else:
            finer = refined(scan, source, fuser, folder)
            write_json(kept, finer)
        added = [key for key in finer.keys if key.number not in fitted]
        numbers = {key.number: one for key, one in zip(finer.keys, settled_numbers(finer), strict=True)}
        for done, key in enumerate(added):
            watch.doing(Doing("looking again", done, len(added)))
            told = folder / "keys" / f"{key.name}-fitted.json"
            if not told.exists():
                (moment,) = source.moments(range(key.number, key.number + 1))
                pair = source.measured(moment)
                fused = fuser.fuse(pair, numbers[key.number], None)
                outcome, states = fitter.fit(pair, fused, decisions.decided, where)
                write_states(states_file(folder, key), states)
                write_json(told, outcome)
            fitted[key.number] = Fitted.model_validate(read_json(told))
        scan = finer
        if not added:
            break
    return scan, replace(decisions, fitted=[fitted[key.number] for key in scan.keys])


def make(
    source: "Source",
    settled: "Settled",
    steps: Sequence[StepRecord],
    settings: Settings,
    output: "Output",
    watch: Watch,
) -> list[Made]:
    """Make every part that is not made yet."""
    from wordfuse.fusion.many.cores import shared_among
    from wordfuse.tools.film.making import Maker

    scan = settled.scan
    regions = [step.region for step in steps]
    maker = Maker(source, settled, settings.for_tools().fuser, output, settings.device, regions)
    parts, done, made = scan.segments, 0, list[Made]()
    stride = max(1, -(-len(parts) // MOST_SAMPLES))
    try:
        with shared_among(2):  # what reads ahead, and what makes
            for number, part in enumerate(parts):
                frames = scan.frames_of(part)
                begun = done

                def told(count: int, begun: int = begun) -> None:
                    watch.doing(Doing("making", begun + count, scan.frames))

                # By turns a key frame, which was fitted, and one as far from key frames as there is.
                sampled = None if number % stride else 0 if number // stride % 2 == 0 else len(frames) // 2
                made.append(maker.make(number, sampled, told))
                done += len(frames)
                watch.doing(Doing("making", done, scan.frames))
    finally:
        maker.close()
    return made


def finish(folder: Path, scan: Scan, films: "tuple[Film, Film]", output: "Output") -> tuple[bool, list[str]]:
    """Join the parts; whether there is sound, and what to tell of it."""
    from wordfuse.fusion.film.writer import join, sound_of
    from wordfuse.tools.film.scanning import read_order

    sound, remark = sound_of(films[1].path, scan.starts_s, scan.starts_s + scan.seconds)
    seconds = [float(one) for one in read_order(folder).seconds]
    height, width = scan.settled["size"]
    for kind in ("film", *(["fused"] if output.fused else [])):
        parts = [output.part(number, kind) for number in range(len(scan.segments))]
        join(parts, folder / f"{kind}.mp4", seconds, (width, height), sound)
    # What stands for the film where one picture is shown: a key frame of its middle.
    shown = scan.keys[len(scan.keys) // 2].name
    for kind in ("fused", "result"):
        write_bytes_atomic(folder / f"{kind}.png", (folder / "keys" / f"{shown}-{kind}.png").read_bytes())
    return sound is not None, [] if remark is None else [remark]


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Seconds since the block began."""
    started = time.monotonic()
    yield lambda: time.monotonic() - started


def key_folder(key: Key) -> str:
    """Of the agent's run on a key frame, relative to the folder of the film's run."""
    return f"keys/{key.name}"


def _worth_a_run(step: StepRecord, now: dict[str, float] | None) -> bool:
    """Whether the agent may find something to do for an open step, by what was measured of its region unedited."""
    if now is None:
        return False
    main = critic.measured(step, now, now).main
    return step.reason != "already" or not main.keeps(main.before)


def _ran(folder: Path, key: Key) -> bool:
    return (folder / key_folder(key) / SESSION).exists()


def _agent_at(
    folder: Path, key: Key, said: Sequence[str], settings: Settings, model: Remembered, watch: Watch
) -> Record:
    """The agent's own run on a key frame: begun, gone on with, or read."""
    home = folder / key_folder(key)
    if (home / RECORD).exists():
        record = read_record(home)
        model.remember(record)
        return record
    if (home / SESSION).exists():
        session = Session.open(home, model)
    else:
        ir, vi = (folder / "keys" / f"{key.name}-{kind}.png" for kind in ("ir", "vi"))
        alone = settings.of_frame(ask=False, align=False)
        session = Session.create(home, ir, vi, list(said), alone, model)
    record = session.run(watch.notify)
    model.remember(record)
    return record


def _settled_places(fitted: Sequence[Fitted]) -> "list[list[Where | None]]":
    """Where each call of each step takes faults out: where it did when it was first made."""
    steps = max((len(one.steps) for one in fitted), default=0)
    found: list[list[Where | None]] = [[] for _ in range(steps)]
    for one in fitted:
        for number, step in enumerate(one.steps):
            if not found[number] and step.calls:
                found[number] = [call.where for call in step.calls]
    return found
