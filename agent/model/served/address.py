"""The address of a server as ``--llm`` gives it, and what lets us in there."""

import base64
import os
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx

from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.telling.shown import keep_secret, keep_secrets_of, shown_url
from wordfuse.fusion.errors import argument_named

KEY = "OPENAI_API_KEY"
NO_KEY = "none"  # what is sent where no key is set: some servers want any


@dataclass(frozen=True)
class Address:
    """Where a server is.

    Attributes:
        base: the URL that the protocol's paths are added to, without anything secret.
        shown: the URL as it may be shown.
        authorization: the header that goes with every request.
        query: parameters that go with every request.
    """

    base: str
    shown: str
    authorization: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, llm: str) -> "Address":
        """Take the URL apart. User and password in it go before the key in ``OPENAI_API_KEY``.

        Raises:
            InputError: the key cannot be sent.
            BackendUnreachable: it is no URL.
        """
        shown = shown_url(llm)
        keep_secrets_of(llm)
        try:
            parts = urlsplit(llm.strip())
            base = _base(parts)
            # A host other than the one that is shown is the beginning of a password that holds a / ? or #.
            if not shown.startswith(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"):
                raise ValueError
        except (ValueError, httpx.InvalidURL):  # whose words may hold a piece of a password
            raise BackendUnreachable(
                "not a URL such as http://127.0.0.1:8000/v1 (in a password, write / ? # @ as %2F %3F %23 %40)",
                argument="llm",
                subject=shown,
                remedy=f"correct it or use {argument_named('llm')} embedded",
            ) from None
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        if not parts.username and not parts.password:
            return cls(base, shown, f"Bearer {api_key() or NO_KEY}", query)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        keep_secret(pair)
        return cls(base, shown, f"Basic {pair}", query)


def _base(parts: SplitResult) -> str:
    """Scheme, host, port and path; raises ValueError or InvalidURL where that is no address."""
    host, port = parts.hostname, parts.port
    if not host or not host.isprintable() or " " in host:
        raise ValueError("no host")
    named = f"[{host}]" if ":" in host else host
    base = f"{parts.scheme}://{named}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"
    httpx.URL(base)
    return base


def api_key() -> str | None:
    """The key in ``OPENAI_API_KEY``, without the blanks and line ends that copying leaves; None: there is none.

    Raises:
        InputError: it holds what an HTTP header cannot.
    """
    key = os.environ.get(KEY, "").strip()
    keep_secret(key)
    if not key.isascii() or not key.isprintable():
        raise InputError(
            "holds a line break or another character that cannot be sent",
            subject=KEY,
            remedy="copy the key anew, in one line",
        )
    return key or None
