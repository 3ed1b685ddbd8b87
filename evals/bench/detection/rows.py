"""What the rows of the table show the detector: a source, what a preset fuses, another's pictures, words' work."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.agent.errors import RegionError
from wordfuse.agent.run.single import SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.evals.bench.detection.fastest import SIDE_PX
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.fusion.checksums import listed
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.fusion.fusing import LOOK, Fuser
from wordfuse.fusion.images import Pair, read_pair, read_picture, to_uint8, write_png
from wordfuse.fusion.networks.presets import PRESETS
from wordfuse.fusion.weights import CHECKSUMS

INFRARED, VISIBLE = "infrared", "visible"
WITH_WORDS = f"{LOOK}, with words"
TARGET = "people"  # who is made brighter, and the rest darker
STRENGTH = "normal"

Picture = NDArray[np.uint8]
Maker = Callable[[Labelled], Picture]


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        name: its name.
        make: the picture that it shows of a pair, (H, W, 3) or (H, W) uint8.
        stamp: of what its pictures are made by: when it is another, so are the pictures.
        files: what the picture of a pair is made from.
    """

    name: str
    make: Maker
    stamp: str
    files: Callable[[Labelled], Sequence[Path]] = lambda pair: (pair.files.infrared, pair.files.visible)


def every_preset() -> list[str]:
    """The default look, and every network that has weights of its own here."""
    shipped = listed(CHECKSUMS)
    return [LOOK, *(name for name in PRESETS if f"fusion-{name}.safetensors" in shipped)]


def rows_of(
    presets: Sequence[str], methods: dict[str, Path], words: bool, pairs: Sequence[Labelled], device: str
) -> list[Row]:
    """The rows, in the order of the table; faults of the arguments come to light here.

    Args:
        presets: how pairs are fused.
        methods: other methods: name -> folder of their pictures, DIR/train/SET/STEM.png and DIR/dev/SET/STEM.png.
        words: whether the default picture is shown relit by words, too.
        pairs: all that will be asked for.
        device: of our networks.

    Raises:
        InputError: an unknown preset, one without weights, a name that is taken, or a method that lacks a picture.
    """
    rows = [
        Row(INFRARED, lambda pair: to_uint8(_read(pair).infrared), ""),
        Row(VISIBLE, lambda pair: to_uint8(_read(pair).visible), ""),
    ]
    rows += [_of_preset(preset, device) for preset in dict.fromkeys(presets)]
    if words:
        rows.append(_of_words(device))
    taken = {row.name for row in rows}
    for name, folder in methods.items():
        if name in taken:
            raise InputError(
                "the table has a row of this name already",
                argument="method",
                subject=name,
                remedy=f"choose another, as in my-{name}",
            )
        rows.append(_of_method(name, folder, pairs))
    return rows


def _read(pair: Labelled) -> Pair:
    return read_pair(pair.files.infrared, pair.files.visible)


def _of_preset(preset: str, device: str) -> Row:
    fuser = Fuser(preset, device=device)
    fuser.check()
    return Row(preset, lambda pair: fuser.fuse_pair(_read(pair))[0], f"{_version()} {_weights(preset)}")


def _of_words(device: str) -> Row:
    """What two edits of the agent make of the default picture, called as its plans call them.

    "Make the people brighter" and "make everything but the people darker": the paper's "primary targets and
    corresponding background". Where nobody is found the picture stays as it is, as it does in a run.
    """
    settings = Settings(device=device, regions="embedded")

    def relit(pair: Labelled) -> Picture:
        with SingleTool(pair.files.infrared, pair.files.visible, settings) as tool:
            picture = tool.start_from(None)
            try:
                grounding = tool.call("ground", phrases=[TARGET])["grounding"]
                for invert, direction in ((False, "brighter"), (True, "darker")):
                    mask = tool.call("segment", grounding=grounding, invert=invert)["mask"]
                    edit = {"image": picture, "mask": mask, "direction": direction, "strength": STRENGTH}
                    picture = str(tool.call("relight", **edit)["image"])
            except RegionError:  # not there, or a few pixels
                pass
            return np.asarray(tool.work.image(picture), np.uint8)

    return Row(WITH_WORDS, relit, f"{_version()} {listed(CHECKSUMS)['regions.safetensors']}")


def _of_method(name: str, folder: Path, pairs: Iterable[Labelled]) -> Row:
    """Another method's pictures; every one is looked up now, so that a missing one is told before the work."""
    lying = {}
    stems: dict[Path, dict[str, Path]] = {}
    for pair in pairs:
        place = folder / pair.split / pair.set
        if place not in stems:
            stems[place] = {stem.name: file for stem, file in pictures_by_stem(place).items()}
        if pair.stem not in stems[place]:
            raise InputError(
                f"no picture named {pair.stem}",
                argument="method",
                subject=place,
                remedy=f"expected the pictures of {name} in {folder}/train/SET and {folder}/dev/SET, by the names of "
                "the pairs; or drop the method",
            )
        lying[pair.name] = stems[place][pair.stem]
    return Row(name, lambda pair: read_picture(lying[pair.name]), "", lambda pair: (lying[pair.name],))


def _version() -> str:
    return version("wordfuse")


def _weights(preset: str) -> str:
    """Of the network; the default look is none."""
    return listed(CHECKSUMS).get(f"fusion-{preset}.safetensors", preset)


def _stamp_of(files: Iterable[Path]) -> str:
    """What changes when a file does: names, sizes and times."""
    return digest([(str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns) for file in files])


def digest(value: object) -> str:
    """A short name for something that JSON can hold."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


class Cache:
    """The pictures of a row as the detector gets them, each made once: a run that was killed goes on."""

    def __init__(self, folder: Path, row: Row) -> None:
        """``folder`` is that of all rows."""
        self.row = row
        self.folder = folder / f"{slug(row.name)}-{digest([row.name, row.stamp, SIDE_PX])}"

    def place(self, pair: Labelled) -> Path:
        """Where the picture of a pair lies or will lie; another place where a source has changed."""
        return self.folder / f"{pair.name}-{_stamp_of(self.row.files(pair))}.png"

    def file(self, pair: Labelled) -> Path:
        """The picture of a pair, (SIDE_PX, SIDE_PX, 3) uint8 RGB as a PNG; made if it is not there."""
        path = self.place(pair)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            picture = squared(self.row.make(pair))
            write_png(path, picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2))
        return path


def squared(picture: Picture) -> Picture:
    """A picture stretched to what the detector takes, as FastestDet does: three channels or none."""
    shrinks = min(picture.shape[:2]) >= SIDE_PX
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=way), np.uint8)


def slug(name: str) -> str:
    """A name that a folder can have."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)
