"""Pairs of films in a folder, and what files beside each other are called that belong together."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from wordfuse.fusion.choices import FILM_SUFFIXES
from wordfuse.fusion.files.pairs import FOLDER_NAMES, is_hidden, is_picture

#: What infrared and visible files are called, in lower case.
NAMES = ("ir", "infrared", "thermal", "lwir"), ("vi", "vis", "visible", "rgb")
OURS = ("runs", "wordfuse-runs")  # folders of runs, whose films are no sources
MOST_LOOKED_AT = 20_000  # files and folders
LEAST_FRAMES = 5  # of a folder that is taken for a film
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?P<behind>\D*)")


def is_film_file(path: Path) -> bool:
    """Whether a path is a film file by its ending."""
    return path.suffix.lower() in FILM_SUFFIXES


def beside(files: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Files or folders of one folder that are called infrared and visible: ir.png, vi.png; 7_ir.mp4, 7_vi.mp4."""
    named = {path.stem.casefold(): path for path in files}
    pairs = []
    for stem, path in named.items():
        for ir in NAMES[0]:
            start, end = stem[: len(stem) - len(ir)], stem[len(stem) - len(ir) :]
            partner = next((named[start + vi] for vi in NAMES[1] if start + vi in named), None)
            if end == ir and partner is not None and (not start or start[-1] in "-_. "):
                pairs.append((path, partner))
    return pairs


def find_films(root: Path) -> list[tuple[Path, Path]]:
    """Pairs of films below a folder, by their names or, in folders such as ir/ and vi/, of one name; sorted.

    A film is a file, or a folder of frames: see :func:`find_frames`.
    """
    folders: dict[Path, list[Path]] = {}
    for path in _below(root):
        if is_film_file(path) and path.is_file():
            folders.setdefault(path.parent, []).append(path)
    for frames in find_frames(root):
        folders.setdefault(frames.parent, []).append(frames)
    pairs = []
    for folder, films in sorted(folders.items()):
        pairs += beside(sorted(films))
        for name in FOLDER_NAMES.get(folder.name.casefold(), ()):
            others = {path.stem: path for path in folders.get(folder.with_name(name), [])}
            pairs += [(path, others[path.stem]) for path in sorted(films) if path.stem in others]
    return pairs


def find_frames(root: Path) -> list[Path]:
    """Folders below a folder whose pictures are the frames of a film: numbered one by one, without a gap; sorted."""
    stems: dict[Path, list[str]] = {}
    for path in _below(root):
        if is_picture(path):
            stems.setdefault(path.parent, []).append(path.stem)
    return sorted(folder for folder, names in stems.items() if folder != root and _counted(names))


def _counted(stems: Sequence[str]) -> bool:
    found = [_NUMBERED.fullmatch(stem) for stem in stems]
    numbers = {int(one["number"]) for one in found if one is not None}
    alike = {(one["before"], one["behind"]) if one is not None else None for one in found}
    gapless = len(numbers) == len(stems) >= LEAST_FRAMES and max(numbers) - min(numbers) + 1 == len(numbers)
    return gapless and len(alike) == 1 and None not in alike


def _below(root: Path) -> Iterator[Path]:
    """What lies below a folder and is neither hidden nor of runs, as far as it is looked at."""
    for path in islice(root.rglob("*"), MOST_LOOKED_AT):
        inside = path.relative_to(root)
        if not is_hidden(inside) and inside.parts[0] not in OURS:
            yield path
