"""The command line. Commands import what takes time when they run, so that ``--help`` answers at once."""

import os
import sys
from typing import Annotated

# Read once, when huggingface_hub is first imported: no telemetry, no progress bars but ours.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
# Read once, when NumPy is first imported. Its products are small here, and OpenBLAS's threads spin while they wait for
# each other: two take twice the processor's time of one, and no less of the clock's.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from wordfuse.agent.telling.streams import standard_streams
from wordfuse.agent.telling.voices import one_voice
from wordfuse.cli.commands import (
    bench,
    edits,
    evaluate,
    inspect,
    mcp,
    restoring,
    runs,
    script,
    serve,
    talk,
    training,
    video,
    web,
)
from wordfuse.cli.guard import complain, guarded
from wordfuse.fusion.errors import StorageError

app = typer.Typer(
    name="wordfuse",
    help="Say in words what a fused infrared/visible picture should look like, and an agent makes it so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
train = typer.Typer(help="Train the fusion network or the language model's adapter.", no_args_is_help=True)
app.add_typer(train, name="train")
measure = typer.Typer(help="Measure what wordfuse does on many pictures.", no_args_is_help=True)
app.add_typer(measure, name="bench")

for command in (
    runs.run,
    talk.chat,
    script.script,
    video.video,
    runs.resume,
    runs.plan,
    edits.fuse,
    edits.segment,
    edits.incline,
    edits.relight,
    edits.denoise,
    restoring.contrast,
    restoring.sharpen,
    restoring.dehaze,
    restoring.destripe,
    restoring.blur,
    restoring.recolour,
    edits.metrics,
    inspect.inspect,
    inspect.temperatures,
    runs.doctor,
    runs.demo,
):
    app.command()(command)
app.command("eval")(evaluate.evaluate_suite)
app.command()(mcp.mcp)
app.command()(web.web)
app.command(context_settings={"allow_extra_args": True})(serve.serve)
train.command("fusion")(training.train_fusion)
train.command("encoder")(training.train_encoder)
train.command("denoiser")(training.train_denoiser)
train.command("veil")(training.train_veil)
train.command("regions")(training.train_regions)
train.command("language")(training.train_language)
measure.command("fusion")(bench.bench_fusion)
measure.command("encoders")(bench.bench_encoders)
measure.command("finetune")(bench.bench_finetune)
measure.command("edits")(bench.bench_edits)
measure.command("regions")(bench.bench_regions)
measure.command("restore")(bench.bench_restore)
measure.command("inspect")(bench.bench_inspect)
measure.command("start")(bench.bench_start)
measure.command("speed")(bench.bench_speed)
measure.command("video")(bench.bench_video)
measure.command("detection")(bench.bench_detection)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
    tracing: Annotated[
        bool,
        typer.Option("--tracing", help="Send OpenTelemetry spans of what follows.", envvar="WORDFUSE_TRACING"),
    ] = False,
) -> None:
    """Say in words what a fused infrared/visible picture should look like, and an agent makes it so."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"wordfuse {installed('wordfuse')}")
        raise typer.Exit
    if tracing:
        from wordfuse.agent.run.tracing import start_tracing

        guarded(start_tracing)()


def main() -> None:
    """Entry point of the ``wordfuse`` command."""
    with standard_streams():
        one_voice()
        try:
            app()
        except StorageError as error:  # what is printed outside of commands: help, the version
            complain(error.told())
            sys.exit(error.exit_code)
