"""What a failure of the client library means, in our words and without secrets."""

import re

from wordfuse.agent.errors import BackendUnreachable, ForeignAnswer, FormRefused, RequestRefused
from wordfuse.agent.telling.shown import shown_url, without_secrets

LONGEST = 300  # characters of what a server says in a form of its own

# A request that would be refused in any form.
_HOPELESS = re.compile(r"context|too (long|large|many)|max(imum)?[_ ](model[_ ])?len|max_tokens|n_ctx", re.IGNORECASE)
# llama.cpp, Ollama, LM Studio, vLLM, TGI and gateways name what they cannot do, some of them with status 500.
_FORM = re.compile(
    r"response_format|json_schema|json_object|grammar|guided|structured|tool|function.?call|jinja"
    r"|not (support|implement|available)|unsupported|unavailable",
    re.IGNORECASE,
)


def in_our_words(error: Exception, name: str) -> Exception:
    """The error to raise for a failed request to the model ``name``; a fault of another kind stays what it is."""
    import openai  # not at the top: it takes a second, and the embedded model has no use for it

    if isinstance(error, openai.APIStatusError):
        return _of_status(error, name)
    if isinstance(error, openai.APIConnectionError):
        said = without_secrets(": ".join([str(error).rstrip("."), *_on_the_wire(error)]))
        return BackendUnreachable(f"the language model {name} does not answer: {said}", remedy="is the server up?")
    if isinstance(error, openai.OpenAIError | ValueError | TypeError | LookupError | AttributeError | RecursionError):
        # The library trips over answers that are not of the protocol in several ways.
        said = without_secrets(str(error))
        return ForeignAnswer(f"the server of {name} answered, but not as an OpenAI server does: {said}")
    return error


def _on_the_wire(error: BaseException | None) -> list[str]:
    """What went wrong below the client library, which only says that something did; nothing, where nobody says."""
    import httpx

    while error is not None and not isinstance(error, httpx.HTTPError):
        error = error.__cause__
    return [str(error)] if error is not None and str(error) else []


def redirected(location: str) -> str:
    """What to say of a server that points elsewhere."""
    where = shown_url(location) if location else "nowhere"
    return f"points to {where}, where no key is carried; if that is the server, give its URL"


def _of_status(error: "openai.APIStatusError", name: str) -> Exception:  # type: ignore[name-defined]  # noqa: F821
    status, said = error.status_code, error.message
    if error.body and said == f"Error code: {status}":  # the library passes over what is not in OpenAI's form
        said = f"{said} - {' '.join(str(error.body).split())[:LONGEST]}"
    said = without_secrets(said)
    if 300 <= status < 400:
        where = redirected(error.response.headers.get("location", ""))
        return RequestRefused(f"the server of the language model {name} {where}")
    if status == 429:
        return BackendUnreachable(f"the language model {name} is busy: {said}", remedy="ask again later")
    refused = f"the language model {name} refuses the request: {said}"
    # Gateways say 404, 405 or 415 of what no model behind them can do; 401 and 403 are about who asks.
    form = _FORM.search(said) and status not in (401, 403)
    if form or status in (422, 501) or (status == 400 and not _HOPELESS.search(said)):
        return FormRefused(refused)
    if status >= 500:
        return BackendUnreachable(f"the language model {name} does not answer: {said}", remedy="is the server up?")
    return RequestRefused(refused)
