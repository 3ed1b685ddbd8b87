"""What a browser keeps of pictures: those that are still the same are not sent again, and none is shown that is not."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def picture_answer(request: Request, data: bytes, kind: str, *, keeps: bool) -> Response:
    """A picture, or only that the browser has it already.

    The browser asks each time that it shows one anew (``no-cache``), and is told by the content whether it is the same:
    an address may lead to another picture after an undo, or where a run is made anew under its name.

    Args:
        request: that asks for it.
        data: the picture.
        kind: its type.
        keeps: the browser may keep it beyond its window: it lies on this machine then, as the run does.
    """
    if not keeps:
        return Response(data, media_type=kind, headers={"cache-control": "no-store"})
    tag = f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'
    headers = {"cache-control": "private, no-cache", "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)
