"""Every restoring method on every kind of damage: PSNR and SSIM against the clean picture, and time.

``wordfuse bench restore --data DIR --out DIR``: DIR holds ``M3SVD-degraded`` (scenes with ``ir``, ``ir_stripes``,
``vi``, ``vi_blur``), ``CamVid`` and ``MSRS``. Methods stand in ``METHODS``; one line adds another.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from skimage import metrics

from wordfuse.evals.bench.restore import classical
from wordfuse.evals.bench.restore.classical import Values
from wordfuse.evals.bench.restore.damage import Damage, blurred, hazy_places, hazy_streets, striped
from wordfuse.evals.bench.restore.looks import COLUMNS, LOOKS, Row, means
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.finetune import denoise
from wordfuse.fusion.images import to_uint8, write_png
from wordfuse.fusion.restore.dehaze import dehaze
from wordfuse.fusion.restore.destripe import destripe
from wordfuse.fusion.restore.sharpen import sharpen
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.tools.effects import EFFECTS

Method = Callable[[Values], Values]

_psnr: Callable[..., float] = metrics.peak_signal_noise_ratio
_ssim: Callable[..., float] = metrics.structural_similarity


def _destriped(picture: Values) -> Values:
    return to_array(destripe(to_tensor(picture), amount=1.0).image)


def _dehazed(amount: float) -> Method:
    return lambda picture: to_array(dehaze(to_tensor(picture), amount=amount).image)


def _sharpened(amount: float) -> Method:
    return lambda picture: to_array(sharpen(to_tensor(picture), amount=amount).image)


def _then_denoised(method: Method) -> Method:
    """Stripes come with noise, which no destriping takes out: every method may be followed by the same denoiser."""
    return lambda picture: to_array(denoise(to_tensor(method(picture).clip(0, 1))).image)


STRIPES: dict[str, Method] = {
    "nothing": classical.nothing,
    "column means": classical.column_means,
    "FFT notch": classical.fft_notch,
    "wavelet-FFT": classical.wavelet_fft,
    "wordfuse": _destriped,
}
HAZE: dict[str, Method] = {
    "nothing": classical.nothing,
    "dark channel prior": classical.dark_channel,
    "wordfuse, normal": _dehazed(EFFECTS["dehaze"].amounts["normal"]),
    "wordfuse, all": _dehazed(1.0),
}
METHODS: dict[str, dict[str, Method]] = {
    "stripes": STRIPES
    | {f"{name}, denoised": _then_denoised(method) for name, method in STRIPES.items()}
    | {"column means, NL means": lambda picture: classical.nl_means(classical.column_means(picture).clip(0, 1))},
    "blur": {
        "nothing": classical.nothing,
        "unsharp mask": classical.unsharp_mask,
        "Richardson-Lucy": classical.lucy,
        "Wiener": classical.wiener_filter,
        "wordfuse, normal": _sharpened(EFFECTS["sharpen"].amounts["normal"]),
        "wordfuse, strong": _sharpened(EFFECTS["sharpen"].amounts["strong"]),
    },
    "haze, rendered": HAZE,
    "haze, CamVid": HAZE,
}
DAMAGES: dict[str, Callable[[Path, int], Iterator[Damage]]] = {
    "stripes": striped,
    "blur": blurred,
    "haze, rendered": hazy_places,
    "haze, CamVid": hazy_streets,
}


@dataclass(frozen=True)
class Score:
    """Against the clean picture: PSNR in dB, SSIM up to 1; seconds that the method took."""

    psnr: float
    ssim: float
    seconds: float


@dataclass
class RestoreReport:
    """Means over pictures: kind of damage -> method -> score, and the number of pictures of each kind.

    ``looks``: likewise of what is measured otherwise (``evals.bench.restore.looks``), method -> column -> value.
    """

    scores: dict[str, dict[str, Score]] = field(default_factory=dict)
    looks: dict[str, dict[str, Row]] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """As one JSON document."""
        return json.dumps(asdict(self))

    def markdown(self) -> str:
        """One table a kind of damage; the best of each column is bold."""
        lines = ["PSNR (dB) and SSIM against the clean picture, means; seconds on this machine."]
        for kind, scores in self.scores.items():
            lines += [
                "",
                f"**{kind}**, {self.pictures[kind]} pictures",
                "",
                "| method | PSNR | SSIM | s |",
                "|---|---|---|---|",
            ]
            best = {part: max(getattr(score, part) for score in scores.values()) for part in ("psnr", "ssim")}
            for name, score in scores.items():
                psnr, ssim = f"{score.psnr:.2f}", f"{score.ssim:.3f}"
                psnr = f"**{psnr}**" if score.psnr == best["psnr"] else psnr
                ssim = f"**{ssim}**" if score.ssim == best["ssim"] else ssim
                lines.append(f"| {name} | {psnr} | {ssim} | {score.seconds:.2f} |")
        for kind, rows in self.looks.items():
            columns = COLUMNS[kind]
            lines += ["", f"**{kind}**, {self.pictures[kind]} pictures", "", f"| method | {' | '.join(columns)} |"]
            lines.append("|---" * (1 + len(columns)) + "|")
            lines += [
                f"| {name} | {' | '.join(f'{row[column]:.2f}' for column in columns)} |" for name, row in rows.items()
            ]
            lines += ["", "; ".join(f"{column}: {words}" for column, words in columns.items()) + "."]
        return "\n".join(lines) + "\n"


def bench_restore(data: Path, out: Path, kinds: list[str], every: int, console: Console) -> RestoreReport:
    """Damage, restore, compare.

    Args:
        data: folder with M3SVD-degraded and CamVid.
        out: folder for the tables and a sheet a kind; made if missing.
        kinds: of ``DAMAGES`` and ``LOOKS``.
        every: only every n-th of the pictures.
        console: for progress.

    Raises:
        InputError: a folder or a picture is missing.
    """
    report = RestoreReport()
    out.mkdir(parents=True, exist_ok=True)
    for kind in (kind for kind in kinds if kind in LOOKS):
        report.looks[kind], report.pictures[kind] = means(iter(track(LOOKS[kind](data, every), kind, console=console)))
    for kind in (kind for kind in kinds if kind in DAMAGES):
        measured: dict[str, list[Score]] = {name: [] for name in METHODS[kind]}
        rows = []
        for damage in track(list(DAMAGES[kind](data, every)), kind, console=console):
            shown = [damage.clean]
            for name, method in METHODS[kind].items():
                score, result = _score(method, damage)
                measured[name].append(score)
                shown.append(result)
            rows.append(np.hstack([to_uint8(picture) for picture in shown]))
        report.pictures[kind] = len(rows)
        report.scores[kind] = {name: _mean(scores) for name, scores in measured.items()}
        write_png(out / f"restore_{kind.replace(', ', '_')}.png", _sheet(rows))
    write_bytes_atomic(out / "bench_restore.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_restore.md", report.markdown().encode())
    return report


def _score(method: Method, damage: Damage) -> tuple[Score, Values]:
    started = time.perf_counter()
    result = method(damage.damaged).clip(0, 1).astype(np.float32)
    seconds = time.perf_counter() - started
    psnr = _psnr(damage.clean, result, data_range=1)
    ssim = _ssim(damage.clean, result, data_range=1, channel_axis=-1)
    return Score(float(psnr), float(ssim), seconds), result


def _mean(scores: list[Score]) -> Score:
    return Score(*(float(np.mean([getattr(score, part) for score in scores])) for part in ("psnr", "ssim", "seconds")))


def _sheet(rows: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The first rows, one a picture, the clean one first."""
    width = min(row.shape[1] for row in rows)
    return np.vstack([row[:, :width] for row in rows[:6]])
