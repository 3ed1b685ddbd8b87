"""The transcripts in the README: made by running what they show, and checked so that they cannot go stale.

Run it from the root of the repository::

    python -m wordfuse.evals.transcripts            # writes them anew into README.md
    python -m wordfuse.evals.transcripts --check    # exit code 1 where one is not what the command prints now

A transcript stands between ``<!-- transcript: NAME -->`` and ``<!-- end -->``. It begins with the command; what that
reads (the words of a conversation, a script) is given here. Seconds differ from run to run and are not compared.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from wordfuse.examples.street import render
from wordfuse.fusion.images import write_png

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
COLUMNS = 96
STREETS = range(100, 103)  # seeds; the region network was trained on none of them
CONVERSATION = (
    "make the people stand out",
    "a bit more",
    "how many people are there?",
    "denoise the sky",
    "the same for the road",
    "why?",
    "undo that",
)
SCRIPT = """\
jobs:
  - {ir: ir.png, vi: vi.png, say: ["make the people stand out", "a bit more"]}
  - {pairs: {ir: "pairs/ir/*.png", vi: "pairs/vi/*.png"}, say: denoise the sky}
"""
SUITE = """\
cases:
  - instruction: make the pedestrians stand out
    plan: {steps: [{task: stand_out, direction: more, region: {phrases: [pedestrians]}}]}
  - {instruction: crop the sky, plan: refuse}
"""
_BLOCK = re.compile(r"(<!-- transcript: (\w+) -->\n```\n)(.*?)(```\n<!-- end -->)", re.S)
_MEASURED = re.compile(r"\d+\.\d+")
_SECONDS = re.compile(r"\b\d+\.\d+\b(?= s\b|\s+│\s+\d+ │)")


@dataclass(frozen=True)
class Transcript:
    """A command and what it is given.

    Attributes:
        words: the command line.
        typed: lines for its standard input.
        file: a file that it reads, shown before it: name and content.
        prepare: makes what else it needs in a folder.
    """

    words: str
    typed: tuple[str, ...] = ()
    file: tuple[str, str] | None = None
    prepare: Callable[[Path], None] = field(default=lambda folder: None)


def _streets(folder: Path) -> None:
    """Rendered streets as pairs."""
    for name in ("ir", "vi"):
        (folder / "pairs" / name).mkdir(parents=True)
    for seed in STREETS:
        scene = render(seed, (480, 360))
        write_png(folder / f"pairs/ir/{seed}.png", scene.infrared)
        write_png(folder / f"pairs/vi/{seed}.png", scene.visible)


TRANSCRIPTS = {
    "chat": Transcript("wordfuse chat --ir ir.png --vi vi.png", typed=CONVERSATION),
    "script": Transcript(
        "wordfuse script night.yaml --jobs 2 > lines.jsonl", file=("night.yaml", SCRIPT), prepare=_streets
    ),
    "eval": Transcript("wordfuse eval my-suite.yaml --update-baseline", file=("my-suite.yaml", SUITE)),
}


def record(transcript: Transcript) -> str:
    """Carry out a command in a fresh folder with the bundled pair; what a person would see of it."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        for name in ("ir.png", "vi.png"):
            shutil.copy(ROOT / "examples" / "street" / name, folder)
        shown = ""
        if transcript.file is not None:
            name, content = transcript.file
            (folder / name).write_text(content, encoding="utf-8")
            shown = f"$ cat {name}\n{content}"
        transcript.prepare(folder)
        words, _, elsewhere = transcript.words.partition(" > ")
        done = subprocess.run(
            [sys.executable, "-m", "wordfuse", *words.split()[1:]],
            input="".join(f"{line}\n" for line in transcript.typed),
            env=_environment(),
            cwd=folder,
            stdout=subprocess.DEVNULL if elsewhere else subprocess.PIPE,
            stderr=subprocess.PIPE if elsewhere else subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = done.stderr if elsewhere else done.stdout
        if done.returncode not in (0, 3):
            raise RuntimeError(f"{transcript.words}: exit code {done.returncode}\n{printed}")
        lines = [line.rstrip() for line in printed.replace(f"{folder}/", "").splitlines()]
        return "\n".join([f"{shown}$ {transcript.words}", *lines]).strip() + "\n"


def same(transcript: str, other: str) -> bool:
    """Whether two transcripts tell the same.

    Seconds and the order in which jobs end may differ, and so may a measured number by one in its last place: a
    processor that calculates in bfloat16 gives other pixels than one that does not.
    """
    ours, theirs = _told(transcript), _told(other)
    return len(ours) == len(theirs) and all(map(_alike, ours, theirs))


def _told(transcript: str) -> list[str]:
    plain = re.sub(r"^\d+ of (?=\d+ done)", "N of ", _SECONDS.sub("N", transcript), flags=re.M)
    # The width of a table's columns depends on the seconds in it.
    lines = re.sub(r"([ ━─])\1+", r"\1", plain).splitlines()
    return sorted(lines, key=lambda line: (_MEASURED.sub("N", line), line))


def _alike(line: str, other: str) -> bool:
    ours, theirs = _MEASURED.findall(line), _MEASURED.findall(other)
    if _MEASURED.sub("N", line) != _MEASURED.sub("N", other):
        return False
    pairs = [(one.replace(".", ""), two.replace(".", "")) for one, two in zip(ours, theirs, strict=True)]
    return all(len(one) == len(two) and abs(int(one) - int(two)) <= 1 for one, two in pairs)


def shown(readme: str) -> list[tuple[str, str]]:
    """The transcripts in a text: names and what stands there."""
    return [(name, text) for _, name, text, _ in _BLOCK.findall(readme)]


def _environment() -> dict[str, str]:
    """That of a user with nothing set, in a terminal of the README's width."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORDFUSE_")}
    cache = {name: os.environ[name] for name in ("WORDFUSE_CACHE",) if name in os.environ}
    return {**kept, **cache, "COLUMNS": str(COLUMNS), "PYTHONPATH": str(ROOT)}


def main() -> int:
    """Write the transcripts, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    text = README.read_text(encoding="utf-8")
    now = {name: record(TRANSCRIPTS[name]) for name, _ in shown(text)}
    stale = [name for name, before in shown(text) if not same(before, now[name])]
    for name in stale:
        sys.stdout.write(f"{name}: {'stale' if given.check else 'written'}\n{now[name]}\n")
    if not given.check:
        kept = dict(shown(text)) | {name: now[name] for name in stale}
        anew = _BLOCK.sub(lambda block: block[1] + kept[block[2]] + block[4], text)
        README.write_text(anew, encoding="utf-8")
    return 1 if given.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
