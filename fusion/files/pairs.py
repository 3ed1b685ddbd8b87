"""Registered infrared/visible pairs on disk.

Layouts that are recognised below a data folder, at any depth:

========================  =====================================================
folders                   as published by
========================  =====================================================
``ir/``, ``vi/``          MSRS, M3FD (``Ir``, ``Vis`` in its first release), this project
``cropinfrared/``,        RoadScene
``crop_LR_visible/``
``infrared/``,            LLVIP (``infrared/train``, ``visible/train``), TNO collections
``visible/``
========================  =====================================================

Pictures are matched by file stem. What systems hide or leave behind is no picture: names that begin with a dot, such as
macOS's ``._001.png`` (a resource fork), and folders such as ``.ipynb_checkpoints`` and ``__MACOSX``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wordfuse.fusion.errors import InputError, argument_named

FOLDER_NAMES = {
    "ir": ("vi", "vis"),
    "cropinfrared": ("crop_lr_visible",),
    "infrared": ("visible",),
}
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".npy"}
_LEFT_BEHIND = {"__MACOSX", "@eaDir", "$RECYCLE.BIN"}  # of zip files made on macOS, Synology's disks, Windows


@dataclass(frozen=True)
class PairFiles:
    """Where one pair lies."""

    infrared: Path
    visible: Path


def find_pairs(root: Path) -> list[PairFiles]:
    """Every pair below ``root``, sorted by path.

    Raises:
        InputError: the folder is missing or holds no pair in a known layout.
    """
    if not root.is_dir():
        raise InputError(
            "not a folder", subject=root, remedy=f"{argument_named('data')} names the folder that holds the pairs"
        )
    pairs = []
    folders = sorted(path for path in root.rglob("*") if path.is_dir() and not is_hidden(path.relative_to(root)))
    for folder in [root, *folders]:
        partners = FOLDER_NAMES.get(folder.name.lower(), ())
        siblings = {path.name.lower(): path for path in folder.parent.iterdir() if path.is_dir()}
        for visible in (siblings[name] for name in partners if name in siblings):
            pairs += list(match_stems(folder, visible))
    if not pairs:
        raise InputError(
            "no pairs found",
            subject=root,
            remedy="expected folders ir/ and vi/, cropinfrared/ and crop_LR_visible/, or infrared/ and visible/ with "
            "pictures of the same name",
        )
    return pairs


def is_hidden(path: Path) -> bool:
    """Whether a path, taken below a folder that somebody named, leads to or through what is not meant to be seen."""
    return any((part.startswith(".") and part not in (".", "..")) or part in _LEFT_BEHIND for part in path.parts)


def is_picture(path: Path) -> bool:
    """Whether a path is a picture file by its ending."""
    return path.suffix.lower() in SUFFIXES and path.is_file()


def match_stems(infrared: Path, visible: Path) -> Iterator[PairFiles]:
    """Pictures of two folders that have the same name but for its ending, sorted; subfolders are searched too."""
    partners = pictures_by_stem(visible)
    for stem, path in pictures_by_stem(infrared).items():
        if stem in partners:
            yield PairFiles(path, partners[stem])


def pictures_by_stem(folder: Path) -> dict[Path, Path]:
    """Every picture below a folder, sorted: its path in the folder without the ending, and where it is.

    Raises:
        InputError: two pictures differ in their ending alone.
    """
    found: dict[Path, Path] = {}
    for path in sorted(folder.rglob("*")):
        if is_picture(path) and not is_hidden(path.relative_to(folder)):
            stem = path.relative_to(folder).with_suffix("")
            if stem in found:
                raise InputError(
                    "pairs are matched by name without ending",
                    subject=f"{path} and {found[stem].name}",
                    remedy="remove one",
                )
            found[stem] = path
    return found
