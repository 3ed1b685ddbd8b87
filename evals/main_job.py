"""The main job on five real pairs: two instructions each, by day and by night, in colour and in gray.

``python -m wordfuse.evals.main_job --data DIR --out DIR`` runs ``wordfuse run`` on every pair as a user would, checks
what can be checked of the outcome (exit code, record, pixels outside the masks) and writes ``main_job.md``,
``main_job.json`` and a strip of pictures per pair, to be looked at. DIR holds RoadScene, MSRS and TNO with folders
``ir`` and ``vi``. Other pairs and instructions: ``--pair MSRS/00546D -i "make the pedestrians stand out"``. Exit code
1: a check failed.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console

from wordfuse.agent.record import Record, StepRecord, read_record
from wordfuse.agent.report.strip import write_strip
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.images import read_mask, read_picture

PAIRS = ("RoadScene/FLIR_05027", "RoadScene/FLIR_06983", "MSRS/00546D", "MSRS/01020N", "TNO/17")
INSTRUCTIONS = ("denoise the top half, then make the hot objects stand out", "brighten the dark areas")


@dataclass
class Outcome:
    """What became of one pair.

    Attributes:
        pair: data set and stem.
        exit_code: of ``wordfuse run``; 0 or an honest 3 is good.
        seconds: wall time, model loading included.
        tool_seconds: of it, in the tools of all attempts.
        steps: one line a step: what was understood, attempts, verdict.
        faults: what is wrong; empty is good.
    """

    pair: str
    exit_code: int
    seconds: float
    tool_seconds: float = 0.0
    steps: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def find(folder: Path, stem: str) -> Path:
    """The picture of that stem, whatever its format."""
    found = sorted(folder.glob(f"{stem}.*"))
    if not found:
        raise InputError(
            f"no picture named {stem}",
            subject=folder,
            remedy=f"{argument_named('data')} must hold RoadScene, MSRS and TNO",
        )
    return found[0]


def run_pair(data: Path, pair: str, out: Path, instructions: list[str], options: list[str]) -> Outcome:
    """Run the instructions on one pair in a process of its own, and check what it left."""
    name, _, stem = pair.partition("/")
    folder = out / pair.replace("/", "-")
    command = [sys.executable, "-m", "wordfuse", "run", "--quiet", "--out", str(folder), *options]
    command += ["--ir", str(find(data / name / "ir", stem)), "--vi", str(find(data / name / "vi", stem))]
    for instruction in instructions:
        command += ["-i", instruction]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    outcome = Outcome(pair, done.returncode, round(time.monotonic() - started, 1))
    if done.returncode not in (0, 3):
        outcome.faults.append(f"exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        return outcome
    record = read_record(folder)
    outcome.steps = [describe(step) for step in record.steps]
    outcome.steps += [f"refused: {said.refusal}" for said in record.instructions if said.refusal]
    attempts = [attempt for step in record.steps for attempt in step.attempts]
    outcome.tool_seconds = round(sum(made.seconds for attempt in attempts for made in attempt.tool_calls), 1)
    outcome.faults += changed_outside(record, folder)
    write_strip(record)
    return outcome


def describe(step: StepRecord) -> str:
    """One step in a line."""
    what = " ".join(part for part in (step.task, step.direction, step.strength) if part)
    if step.best is None:
        return f"{what}, {step.region}: {step.notice}"
    main = step.best.main
    verdict = step.notice or ("satisfied" if step.satisfied else "goal not reached")
    numbers = f"{main.name} {main.before:.1f} -> {main.after:.1f} (goal {main.target:.1f})"
    return f"{what}, {step.region} ({step.area:.1%}): {numbers}, {len(step.attempts)} tries, {verdict}"


def changed_outside(record: Record, folder: Path) -> list[str]:
    """Steps whose picture differs from the one before it outside the step's mask: there must be none."""
    faults, before = [], read_picture(folder / "fused.png")
    for step in record.steps:
        if step.output is None:
            continue
        after = read_picture(folder / step.output)
        outside = np.ones(before.shape[:2], bool)
        if step.mask:
            outside = read_mask(folder / step.mask, before.shape[:2]) == 0
        elif not step.region.phrases:
            outside[:] = False
        changed = int((before != after).any(axis=2)[outside].sum())
        if changed:
            faults.append(f"{step.output}: {changed} pixels outside the mask changed")
        before = after
    return faults


def as_markdown(outcomes: list[Outcome]) -> str:
    """A table a person can read."""
    lines = ["| pair | exit | seconds | in tools | steps |", "|---|---|---|---|---|"]
    for outcome in outcomes:
        steps = "<br>".join(outcome.steps + [f"**{fault}**" for fault in outcome.faults])
        row = (outcome.pair, outcome.exit_code, f"{outcome.seconds:.0f}", f"{outcome.tool_seconds:.0f}", steps)
        lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the evaluation from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with RoadScene, MSRS and TNO")
    parser.add_argument("--out", type=Path, required=True, help="new folder for runs, strips and tables")
    parser.add_argument("--llm", default="embedded", help="as for wordfuse run")
    parser.add_argument("--pair", action="append", help=f"SET/STEM, repeatable; default: {', '.join(PAIRS)}")
    parser.add_argument("-i", "--instruction", action="append", help="repeatable; default: " + "; ".join(INSTRUCTIONS))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True)
    console = Console(stderr=True)
    outcomes = []
    words = chosen.instruction or list(INSTRUCTIONS)
    for pair in chosen.pair or PAIRS:
        outcomes.append(run_pair(chosen.data, pair, chosen.out, words, ["--llm", chosen.llm]))
        console.print(f"{pair}: exit {outcomes[-1].exit_code}", *outcomes[-1].steps, *outcomes[-1].faults, sep="\n  ")
    (chosen.out / "main_job.md").write_text(as_markdown(outcomes), encoding="utf-8")
    (chosen.out / "main_job.json").write_text(json.dumps([asdict(o) for o in outcomes], indent=1), encoding="utf-8")
    sys.exit(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    main()
