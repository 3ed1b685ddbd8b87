"""The wire to a server: secrets are put on it here and nowhere else, and odd answers are made what the protocol says.

Above it neither the client library nor a tracer, a log or an error knows a key: none of them can tell it.
"""

import json
import urllib.request
from typing import Any

import httpx

from wordfuse.agent.model.served.address import Address


class Wire(httpx.BaseTransport):
    """Sends requests to one server."""

    def __init__(self, address: Address) -> None:
        """Through the proxy that the environment names for that server, if any."""
        self._address, self._home = address, httpx.URL(address.base)
        self._under = httpx.HTTPTransport(proxy=_proxy(self._home))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with what lets us in; nothing of that goes to any other host, port or scheme."""
        url, headers = request.url, request.headers.copy()
        headers.pop("Authorization", None)
        if (url.scheme, url.host, url.port) == (self._home.scheme, self._home.host, self._home.port):
            headers["Authorization"] = self._address.authorization
            url = url.copy_merge_params(dict(self._address.query)) if self._address.query else url
        sent = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)
        answer = self._under.handle_request(sent)
        answer.read()
        kept = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_THE_BODY]
        content = as_the_protocol_says(answer.content)
        return httpx.Response(answer.status_code, headers=kept, content=content, extensions=answer.extensions)

    def close(self) -> None:
        """Close what connections are open."""
        self._under.close()


_OF_THE_BODY = frozenset({"content-length", "content-encoding", "transfer-encoding"})


def as_the_protocol_says(body: bytes) -> bytes:
    """A chat completion in which the arguments of tool calls are text: some servers send the object itself, or nothing.

    The client library takes neither. Anything else stays as it is.
    """
    try:
        answer = json.loads(body)
        functions = [call["function"] for choice in answer["choices"] for call in choice["message"]["tool_calls"]]
        odd = [function for function in functions if not isinstance(function.get("arguments"), str)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return body
    for function in odd:
        given: Any = function.get("arguments")
        function["arguments"] = json.dumps({} if given is None else given)
    return json.dumps(answer).encode() if odd else body


def _proxy(url: httpx.URL) -> str | None:
    """As urllib reads the environment: ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, but for ``NO_PROXY``."""
    if urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
