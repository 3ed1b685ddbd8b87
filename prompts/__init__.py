"""What the language model is told: prompts and demonstrations as data, with a hash for the run record.

``<turn>.compact.md`` is for the adapted model, which learned the rules in training; ``<turn>.md`` carries the rules and
``<turn>_examples.jsonl`` the demonstrations for any other model.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Prompt:
    """A prompt's name, its text without the final newline, and the SHA-256 of that text in UTF-8."""

    name: str
    text: str
    sha256: str


@cache
def load(name: str) -> Prompt:
    """Read the prompt ``name``, such as ``"plan"`` or ``"plan.compact"``.

    Raises:
        KeyError: There is no such prompt; the message lists those there are.
    """
    source = files(__name__) / f"{name}.md"
    if not source.is_file():
        raise KeyError(f"no prompt {name!r}; there are {', '.join(_names('.md'))}")
    text = source.read_text(encoding="utf-8").rstrip("\n")
    return Prompt(name, text, hashlib.sha256(text.encode()).hexdigest())


def examples(name: str) -> list[dict[str, Any]]:
    """Demonstrations of the turn ``name``, one JSON object each; an empty list where it has none."""
    source = files(__name__) / f"{name}_examples.jsonl"
    if not source.is_file():
        return []
    return [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def digest(*, compact: bool = False) -> str:
    """SHA-256 over names and contents of all prompt files: what a run record keeps to tell two prompt sets apart.

    Args:
        compact: of the prompts for the adapted model alone, which is told no others.
    """
    total = hashlib.sha256()
    for ending in (".md", ".jsonl"):
        for name in _names(ending):
            if compact and not name.endswith(".compact"):
                continue
            content = (files(__name__) / f"{name}{ending}").read_text(encoding="utf-8")
            total.update(f"{name}{ending}\0{content}\0".encode())
    return total.hexdigest()


def _names(ending: str) -> list[str]:
    return sorted(entry.name.removesuffix(ending) for entry in files(__name__).iterdir() if entry.name.endswith(ending))
