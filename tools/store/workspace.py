"""The pictures, masks and edit states of one run, reached by id and never by path.

Everything a tool makes is a new file named after a counter, and the counter is part of the catalogue, which the caller
keeps in its own (checkpointed) state. A tool call that was killed and is made again therefore overwrites its own files
and gives the same result. One that was stopped between epochs has a result: the next attempt goes on from it.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import Applied
from wordfuse.fusion.errors import InputError, storage_error
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import MAX_PIXELS, Pair, check_size, fitting, to_float, to_uint8, without_tint, write_png
from wordfuse.fusion.regions import Grounding, Models, RegionBackend, SeenPicture, Sources, create_backend
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.tools.store.catalogue import Catalogue, GroundingRecord
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.types import UnknownId

if TYPE_CHECKING:
    from wordfuse.fusion.metrics.kept import Kept
    from wordfuse.fusion.networks.network import FusionNetwork

FUSED = "fused"
Where = Literal["fused", "infrared", "visible"]
MOST_MEASURED = 64  # measurements that are kept: those of some ten edits


@dataclass(frozen=True)
class Progress:
    """One epoch of a running tool."""

    tool: str
    epoch: int
    epochs: int
    loss: float


@dataclass(frozen=True)
class ToolSettings:
    """How the tools run: chosen by the user, never by the model."""

    device: str = "auto"
    preset: str = "default"
    weights: Path | None = None
    infrared: float | None = None
    regions: str = "auto"
    grounding_model: str | None = None
    segmentation_model: str | None = None
    grounding_picture: SeenPicture = "fused"
    masks: Mapping[str, Path] = field(default_factory=dict)
    seed: int = 0
    max_pixels: int = MAX_PIXELS
    align: bool = False
    reading: Reading = Reading()
    seconds_per_call: float | None = 300.0

    @property
    def fuser(self) -> Fuser:
        """How pairs are fused."""
        return Fuser(self.preset, self.weights, self.device, self.infrared)


class Workspace:
    """One run folder with its sources. Not thread-safe: one run, one workspace."""

    def __init__(
        self, folder: Path, infrared: Path, visible: Path, settings: ToolSettings, decoded: Decoded | None = None
    ) -> None:
        """Nothing is read or written yet; the sources are decoded at first use, if they are not among ``decoded``."""
        self.folder, self.infrared, self.visible, self.settings = folder, infrared, visible, settings
        self.decoded = decoded or Decoded()
        self.catalogue = Catalogue()
        # Why phrases were not found, with the names of arguments unspelled; records have it in words only.
        self.missing: dict[str, list[Grounding]] = {}
        self.progress: Callable[[Progress], None] | None = None
        self.cancelled: Callable[[], bool] | None = None
        self.gently: Callable[[], AbstractContextManager[None]] = nullcontext  # entered while epochs run
        self.made: Callable[[Applied], None] | None = None  # told what each edit did, where that can be done again
        self.where: Where | None = None  # in which picture faults are taken out, where that is settled
        self.seconds_left: float | None = None  # of the run's budget; a call may take no longer
        self._backend: RegionBackend | None = None

    # What the tools work with.

    @cached_property
    def measured(self) -> "Kept[dict[str, float]]":
        """What was measured of the run's pictures: no picture is measured twice. What it gives is not to be changed."""
        from wordfuse.fusion.metrics.kept import Kept  # here, because its package loads all that measures

        return Kept(MOST_MEASURED)

    @property
    def pair(self) -> Pair:
        """The decoded sources."""
        chosen = self.settings
        return self.decoded.pair(
            self.infrared, self.visible, max_pixels=chosen.max_pixels, align=chosen.align, reading=chosen.reading
        )

    @property
    def network(self) -> "FusionNetwork":
        """The fusion network that fine-tuning starts from, with its trained weights."""
        return self.fuser.network

    @property
    def fuser(self) -> Fuser:
        """How the pair is fused."""
        return self.settings.fuser

    @property
    def backend(self) -> RegionBackend:
        """The region backend that the user chose."""
        if self._backend is None:
            models = Models(
                device=self.settings.device,
                grounding_model=self.settings.grounding_model,
                segmentation_model=self.settings.segmentation_model,
                picture=self.settings.grounding_picture,
            )
            self._backend = create_backend(self.settings.regions, models)
        return self._backend

    def use_backend(self, backend: RegionBackend) -> None:
        """Take a region backend that another workspace with the same settings has loaded."""
        self._backend = backend

    def user_masks(self, phrases: Collection[str] = ()) -> dict[str, NDArray[np.uint8]]:
        """The masks that the user named, (H, W) uint8 with 255 inside.

        Args:
            phrases: what is looked for: those of them that pieces were chosen for are among the masks.
        """
        # Not at the top: what it needs takes a while to load.
        from wordfuse.fusion.regions.words.same import same_thing

        known = self._named()
        called = {phrase: path for phrase in phrases for name, path in known.items() if same_thing(phrase, name)}
        return self._read(
            called | {name: path for name, path in known.items() if name in phrases} | dict(self.settings.masks)
        )

    def masks_by_noun(self, phrases: Collection[str]) -> dict[str, NDArray[np.uint8]]:
        """The masks of what is nowhere found by phrases that are only its noun, as :meth:`user_masks` has them.

        Who pointed out the bicycles on the left means them by "the bikes", as long as no other was pointed out.
        """
        from wordfuse.fusion.regions.words.same import is_noun_of

        known, called = self._named(), dict[str, Path]()
        for phrase in phrases:
            paths = {path for name, path in known.items() if is_noun_of(phrase, name)}
            if len(paths) == 1:
                (called[phrase],) = paths
        return self._read(called)

    def _named(self) -> dict[str, Path]:
        """The files of the masks that the user named or chose pieces for; of one that is gone it is asked again."""
        chosen = {name: self.folder / file for name, file in self.catalogue.named.items()}
        return {name: path for name, path in chosen.items() if path.is_file()} | dict(self.settings.masks)

    def _read(self, masks: Mapping[str, Path]) -> dict[str, NDArray[np.uint8]]:
        shape, most = self.pair.visible.shape[:2], self.settings.max_pixels
        return {name: self.decoded.mask(path, shape, max_pixels=most) for name, path in masks.items()}

    def sources(self) -> Sources:
        """What a region backend may look at.

        The fused picture is the one before any edit, so that "the dark areas" stay the same areas, and a repeat the
        same edit, however often they are brightened.
        """
        pair = self.pair
        return Sources(
            pair.infrared, pair.visible, to_float(self.image(FUSED)), pair.temperatures, why_none(pair.notes)
        )

    # Ids.

    def new_id(self, prefix: str) -> str:
        """The next free id: prefix and a number that never repeats in a run."""
        self.catalogue.counter += 1
        self.catalogue.made += 1
        return f"{prefix}{self.catalogue.counter}"

    def max_seconds(self) -> float | None:
        """How long the tool call at hand may take."""
        limits = [limit for limit in (self.settings.seconds_per_call, self.seconds_left) if limit is not None]
        return min(limits, default=None)

    def seed(self) -> int:
        """The seed of the tool call at hand: an interrupted call made again has the same, any other call another.

        What is done after an undo has the seed that it would have had in the place of what was undone.
        """
        return self.settings.seed + self.catalogue.made

    def image(self, name: str) -> NDArray[np.uint8]:
        """A picture of this run, uint8 (H, W, 3).

        Raises:
            UnknownId: there is none of that name.
            InputError: its file is gone or damaged, or was replaced by one of another size.
        """
        path = self._file(self.catalogue.images, name, "image")
        pixels = self.decoded.picture(path, max_pixels=self.settings.max_pixels)
        check_size(pixels, self.pair, path)
        return pixels

    def mask(self, name: str | None) -> NDArray[np.uint8] | None:
        """A mask of this run, uint8 (H, W) with 255 inside; None is the whole image."""
        if name is None:
            return None
        path = self._file(self.catalogue.masks, name, "mask")
        return self.decoded.mask(path, self.pair.visible.shape[:2], max_pixels=self.settings.max_pixels)

    def grounding(self, name: str) -> list[GroundingRecord]:
        """What an earlier ground() call found."""
        if name not in self.catalogue.groundings:
            raise UnknownId(f"unknown grounding {name!r}", remedy=f"known: {_listed(self.catalogue.groundings)}")
        return self.catalogue.groundings[name]

    def save_image(self, name: str, pixels: NDArray[np.uint8], file: str) -> None:
        """Write a picture under its id; if the visible source was gray and no edit coloured it, its luma."""
        path, stored = self._target(file), without_tint(pixels) if self.pair.gray else pixels
        write_png(path, stored)
        self.decoded.wrote_picture(path, stored)
        self.catalogue.images[name] = file

    def save_mask(self, name: str, mask: NDArray[np.uint8], file: str) -> None:
        """Write a mask and enter it under its id."""
        path = self._target(file)
        write_png(path, mask)
        self.decoded.wrote_mask(path, mask)
        self.catalogue.masks[name] = file

    def adopt_image(self, name: str, source: Path) -> None:
        """Take a picture of the user's, which must have the size of the pair; on a gray pair, its luma.

        Raises:
            InputError: it cannot be read or has another size.
        """
        pixels = self.decoded.picture(source, max_pixels=self.settings.max_pixels)
        self.save_image(name, fitting(pixels, self.pair, source), f"work/{name}.png")

    def adopt_mask(self, name: str, source: Path) -> None:
        """Take a mask of the user's, which must have the size of the pair.

        Raises:
            InputError: it cannot be read or has another size.
        """
        mask = self.decoded.mask(source, self.pair.visible.shape[:2], max_pixels=self.settings.max_pixels)
        self.save_mask(name, mask, f"masks/{name}.png")

    def accept(self, attempt: str, name: str) -> str:
        """Keep an attempt under its final name; returns the file, relative to the run folder."""
        file = f"images/{name}.png"
        # The same pixels, as they were written: to pack them anew takes ten times as long as to read them.
        pixels, path = self.image(attempt), self._target(file)
        write_bytes_atomic(path, self._file(self.catalogue.images, attempt, "image").read_bytes())
        self.decoded.wrote_picture(path, pixels)
        self.catalogue.images[name] = file
        self.catalogue.aliases[name] = attempt
        return file

    def origin(self, name: str) -> str:
        """The attempt behind an accepted picture; any other picture is its own origin."""
        return self.catalogue.aliases.get(name, name)

    def area(self, mask: str | None) -> float:
        """The share of the picture that a mask covers, in [0, 1]."""
        pixels = self.mask(mask)
        return 1.0 if pixels is None else round(float((pixels > 0).mean()), 6)

    def metrics(self, result: str) -> dict[str, dict[str, float]]:
        """The metric table of the fused picture and of the result."""
        from wordfuse.fusion.metrics import evaluate

        def of(picture: NDArray[np.uint8]) -> dict[str, float]:
            sources = to_uint8(self.pair.infrared), to_uint8(self.pair.visible)
            return self.measured.of(lambda: evaluate(picture, *sources), picture, told="metrics")

        return {"fused": of(self.image(FUSED)), "result": of(self.image(result))}

    def state_key(self, task: str, direction: str | None, mask: str | None) -> str:
        """What an edit is known by: two masks with equal pixels are the same region."""
        pixels = self.mask(mask)
        region = "whole" if pixels is None else hashlib.sha256(pixels.tobytes()).hexdigest()[:12]
        return "-".join(part for part in (task, direction, region) if part)

    def forget(self, task: str, direction: str | None, mask: str | None) -> None:
        """Drop the state of an edit, so that its next call starts afresh."""
        self.catalogue.states.pop(self.state_key(task, direction, mask), None)

    def _target(self, file: str) -> Path:
        """Where a file of this run goes; its folder is made."""
        path = self.folder / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, path.parent, verb="made") from error
        return path

    def _file(self, table: Mapping[str, str], name: str, kind: str) -> Path:
        if name not in table:
            raise UnknownId(f"unknown {kind} {name!r}", remedy=f"known: {_listed(table)}")
        path = self.folder / table[name]
        if not path.is_file():
            raise InputError("is gone", subject=path, remedy="put it back from a copy, or start a new run")
        return path


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none yet"
