"""Who may ask the page for what: this machine alone, or whoever knows the password; and no other page through them.

A browser lets any page send requests to 127.0.0.1. So the ``Host`` has to be ours (else a name of a stranger that leads
here, "DNS rebinding", reads what it likes), and whatever changes something has to come from our own page (``Origin``).
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "wordfuse"
VISITOR = "wordfuse.visitor"  # of the scope
LOCAL = ("127.0.0.1", "localhost", "[::1]")
MOST_BODY = 1024 * 1024  # bytes of what is no upload: the strokes of a brush are many points
MOST_UPLOAD = 512 * 1024 * 1024  # bytes of two pictures
UPLOADS = "/api/uploads"
WRONG_S = 0.5  # so long somebody waits whose password is wrong

POLICY = (
    "default-src 'none'; img-src 'self' data: blob:; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: A report is a page of its own, with style and script within it: it gets no origin, and so nothing of ours.
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Password:
    """A user and a password, as digests of one length."""

    digest: bytes

    @classmethod
    def of(cls, auth: str) -> "Password":
        """From ``user:password``."""
        return cls(hashlib.sha256(auth.encode()).digest())

    def is_in(self, header: str | None) -> bool:
        """Whether a header ``Authorization: Basic ...`` has it; takes as long whichever part is wrong."""
        scheme, _, encoded = (header or "").partition(" ")
        try:
            said = base64.b64decode(encoded.strip(), validate=True)
        except (ValueError, binascii.Error):
            said = b""
        right = hmac.compare_digest(hashlib.sha256(said).digest(), self.digest)
        return scheme.lower() == "basic" and right


class Guard:
    """The door before the pages."""

    def __init__(self, app: ASGIApp, port: int, password: Password | None = None) -> None:
        """Stand before an application.

        Args:
            app: what is behind the door.
            port: where it listens.
            password: asked of everybody; None: only this machine is let in, by the names that it has.
        """
        self.app, self._port, self._password = app, port, password

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = await self._refused(scope, headers)
        visitor, new = _visitor(headers)
        if refused is not None:
            await refused(scope, receive, _with_headers(send, None))
            return
        scope[VISITOR] = visitor
        most = MOST_UPLOAD if scope["path"] == UPLOADS else MOST_BODY
        await self.app(scope, _limited(receive, most), _with_headers(send, visitor if new else None))

    async def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if self._password is None and host not in {f"{name}:{self._port}" for name in LOCAL}:
            return PlainTextResponse("This page is for this machine alone: open the address that was printed.", 403)
        if self._password is not None and not self._password.is_in(headers.get("authorization")):
            if headers.get("authorization"):
                await asyncio.sleep(WRONG_S)
            return PlainTextResponse(
                "User and password, please.", 401, {"www-authenticate": 'Basic realm="wordfuse", charset="UTF-8"'}
            )
        if scope["method"] in ("GET", "HEAD"):
            # To look at a run opens it: a page of others may lead here by a link, but not look through an image.
            foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
            return PlainTextResponse("Not from there.", 403) if foreign and scope["path"].startswith("/api/") else None
        if scope["method"] != "POST":
            return PlainTextResponse("Not here.", 405)
        # Behind a proxy that speaks TLS the scheme differs; the rest of it is the host that the browser asked.
        if headers.get("origin", "").partition("://")[2] != host or not host:
            return JSONResponse({"error": "This did not come from our own page: open it again."}, 403)
        length = headers.get("content-length", "0")
        most = MOST_UPLOAD if scope["path"] == UPLOADS else MOST_BODY
        if not length.isdecimal() or int(length) > most:
            return JSONResponse({"error": f"That is too large: at most {most // 2**20} MB."}, 413)
        return None


class TooLarge(Exception):
    """More was sent than was announced."""


def _limited(receive: Receive, most: int) -> Receive:
    """What is received, up to so many bytes."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge
        return message

    return limited


def _visitor(headers: Headers) -> tuple[str, bool]:
    """Who asks, by the cookie, and whether they are new."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except Exception:  # whatever others put there
        cookies = SimpleCookie()
    known = cookies[COOKIE].value if COOKIE in cookies else ""
    if len(known) == 32 and known.isalnum():
        return known, False
    return secrets.token_hex(16), True


def _with_headers(send: Send, visitor: str | None) -> Send:
    """Add what keeps the browser strict, and the cookie of somebody new."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", POLICY)
            headers.setdefault("cache-control", "no-store")
            if visitor is not None:
                headers.append("set-cookie", f"{COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Strict")
        await send(message)

    return sending
