"""What may be shown of addresses and of the words of others: nothing that lets anybody in.

Whatever is printed, recorded or passed on goes through :func:`shown_url`, if it is an address of ours, or through
:func:`without_secrets`, if a library or a server wrote it.
"""

import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode

HARMLESS = frozenset({"api-version", "version"})  # parameters of an address that are no key
SHORTEST = 6  # a shorter secret is left in the words of others: it would be found in ordinary words as well
HIDDEN = "***"
#: What stands where a key must and none is: no secret, and part of many a host and model.
PLACEHOLDERS = frozenset(
    {"none", "null", "empty", "ollama", "lm-studio", "lmstudio", "llama.cpp", "localai", "local", "vllm", "unused"}
    | {"dummy", "not-needed", "no-key", "no-key-required", "sk-no-key-required", "placeholder", "your-api-key"}
)

_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>\\]+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LEADING = re.compile(
    r"(/|[a-z][a-z0-9+.-]*:/+)*", re.IGNORECASE
)  # of an address that was pasted after another's scheme
# Host, port and path, then a parameter with a name: what follows is its value, and no password goes on there.
_NAMED = re.compile(r"(\[[^\]]*\]|[^:@\[\]/?#]+)(:\d*)?/[^?#@]*\?[\w.-]+=")
_PARAMETER = re.compile(r";[^/;]*")  # of a path
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_secrets: set[str] = set()


def shown_url(url: str) -> str:
    """An address without user, password and parameters, except for those that are known to be harmless.

    >>> shown_url("https://me:secret@host:8000/v1?api_key=sk-1&api-version=2")
    'https://host:8000/v1?api-version=2'
    """
    scheme, _, place, query = _parts(url)
    kept = [(name, value) for name, value in query if name.lower() in HARMLESS and "@" not in value]
    return scheme + place + (f"?{urlencode(kept)}" if kept else "")


def keep_secrets_of(url: str) -> None:
    """From here on :func:`without_secrets` leaves out what :func:`shown_url` leaves out of this address."""
    _, who, _, query = _parts(url)
    user, _, password = who.partition(":")
    keep_secret(password or user, *(value for name, value in query if name.lower() not in HARMLESS))
    # Whoever takes a / in a password for its end tells a piece of it.
    keep_secret(*re.split(r"[/?#@:]", password))


def keep_secret(*secrets: str) -> None:
    """From here on :func:`without_secrets` leaves these out, written as they are, or as a URL or JSON has them."""
    for secret in (*secrets, *map(unquote, secrets)):
        if len(secret) >= SHORTEST and secret.lower() not in PLACEHOLDERS:
            _secrets.update(_written(secret))


def _written(secret: str) -> Iterator[str]:
    yield secret
    for quoted in (quote(secret, safe=""), quote_plus(secret)):
        yield quoted
        yield _PERCENT.sub(lambda found: found[0].lower(), quoted)
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield escaped.replace("/", "\\/")


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
    """Scheme with what follows it, user and password, host with path, parameters; also of what is hardly a URL.

    A password may hold whatever ends one, so all up to the last @ is taken for user and password.
    """
    url = url.strip()
    found = _SCHEME.match(url)
    scheme, rest = (found[0], url[found.end() :]) if found else ("", url)
    named = _NAMED.match(rest)
    end = rest.rfind("@", 0, named.end() if named else None)
    who = rest[: max(end, 0)]
    who = who[_LEADING.match(who).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    place, _, query = rest[end + 1 :].partition("#")[0].partition("?")
    in_path = [part[1:].partition("=") for part in _PARAMETER.findall(place)]
    parameters = [(name, value or name) for name, _, value in in_path] + parse_qsl(query, keep_blank_values=True)
    return scheme, who, _PARAMETER.sub("", place), parameters
