"""The kinds of language model by name.

To add one, write a module with a ``connect(wanted)`` that returns a ``LanguageModel`` (``agent.model.protocol``), and
give it a line in `KINDS`.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from wordfuse.agent.errors import InputError
from wordfuse.agent.model.protocol import LanguageModel, Wanted
from wordfuse.agent.telling.shown import shown_url

Connect = Callable[[Wanted], LanguageModel]


def _from(module: str) -> Connect:
    """The ``connect`` of a module that is imported when it is needed: a served model never pays for torch."""

    def connect(wanted: Wanted) -> LanguageModel:
        model: LanguageModel = import_module(module).connect(wanted)
        return model

    return connect


# A word that ``--llm`` takes as it is, or the scheme of an address.
KINDS: dict[str, Connect] = {
    "embedded": _from("wordfuse.agent.model.embedded.connect"),
    "http://": _from("wordfuse.agent.model.served.connect"),
    "https://": _from("wordfuse.agent.model.served.connect"),
}


def connect(
    llm: str,
    *,
    model: str | None = None,
    adapter: Path | None = None,
    device: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> LanguageModel:
    """Get the language model that ``--llm`` names.

    Args:
        llm: ``embedded``, or the base URL of an OpenAI-compatible server (``http://host:8000/v1``).
        model: see :class:`wordfuse.agent.model.protocol.Wanted`, as for those below.
        adapter: an adapter directory.
        device: where it runs.
        progress: called with bytes done and in all.

    Raises:
        InputError: ``llm`` is neither.
        BackendUnreachable: weights or server cannot be reached.
    """
    scheme, slashes, _ = llm.partition("://")
    kind = KINDS.get(scheme + slashes)
    if kind is None:
        raise InputError(
            "neither 'embedded' nor a URL such as http://127.0.0.1:8000/v1", argument="llm", subject=shown_url(llm)
        )
    return kind(Wanted(llm, model, adapter, device, progress))
