"""Connections to a server: none is left open, whatever became of the request."""

import socket
from typing import Any

import pytest

from tests.faults.servers.said import PLAN, RIGHT
from tests.scripted import Reply, chats, scripted
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.connect import connect


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """Every connection that is made from here on; what is listed is not collected, and so not closed by that."""
    made, create = list[socket.socket](), socket.create_connection

    def kept(*args: Any, **options: Any) -> socket.socket:
        made.append(create(*args, **options))
        return made[-1]

    monkeypatch.setattr(socket, "create_connection", kept)
    return made


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
def test_none_outlives_its_request(connections: list[socket.socket], protocol: str) -> None:
    with scripted(chats(Reply(503), RIGHT), protocol) as server:
        model = connect(server.url)
        assert model.plan("warm the people", None) == PLAN
        assert [connection.fileno() for connection in connections] == [-1] * 3


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(body="no gzip", headers={"Content-Encoding": "gzip"}),
        Reply(302, headers={"Location": "http://elsewhere/"}),
        Reply(404),
        Reply(body="<html>"),
    ],
    ids=["not decoded", "elsewhere", "missing", "no server of models"],
)
def test_none_is_left_by_what_is_no_server(connections: list[socket.socket], reply: Reply, protocol: str) -> None:
    with scripted(lambda asked: reply, protocol) as server:
        with pytest.raises(BackendUnreachable) as told:
            connect(server.url)
        assert {connection.fileno() for connection in connections} == {-1}, told  # who holds the error holds the answer
