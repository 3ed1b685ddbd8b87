"""wordfuse: say in words what a fused infrared/visible picture should look like.

From Python, see docs/python.md: what ``__all__`` lists is fetched when it is first asked for, so that the import itself
costs nothing.

The folders of the repository (``agent``, ``tools``, ``prompts``, ``fusion``, ``evals``, ``examples``) are packages of
this one: links beside this file lead to them, so that an installation adds the name ``wordfuse`` and no other.
"""

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wordfuse.agent.errors import AnswerError, BackendUnreachable, InputError, RegionError, WordfuseError
    from wordfuse.api.edits import denoise, fuse, incline, metrics, relight, segment
    from wordfuse.api.films import FilmRun, video
    from wordfuse.api.inspecting import inspect
    from wordfuse.api.pictures import Mask, Pair, Picture, read_pair, save
    from wordfuse.api.restoring import blur, contrast, dehaze, destripe, recolour, sharpen
    from wordfuse.api.runs import Run, resume, run
    from wordfuse.api.talk import Conversation, Turn
    from wordfuse.api.temperatures import isotherms, temperatures

    __version__: str

__all__ = [
    "AnswerError",
    "BackendUnreachable",
    "Conversation",
    "FilmRun",
    "InputError",
    "Mask",
    "Pair",
    "Picture",
    "RegionError",
    "Run",
    "Turn",
    "WordfuseError",
    "__version__",
    "blur",
    "contrast",
    "dehaze",
    "denoise",
    "destripe",
    "fuse",
    "incline",
    "inspect",
    "isotherms",
    "metrics",
    "read_pair",
    "recolour",
    "relight",
    "resume",
    "run",
    "save",
    "segment",
    "sharpen",
    "temperatures",
    "video",
]

# Torch's threads meet many hundred times a second. Those that spin while they wait for one that has lost its core to
# another program hold up both; asleep they cost next to nothing. Torch reads this once, when it is first imported.
if "torch" not in sys.modules:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_HOMES = {
    "wordfuse.agent.errors": ("AnswerError", "BackendUnreachable", "InputError", "RegionError", "WordfuseError"),
    "wordfuse.api.edits": ("denoise", "fuse", "incline", "metrics", "relight", "segment"),
    "wordfuse.api.films": ("FilmRun", "video"),
    "wordfuse.api.inspecting": ("inspect",),
    "wordfuse.api.pictures": ("Mask", "Pair", "Picture", "read_pair", "save"),
    "wordfuse.api.restoring": ("blur", "contrast", "dehaze", "destripe", "recolour", "sharpen"),
    "wordfuse.api.runs": ("Run", "resume", "run"),
    "wordfuse.api.talk": ("Conversation", "Turn"),
    "wordfuse.api.temperatures": ("isotherms", "temperatures"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """A public name, from the module where it is defined (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("wordfuse")
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, and what was imported below."""
    return sorted({*globals(), *__all__})
