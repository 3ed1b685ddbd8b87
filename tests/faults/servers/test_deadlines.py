"""Servers that never come to an end: each call has one deadline, and answers have a size."""

import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.servers.said import RIGHT
from tests.scripted import MODELS, Asked, Reply, chats, scripted
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.deadline import seconds_left, waiting_at_most
from wordfuse.agent.model.served import server as served
from wordfuse.agent.model.served import transport

WHERE = {"headers": b"HTTP/1.0 200 OK\r\n", "body": b"HTTP/1.0 200 OK\r\nContent-Length: 30\r\n\r\n", "nowhere": b""}


@contextmanager
def dripping(begin: bytes) -> Iterator[str]:
    """A server that sends a beginning at once, and then a byte every 50 ms for ever; yields its URL."""
    ended = threading.Event()

    def drip(client: socket.socket) -> None:
        with client:
            client.recv(65536)
            client.sendall(begin)
            try:
                while not ended.wait(0.05):
                    if begin:
                        client.sendall(b"x")
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("where", WHERE)
def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(served, "PROBE_TIMEOUT_S", 0.4)
    monkeypatch.setattr(served, "PAUSES_S", ())
    with dripping(WHERE[where]) as url, pytest.raises(BackendUnreachable, match="no answer"):
        connect(url)


def test_what_is_left_of_a_budget_is_how_long_an_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    held, waits = threading.Event(), list[float]()

    def answer(asked: Asked) -> Reply:
        if asked.method == "POST":
            waits.append(1.0)
            held.wait(20)
        return Reply(body=MODELS)

    with scripted(answer) as server:
        model = connect(server.url)
        began = time.monotonic()
        with waiting_at_most(0.3), pytest.raises(BackendUnreachable, match="does not answer"):
            model.plan("warm the people", None)
        assert time.monotonic() - began < 15, "it is held for twenty seconds"
        held.set()
    assert len(waits) == 1, "when time is up, nobody is asked again"


def test_the_shortest_of_several_deadlines_holds() -> None:
    assert seconds_left() == float("inf")
    with waiting_at_most(100), waiting_at_most(1000):
        assert 90 < seconds_left() <= 100
        with waiting_at_most(0):
            assert seconds_left() == 0
    assert seconds_left() == float("inf")


def test_an_answer_that_is_too_long_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 1 << 20)
    with scripted(chats("x" * (2 << 20))) as server:
        model = connect(server.url)
        with pytest.raises(BackendUnreachable, match="an answer of more than 1 MiB"):
            model.plan("warm the people", None)
    with scripted(chats("x" * (1 << 19), RIGHT)) as server:
        assert connect(server.url).plan("warm the people", None).steps


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_an_answer_that_unpacks_to_something_huge(monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    """It was not asked for; what some gateways pack all the same is unpacked no further than an answer may be long."""
    monkeypatch.setattr(transport, "MOST_BYTES", 1 << 20)
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(coding, bytes)(bytes(300 << 20))
    tracemalloc.start()
    reply = Reply(body=packed[: 1 << 20], headers={"Content-Encoding": coding})
    with scripted(lambda asked: reply) as server, pytest.raises(BackendUnreachable):
        connect(server.url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


def test_an_answer_that_a_gateway_packed_is_read() -> None:
    reply = Reply(body=gzip.compress(json.dumps(MODELS).encode()), headers={"Content-Encoding": "gzip"})
    with scripted(lambda asked: reply) as server:
        assert connect(server.url).name == "some-model"
