"""Commands that measure what wordfuse does on many pictures: bench fusion, bench finetune, bench edits."""

import json
from pathlib import Path

import typer

from agent import options as o
from agent import options_bench as b
from agent.commands.guard import guarded
from agent.commands.shared import named_files
from fusion.errors import InputError


@guarded
def bench_fusion(
    data: b.BenchData,
    out: b.BenchFolder = Path("runs/bench"),
    preset: b.BenchPresets = ["default", "terf"],  # noqa: B006 (typer wants a list)
    weights: b.BenchWeights = [],  # noqa: B006
    method: b.BenchMethods = [],  # noqa: B006
    size: b.BenchSizes = ["320x240", "640x480", "1280x1024", "4096x3072"],  # noqa: B006
    cost: b.BenchCost = True,
    device: o.Device = "auto",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure the fusion networks on real pairs, beside other methods."""
    from agent.console import messages
    from evals.bench_fusion import bench_fusion as run

    sizes = [_size(text) for text in size] if cost else []
    others = named_files(weights, "--weights"), named_files(method, "--method")
    report = run(data, out, preset, *others, sizes, device, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@guarded
def bench_finetune(
    data: b.BenchData,
    out: b.BenchFolder = Path("runs/bench"),
    task: b.BenchTasks = ["incline", "relight", "denoise"],  # noqa: B006
    side: b.BenchSide = 192,
    device: o.Device = "auto",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure fine-tuning on real pairs: the fast recipes beside the paper's. Takes an hour on two CPU cores."""
    from agent.console import messages
    from evals.bench_finetune import VARIANTS
    from evals.bench_finetune import bench_finetune as run

    for name in task:
        if name not in VARIANTS:
            raise InputError(f"--task {name}: expected {', '.join(VARIANTS)}")
    reports = run(data, out, [name for name in VARIANTS if name in task], side, device, messages(quiet))
    if as_json:
        typer.echo(json.dumps([report.as_dict() for report in reports]))
    else:
        typer.echo("\n".join(report.markdown() for report in reports))


@guarded
def bench_edits(
    data: b.BenchData,
    out: b.BenchFolder = Path("runs/bench"),
    recipe: b.BenchRecipe = "fast",
    every: b.Every = 1,
    device: o.Device = "auto",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Table 2 of the paper: what each task does to the usual metrics on RoadScene."""
    from agent.console import messages
    from evals.bench_edits import bench_edits as run

    report = run(data, out, recipe, every, device, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


@guarded
def bench_regions(
    data: b.BenchData,
    out: b.BenchFolder = Path("runs/bench"),
    regions: o.Regions = "embedded",
    grounding_model: o.GroundingModel = None,
    segmentation_model: o.SegmentationModel = None,
    grounding_picture: o.GroundingPicture = "fused",
    device: o.Device = "auto",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure a region backend: boxes and masks; of the embedded one, classes and words as well."""
    from agent.console import messages
    from evals.bench_regions import bench_regions as run
    from fusion.regions import Models

    models = Models(device, grounding_model, segmentation_model, grounding_picture)
    report = run(data, out, regions, models, messages(quiet))
    typer.echo(report.as_json() if as_json else report.markdown())


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 16 and int(height) >= 16):
        raise InputError(f"--size {text}: expected WIDTHxHEIGHT in pixels, as in 640x480")
    return int(width), int(height)
