"""Pairs of films in a folder, and what files beside each other are called that belong together."""

from collections.abc import Sequence
from pathlib import Path

from wordfuse.fusion.choices import FILM_SUFFIXES
from wordfuse.fusion.files.pairs import FOLDER_NAMES, is_hidden

#: What infrared and visible files are called, in lower case.
NAMES = ("ir", "infrared", "thermal", "lwir"), ("vi", "vis", "visible", "rgb")
OURS = ("runs", "wordfuse-runs")  # folders of runs, whose films are no sources
MOST_LOOKED_AT = 20_000  # files and folders


def is_film_file(path: Path) -> bool:
    """Whether a path is a film file by its ending."""
    return path.suffix.lower() in FILM_SUFFIXES


def beside(files: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Files of one folder that are called infrared and visible: ir.png and vi.png, 7_ir.mp4 and 7_vi.mp4."""
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
    """Pairs of films below a folder, by their names or, in folders such as ir/ and vi/, of one name; sorted."""
    folders: dict[Path, list[Path]] = {}
    for count, path in enumerate(root.rglob("*")):
        inside = path.relative_to(root)
        if is_film_file(path) and path.is_file() and not is_hidden(inside) and inside.parts[0] not in OURS:
            folders.setdefault(path.parent, []).append(path)
        if count >= MOST_LOOKED_AT:
            break
    pairs = []
    for folder, films in sorted(folders.items()):
        pairs += beside(sorted(films))
        for name in FOLDER_NAMES.get(folder.name.casefold(), ()):
            others = {path.stem: path for path in folders.get(folder.with_name(name), [])}
            pairs += [(path, others[path.stem]) for path in sorted(films) if path.stem in others]
    return pairs
