"""OpenTelemetry tracing of runs, off unless asked for: a span for every node of the graph and every model call.

OpenInference's instrumentation of LangChain makes the spans; where they go is OpenTelemetry's own business
(``OTEL_EXPORTER_OTLP_ENDPOINT``; default: a collector on this machine, http://localhost:4318). Spans hold what the user
wrote and the model said, so they are for collectors of one's own.
"""

import logging
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from wordfuse.agent.telling.shown import WithoutSecrets, keep_secret, keep_secrets_of
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

PACKAGES = ("openinference.instrumentation.langchain", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def start_tracing() -> "TracerProvider":
    """Send spans from here on, and what is left of them when the process ends.

    Returns:
        What the spans go through; ``force_flush`` sends them now.

    Raises:
        InputError: the packages for it are not installed.
    """
    if not all(_installed(name) for name in PACKAGES):
        raise InputError(
            f"{argument_named('tracing')} needs OpenTelemetry",
            remedy="install it with: pip install 'wordfuse[tracing]'",
        )
    from openinference.instrumentation.langchain import LangChainInstrumentor
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    _hide_secrets()
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "wordfuse"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    LangChainInstrumentor().instrument(tracer_provider=provider)
    return provider


def _hide_secrets() -> None:
    """What cannot be sent is logged with the collector's address: what lets us in there stays out of that."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        keep_secrets_of(os.environ.get(name, ""))
    for name in ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"):
        keep_secret(*(pair.partition("=")[2].strip() for pair in os.environ.get(name, "").split(",")))
    for name in ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal"):
        logging.getLogger(name).addFilter(WithoutSecrets())


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False
