"""What a page is told as it happens: from the thread that works to everybody who listens."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from wordfuse.agent.state import Json

MOST_WAITING = 2000  # events that a listener has not taken yet; a page that takes none is given up
SILENCE_S = 15.0  # then a comment is sent, so that nothing on the way takes the line for dead


class Stream:
    """The events of one room. Publish from any thread, listen on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Nobody listens yet."""
        self._loop = loop
        self._listeners: set[asyncio.Queue[Json | None]] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def publish(self, kind: str, **data: object) -> None:
        """Tell everybody who listens; never waits."""
        self._loop.call_soon_threadsafe(self._put, {"kind": kind, **data})

    def end(self) -> None:
        """Nothing more will happen."""
        self._loop.call_soon_threadsafe(self._put, None)

    def _put(self, event: Json | None) -> None:
        for queue in list(self._listeners):
            if queue.qsize() > MOST_WAITING:
                self._listeners.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    async def listen(self, first: Callable[[], Json]) -> AsyncIterator[bytes]:
        """The events from now on as server-sent events, after a first one that is made then."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield as_sent(first())
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), SILENCE_S)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if event is None:
                    return
                yield as_sent(event)
        finally:
            self._listeners.discard(queue)


def as_sent(event: Json) -> bytes:
    """An event as a browser's ``EventSource`` reads it."""
    return f"data: {json.dumps(event)}\n\n".encode()
