"""What a GPU takes beside the CPU: fusing, every edit, a plan and a run, in turns.

``python -m wordfuse.evals.bench.speed.devices --out DIR`` measures ``--device cuda`` (the default) beside ``cpu``;
``--device`` may be repeated. Each thing is measured on one device and then on the next, with everything loaded, and
the first round is not counted: it loads weights and chooses kernels. ``bench_devices.md`` has a row a thing, seconds by
device, and how many times as fast each is as the last device.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.run.session import Session
from wordfuse.agent.run.single import SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.evals.bench.restore.cost import CALLS, call, make_pair
from wordfuse.evals.bench.speed.machine import kind
from wordfuse.evals.bench.speed.pairs import SIZE
from wordfuse.evals.bench.speed.parts import PRESETS, WISH
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import WordfuseError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, read_pair

Work = Callable[[], object]
Seconds = dict[str, dict[str, list[float]]]  # thing -> device -> one a round


def devices_beside(devices: list[str], rounds: int, size: tuple[int, int], console: Console) -> Seconds:
    """Measure everything on every device, in turns.

    Args:
        devices: as ``--device`` takes them.
        rounds: how often each thing is measured, after once that does not count.
        size: (width, height) of the pair.
        console: for progress.

    Raises:
        InputError: there is no such device.
    """
    measured: Seconds = {}
    with tempfile.TemporaryDirectory(prefix="wordfuse-devices-") as folder, ExitStack() as open_tools:
        make_pair(size, Path(folder))
        works = {device: dict(_works(device, Path(folder), open_tools)) for device in devices}
        for name in track(list(works[devices[0]]), "devices", console=console):
            for number in range(1 + rounds):
                for device in devices:
                    took = _timed(works[device][name])
                    if number:
                        measured.setdefault(name, {}).setdefault(device, []).append(took)
    return measured


def markdown(measured: Seconds, devices: list[str], size: tuple[int, int]) -> str:
    """The table."""
    last = devices[-1]
    names = {device: _called(device) for device in devices}
    beside = "".join(f" {device}: times as fast as {last} |" for device in devices[:-1])
    lines = [
        f"{size[0]}x{size[1]}, medians of {len(next(iter(measured.values()))[last])}; "
        + ", ".join(f"{device}: {name}" for device, name in names.items())
        + ".",
        "",
        f"| | {' | '.join(f'{device}, s' for device in devices)} |{beside}",
        f"|---|{'---|' * (2 * len(devices) - 1)}",
    ]
    for thing, by_device in measured.items():
        medians = [statistics.median(by_device[device]) for device in devices]
        ratios = [f"{medians[-1] / one:.1f}" for one in medians[:-1]]
        lines.append(f"| {thing} | {' | '.join([*(f'{one:.3g}' for one in medians), *ratios])} |")
    return "\n".join(lines) + "\n"


def _works(device: str, folder: Path, open_tools: ExitStack) -> Iterator[tuple[str, Work]]:
    """What is measured on a device, by name."""
    ir, vi, settings = folder / "ir.png", folder / "vi.png", Settings(device=device, regions="embedded")
    pair = read_pair(ir, vi)
    for preset in PRESETS:
        yield f"fuse, {preset}", _fusing(Fuser(preset, device=resolve_device(device)), pair)
    tool = open_tools.enter_context(SingleTool(ir, vi, settings))
    tool.start_from(folder / "fused.png")
    for name in (name for name in CALLS if name != "fuse"):
        yield name, _calling(tool, name)
    model = connect("embedded", device=device)
    yield "plan", lambda: model.plan(WISH, None)
    yield "run", _running(folder, settings, model)


def _fusing(fuser: Fuser, pair: Pair) -> Work:
    return lambda: fuser.fuse(pair.infrared, pair.visible)  # whose picture is on the CPU: the GPU has finished


def _calling(tool: SingleTool, name: str) -> Work:
    def work() -> None:
        tool.work.catalogue.states.clear()  # an edit that is made again goes on from there, and would do less
        call(tool, name)

    return work


def _running(folder: Path, settings: Settings, model: LanguageModel) -> Work:
    def work() -> None:
        out = folder / f"run-{time.monotonic_ns()}"
        Session.create(out, folder / "ir.png", folder / "vi.png", [WISH], settings, model).run()

    return work


def _timed(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _called(device: str) -> str:
    place = resolve_device(device)
    if place.type == "cpu":
        return kind()
    import torch

    return torch.cuda.get_device_name(place)


def main() -> int:
    """Measure what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", action="append", help="cuda and cpu; the last is what others are held against")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}")
    given = parser.parse_args()
    devices = given.device or ["cuda", "cpu"]
    width, height = (int(side) for side in given.size.split("x"))
    try:
        measured = devices_beside(devices, given.rounds, (width, height), Console(stderr=True))
    except WordfuseError as error:
        sys.stderr.write(f"{error.told()}\n")
        return error.exit_code
    text = markdown(measured, devices, (width, height))
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / "bench_devices.md", text.encode())
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
