"""What a run over a film leaves: its record, put together from what its stages left."""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from wordfuse import prompts
from wordfuse.agent import critic
from wordfuse.agent.critic import Measured
from wordfuse.agent.film.deciding import Place
from wordfuse.agent.film.record import (
    SCHEMA,
    Checked,
    Curve,
    Files,
    FilmFacts,
    FilmInstruction,
    FilmRecord,
    FilmStep,
    KeyFrame,
    Span,
)
from wordfuse.agent.film.work import Decisions, key_folder
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Instruction, ModelUse, RunSettings
from wordfuse.agent.settings import Settings
from wordfuse.fusion.errors import argument_named
from wordfuse.tools.film.types import Made, Scan

PACKAGES = ("wordfuse", "torch", "transformers", "langgraph", "opencv-python-headless")
LEAST_AREA = 1e-4  # of the picture: a region that covers less is not there


def build_film_record(
    folder: Path,
    given: dict[str, Any],
    scan: Scan,
    decisions: Decisions,
    made: Sequence[Made],
    settings: Settings,
    *,
    sound: bool,
    remarks: Sequence[str],
    llm: ModelUse,
    seconds: float,
) -> FilmRecord:
    """Put the record together; every goal is held against what was measured here."""
    curves = _curves(made, len(decisions.steps))
    steps = [
        _step(number, scan, decisions, made, curves[number], seconds_of(scan, made)) for number in range(len(curves))
    ]
    output = given["output"]
    return FilmRecord(
        schema_version=SCHEMA,
        out=str(folder),
        ir=given["ir"],
        vi=given["vi"],
        instructions=tuple(
            _instruction(number, said, decisions.places, steps)
            for number, said in enumerate(decisions.record.instructions if decisions.record else ())
        ),
        film=_facts(scan, sound=sound, remarks=remarks),
        keys=_keys(scan, decisions),
        curves=tuple(curves),
        files=Files(
            film="film.mp4",
            fused="fused.mp4" if output["fused"] else None,
            frames="frames" if output["frames"] else None,
            masks="masks" if output["masks"] else None,
            report="report.html",
        ),
        llm=llm,
        seconds=round(seconds, 3),
        settings=RunSettings.model_validate(settings.as_json() | {"prompts": prompts.digest()}),
        versions={"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
    )


def seconds_of(scan: Scan, made: Sequence[Made]) -> list[float]:
    """About when each frame is shown: between key frames, whose times are known, at an even pace."""
    times: list[float] = []
    for part, one in zip(scan.segments, made, strict=True):
        first, last = (scan.keys[place] for place in part)
        step = (last.seconds - first.seconds) / max(1, last.number - first.number)
        times += [round(first.seconds + place * step, 3) for place in range(one.frames)]
    return times


def _curves(made: Sequence[Made], steps: int) -> list[Curve]:
    areas = [frame for one in made for frame in one.areas]
    amounts = [frame for one in made for frame in one.amounts]
    return [
        Curve(
            areas=tuple(frame[step] for frame in areas),
            amounts=tuple(frame[step] for frame in amounts),
        )
        for step in range(steps)
    ]


def _step(
    number: int, scan: Scan, decisions: Decisions, made: Sequence[Made], curve: Curve, times: Sequence[float]
) -> FilmStep:
    looked, decided = decisions.steps[number], decisions.decided[number]
    plain = Step.model_validate({name: getattr(looked, name) for name in Step.model_fields})
    there = [area > LEAST_AREA for area in curve.areas]
    covered = [area for area in curve.areas if area > LEAST_AREA]
    found = any(one.steps[number].found for one in decisions.fitted if number < len(one.steps)) or looked.found
    checked = _checked(number, plain, made) if decided is not None else []
    fails = _spans([one.seconds for one in checked], [not one.met for one in checked], scan)
    already = decided is None and looked.reason == "already"
    notice = looked.notice if decided is None else _told(fails, checked)
    missing = looked.missing if decided is not None or already else ()
    if missing:
        notice = "; ".join(filter(None, [notice, f"not found: {', '.join(missing)}"]))
    return FilmStep(
        **plain.model_dump(),
        found=found,
        there=_spans(times, there, scan),
        area=round(sum(covered) / len(covered), 6) if covered else 0.0,
        decided=decisions.at[number],
        calls=() if decided is None else decided.calls,
        satisfied=already or (decided is not None and bool(checked) and not fails and not missing),
        reason="already" if already else None,
        checked=tuple(checked),
        fails=fails,
        notice=notice,
        chosen=looked.chosen,
    )


def _checked(number: int, step: Step, made: Sequence[Made]) -> list[Checked]:
    found = []
    for sample in (sample for one in made for sample in one.samples if sample.step == number):
        result: Measured = critic.measured(step, sample.before, sample.after)
        found.append(
            Checked(
                number=sample.number,
                seconds=sample.seconds,
                key=sample.key,
                checks=result.checks,
                met=result.met or result.already,
            )
        )
    return found


def _told(fails: Sequence[Span], checked: Sequence[Checked]) -> str | None:
    """When a step does not hold, and by what."""
    if not checked:
        return "its region was never there long enough to be measured"
    if not fails:
        return None
    missed = [one for one in checked if not one.met]
    worst = max(missed, key=lambda one: len([check for check in one.checks if not check.met]))
    lines = [check for check in worst.checks if not check.met]
    main = next((check for check in lines if check.main), lines[0])
    when = ", ".join(
        clock(one.from_s) if one.from_s == one.to_s else f"{clock(one.from_s)}-{clock(one.to_s)}" for one in fails
    )
    measured = f"{len(missed)} of {len(checked)} measured frames; at {clock(worst.seconds)} {main}"
    return f"its goal does not hold at {when} ({measured})"


def clock(seconds: float) -> str:
    """A time as people read it.

    >>> clock(72.5)
    '1:12.5'
    """
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _spans(times: Sequence[float], holds: Sequence[bool], scan: Scan) -> tuple[Span, ...]:
    """From when to when something holds, by what is known of some times in order."""
    spans: list[Span] = []
    begun: float | None = None
    last = 0.0
    for seconds, one in zip(times, holds, strict=True):
        if one and begun is None:
            begun = seconds
        if not one and begun is not None:
            spans.append(Span(from_s=round(begun, 3), to_s=round(last, 3)))
            begun = None
        last = seconds
    if begun is not None:
        spans.append(Span(from_s=round(begun, 3), to_s=round(last, 3)))
    return tuple(spans)


def _instruction(number: int, said: Instruction, places: Sequence[Place], steps: Sequence[FilmStep]) -> FilmInstruction:
    own = [step for place, step in zip(places, steps, strict=True) if place.instruction == number]
    return FilmInstruction(
        text=said.text,
        plan=said.plan,
        steps=tuple(own),
        refusal=said.refusal,
        answer=said.answer,
        not_done=said.not_done,
    )


def _keys(scan: Scan, decisions: Decisions) -> tuple[KeyFrame, ...]:
    keys = []
    for key, fitted in zip(scan.keys, decisions.fitted, strict=True):
        keys.append(
            KeyFrame(
                number=key.number,
                seconds=round(key.seconds, 3),
                why=key.why,
                decided=key_folder(key) if key.number in decisions.runs else None,
                areas=tuple(step.area if step.found else None for step in fitted.steps),
                notices=tuple(step.notice for step in fitted.steps),
            )
        )
    return tuple(keys)


def _facts(scan: Scan, *, sound: bool, remarks: Sequence[str]) -> FilmFacts:
    settled = scan.settled
    height, width = settled["size"]
    return FilmFacts(
        frames=scan.frames,
        seconds=round(scan.seconds, 3),
        fps=round(scan.fps, 3),
        width=width,
        height=height,
        gray=settled["gray"],
        offset_s=scan.offset_s,
        offset_found=scan.offset_sure,
        skipped=scan.skipped,
        unmatched=scan.unmatched,
        moved=settled["moved"],
        sound=sound,
        scenes=scan.keys[-1].scene + 1,
        warnings=(*settled["warnings"], *_of_clocks(scan), *remarks),
        temperatures=settled.get("degrees", {}).get("notes", {}),
    )


def _of_clocks(scan: Scan) -> list[str]:
    """What to tell of an offset that was to be found and was not."""
    if scan.offset_sure is not False:
        return []
    return [
        "when what in one film happens in the other could not be told from the pictures; both are taken to begin "
        f"together: if they do not, give {argument_named('offset')} in seconds"
    ]
