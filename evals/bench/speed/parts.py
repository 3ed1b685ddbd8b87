"""What is measured: starts, plans, fusing, edits, a folder, a script. Each part is a few measures with names."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from wordfuse.agent.run.single import USER_IMAGE, SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.evals.bench.restore.cost import CALLS, call, make_pair
from wordfuse.evals.bench.speed.pairs import SIZE, write_pairs
from wordfuse.evals.bench.speed.processes import cost_of, wordfuse
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.files.pairs import match_stems
from wordfuse.fusion.fusing import LOOK, TUNED, Fuser
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.many.files import Wanted, fuse_files

WISH = "brighten the dark areas"
WISHES = ("make the people stand out", WISH, "denoise the sky")
PRESETS = (LOOK, TUNED)
SATISFIED_OR_NOT = (0, 3)
Unit = Literal["s", "MiB", "times"]


@dataclass(frozen=True)
class Measure:
    """One measured thing; less is better.

    Attributes:
        name: "plan, warm" and the like; the same from run to run.
        value: in ``unit``.
        unit: seconds, MiB, or times something of the same run.
    """

    name: str
    value: float
    unit: Unit


@dataclass(frozen=True)
class Setting:
    """What the parts are measured with.

    Attributes:
        folder: for the files that they need; theirs alone.
        device: cpu, cuda or auto.
        rounds: how often each thing is measured.
        pairs: of the folder.
        jobs: of the script.
    """

    folder: Path
    device: str
    rounds: int
    pairs: int
    jobs: int


def _start(setting: Setting) -> Iterator[Measure]:
    """Commands from their start to their end, and a turn of a conversation: ``wordfuse bench start``."""
    given = ("--rounds", setting.rounds, "--out", setting.folder, "--json", "--quiet")
    # In a process of its own: memory is measured there, and this one holds a good deal already.
    told = subprocess.run(wordfuse("bench", "start", *given), check=True, stdout=subprocess.PIPE).stdout
    for what, costs in json.loads(told)["costs"]["ours"].items():
        yield Measure(f"start, {what}", statistics.median(cost["seconds"] for cost in costs["alone"]), "s")
        yield Measure(f"start, {what}, peak", max(cost["peak_mib"] for cost in costs["alone"]), "MiB")


def _plan(setting: Setting) -> Iterator[Measure]:
    """A plan from the embedded model, loaded."""
    from wordfuse.agent.model.connect import connect

    model = connect("embedded", device=setting.device)
    model.plan(WISHES[0], None)  # reads the prompt that all plans share
    yield Measure("plan, warm", _median(setting, lambda n: model.plan(WISHES[n % len(WISHES)], None)), "s")


def _fuse(setting: Setting) -> Iterator[Measure]:
    """A decoded pair, with networks loaded."""
    ir, vi = (kind / "0000.png" for kind in write_pairs(setting.folder / "fuse", 1))
    pair = read_pair(ir, vi)
    yield Measure("read a pair", _median(setting, lambda _: read_pair(ir, vi)), "s")
    for preset in PRESETS:
        fuser = Fuser(preset, device=resolve_device(setting.device))
        fuser.fuse(pair.infrared, pair.visible)
        yield Measure(f"fuse, {preset}", _median(setting, lambda _: fuser.fuse(pair.infrared, pair.visible)), "s")  # noqa: B023


def _edits(setting: Setting) -> Iterator[Measure]:
    """Every tool on the whole picture, with networks loaded."""
    folder = setting.folder / "edits"
    folder.mkdir()
    make_pair(SIZE, folder)
    settings = Settings(device=setting.device, regions="embedded")
    for name in (name for name in CALLS if name != "fuse"):
        seconds = []
        for _ in range(1 + setting.rounds):  # the first loads what it needs
            with SingleTool(folder / "ir.png", folder / "vi.png", settings) as tool:
                tool.start_from(folder / "fused.png")
                _ = tool.work.pair, tool.work.image(USER_IMAGE)  # decoded outside of what is timed
                began = time.perf_counter()
                call(tool, name)
                seconds.append(time.perf_counter() - began)
        yield Measure(name, statistics.median(seconds[1:]), "s")


def _folder(setting: Setting) -> Iterator[Measure]:
    """A pair of a folder, and how many times that is what fusing one takes by itself, in turns.

    On a busy machine pairs side by side take no less time than one after the other; CPU time tells what they will take.
    """
    folder = setting.folder / "folder"
    files = list(match_stems(*write_pairs(folder, setting.pairs)))
    pair = read_pair(files[0].infrared, files[0].visible)
    for preset in PRESETS:
        fuser = Fuser(preset, device=resolve_device(setting.device))
        alone, each = [], []
        for number in range(1 + setting.rounds):
            out = folder / preset / str(number)
            wanted = [Wanted(one.infrared, one.visible, out / one.infrared.name) for one in files]
            alone.append(_taken(lambda: [fuser.fuse(pair.infrared, pair.visible) for _ in range(4)], 4))  # noqa: B023
            each.append(_taken(lambda: list(fuse_files(fuser, wanted)), len(files)))  # noqa: B023
        (wall_s, _), beside = _medians(each[1:]), [(a / c, b / d) for (a, b), (c, d) in zip(each, alone, strict=True)]
        wall, cpu = _medians(beside[1:])
        yield Measure(f"folder, {preset}, a pair", wall_s, "s")
        yield Measure(f"folder, {preset}, a pair beside fusing alone", wall, "times")
        yield Measure(f"folder, {preset}, its CPU beside that of fusing alone", cpu, "times")


def _script(setting: Setting) -> Iterator[Measure]:
    """A script, one job at a time and as many as there are cores."""
    folder, cores = setting.folder / "script", len(os.sched_getaffinity(0))
    write_pairs(folder, setting.jobs)
    script = folder / "script.yaml"
    pairs = {"ir": "ir/*.png", "vi": "vi/*.png"}
    script.write_text(json.dumps({"jobs": [{"pairs": pairs, "say": WISH}]}))  # JSON is YAML
    seconds = {}
    for at_once in dict.fromkeys((1, cores)):
        given = (script, "--out", folder / f"out-{at_once}", "--jobs", at_once, "--device", setting.device, "--quiet")
        seconds[at_once] = cost_of(wordfuse("script", *given), exit_codes=SATISFIED_OR_NOT).wall_s / setting.jobs
        yield Measure(f"script, {at_once} at a time, a job", seconds[at_once], "s")
    if cores > 1:
        yield Measure(f"script, {cores} at a time beside one", seconds[cores] / seconds[1], "times")


PARTS: dict[str, Callable[[Setting], Iterator[Measure]]] = {
    "start": _start,
    "plan": _plan,
    "fuse": _fuse,
    "edits": _edits,
    "folder": _folder,
    "script": _script,
}


def _median(setting: Setting, work: Callable[[int], object]) -> float:
    return statistics.median(_seconds(partial(work, number)) for number in range(setting.rounds))


def _taken(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Wall and CPU seconds of work that does something so many times, of each time."""
    used = time.process_time()
    wall = _seconds(work)
    return wall / times, (time.process_time() - used) / times


def _medians(taken: list[tuple[float, float]]) -> tuple[float, float]:
    wall, cpu = zip(*taken, strict=True)
    return statistics.median(wall), statistics.median(cpu)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
