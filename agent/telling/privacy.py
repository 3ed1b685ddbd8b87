"""Nothing leaves the machine unless ``--tracing`` or ``--llm URL`` says so, whatever other tools left in the shell.

LangChain sends what it does to LangSmith when variables such as ``LANGSMITH_TRACING`` say so. They are for other
programs of the user's: a run of ours is kept out of it, and the rest of a process that uses us as a library is not.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Asked for by programs of years ago; LangChain does nothing with them now but refuse to work.
_FORMER = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")


@contextmanager
def untraced() -> Iterator[None]:
    """What LangChain does inside is not sent to LangSmith. OpenTelemetry, for ``--tracing``, is another thing."""
    from langsmith import tracing_context  # not at the top: it takes a moment that --help has no use for

    for name in _FORMER:
        os.environ.pop(name, None)
    with tracing_context(enabled=False):
        yield


def is_traced() -> bool:
    """Whether ``--tracing`` makes spans of what LangChain does (``agent.run.tracing``)."""
    instrumented = sys.modules.get("openinference.instrumentation.langchain")
    return instrumented is not None and instrumented.LangChainInstrumentor().is_instrumented_by_opentelemetry
