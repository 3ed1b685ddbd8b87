"""Regions by words, measured: boxes against drawn ones, classes against masks, words known and unknown, masks to see.

``wordfuse bench regions --data DIR --out DIR`` reads boxes of RoadScene and MSRS (COCO's AP at an overlap of 0.5, by
pycocotools) and masks of CamVid below DIR, and writes ``regions.md``, ``regions.json`` and ``regions.png``, a sheet of
24 pictures with the masks of what was found. ``--regions grounding-dino`` measures the boxes and masks of that backend,
with ``--grounding-picture`` from what it sees in one picture or the other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.region_boxes import (
    Boxes,
    Judged,
    Result,
    Told,
    average_precision,
    drawn_boxes,
    judged,
    kept,
    recall_and_precision,
    result,
    seen_boxes,
)
from wordfuse.examples.scene_places import KINDS, render_place
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import PairFiles, find_pairs, pictures_by_stem
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, read_picture, to_float, to_uint8, write_png
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.regions import Grounding, Mask, Models, RegionBackend, Sources, create_backend
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import View, overlap
from wordfuse.fusion.regions.words.meaning import understand

WORDS = Path(__file__).parents[1] / "data" / "region_words.json"
BOXED = ("RoadScene", "MSRS")
STUFF = ("sky", "building", "road", "tree")
TALL_PX = 40
SHOWN = 24
RENDERED = {"people": "people", "cars": "cars", "sky": "sky", "buildings": "buildings", "trees": "trees"}
RENDERED_SEED, RENDERED_SIZE = 3, (320, 240)  # no seed that the network is trained on
SHOWN_PX = 240  # height of a picture on the sheet
Sees = Callable[[Sources], View]  # what the embedded network sees, with a second one or without
COLOURS = {"people": (255, 60, 60), "cars": (60, 255, 60), "bicycles": (80, 120, 255), "sky": (0, 200, 255)}


@dataclass
class RegionsReport:
    """What was measured.

    Attributes:
        pictures: set -> how many.
        precision: set -> class -> AP at an overlap of 0.5.
        objects: set -> class -> how many are drawn.
        iou: class -> intersection over union on CamVid.
        words: "known" and "unknown" -> share of the words that are as they should be.
        people: pairs with a person over 40 px tall, and those of them on which "people" covers one.
        fit: median overlap of the box of a cut-out mask with the drawn box, of people and cars that were found.
        alone: set -> picture that the network sees, the other is black -> class -> AP at an overlap of 0.5.
        shown: set -> class -> recall and precision of what is shown, at an overlap of 0.5.
        promises: of people and cars, by confidence: how many were found, mean confidence, the share that is right.
        rendered: phrase -> intersection over union of its mask with the exact one, over the rendered places.
    """

    pictures: dict[str, int] = field(default_factory=dict)
    precision: dict[str, dict[str, float]] = field(default_factory=dict)
    objects: dict[str, dict[str, int]] = field(default_factory=dict)
    iou: dict[str, float] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)
    people: tuple[int, int] = (0, 0)
    fit: float = 0.0
    alone: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    shown: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    promises: list[Told] = field(default_factory=list)
    rendered: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        """All of it."""
        return json.dumps(vars(self), indent=1)

    def markdown(self) -> str:
        """The tables."""
        lines = ["AP50 of boxes (drawn ones in brackets):", "", f"| set | {' | '.join(OBJECTS)} |", "|---|---|---|---|"]
        for name, row in self.precision.items():
            cells = " | ".join(f"{row[kind]:.3f} ({self.objects[name][kind]})" for kind in OBJECTS)
            lines.append(f"| {name}, {self.pictures[name]} pictures | {cells} |")
        for name, rows in self.alone.items():
            for picture, row in rows.items():
                lines.append(f"| {name}, {picture} alone | {' | '.join(f'{row[kind]:.3f}' for kind in OBJECTS)} |")
        lines += ["", "Recall and precision of what is shown:", ""]
        lines += ["| set | person | car |", "|---|---|---|"]
        for name, shares in self.shown.items():
            cells = " | ".join("{:.3f}, {:.3f}".format(*shares[kind]) for kind in ("person", "car"))
            lines.append(f"| {name} | {cells} |")
        if self.promises:
            lines += ["", "Confidences of people and cars, kept or not:", ""]
            lines += ["| found | mean confidence | right |", "|---|---|---|"]
            lines += [f"| {count} | {confidence:.2f} | {right:.2f} |" for count, confidence, right in self.promises]
        if self.rendered:
            told = " | ".join(f"{value:.3f}" for value in self.rendered.values())
            lines += ["", f"Intersection over union on {len(KINDS)} rendered places:", ""]
            lines += [f"| {' | '.join(self.rendered)} |", "|---" * len(self.rendered) + "|", f"| {told} |"]
        if self.iou:
            mean = float(np.mean([self.iou[name] for name in STUFF]))
            lines += [
                "",
                f"Intersection over union on CamVid, {self.pictures['CamVid']} pictures; mean of {', '.join(STUFF)}: "
                f"{mean:.3f}",
                "",
                f"| {' | '.join(self.iou)} |",
                "|---" * len(self.iou) + "|",
                f"| {' | '.join(f'{value:.3f}' for value in self.iou.values())} |",
            ]
        lines.append("")
        if self.words:
            lines.append(
                f"Words: {self.words['known']:.0%} of the synonyms are known, "
                f"{self.words['unknown']:.0%} of the nonsense words unknown."
            )
        lines += [
            f'People: on {self.people[1]} of {self.people[0]} pairs with somebody over {TALL_PX} px tall, "people" '
            "finds such a person.",
            f"Masks: median overlap of a mask's own box with the drawn box {self.fit:.2f}.",
        ]
        return "\n".join(lines) + "\n"


def bench_regions(data: Path, out: Path, regions: str, models: Models, console: Console) -> RegionsReport:
    """Measure a region backend; of the embedded one, its classes and words as well.

    Args:
        data: folder with RoadScene and MSRS, for the embedded one with CamVid.
        out: folder for tables and the sheet; made if missing.
        regions: name of the backend.
        models: what it is made with.
        console: for progress.

    Raises:
        InputError: a folder is missing, or pycocotools.
        BackendUnreachable: the backend's models cannot be loaded.
    """
    report = RegionsReport()
    backend = create_backend(regions, models)
    sees = backend.look if isinstance(backend, EmbeddedBackend) else None
    fused_by = Fuser(device=resolve_device(str(models.device))) if sees is None else None
    tiles: list[NDArray[np.uint8]] = []
    fits: list[float] = []
    tall, met = 0, 0
    told: list[Judged] = []
    for name in BOXED:
        drawn = drawn_boxes(data / name)
        found: dict[str, list[Result]] = {}
        shown: dict[str, list[Result]] = {}
        alone: dict[str, dict[str, list[Result]]] = {"infrared": {}, "visible": {}}
        pairs = [pair for pair in find_pairs(data / name) if drawn.get(pair.infrared.stem)]
        for number, pair in enumerate(track(pairs, name, console=console)):
            sources, stem = _sources(pair, fused_by), pair.infrared.stem
            shown[stem] = _asked(backend, sources)
            found[stem] = shown[stem] if sees is None else seen_boxes(sees(sources))
            if sees is not None:
                for picture, results in alone.items():
                    results[stem] = seen_boxes(sees(_with(sources, picture)))
            fits += _fits(backend, sources, drawn[stem])
            people = [box for kind, box in drawn[stem] if kind == "person" and box[3] - box[1] > TALL_PX]
            if people:
                tall += 1
                met += _covers(backend, sources, people)
            if number % max(1, 2 * len(pairs) // SHOWN) == 0:
                tiles.append(_overlay(backend, sources))
        report.pictures[name] = len(pairs)
        report.precision[name], report.objects[name] = average_precision(drawn, found)
        report.shown[name] = recall_and_precision(drawn, shown)
        told += [one for kind in ("person", "car") for one in judged(drawn, found, kind)]
        if sees is not None:
            report.alone[name] = {picture: average_precision(drawn, some)[0] for picture, some in alone.items()}
        if name == "MSRS":
            for part, letter in (("MSRS by day", "D"), ("MSRS at night", "N")):
                some = {stem: results for stem, results in found.items() if stem.endswith(letter)}
                report.pictures[part] = len(some)
                report.precision[part], report.objects[part] = average_precision(drawn, some)
    report.people = (tall, met)
    report.fit = float(np.median(fits)) if fits else 0.0
    report.rendered = _rendered(backend)
    if sees is not None:
        report.promises = kept(told)
        report.iou, report.pictures["CamVid"] = _camvid(data / "CamVid", sees, console)
        report.words = _words()
    out.mkdir(parents=True, exist_ok=True)
    write_png(out / "regions.png", _sheet(tiles[:SHOWN]))
    write_bytes_atomic(out / "regions.json", report.as_json().encode())
    write_bytes_atomic(out / "regions.md", report.markdown().encode())
    return report


PHRASES = {"person": "people", "car": "cars", "bicycle": "bicycles"}


def _asked(backend: RegionBackend, sources: Sources) -> list[Result]:
    """What a backend answers to the names of the classes."""
    return [
        result(name, detection.box, detection.score)
        for name, phrase in PHRASES.items()
        for detection in backend.ground(sources, [phrase])[0].detections
    ]


def _with(sources: Sources, picture: str) -> Sources:
    """The pair with one of the two blacked out."""
    black = np.zeros_like(sources.visible)
    if picture == "visible":
        return Sources(black[..., 0], sources.visible, sources.visible)
    return Sources(sources.infrared, black, black)


def _sources(pair: PairFiles, fused_by: Fuser | None) -> Sources:
    """A pair, and its fused picture for those who look at it; the embedded network does not."""
    read = read_pair(pair.infrared, pair.visible)
    if fused_by is None:
        return Sources(read.infrared, read.visible, read.visible)
    return Sources(read.infrared, read.visible, fused_by.fuse(read.infrared, read.visible).picture)


def _fits(backend: RegionBackend, sources: Sources, boxes: Boxes) -> list[float]:
    """How well the box of each cut-out person and car agrees with a drawn one that it overlaps."""
    fits = []
    for phrase, kind in (("people", "person"), ("cars", "car")):
        for detection in backend.ground(sources, [phrase])[0].detections:
            rows, columns = np.nonzero(backend.segment(sources, [detection]))
            if not len(rows):
                continue
            own = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
            best = max((overlap(own, box) for name, box in boxes if name == kind), default=0.0)
            if best > 0.2:
                fits.append(best)
    return fits


def _covers(backend: RegionBackend, sources: Sources, people: list[tuple[float, float, float, float]]) -> bool:
    """Whether a box that answers "people" overlaps one of these by half."""
    found = backend.ground(sources, ["people"])[0].detections
    return any(overlap(detection.box, box) >= 0.5 for detection in found for box in people)


def _overlay(backend: RegionBackend, sources: Sources) -> NDArray[np.uint8]:
    """Visible over infrared, with the outlines of what was found."""
    halves = []
    for picture in (sources.visible, np.repeat(sources.infrared[..., None], 3, axis=2)):
        shown = to_uint8(picture).copy()
        for phrase, colour in COLOURS.items():
            mask = _mask_of(backend, sources, backend.ground(sources, [phrase])[0])
            edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(shown, edges, -1, colour, max(1, shown.shape[0] // 300))
        scale = SHOWN_PX / shown.shape[0]
        halves.append(cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return np.vstack(halves)


def _sheet(tiles: list[NDArray[np.uint8]], columns: int = 6) -> NDArray[np.uint8]:
    width = max(tile.shape[1] for tile in tiles)
    padded = [np.pad(tile, ((0, 4), (0, width + 4 - tile.shape[1]), (0, 0))) for tile in tiles]
    padded += [np.zeros_like(padded[0])] * (-len(padded) % columns)
    return np.vstack([np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)])


def _camvid(folder: Path, sees: Sees, console: Console) -> tuple[dict[str, float], int]:
    """Intersection over union of each class, over all pixels that are labelled; the infrared picture is black."""
    count = len(CLASSES) + 1
    confusion = np.zeros((count, count), np.int64)
    masks, pictures = pictures_by_stem(folder / "mask"), pictures_by_stem(folder / "vi")
    for stem, path in track(list(masks.items()), "CamVid", console=console):
        visible = read_picture(pictures[stem]).astype(np.float32) / np.float32(255)
        view = sees(Sources(np.zeros(visible.shape[:2], np.float32), visible, visible))
        mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert mask is not None
        size = (visible.shape[1], visible.shape[0])
        names = np.stack([cv2.resize(chance, size) for chance in view.chances]).argmax(axis=0)
        confusion += np.bincount((mask.astype(np.int64) * count + names).ravel(), minlength=count**2).reshape(
            count, count
        )
    labelled = confusion[: len(CLASSES)]
    hits = np.diag(labelled)
    union = labelled.sum(axis=1) + labelled[:, : len(CLASSES)].sum(axis=0) - hits
    return {name: float(hits[i] / max(union[i], 1)) for i, name in enumerate(CLASSES)}, len(masks)


def _rendered(backend: RegionBackend) -> dict[str, float]:
    """Intersection over union of masks with the exact ones on rendered places, all their pixels together."""
    common, either = (dict.fromkeys(RENDERED, 0) for _ in range(2))
    for kind in KINDS:
        scene = render_place(kind, RENDERED_SEED, RENDERED_SIZE)
        visible = to_float(scene.visible)
        sources = Sources(to_float(scene.infrared), visible, visible)
        for grounding in backend.ground(sources, list(RENDERED)):
            found, exact = _mask_of(backend, sources, grounding) > 127, scene.masks[RENDERED[grounding.phrase]] > 127
            common[grounding.phrase] += int((found & exact).sum())
            either[grounding.phrase] += int((found | exact).sum())
    return {phrase: common[phrase] / max(either[phrase], 1) for phrase in RENDERED}


def _mask_of(backend: RegionBackend, sources: Sources, grounding: Grounding) -> Mask:
    if not grounding.found:
        return np.zeros(sources.shape, np.uint8)
    return grounding.mask if grounding.mask is not None else backend.segment(sources, grounding.detections)


def _words() -> dict[str, float]:
    """Share of synonyms that mean what they should, and of nonsense that means nothing."""
    words = json.loads(WORDS.read_text())
    known = [
        not isinstance(understood, str) and name in understood[0].classes
        for word, name in words["synonyms"].items()
        for understood in [understand(f"the {word}")]
    ]
    unknown = [isinstance(understand(f"the {word}"), str) for word in words["nonsense"]]
    return {"known": float(np.mean(known)), "unknown": float(np.mean(unknown))}
