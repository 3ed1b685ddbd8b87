"""Commands that measure what wordfuse does on many pictures: ``wordfuse bench fusion`` and its like."""

import json
from pathlib import Path

import typer

from wordfuse.cli.guard import complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options import measuring as m
from wordfuse.cli.options.build import named_files
from wordfuse.cli.options.taking import expanded
from wordfuse.fusion.errors import InputError


@expanded
@guarded
def bench_fusion(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    preset: m.BenchPresets = ["default", "metric", "terf", "ldfusion", "mgfusion"],  # noqa: B006 (typer wants a list)
    weights: m.BenchWeights = [],  # noqa: B006
    method: m.BenchMethods = [],  # noqa: B006
    size: m.BenchSizes = ["320x240", "640x480", "1280x1024", "4096x3072"],  # noqa: B006
    cost: m.BenchCost = True,
    every: m.Every = 1,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure the fusion networks on real pairs, beside other methods."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.fusing.fusion import bench_fusion as run

    sizes = [_size(text) for text in size] if cost else []
    others = named_files(weights, "weights"), named_files(method, "method")
    report = run(data, out, preset, *others, sizes, chosen.settings().device, messages(quiet), every)
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_finetune(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    task: m.BenchTasks = ["incline", "relight", "denoise"],  # noqa: B006
    beside: m.BenchBeside = ["paper", "tuned"],  # noqa: B006
    side: m.BenchSide = 192,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure fine-tuning on real pairs: the fast recipes beside the paper's. Takes an hour on two CPU cores."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.finetune import NETWORKS, VARIANTS
    from wordfuse.evals.bench.finetune import bench_finetune as run

    for name in task:
        if name not in VARIANTS:
            raise InputError(f"expected {', '.join(VARIANTS)}", argument="task", subject=name)
    others = [recipe for recipe in NETWORKS if recipe != "fast"]
    for recipe in beside:
        if recipe not in others:
            raise InputError(f"expected {', '.join(others)}", argument="beside", subject=recipe)
    names = [name for name in VARIANTS if name in task]
    reports = run(data, out, names, side, chosen.settings().device, messages(quiet), ("fast", *beside))
    if as_json:
        typer.echo(json.dumps([report.as_dict() for report in reports]))
    else:
        typer.echo("\n".join(report.markdown() for report in reports))


@expanded
@guarded
def bench_edits(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    recipe: m.BenchRecipe = "fast",
    every: m.Every = 1,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Table 2 of the paper: what each task does to the usual metrics on RoadScene."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.edits import bench_edits as run

    report = run(data, out, recipe, every, chosen.settings().device, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_encoders(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    encoder: m.BenchEncoder = "embedded",
    encoder_model: m.BenchEncoderModel = None,
    pairs: m.BenchWholes = 20,
    pieces: m.BenchPieces = 400,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure how well an encoder sees what sentences say of pictures."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.encoders.run import bench_encoders as run
    from wordfuse.fusion.device import resolve_device
    from wordfuse.fusion.encoders.choose import load_encoder

    loaded = load_encoder(encoder, encoder_model, resolve_device(chosen.settings().device))
    report = run(data, out, loaded, pairs, pieces, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_regions(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    chosen: g.BenchRegionSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure a region backend: boxes and masks; of the embedded one, classes and words as well."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.regions import bench_regions as run
    from wordfuse.fusion.regions import Models

    settings = chosen.settings()
    models = Models(settings.device, settings.grounding_model, settings.segmentation_model, settings.grounding_picture)
    report = run(data, out, settings.regions, models, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_restore(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    table: m.BenchTable = "methods",
    damage: m.BenchDamages = [*m.DAMAGES],  # noqa: B006
    every: m.Every = 1,
    pairs: m.BenchPairs = 6,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure restoring on damage whose clean counterpart is known: beside classical methods, in order, by place."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.restore.order import OrderReport, bench_order
    from wordfuse.evals.bench.restore.run import RestoreReport
    from wordfuse.evals.bench.restore.run import bench_restore as run
    from wordfuse.evals.bench.restore.source import SourceReport, bench_source

    for name in damage:
        if name not in m.DAMAGES:
            raise InputError(f"expected {', '.join(m.DAMAGES)}", argument="damage", subject=name)
    console = messages(quiet)
    report: OrderReport | SourceReport | RestoreReport
    if table == "order":
        report = bench_order(data, out, pairs, console)
    elif table == "source":
        report = bench_source(data, out, pairs, console)
    else:
        report = run(data, out, damage, every, console)
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_inspect(
    *,
    data: m.BenchData,
    out: m.BenchFolder = Path("runs/bench"),
    damaged: m.BenchDamaged = 4,
    clean: m.BenchClean = 12,
    fit: m.BenchFit = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure inspect on damage of known amounts: rank correlation, and false alarms on clean pictures."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.inspect import bench_inspect as run

    report = run(data, out, damaged, clean, fit, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_start(
    *,
    out: m.BenchFolder = Path("runs/bench"),
    rounds: m.BenchRounds = 3,
    busy: m.BenchBusy = 0,
    than: m.BenchThan = [],  # noqa: B006
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure how long commands take from nothing, beside importing torch, and what memory they take."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.start import bench_start as run

    report = run(out, rounds, busy, [Path(python) for python in than], messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_speed(
    *,
    out: m.BenchFolder = Path("runs/bench"),
    part: m.BenchParts = [*m.PARTS],  # noqa: B006
    short: m.BenchShort = False,
    baseline: m.SpeedBaseline = None,
    update_baseline: m.UpdateSpeedBaseline = False,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure what everything costs, beside a baseline of the same kind of machine; what is slower is told, no more."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.speed.run import bench_speed as run
    from wordfuse.evals.bench.speed.table import BASELINE, SLOWER, keep

    for name in part:
        if name not in m.PARTS:
            raise InputError(f"expected {', '.join(m.PARTS)}", argument="part", subject=name)
    file = baseline or BASELINE
    report = run(part, out, chosen.settings().device, file, short=short, console=messages(quiet))
    typer.echo(json.dumps(report.as_dict()) if as_json else report.markdown())
    for name, ratio in report.slower().items():
        complain(f"warning: {name} takes {ratio:.2f} times the baseline of {report.baseline_date}, over {SLOWER:g}")
    if update_baseline:
        keep(report, file)
        if not quiet:
            complain(f"wrote {file}: {report.machine}; commit it with what changed")


@expanded
@guarded
def bench_video(
    *,
    data: m.FilmsData,
    out: m.BenchFolder = Path("runs/bench"),
    instruction: m.BenchWords = "make the people stand out, denoise the dark areas",
    frames: m.BenchFrames = 60,
    block: m.BenchBlock = 8,
    chosen: g.BenchVideoSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure films beside the same films frame by frame: flicker, quality, speed, regions."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.video.run import bench_video as run

    report = run(data, out, instruction, frames, block, chosen.settings(), messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@expanded
@guarded
def bench_detection(
    *,
    data: m.DetectionData,
    out: m.BenchFolder = Path("runs/bench"),
    preset: m.DetectionPresets = [],  # noqa: B006
    method: m.DetectionMethods = [],  # noqa: B006
    words: m.DetectionWords = True,
    detector: m.Detector = None,
    steps: m.DetectionSteps = 250,
    seeds: m.DetectionSeeds = 3,
    every: m.LearnedEvery = 1,
    dev_every: m.MeasuredEvery = 1,
    short: m.DetectionShort = False,
    chosen: g.BenchSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Table 4 of the paper: one small detector, fine-tuned on the pictures of each method. Takes hours on a CPU."""
    from wordfuse.agent.terminal.console import messages
    from wordfuse.evals.bench.detection.run import Asked
    from wordfuse.evals.bench.detection.run import bench_detection as run

    methods = named_files(method, "method")
    device = chosen.settings().device
    asked = Asked(data, preset, methods, words, detector, steps, seeds, every, dev_every, short, device)
    report = run(asked, out, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 16 and int(height) >= 16):
        raise InputError("expected WIDTHxHEIGHT in pixels, as in 640x480", argument="size", subject=text)
    return int(width), int(height)
