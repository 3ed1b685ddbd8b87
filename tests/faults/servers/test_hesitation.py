"""Servers that are not ready yet are asked again, within bounds."""

from typing import Any

import pytest

from tests.faults.servers.said import RIGHT
from tests.scripted import MODELS, Reply, chats, scripted
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.served import server as served


def hesitant(*first: Reply) -> Any:
    """A server whose list of models comes after these answers."""
    left = list(first)
    return lambda asked: left.pop(0) if left else Reply(body=MODELS)


LOADING = Reply(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_that_is_not_ready_yet_is_asked_again(times: int, status: int) -> None:
    with scripted(hesitant(*[Reply(status, LOADING.body)] * times)) as server:
        assert connect(server.url).name == "some-model"
    assert len(server.asked) == times + 1


def test_it_is_not_asked_for_ever() -> None:
    with scripted(lambda asked: LOADING) as server:
        with pytest.raises(BackendUnreachable, match="answers 503 instead of its models; ask again later"):
            connect(server.url)
    assert len(server.asked) == 1 + served.RETRIES == 1 + len(served.PAUSES_S)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_will_not_change_is_asked_once(status: int) -> None:
    with scripted(lambda asked: Reply(status)) as server:
        with pytest.raises(BackendUnreachable, match=f"answers {status} instead of its models"):
            connect(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("header", "pauses"),
    [
        ({}, [7.0, 8.0]),
        ({"Retry-After": "0"}, [0.0, 0.0]),
        ({"Retry-After": "2.5"}, [2.5, 2.5]),
        ({"Retry-After": "86400"}, [served.LONGEST_PAUSE_S, served.LONGEST_PAUSE_S]),
        ({"Retry-After": "-3"}, [0.0, 0.0]),
        ({"Retry-After": "nan"}, [7.0, 8.0]),
        ({"Retry-After": "Fri, 27 Nov 2026 10:00:00 GMT"}, [7.0, 8.0]),
    ],
)
def test_a_server_says_when_to_come_again_within_bounds(
    monkeypatch: pytest.MonkeyPatch, header: dict[str, str], pauses: list[float]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(served, "PAUSES_S", (7.0, 8.0, 9.0))
    monkeypatch.setattr(served, "pause", waited.append)
    with scripted(hesitant(*[Reply(503, headers=header)] * 2)) as server:
        connect(server.url)
    assert waited == pauses


def test_a_server_that_is_just_being_started_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens on its port at first."""
    with scripted(chats(RIGHT)) as elsewhere:
        pass
    waited: list[float] = []
    monkeypatch.setattr(served, "PAUSES_S", (1.0, 2.0, 4.0))
    monkeypatch.setattr(served, "pause", waited.append)
    with pytest.raises(BackendUnreachable, match="no answer"):
        connect(elsewhere.url)
    assert waited == [1.0, 2.0, 4.0]
    waited.clear()
    with pytest.raises(BackendUnreachable, match="no answer"):
        connect("http://no.such.host.invalid/v1")
    assert waited == []
