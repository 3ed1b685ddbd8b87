"""What tests of the embedded model share: a tiny model, and a cache of their own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own for every test."""
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/models"


@pytest.fixture(scope="module")
def folder(tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny LLaMA."""
    return Path(tiny.save(tiny.llama(tiny.tokenizer().get_vocab_size()), tmp_path_factory.mktemp("tiny")))
