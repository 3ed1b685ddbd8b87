"""The wire to a server: secrets are put on it here and nowhere else, and odd answers are made what the protocol says.

Above it neither the client library nor a tracer, a log or an error knows a key: none of them can tell it.
"""

import json
import math
import os
import queue
import ssl
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from wordfuse.agent.errors import InputError
from wordfuse.agent.model.deadline import seconds_left
from wordfuse.agent.model.served.address import Address
from wordfuse.agent.telling.shown import keep_secrets_of, shown_url

# A connection ends with its request: a model has no end at which it could be closed. A new one costs milliseconds, an
# answer of a language model seconds.
_LIMITS = httpx.Limits(max_keepalive_connections=0)
MOST_BYTES = 4 << 20  # of an answer, unpacked; the longest plan has some thousands
MOST_TOKENS = 10_000_000  # that a request is counted with
GRACE_S = 0.25  # for who reads to say itself that it took too long


class Wire(httpx.BaseTransport):
    """Sends requests to one server, and leaves no connection open between them."""

    def __init__(self, address: Address) -> None:
        """Through the proxy that the environment names for that server, if any.

        Raises:
            InputError: a variable of the environment names a proxy or certificates that cannot be used.
        """
        self._address, self._home = address, httpx.URL(address.base)
        self._under = _transport(self._home)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with what lets us in; nothing of that goes to any other host, port or scheme."""
        url, headers = request.url, request.headers.copy()
        headers.pop("Authorization", None)
        headers["Accept-Encoding"] = "identity"  # some kilobytes may unpack to gigabytes
        if (url.scheme, url.host, url.port) == (self._home.scheme, self._home.host, self._home.port):
            headers["Authorization"] = self._address.authorization
            if self._address.query:
                url = url.copy_with(params=[*url.params.multi_items(), *self._address.query])
        waits = request.extensions.get("timeout", {})
        allowed = min([seconds_left(), *(wait for wait in waits.values() if wait is not None)])
        waits = dict.fromkeys(waits, allowed)
        extensions = {**request.extensions, "timeout": waits}
        sent = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=extensions)
        under = self._under
        try:
            return _in_time(allowed, lambda until: _answer(under, sent, until))
        except httpx.ReadTimeout:
            # Whoever still reads loses the connection; what is asked next gets one of its own.
            self._under = _transport(self._home)
            with suppress(Exception):
                under.close()
            raise

    def close(self) -> None:
        """Close what connections are open."""
        self._under.close()


def _answer(under: httpx.HTTPTransport, sent: httpx.Request, until: float) -> httpx.Response:
    """The whole answer to a request, as the protocol says it."""
    answer = under.handle_request(sent)
    try:
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MOST_BYTES:
                raise _too_long()
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the answer comes too slowly")
    finally:
        answer.close()
    kept = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_THE_BODY]
    content = as_the_protocol_says(_unpacked(bytes(body), answer.headers.get("content-encoding", "identity")))
    return httpx.Response(answer.status_code, headers=kept, content=content, extensions=answer.extensions)


def _too_long() -> httpx.DecodingError:
    return httpx.DecodingError(f"an answer of more than {MOST_BYTES >> 20} MiB")


def _unpacked(body: bytes, coding: str) -> bytes:
    """A body without the coding that was not asked for and that some gateways use all the same."""
    if coding.strip().lower() in ("", "identity"):
        return body
    if coding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise httpx.DecodingError(f"an answer in {coding}, which was not asked for")
    try:
        content = zlib.decompressobj(47).decompress(body, MOST_BYTES + 1)  # 47: gzip or zlib, whichever it is
    except zlib.error as error:
        raise httpx.DecodingError(f"an answer that is not {coding}, as it says") from error
    if len(content) > MOST_BYTES:
        raise _too_long()
    return content


def _in_time(seconds: float, answer: Callable[[float], httpx.Response]) -> httpx.Response:
    """What ``answer`` gives, if it comes in time.

    A socket's own limit is on each piece: a server that sends a byte a second keeps to it for ever. So who reads is
    watched from outside, and left to itself when time is up; once its connection is closed, the next piece ends it.

    Args:
        seconds: how long.
        answer: gives it, told until when (``time.monotonic``).

    Raises:
        httpx.ReadTimeout: it did not.
    """
    if seconds <= 0:
        raise httpx.ConnectTimeout("no time is left")
    came: queue.SimpleQueue[httpx.Response | BaseException] = queue.SimpleQueue()

    def read(until: float) -> None:
        try:
            came.put(answer(until))
        except BaseException as error:  # raised anew where it is waited for
            came.put(error)

    threading.Thread(target=read, args=(time.monotonic() + seconds,), daemon=True).start()
    try:
        found = came.get(timeout=None if math.isinf(seconds) else seconds + GRACE_S)
    except queue.Empty:
        raise httpx.ReadTimeout(f"no whole answer in {seconds:.3g} s") from None
    if isinstance(found, BaseException):
        raise found
    return found


_OF_THE_BODY = frozenset({"content-length", "content-encoding", "transfer-encoding"})


def as_the_protocol_says(body: bytes) -> bytes:
    """A chat completion in which the arguments of tool calls are text, and the tokens that were used are numbers.

    Some servers send the object itself for arguments, or nothing, and anything for tokens. The client library takes
    none of that, and no checkpoint a number of more than 64 bits. Anything else stays as it is.
    """
    try:
        answer = json.loads(body)
        choices = answer["choices"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return body
    odd = [function for function in _functions(choices) if not isinstance(function.get("arguments"), str)]
    for function in odd:
        given: Any = function.get("arguments")
        function["arguments"] = json.dumps({} if given is None else given)
    if "usage" in answer:
        answer["usage"] = _tokens(answer["usage"])
    return json.dumps(answer).encode() if odd or "usage" in answer else body


def _functions(choices: Any) -> list[dict[str, Any]]:
    """What is called; nothing, where the choices are none of the protocol."""
    try:
        functions = [call["function"] for choice in choices for call in choice["message"]["tool_calls"]]
        return [function for function in functions if isinstance(function, dict)]
    except (LookupError, TypeError):
        return []


def _tokens(usage: Any) -> dict[str, int] | None:
    """How many tokens were used, each number within bounds; None where nobody can say."""
    if not isinstance(usage, dict):
        return None
    said = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    read, written = (
        int(min(max(one, 0), MOST_TOKENS)) if isinstance(one, int | float) and one == one else 0 for one in said
    )
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _transport(url: httpx.URL) -> httpx.HTTPTransport:
    variable, proxy = _proxy(url)
    problem = "names no proxy that can be used"
    try:
        if proxy is not None and "@" in httpx.URL(proxy).path:
            raise httpx.InvalidURL("a password that holds a /")  # its beginning would be taken for the proxy
        return httpx.HTTPTransport(proxy=proxy, verify=_trusted(url, proxy), limits=_LIMITS)
    except ImportError as error:
        raise InputError(
            f"{problem}: {shown_url(proxy or '')} needs the package socksio",
            subject=variable,
            remedy="pip install socksio, or name a proxy of HTTP",
        ) from error
    except (ValueError, httpx.InvalidURL):  # whose words may hold a piece of a password
        raise InputError(
            f"{problem}: {shown_url(proxy or '')}",
            subject=variable,
            remedy="write http://HOST:PORT (in a password, / ? # @ as %2F %3F %23 %40), or unset it",
        ) from None
    except OSError as error:
        certificates = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
        if certificates is None:
            raise
        raise InputError(
            f"names no certificates that can be read: {os.environ[certificates]}",
            subject=certificates,
            remedy="name a file of certificates in PEM form, or unset it",
        ) from error


def _trusted(url: httpx.URL, proxy: str | None) -> ssl.SSLContext | bool:
    """Whose certificates are believed: those of the environment; nobody's, where nothing on the way is encrypted.

    To read them takes longer than all else that a connection to a server of this machine does.
    """
    encrypted = url.scheme != "http" or (proxy is not None and not proxy.startswith("http://"))
    return True if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy(url: httpx.URL) -> tuple[str, str | None]:
    """The variable that names the proxy for an address, and what it names.

    The environment is read as urllib does: ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, but for ``NO_PROXY``.
    """
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    if any(urllib.request.proxy_bypass(f"{host}:{port}") for host in (url.host, f"[{url.host}]")):
        return "", None
    proxies = urllib.request.getproxies()
    for kind in (url.scheme, "all"):
        proxy = proxies.get(kind, "").strip()
        if proxy:
            proxy = proxy if "://" in proxy else f"http://{proxy}"
            keep_secrets_of(proxy)
            name = f"{kind}_proxy"
            return (name if name in os.environ else name.upper()), proxy
    return "", None
