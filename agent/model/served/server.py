"""A server of the OpenAI protocol: found, asked for its models, and made a chat model."""

import json
import math
import time
from typing import TYPE_CHECKING, Any

import httpx

from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.failures import redirected
from wordfuse.agent.model.served.address import NO_KEY, Address
from wordfuse.agent.model.served.transport import Wire
from wordfuse.agent.telling.shown import has_secrets, without_secrets
from wordfuse.fusion.errors import argument_named

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TIMEOUT_S = 120.0
# Of 408, 409, 429, 5xx and lost connections: half a second later, then longer, or when the server says.
RETRIES = 3
LONGEST_NAME = 500  # characters of the name of a model
BUSY = frozenset({408, 409, 429})
PROBE_TIMEOUT_S = 10.0
PAUSES_S = (0.5, 1.0, 2.0)  # before its models are asked for again
LONGEST_PAUSE_S = 30.0  # that a server may ask for
pause = time.sleep  # what waits


def connect_server(llm: str, model: str | None) -> tuple["BaseChatModel", str, str]:
    """Find the server behind a URL.

    Returns:
        The chat model, its name, and the server's URL as it may be shown.

    Raises:
        InputError: the key in ``OPENAI_API_KEY`` cannot be sent, or a proxy or certificates that the environment names
            cannot be used.
        BackendUnreachable: nothing answers there, or not as such a server does.
    """
    from langchain_openai import ChatOpenAI

    address = Address.of(llm)
    # Followed, a redirect would take the request, and what the user wrote with it, to whom the user never named.
    client = httpx.Client(transport=Wire(address), timeout=TIMEOUT_S, follow_redirects=False)
    name = _model_of(client, address, model)
    chat = ChatOpenAI(
        model=name,
        base_url=address.base,
        api_key=NO_KEY,  # the wire has the key
        http_client=client,
        # Never used, and with a transport that sends nothing; its own would read the environment and certificates.
        http_async_client=httpx.AsyncClient(transport=httpx.AsyncBaseTransport(), trust_env=False),
        openai_proxy="",
        temperature=0.0,
        timeout=TIMEOUT_S,
        max_retries=RETRIES,
    )
    return chat, name, address.shown


def _model_of(client: httpx.Client, address: Address, wanted: str | None) -> str:
    """The model to ask for: ``wanted``, or the first that the server lists. Either way the server must be there."""
    answer = _models(client, address)
    if answer.is_redirect:
        where = redirected(answer.headers.get("location", ""))
        raise BackendUnreachable(where, argument="llm", subject=address.shown)
    if wanted:
        return wanted  # a server may list no models
    if not answer.is_success:
        raise BackendUnreachable(
            f"answers {answer.status_code} instead of its models",
            argument="llm",
            subject=address.shown,
            remedy=_remedy(answer.status_code),
        )
    try:
        names: list[str] = [_name_of(entry["id"]) for entry in json.loads(answer.content)["data"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise BackendUnreachable(
            "answers, but not as an OpenAI server does", argument="llm", subject=address.shown, remedy="check the URL"
        ) from error
    if not names:
        raise BackendUnreachable(
            "the server lists no model",
            argument="llm",
            subject=address.shown,
            remedy=f"load one there, or name it with {argument_named('model')}",
        )
    return names[0]


def _name_of(listed: Any) -> str:
    """The name of a model in a list; it is shown, sent and written down.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(listed, str) or not listed.isprintable() or not 0 < len(listed) <= LONGEST_NAME:
        raise ValueError("no name")
    return listed


def _models(client: httpx.Client, address: Address) -> httpx.Response:
    """Ask for the models, and again while the server is busy, loads its model or is just being started."""
    pauses = iter(PAUSES_S)
    while True:
        wait = next(pauses, None)
        try:
            answer = client.get(f"{address.base}/models", timeout=PROBE_TIMEOUT_S)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            if wait is None or not _may_pass(error):
                said = without_secrets(str(error)) or type(error).__name__
                raise BackendUnreachable(
                    f"no answer ({said})",
                    argument="llm",
                    subject=address.shown,
                    remedy=f"start a server there or use {argument_named('llm')} embedded",
                ) from (None if has_secrets(error) else error)
        else:
            if wait is None or not (answer.status_code in BUSY or answer.status_code >= 500):
                return answer
            wait = _wanted_pause(answer, wait)
        pause(wait)


def _may_pass(error: BaseException | None) -> bool:
    """Whether a moment later there may be an answer: the connection was refused or lost."""
    lost = httpx.RemoteProtocolError | httpx.ReadError | ConnectionRefusedError | ConnectionResetError
    while error is not None:
        if isinstance(error, lost):
            return True
        error = error.__cause__ or error.__context__
    return False


def _wanted_pause(answer: httpx.Response, usual: float) -> float:
    """The seconds that the server asks for, within bounds; a date is not read."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return usual
    return usual if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_PAUSE_S)


def _remedy(status: int) -> str:
    if status in (401, 403):
        return "set OPENAI_API_KEY to a key that it takes"
    return "ask again later" if status == 429 or status >= 500 else "check the URL"
