"""Commands that make weights: train fusion, encoder, denoiser, veil, regions, language."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options import training as t
from wordfuse.cli.options.taking import expanded
from wordfuse.cli.shared import named_weights
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    from wordfuse.fusion.training.loop import Lesson, Recipe


@expanded
@guarded
def train_fusion(
    *,
    data: t.TrainData,
    out: t.TrainFolder = Path("runs/train-fusion"),
    preset: t.TrainPreset = "metric",
    steps: t.Steps = 30000,
    minutes: t.Minutes = None,
    batch: t.Batch = 4,
    crop: t.Crop = 128,
    learning_rate: t.LearningRate = 1e-3,
    term: t.Terms = [],  # noqa: B006 (typer wants a list)
    goal: t.Goal = None,
    encoder: t.Encoder = None,
    encoder_model: t.EncoderModel = None,
    chosen: g.TrainSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train a fusion network; resumable. The paper's: --preset terf --learning-rate 3e-4 --steps 17000."""
    from wordfuse.fusion.encoders.objective import GOAL
    from wordfuse.fusion.training import language
    from wordfuse.fusion.training.fusion import FusionLesson, FusionRecipe

    settings = chosen.settings()
    if preset in language.PRESETS:
        told = language.LanguageRecipe(
            *(steps, minutes, batch, crop, learning_rate),
            terms=named_weights(term),
            seed=settings.seed,
            goal=GOAL if goal is None else goal,
            encoder=encoder or "embedded",
            encoder_model=encoder_model,
        )
        _train(language.LanguageLesson(data, preset, told), out, told, settings.device, quiet)
        return
    for name, value in (("goal", goal), ("encoder", encoder), ("encoder_model", encoder_model)):
        if value is not None:
            raise InputError(
                f"preset {preset} is not trained toward words",
                argument=name,
                subject=value,
                remedy=f"name one that is: {argument_named('preset')} ldfusion",
            )
    recipe = FusionRecipe(steps, minutes, batch, crop, learning_rate, terms=named_weights(term), seed=settings.seed)
    _train(FusionLesson(data, preset, recipe), out, recipe, settings.device, quiet)


@expanded
@guarded
def train_encoder(
    *,
    data: t.TrainData,
    out: t.TrainFolder = Path("runs/train-encoder"),
    steps: t.Steps = 30000,
    minutes: t.Minutes = None,
    batch: t.Batch = 32,
    learning_rate: t.LearningRate = 1e-3,
    heads_of: t.HeadsOf = None,
    chosen: g.TrainSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train the embedded encoder of pictures and sentences on captions of what is known; resumable."""
    from wordfuse.fusion.training.encoding.heads import HeadsLesson
    from wordfuse.fusion.training.encoding.lesson import EncoderLesson
    from wordfuse.fusion.training.loop import Recipe

    settings = chosen.settings()
    recipe = Recipe(
        steps, minutes, batch, learning_rate=learning_rate, ema=0.995, seed=settings.seed, checkpoint_steps=100
    )
    lesson = (
        EncoderLesson(data, recipe)
        if heads_of is None
        else HeadsLesson(data, heads_of, recipe, out / "pieces.safetensors")
    )
    _train(lesson, out, recipe, settings.device, quiet)


@expanded
@guarded
def train_denoiser(
    *,
    data: t.TrainData,
    out: t.TrainFolder = Path("runs/train-denoiser"),
    steps: t.Steps = 30000,
    minutes: t.Minutes = None,
    batch: t.Batch = 8,
    crop: t.Crop = 96,
    learning_rate: t.LearningRate = 1e-3,
    chosen: g.TrainSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train the denoiser on pictures made noisy; resumable."""
    from wordfuse.fusion.training.denoiser import DenoiserLesson
    from wordfuse.fusion.training.loop import Recipe

    settings = chosen.settings()
    recipe = Recipe(steps, minutes, batch, crop, learning_rate, seed=settings.seed)
    _train(DenoiserLesson(data, recipe), out, recipe, settings.device, quiet)


@expanded
@guarded
def train_veil(
    *,
    data: t.VeilData,
    out: t.TrainFolder = Path("runs/train-veil"),
    steps: t.Steps = 30000,
    minutes: t.Minutes = None,
    batch: t.Batch = 8,
    learning_rate: t.LearningRate = 2e-3,
    without: t.Without = [],  # noqa: B006 (typer wants a list)
    chosen: g.TrainSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train the network that sees haze, on pictures made hazy; resumable."""
    from wordfuse.fusion.training.veil import VeilLesson, VeilRecipe

    settings = chosen.settings()
    recipe = VeilRecipe(steps, minutes, batch, learning_rate=learning_rate, seed=settings.seed, without=tuple(without))
    _train(VeilLesson(data, recipe), out, recipe, settings.device, quiet)


@expanded
@guarded
def train_regions(
    *,
    data: t.TrainData,
    out: t.TrainFolder = Path("runs/train-regions"),
    steps: t.Steps = 30000,
    minutes: t.Minutes = None,
    batch: t.Batch = 6,
    crop: t.Crop = 288,
    learning_rate: t.LearningRate = 1e-3,
    further: t.Further = False,
    chosen: g.TrainSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train the embedded region network on pictures with boxes or masks; resumable."""
    from wordfuse.fusion.training.loop import Recipe
    from wordfuse.fusion.training.regions import RegionLesson

    settings = chosen.settings()
    recipe = Recipe(steps, minutes, batch, crop, learning_rate, seed=settings.seed)
    _train(RegionLesson(data, recipe, further=further), out, recipe, settings.device, quiet)


def _train(lesson: "Lesson", out: Path, recipe: "Recipe", device: str, quiet: bool) -> None:
    """Train with a progress bar and print where the weights are."""
    from rich.progress import Progress

    from wordfuse.agent.terminal.console import messages
    from wordfuse.fusion.training.loop import Training, TrainingProgress

    training = Training(lesson, out, recipe, device)
    with Progress(console=messages(quiet)) as bars:
        bar = bars.add_task("training", total=1.0)

        def show(progress: TrainingProgress) -> None:
            bars.update(
                bar, completed=progress.share, description=f"step {progress.step}, loss {progress.train_loss:.4f}"
            )

        exported = training.run(show)
    typer.echo(exported)


@expanded
@guarded
def train_language(
    *,
    out: t.TrainFolder = Path("runs/train-language"),
    base: t.Base = None,
    start_with: t.StartWith = None,
    minutes: t.LanguageMinutes = 60.0,
    learning_rate: t.LearningRate = 6e-4,
    threads: t.Threads = 1,
    exclude: t.Exclude = None,
    chosen: g.TrainLanguageSettings,
    quiet: o.Quiet = False,
) -> None:
    """Train the adapter of the embedded language model on the generated corpus; resumable."""
    import logging

    from wordfuse.agent.model.embedded.base import resolve_base
    from wordfuse.agent.model.training.train import Settings, excluded, train
    from wordfuse.agent.terminal.console import downloading, messages

    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(message)s")
    left_out = excluded(exclude) if exclude is not None else frozenset()
    settings = Settings(minutes=minutes, threads=threads, seed=chosen.settings().seed, rate=learning_rate)
    with downloading(messages(quiet)) as progress:
        folder = resolve_base(base, progress=progress)
    typer.echo(train(str(folder), out, settings, left_out, start_with))
