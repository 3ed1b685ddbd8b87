"""Fine-tuning on real pairs: the fast recipes beside the others, in loss, seconds and quality.

``wordfuse bench finetune --data DIR --out DIR`` takes four pairs each of RoadScene, MSRS and TNO and runs every task on
the whole picture with all its recipes: the paper's on the paper's network, ours on ``metric``. The final losses
and the quality are compared on copies of ``--side`` pixels, because the paper's recipes take minutes to hours on a CPU;
seconds are those of 640x480, the paper's extrapolated from a few measured steps. Each task leaves its tables,
``incline.md`` and ``.json``, and the pictures, ``incline.png``, to be looked at; and so on. Denoise is also held beside
well-known denoisers (``evals.bench.denoisers``).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn

from wordfuse.evals.bench.denoisers import Scores, check_installed, denoisers_table, score_denoisers
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import PairFiles, find_pairs
from wordfuse.fusion.finetune import Outcome, Recipe, denoise, incline
from wordfuse.fusion.finetune import relight as run_relight
from wordfuse.fusion.finetune.denoise import RECIPES as DENOISE
from wordfuse.fusion.finetune.incline import RECIPES as INCLINE
from wordfuse.fusion.finetune.relight import RECIPES as RELIGHT
from wordfuse.fusion.finetune.relight import find_light
from wordfuse.fusion.finetune.trained.decomposition import decomposition_loss
from wordfuse.fusion.finetune.trained.unit import NoiseUnit
from wordfuse.fusion.finetune.trained.zero_shot import noise_loss
from wordfuse.fusion.images import read_pair, to_uint8, write_png
from wordfuse.fusion.losses import inclination_loss
from wordfuse.fusion.measures import measure
from wordfuse.fusion.metrics import evaluate
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import as_batch, to_array, to_tensor
from wordfuse.fusion.weights import load_denoiser, load_fusion

SETS = ("RoadScene", "MSRS", "TNO")
PAIRS_A_SET = 4
TIMED_SIZE = (640, 480)
TIMED_STEPS = 2  # of the paper's recipes
NOISE_SIGMA = 15 / 255  # added for denoise: the pictures of these sets are nearly clean
LUMA_RATIO = 1.3
Task = Literal["incline", "relight", "denoise"]
VARIANTS: dict[Task, tuple[str, ...]] = {
    "incline": ("incline infrared", "incline visible"),
    "relight": ("relight brighter", "relight darker"),
    "denoise": ("denoise",),
}
RECIPES: dict[Task, dict[str, Recipe]] = {"incline": INCLINE, "relight": RELIGHT, "denoise": DENOISE}
NETWORKS = {"fast": "metric", "tuned": "metric", "paper": "terf"}  # recipe: preset

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Scene:
    """A pair at one size, fused by the network of every recipe."""

    infrared: Tensor
    visible: Tensor
    fused: dict[str, Tensor]  # by recipe


@dataclass
class Cell:
    """One recipe's outcome on one pair."""

    loss: float
    seconds: float
    quality: dict[str, float]


@dataclass
class FinetuneReport:
    """What the benchmark measured of one task: variant -> recipe -> one cell a pair; and seconds at 640x480."""

    task: Task
    side_px: int
    pairs: list[str] = field(default_factory=list)
    cells: dict[str, dict[str, list[Cell]]] = field(default_factory=dict)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    denoisers: list[Scores] = field(default_factory=list)  # one a pair; of denoise only

    def markdown(self) -> str:
        """The tables."""
        width, height = TIMED_SIZE
        lines = [
            f"Final loss on {len(self.pairs)} pairs at {self.side_px} px: median of fast over the other recipe, pairs "
            f"on which fast is at least as low. Seconds at {width}x{height}, the paper's extrapolated from "
            f"{TIMED_STEPS} steps.",
            "",
            "| task | fast beside | fast / other loss | at least as low | fast s | other s | times faster |",
            "|---|---|---|---|---|---|---|",
        ]
        for task, by_recipe in self.cells.items():
            seconds = self.seconds[task]
            for other in (recipe for recipe in by_recipe if recipe != "fast"):
                both = zip(by_recipe["fast"], by_recipe[other], strict=True)
                ratios = np.array([fast.loss / than.loss for fast, than in both])
                lines.append(
                    f"| {task} | {other} | {np.median(ratios):.3f} | {(ratios <= 1).sum()} of {len(ratios)} "
                    f"| {seconds['fast']:.2f} | {seconds[other]:.1f} | {seconds[other] / seconds['fast']:.0f} |"
                )
        lines += ["", "Quality, mean over the pairs:", "", "| task | recipe | measured |", "|---|---|---|"]
        for task, by_recipe in self.cells.items():
            for recipe, cells in by_recipe.items():
                names = cells[0].quality
                means = ", ".join(f"{name} {np.mean([cell.quality[name] for cell in cells]):.3f}" for name in names)
                lines.append(f"| {task} | {recipe} | {means} |")
        if self.denoisers:
            lines += ["", *denoisers_table(self.denoisers)]
        return "\n".join(lines) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """The same as data, JSON-native."""
        cells = {
            task: {recipe: [vars(cell) for cell in row] for recipe, row in by_recipe.items()}
            for task, by_recipe in self.cells.items()
        }
        scores = [
            {noise: {name: vars(score) for name, score in row.items()} for noise, row in one.items()}
            for one in self.denoisers
        ]
        return {**vars(self), "cells": cells, "denoisers": scores}


def bench_finetune(
    data: Path,
    out: Path,
    tasks: list[Task],
    side_px: int,
    device: str,
    console: Console,
    recipes: Sequence[str] = tuple(NETWORKS),
) -> list[FinetuneReport]:
    """Run tasks with all their recipes on twelve pairs.

    Args:
        data: folder with RoadScene, MSRS and TNO.
        out: folder for tables and pictures; made if missing.
        tasks: which; each leaves its files when it is done.
        side_px: longer side of the pictures on which losses and quality are compared.
        device: cpu, cuda or auto.
        console: for progress.
        recipes: which, of those that a task has; "fast" among them.

    Raises:
        InputError: a folder is missing or holds no pairs, or a package is missing that the benchmark needs.
    """
    if "denoise" in tasks:
        check_installed()
    networks = {
        recipe: load_fusion(preset, device=resolve_device(device))
        for recipe, preset in NETWORKS.items()
        if recipe in recipes
    }
    files = []
    for name in SETS:
        pairs = find_pairs(data / name)
        files += [
            (f"{name}/{pair.infrared.stem}", pair) for pair in pairs[:: max(1, len(pairs) // PAIRS_A_SET)][:PAIRS_A_SET]
        ]
    out.mkdir(parents=True, exist_ok=True)
    return [_bench(task, files, out, networks, side_px, device, console) for task in tasks]


def _bench(
    task: Task,
    files: list[tuple[str, PairFiles]],
    out: Path,
    networks: dict[str, FusionNetwork],
    side_px: int,
    device: str,
    console: Console,
) -> FinetuneReport:
    """Measure one task and write what it leaves."""
    report = FinetuneReport(task, side_px, [name for name, _ in files])
    rows: list[Picture] = []
    for _, pair in track(files, f"{task}, comparing", console=console):
        scene = _scene(pair.infrared, pair.visible, networks, side_px)
        for variant in VARIANTS[task]:
            shown = [_shown(scene.infrared), _shown(scene.visible)]
            for recipe in _recipes(task, networks):
                before, outcome, loss = _run(variant, recipe, scene, networks[recipe], resolve_device(device))
                edited = torch.as_tensor(outcome.image)
                quality = _quality(variant, scene, before, edited, scene.fused[recipe])
                report.cells.setdefault(variant, {}).setdefault(recipe, []).append(Cell(loss, outcome.seconds, quality))
                shown += [_shown(before), _shown(edited)]
            rows.append(np.hstack(shown))
        if task == "denoise":
            scores, sheet = score_denoisers(scene.fused["fast"])
            report.denoisers.append(scores)
            write_png(out / "denoisers.png", sheet)  # of the last pair
    report.seconds = _time(task, files[0][1], networks, device, console)
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 4), (0, width - row.shape[1]), (0, 0))) for row in rows]
    write_png(out / f"{task}.png", np.vstack(padded))
    write_bytes_atomic(out / f"{task}.json", json.dumps(report.as_dict(), indent=1).encode())
    write_bytes_atomic(out / f"{task}.md", report.markdown().encode())
    return report


def _scene(infrared: Path, visible: Path, networks: dict[str, FusionNetwork], size: int | tuple[int, int]) -> Scene:
    """A pair whose longer side is ``size``, or that has just this size, (width, height)."""
    pair = read_pair(infrared, visible)
    height, width = pair.infrared.shape
    scale = size / max(height, width) if isinstance(size, int) else 0.0
    target = (round(width * scale), round(height * scale)) if isinstance(size, int) else size
    sources = [
        to_tensor(np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), np.float32)).clamp(0, 1)
        for picture in (pair.infrared, pair.visible)
    ]
    return Scene(sources[0], sources[1], {recipe: fuse(network, *sources) for recipe, network in networks.items()})


def _run(
    task: str,
    recipe: str,
    scene: Scene,
    network: FusionNetwork,
    device: torch.device,
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe,
) -> tuple[Tensor, Outcome, float]:
    """The picture before, the outcome, and the loss of the task's equation over the whole picture afterwards."""
    before = scene.fused[recipe]
    if task.startswith("incline"):
        toward: Literal["infrared", "visible"] = "infrared" if task.endswith("infrared") else "visible"
        tuned = incline(
            network, scene.infrared, scene.visible, before, direction=toward, recipe=change(INCLINE[recipe])
        )
        loss = inclination_loss(torch.as_tensor(tuned.image), scene.infrared, scene.visible, toward)["total"]
        return before, tuned, float(loss)
    if task.startswith("relight"):
        ratio = LUMA_RATIO if task.endswith("brighter") else 1 / LUMA_RATIO
        chosen = change(RELIGHT[recipe])
        relit = run_relight(before, luma_ratio=ratio, recipe=chosen, device=device)
        return before, relit, relit.losses[-1] if chosen.epochs else _light_loss(before, chosen)
    noisy = (before + NOISE_SIGMA * torch.randn(before.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    denoised = denoise(noisy, recipe=change(DENOISE[recipe]), device=device)
    unit: nn.Module = load_denoiser()
    if denoised.state.tensors:
        unit = NoiseUnit()
        learned = {name: torch.as_tensor(values) for name, values in denoised.state.tensors.items()}
        unit.load_state_dict({name: values for name, values in learned.items() if name != "prior"})
    even = noisy[..., : noisy.shape[-2] // 2 * 2, : noisy.shape[-1] // 2 * 2]
    with torch.no_grad():
        return noisy, denoised, float(noise_loss(unit, even))


def _light_loss(picture: Tensor, recipe: Recipe) -> float:
    """Equation 17 of the light that is found without training."""
    light = torch.as_tensor(find_light(as_batch(picture), recipe)).float()
    return float(decomposition_loss(picture, light, (picture / light).clamp(0, 1), torch.zeros_like(picture)))


def _quality(task: str, scene: Scene, before: Tensor, after: Tensor, clean: Tensor) -> dict[str, float]:
    pictures = [to_uint8(to_array(image)) for image in (before, after)]
    infrared, visible = to_array(scene.infrared), to_array(scene.visible)
    first, last = (measure(picture, infrared, visible, None, pictures[0]) for picture in pictures)
    if task.startswith("incline"):
        source = task.split()[1]
        table = evaluate(pictures[1], to_uint8(infrared), to_uint8(visible))
        return {
            "distance before": first[f"distance_{source}"],
            "distance": last[f"distance_{source}"],
            "SSIM to the source": last[f"ssim_{source}"],
            "Qabf": table["Qabf"],
        }
    if task.startswith("relight"):
        return {
            "luma ratio": last["luma"] / max(first["luma"], 1e-6),
            "clipped more": last["clipped"] - first["clipped"],
            "noise ratio": last["noise"] / max(first["noise"], 1e-6),
            "edges": last["edges"],
        }
    return {
        "PSNR before": _psnr(before, clean),
        "PSNR": _psnr(after, clean),
        "edges": measure(pictures[1], infrared, visible, None, to_uint8(to_array(clean)))["edges"],
    }


def _psnr(image: Tensor, clean: Tensor) -> float:
    return float(-10 * torch.log10((image - clean).square().mean()))


def _time(
    task: Task, pair: PairFiles, networks: dict[str, FusionNetwork], device: str, console: Console
) -> dict[str, dict[str, float]]:
    """Seconds of each variant at 640x480; the paper's from a few steps, all recipes in turns."""
    scene = _scene(pair.infrared, pair.visible, networks, TIMED_SIZE)
    seconds: dict[str, dict[str, float]] = {}
    recipes = _recipes(task, networks)
    for variant in track(VARIANTS[task], f"{task}, timing", console=console):
        chosen = resolve_device(device)

        def took(steps: int, variant: str = variant, chosen: torch.device = chosen) -> float:
            change = partial(replace, epochs=steps)
            return _run(variant, "paper", scene, networks["paper"], chosen, change)[1].seconds

        seconds[variant] = {
            recipe: _run(variant, recipe, scene, networks[recipe], chosen)[1].seconds
            for recipe in recipes
            if recipe != "paper"
        }
        if "paper" in recipes:
            few, many = took(1), took(1 + TIMED_STEPS)
            a_step = max(many - few, 1e-6) / TIMED_STEPS
            seconds[variant]["paper"] = few + (recipes["paper"].epochs - 1) * a_step
    return seconds


def _recipes(task: Task, networks: dict[str, FusionNetwork]) -> dict[str, Recipe]:
    """The recipes of a task that are measured: those with a network."""
    return {name: recipe for name, recipe in RECIPES[task].items() if name in networks}


def _shown(image: Tensor) -> Picture:
    picture = to_uint8(to_array(image.clamp(0, 1)))
    return np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
