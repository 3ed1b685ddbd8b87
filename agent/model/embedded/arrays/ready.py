"""A small LLaMA kept as it is computed with: in the user's cache, in float32, so that a start only maps a file.

Widening and joining the weights takes longer than a plan, and every process would hold a copy of its own. The file is
read where it lies: processes that answer at the same time share it.
"""

import hashlib
import json
import logging
import shutil
from pathlib import Path

from filelock import FileLock
from safetensors.numpy import save_file

from wordfuse.agent.model.embedded.arrays.llama import CONFIG, WEIGHTS, Llama, Shape, arranged, shape_of
from wordfuse.agent.model.embedded.arrays.tensors import mapped
from wordfuse.agent.model.embedded.base import cache_dir
from wordfuse.agent.model.embedded.marked import file_sha256, is_whole, mark, weights_sha256

_LAYOUT = "1"  # of what ``arranged`` gives: another one is another folder
#: Beyond so many bytes of safetensors torch is the faster: in bfloat16, or on a GPU.
MOST_BYTES = 1 << 29

logger = logging.getLogger(__name__)


def ready_network(folder: Path) -> Llama | None:
    """The network of a folder, arranged once and then mapped.

    Args:
        folder: a model in Hugging Face format.

    Returns:
        None where it is no LLaMA that is computed here, is larger than pays, is damaged or cannot be kept: it is then
        transformers' to load, or to say what is wrong.
    """
    try:
        shape = shape_of(json.loads((folder / CONFIG).read_text(encoding="utf-8")))
        files = sorted(folder.glob("*.safetensors"))
        if shape is None or sum(file.stat().st_size for file in files) > MOST_BYTES:
            return None
        sums = " ".join((_LAYOUT, weights_sha256(folder), file_sha256(folder / CONFIG)))
        home = cache_dir() / "models"
        final = home / f"ready-{hashlib.sha256(sums.encode('ascii')).hexdigest()[:12]}"
        if not is_whole(final, final.name):
            home.mkdir(parents=True, exist_ok=True)
            with FileLock(home / f"{final.name}.lock"):
                if not is_whole(final, final.name):  # another process may just have finished it
                    _build(folder, shape, files, final)
        return Llama.load(final)
    except OSError as error:
        logger.warning("the language model starts slowly: it cannot be kept ready in %s (%s)", cache_dir(), error)
        return None
    except (ValueError, KeyError, TypeError) as error:
        logger.info("%s is left to transformers: %s", folder, error)
        return None


def _build(folder: Path, shape: Shape, files: list[Path], final: Path) -> None:
    """Make the folder beside its place and move it there whole."""
    work = final.with_name(f"{final.name}.part")
    shutil.rmtree(work, ignore_errors=True)  # what a killed process left; the lock says that none is at work
    try:
        work.mkdir()
        named = {name: tensor for file in files for name, tensor in mapped(file).items()}
        save_file(arranged(shape, named), work / WEIGHTS)
        (work / WEIGHTS).chmod(0o644)  # written for the owner alone, but a cache may be shared
        shutil.copyfile(folder / CONFIG, work / CONFIG)
        mark(work, final.name)
        shutil.rmtree(final, ignore_errors=True)  # a damaged one
        work.replace(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)
