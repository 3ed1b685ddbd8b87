"""Odd servers of language models: every command ends with a documented code, and in time."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.faults.drive.commands import run
from tests.faults.drive.row import Row, Tally, Tell
from tests.faults.drive.sent.oddities import CALLS, GOOD, LISTS, PLANS, SHAPES, WIRES
from tests.faults.drive.stage import Stage, stage
from tests.scripted import MODELS, Asked, Reply, said, scripted

AT_ONCE = 3  # commands, most of which wait
WAIT_S = 2.0  # for an answer, in place of two minutes
CODES = (0, 2, 3, 4)
WORDS = "brighten the sky a bit"

Answer = Callable[[Asked], Reply]


def impatient() -> None:
    """In the process of a command: it waits less, and asks again at once."""
    import openai._base_client

    from wordfuse.agent.model.served import server

    openai._base_client.INITIAL_RETRY_DELAY = openai._base_client.MAX_RETRY_DELAY = 0.01
    server.PAUSES_S, server.TIMEOUT_S, server.PROBE_TIMEOUT_S = (0.0, 0.0), WAIT_S, WAIT_S  # type: ignore[assignment]
    server.LONGEST_PAUSE_S = 0.1


def cases() -> dict[str, Answer | bytes | None]:
    """Every oddity, by the place where it is met."""
    found: dict[str, Answer | bytes | None] = {f"wire: {name}": sent for name, sent in WIRES.items()}
    found |= {f"models: {name}": _always(reply) for name, reply in SHAPES.items()}
    found |= {f"models: {name}": _listing(Reply(body=body)) for name, body in LISTS.items()}
    found |= {f"plan: {name}": _chatting(reply) for name, reply in SHAPES.items()}
    found |= {f"plan: {name}": _chatting(Reply(body=body)) for name, body in PLANS.items()}
    return found | {f"call: {name}": _calling(Reply(body=body)) for name, body in CALLS.items()}


def _always(reply: Reply) -> Answer:
    return lambda asked: reply


def _listing(models: Reply) -> Answer:
    return lambda asked: models if asked.method == "GET" else Reply(body=said(str(GOOD)))


def _chatting(reply: Reply) -> Answer:
    return lambda asked: Reply(body=MODELS) if asked.method == "GET" else reply


def _calling(reply: Reply) -> Answer:
    """Plans as it should, and calls no tool as it should."""
    plan = Reply(body=said(json.dumps(GOOD)))
    return lambda asked: (
        Reply(body=MODELS) if asked.method == "GET" else reply if asked.sent and asked.sent.get("tools") else plan
    )


@contextmanager
def _wire(sent: bytes | None) -> Iterator[str]:
    """A server that sends these bytes to whoever connects, and ends; None: that is silent and stays."""
    stays: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            try:
                client.recv(65536)
                client.sendall(sent or b"")
            except OSError:
                pass
            stays.append(client)
            if sent is not None:
                client.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        listening.shutdown(socket.SHUT_RDWR)
    for client in stays:
        client.close()


@contextmanager
def _served(odd: Answer | bytes | None) -> Iterator[str]:
    if callable(odd):
        with scripted(odd) as server:
            yield server.url
    else:
        with _wire(odd) as url:
            yield url


def drive(tries: int, folder: Path, tell: Tell) -> Tally:
    """One command for every oddity: a plan, or a run where calls of tools are odd."""
    tally, listed = Tally(), list(cases().items())
    step = max(1, -(-len(listed) // tries))
    with stage(folder) as set_up, ThreadPoolExecutor(AT_ONCE) as threads:
        chosen = listed[::step]
        for (name, _), (code, fault) in zip(chosen, threads.map(lambda one: _met(set_up, *one), chosen), strict=True):
            tally.count(f"exit {code}", None if fault is None else f"{name}: {fault}")
            if tally.tried % 25 == 0:
                tell(f"{tally.tried} of {len(chosen)}")
    return tally


def _met(set_up: Stage, name: str, odd: Answer | bytes | None) -> tuple[int | None, str | None]:
    number = list(cases()).index(name)
    here = set_up.folder / f"here{number}"
    with _served(odd) as url:
        words: list[object] = ["plan", WORDS, "--llm", url, "--json"]
        if name.startswith("call: "):
            mask = ["--mask", f"sky={set_up.small.masks['sky']}"]
            words = ["run", *set_up.pair, *mask, "-i", WORDS, "--llm", url, "--out", "run", "--json", "--quiet"]
        ended = run(here, *words, prepare=impatient)
    return ended.code, ended.fault(CODES)


ROW = Row(
    "servers",
    "odd servers: no HTTP, statuses, redirects, cut, packed, huge, deep and foreign bodies, lists of models, plans and "
    "tool calls of every wrong shape",
    "exit code 0, 2, 3 or 4 with a line that says why, in time",
    200,
    drive,
)
