"""What may be shown of addresses and of the words of others: nothing that lets anybody in.

Whatever is printed, recorded or passed on goes through :func:`shown_url`, if it is an address of ours, or through
:func:`without_secrets`, if a library or a server wrote it.
"""

import logging
import re
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode

HARMLESS = frozenset({"api-version", "version"})  # parameters of an address that are no key
SHORTEST = 6  # a shorter secret is left in the words of others: it would be found in ordinary words as well
HIDDEN = "***"

_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>\\]+", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?:?")
_secrets: set[str] = set()


def shown_url(url: str) -> str:
    """An address without user, password and parameters, except for those that are known to be harmless.

    >>> shown_url("https://me:secret@host:8000/v1?api_key=sk-1&api-version=2")
    'https://host:8000/v1?api-version=2'
    """
    scheme, _, place, query = _parts(url)
    kept = [(name, value) for name, value in query if name.lower() in HARMLESS]
    return scheme + place + (f"?{urlencode(kept)}" if kept else "")


def keep_secrets_of(url: str) -> None:
    """From here on :func:`without_secrets` leaves out what :func:`shown_url` leaves out of this address."""
    _, who, _, query = _parts(url)
    user, _, password = who.partition(":")
    keep_secret(password or user, *(value for name, value in query if name.lower() not in HARMLESS))


def keep_secret(*secrets: str) -> None:
    """From here on :func:`without_secrets` leaves these out, written as they are or as a URL has them."""
    for secret in (*secrets, *map(unquote, secrets)):
        if len(secret) >= SHORTEST:
            _secrets.update({secret, quote(secret, safe=""), quote_plus(secret)})


def without_secrets(text: str) -> str:
    """What a library or a server said, without keys, and with addresses as :func:`shown_url` has them."""
    text = _URL.sub(lambda found: shown_url(found[0]), text)
    for secret in sorted(_secrets, key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, HIDDEN)
    return text


def brief(error: BaseException) -> str:
    """The first line of an error's message, without passwords, or its kind."""
    return without_secrets((str(error).strip().splitlines() or [type(error).__name__])[0])


def has_secrets(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says what must not be shown."""
    while error is not None:
        if without_secrets(str(error)) != str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


class WithoutSecrets(logging.Filter):
    """For loggers of libraries that write addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        record.msg, record.args = without_secrets(record.getMessage()), ()
        return True


def _parts(url: str) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Scheme with what follows it, user and password, host with path, parameters; also of what is hardly a URL."""
    scheme, colon, rest = url.partition("://")
    if not colon:
        scheme, rest = "", url
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    end = authority.rfind("@")
    if end < 0 and not _AUTHORITY.fullmatch(authority):  # a password with a slash or a question mark in it, perhaps
        end = rest.rfind("@")
    place, _, query = rest[end + 1 :].partition("#")[0].partition("?")
    return scheme + colon, rest[: max(end, 0)], place, parse_qsl(query, keep_blank_values=True)
