"""The command line. Imports that take time are made inside the commands, so that ``--help`` answers at once."""

import functools
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

# Read once, when torch and huggingface_hub are first imported: threads that sleep while they wait, since spinning ones
# slow every step down on a busy machine; no telemetry, no progress bars but ours.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import typer

from agent import options as o
from fusion.errors import BackendUnreachable, InputError, RegionError, WordfuseError

if TYPE_CHECKING:
    from agent.settings import Settings
    from agent.state import Json

MAX_PIXELS = 50_000_000  # fusion.images.MAX_PIXELS, which is not imported here: it would double the time of --help
INTERRUPTED = 130

app = typer.Typer(
    name="wordfuse",
    help="Say in words what a fused infrared/visible picture should look like, and an agent makes it so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
train = typer.Typer(help="Train the fusion network or the language model's adapter.", no_args_is_help=True)
app.add_typer(train, name="train")

P = ParamSpec("P")
R = TypeVar("R")


def main() -> None:
    """Entry point of the ``wordfuse`` command."""
    app()


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into one line on standard error and the documented exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except WordfuseError as error:
            _complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            _complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.filename is not None:
                # A name that is too long, a folder that may not be entered, a disk that is full: not a fault of ours.
                _complain(f"{error.filename}: {error.strerror}; check the name, the permissions and the free space")
                raise typer.Exit(InputError.exit_code) from None
            place = traceback.extract_tb(error.__traceback__)[-1]
            _complain(
                f"a fault of ours, please report it: {type(error).__name__}: {error} "
                f"({Path(place.filename).name}:{place.lineno})"
            )
            raise typer.Exit(1) from None

    return run


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
) -> None:
    """Say in words what a fused infrared/visible picture should look like, and an agent makes it so."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"wordfuse {installed('wordfuse')}")
        raise typer.Exit


@app.command()
@guarded
def run(
    ir: o.Infrared,
    vi: o.Visible,
    instruction: o.Instructions,
    out: o.OutFolder = None,
    mask: o.Masks = [],  # noqa: B006 (typer wants a list)
    llm: o.Llm = "embedded",
    model: o.Model = None,
    regions: o.Regions = "auto",
    grounding_model: o.GroundingModel = None,
    segmentation_model: o.SegmentationModel = None,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    seed: o.Seed = 0,
    attempts: o.Attempts = 3,
    max_seconds: o.MaxSeconds = 3600,
    max_model_calls: o.MaxModelCalls = 120,
    max_tool_calls: o.MaxToolCalls = 120,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Carry out instructions on one pair: the main job."""
    from agent.session import free_folder

    limits = {
        "attempts": attempts,
        "seconds": max_seconds,
        "model_calls": max_model_calls,
        "tool_calls": max_tool_calls,
    }
    settings = _settings(
        llm=llm,
        model=model,
        masks=_named_files(mask),
        regions=regions,
        grounding_model=grounding_model,
        segmentation_model=segmentation_model,
        device=device,
        weights=weights,
        preset=preset,
        seed=seed,
        max_pixels=max_pixels,
        limits=limits,
    )
    _run(out or free_folder(Path("runs") / vi.stem), ir, vi, instruction, settings, as_json, quiet)


@app.command()
@guarded
def resume(
    run_dir: Annotated[Path, typer.Argument(help="The folder of the interrupted run.", show_default=False)],
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Go on with an interrupted run."""
    from agent.session import Session

    _finish(Session.open(run_dir), as_json, quiet)


@app.command()
@guarded
def demo(
    out: o.DemoFolder = None,
    llm: o.Llm = "embedded",
    model: o.Model = None,
    device: o.Device = "auto",
    seed: o.Seed = 0,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Do the main job on the bundled example."""
    from agent.session import free_folder
    from agent.strip import write_strip

    example = Path(__file__).resolve().parent.parent / "examples" / "street"
    words = ["make the people stand out, then brighten the dark areas"]
    settings = _settings(
        llm=llm, model=model, device=device, seed=seed, masks={"people": example / "masks" / "people.png"}
    )
    folder = free_folder(out or Path("runs/demo"))
    _run(folder, example / "ir.png", example / "vi.png", words, settings, as_json, quiet, then=write_strip)


@app.command()
@guarded
def plan(
    text: Annotated[str, typer.Argument(help="An instruction.", show_default=False)],
    after: o.After = None,
    llm: o.Llm = "embedded",
    model: o.Model = None,
    as_json: o.AsJson = False,
) -> None:
    """Show what the language model understands; no picture is touched. Exit code 3: it refuses."""
    from pydantic import ValidationError

    from agent.console import print_json
    from agent.llm import connect
    from agent.plan import Plan

    _check_words(text)
    before = None
    if after is not None:
        try:
            before = Plan.model_validate_json(after.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise InputError(
                f"--after {after}: not a plan as 'wordfuse plan --json' prints it ({_first_line(error)})"
            ) from error
    understood = connect(llm, model=model).plan(text, before)
    if as_json:
        print_json(understood.model_dump())
    else:
        for number, step in enumerate(understood.steps, start=1):
            typer.echo(f"{number}. {step}")
        if understood.refusal:
            typer.echo(f"not done: {understood.refusal}")
    if understood.refusal:
        raise typer.Exit(3)


@app.command()
@guarded
def fuse(
    ir: o.Infrared,
    vi: o.Visible,
    out: o.OutFile,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Fuse a pair; no language model."""
    settings = _settings(device=device, weights=weights, preset=preset, max_pixels=max_pixels)
    with _single(ir, vi, out, settings) as tool:
        result = tool.call("fuse")
        tool.deliver("fused.png", out)
        _tell(result | {"out": str(out), "sources": tool.work.pair.notes}, as_json, quiet, f"wrote {out}")


@app.command()
@guarded
def segment(
    text: Annotated[str, typer.Argument(help="A region in words.", show_default=False)],
    ir: o.Infrared,
    vi: o.Visible,
    out: o.OutFile,
    mask: o.Masks = [],  # noqa: B006 (typer wants a list)
    regions: o.Regions = "auto",
    grounding_model: o.GroundingModel = None,
    segmentation_model: o.SegmentationModel = None,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Write the mask of a region; no language model. Exit code 3: it was not found."""
    settings = _settings(
        masks=_named_files(mask),
        regions=regions,
        grounding_model=grounding_model,
        segmentation_model=segmentation_model,
        device=device,
        weights=weights,
        preset=preset,
        max_pixels=max_pixels,
    )
    with _single(ir, vi, out, settings, *settings.masks.values()) as tool:
        tool.call("fuse")
        grounding = tool.call("ground", phrases=[text])["grounding"]
        result = tool.call("segment", grounding=grounding, invert=False)
        record = tool.work.grounding(grounding)[0].model_dump(exclude={"mask"})
        tool.deliver(tool.work.catalogue.masks[result["mask"]], out)
        told = record | {"area": result["area"], "out": str(out)}
        _tell(told, as_json, quiet, f"wrote {out}: {result['area']:.1%} of the picture; {record['reason']}")


@app.command()
@guarded
def incline(
    ir: o.Infrared,
    vi: o.Visible,
    out: o.OutFile,
    direction: o.Source = "infrared",
    strength: o.StrengthOption = o.Strength.normal,
    fused: o.Fused = None,
    mask: o.MaskFile = None,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    seed: o.Seed = 0,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a region look more like one of the sources; no language model."""
    settings = _settings(device=device, weights=weights, preset=preset, seed=seed, max_pixels=max_pixels)
    _edit("incline", ir, vi, out, fused, mask, settings, as_json, quiet, direction=direction, strength=strength.value)


@app.command()
@guarded
def relight(
    ir: o.Infrared,
    vi: o.Visible,
    out: o.OutFile,
    direction: o.Light = "brighter",
    strength: o.StrengthOption = o.Strength.normal,
    fused: o.Fused = None,
    mask: o.MaskFile = None,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    seed: o.Seed = 0,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a region brighter or darker; no language model."""
    settings = _settings(device=device, weights=weights, preset=preset, seed=seed, max_pixels=max_pixels)
    _edit("relight", ir, vi, out, fused, mask, settings, as_json, quiet, direction=direction, strength=strength.value)


@app.command()
@guarded
def denoise(
    ir: o.Infrared,
    vi: o.Visible,
    out: o.OutFile,
    strength: o.StrengthOption = o.Strength.normal,
    fused: o.Fused = None,
    mask: o.MaskFile = None,
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "terf",
    seed: o.Seed = 0,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Take noise out of a region; no language model."""
    settings = _settings(device=device, weights=weights, preset=preset, seed=seed, max_pixels=max_pixels)
    _edit("denoise", ir, vi, out, fused, mask, settings, as_json, quiet, strength=strength.value)


@app.command()
@guarded
def metrics(
    ir: o.Infrared,
    vi: o.Visible,
    fused: o.Measured,
    mask: o.MaskFile = None,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    as_json: o.AsJson = False,
) -> None:
    """Measure a fused picture against its sources."""
    from rich.console import Console

    from agent.console import metric_table, print_json
    from tools.evaluate import metric_values

    try:
        values = metric_values(ir, vi, fused, mask, max_pixels=max_pixels)
    except RegionError as error:
        raise RegionError(f"--mask {mask}: {error}") from error
    if as_json:
        print_json(values)
    else:
        Console().print(metric_table({fused.name: values}))


@app.command()
@guarded
def doctor(
    llm: o.Llm = "embedded",
    model: o.Model = None,
    device: o.Device = "auto",
    as_json: o.AsJson = False,
) -> None:
    """Check this machine and try the language model on one instruction."""
    from agent.console import print_json
    from agent.doctor import examine

    findings = examine(llm, model, device)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.name}: {finding.text}")
    worst = max(finding.exit_code for finding in findings)
    if worst:
        raise typer.Exit(worst)


@train.command("fusion")
@guarded
def train_fusion(
    data: o.TrainData,
    out: o.TrainFolder = Path("runs/train-fusion"),
    preset: o.TrainPreset = "terf",
    steps: o.Steps = 6000,
    minutes: o.Minutes = None,
    batch: o.Batch = 4,
    crop: o.Crop = 96,
    learning_rate: o.LearningRate = 3e-4,
    device: o.Device = "auto",
    seed: o.Seed = 0,
    quiet: o.Quiet = False,
) -> None:
    """Train the fusion network (TeRF section 3.1.2); resumable."""
    from rich.progress import Progress

    from agent.console import messages
    from fusion.training.fusion import FusionTraining, Recipe, TrainingProgress

    recipe = Recipe(steps=steps, minutes=minutes, batch=batch, crop_px=crop, learning_rate=learning_rate, seed=seed)
    console = messages(quiet)
    training = FusionTraining(data, out, preset, recipe, device)
    with Progress(console=console) as bars:
        bar = bars.add_task("training", total=1.0)

        def show(progress: TrainingProgress) -> None:
            bars.update(
                bar, completed=progress.share, description=f"step {progress.step}, loss {progress.train_loss:.4f}"
            )

        exported = training.run(show)
    typer.echo(exported)


def _settings(**chosen: Any) -> "Settings":
    from pydantic import ValidationError

    from agent.settings import Settings
    from fusion.device import resolve_device
    from fusion.network import PRESETS
    from fusion.regions import BACKENDS
    from fusion.weights import load_fusion

    if chosen.get("weights") is not None:
        chosen["weights"] = chosen["weights"].resolve()  # a run may be resumed from another folder
    try:
        settings = Settings(**chosen)
    except ValidationError as error:
        raise InputError("; ".join(f"--{'-'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())) from error
    if settings.regions not in BACKENDS:
        raise InputError(f"--regions {settings.regions}: unknown; choose one of {', '.join(BACKENDS)}")
    if settings.preset not in PRESETS:
        raise InputError(f"--preset {settings.preset}: unknown; choose one of {', '.join(PRESETS)}")
    if settings.preset != "terf" and settings.weights is None:
        raise InputError(f"--preset {settings.preset}: has no weights of its own; give yours with --weights FILE")
    # Kept for the tools; here, so that unusable weights are refused before a folder is made.
    load_fusion(settings.preset, settings.weights, resolve_device(settings.device))
    return settings


def _check_words(*texts: str) -> None:
    if not all(text.strip() for text in texts):
        raise InputError("an instruction is empty; say what is to be done, as in -i 'brighten the dark areas'")


def _named_files(pairs: list[str]) -> dict[str, Path]:
    named = {}
    for pair in pairs:
        name, equals, file = pair.partition("=")
        if not (name and equals and file):
            raise InputError(f"--mask {pair}: expected NAME=FILE, as in --mask people=people.png")
        named[name.strip()] = Path(file)
    return named


def _run(
    folder: Path,
    ir: Path,
    vi: Path,
    instructions: list[str],
    settings: "Settings",
    as_json: bool,
    quiet: bool,
    then: "Callable[[Json], None] | None" = None,
) -> None:
    from agent.console import messages
    from agent.session import Session

    _check_words(*instructions)
    with messages(quiet or as_json).status("loading the language model"):
        session = Session.create(folder, ir, vi, instructions, settings)
    _finish(session, as_json, quiet, then)


def _finish(session: Any, as_json: bool, quiet: bool, then: "Callable[[Json], None] | None" = None) -> None:
    """Run a session to its end, show what came of it and leave with the run's exit code."""
    from agent.console import files_of, messages, print_json, run_table, watching
    from agent.record import exit_code

    console = messages(quiet)
    try:
        with watching(console) as notify:
            record = session.run(notify)
    except KeyboardInterrupt:
        _complain(f"interrupted; go on with: wordfuse resume {session.folder}")
        raise typer.Exit(INTERRUPTED) from None
    except BackendUnreachable as error:
        raise BackendUnreachable(f"{error} (go on later with: wordfuse resume {session.folder})") from error
    if then is not None:
        then(record)
    if as_json:
        print_json(record)
    else:
        console.print(run_table(record))
        console.print(files_of(record), soft_wrap=True)
    raise typer.Exit(exit_code(record))


def _single(ir: Path, vi: Path, out: Path, settings: "Settings", *others: Path | None) -> Any:
    from agent.single import SingleTool, check_output

    check_output(out, [path for path in (ir, vi, *others) if path is not None])
    return SingleTool(ir, vi, settings)


def _edit(
    task: str,
    ir: Path,
    vi: Path,
    out: Path,
    fused: Path | None,
    mask: Path | None,
    settings: "Settings",
    as_json: bool,
    quiet: bool,
    **args: str,
) -> None:
    from agent.console import messages, watching
    from agent.context import Event

    with _single(ir, vi, out, settings, fused, mask) as tool, watching(messages(quiet)) as notify:
        tool.work.progress = lambda progress: notify(Event("progress", task, progress))
        tool.start_from(fused)
        result = tool.call(task, image="fused", mask=tool.use_mask(mask), **args)
        tool.deliver(tool.work.catalogue.images[result["image"]], out)
    _tell(
        {"task": task, "out": str(out), "epochs": result["epochs"], "stopped": result["stopped"]},
        as_json,
        quiet,
        f"wrote {out}",
    )


def _tell(result: "Json", as_json: bool, quiet: bool, text: str) -> None:
    from agent.console import print_json

    if as_json:
        print_json(result)
    elif not quiet:
        typer.echo(text, err=True)


def _complain(text: str) -> None:
    """One line on standard error, whatever the names of files and the errors of libraries hold."""
    words = " ".join(part.strip() for part in text.splitlines() if part.strip())
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in words)
    typer.echo(f"wordfuse: {shown}", err=True)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


if __name__ == "__main__":
    main()
