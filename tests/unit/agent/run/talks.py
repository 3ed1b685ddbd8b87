"""What tests of conversations share: wishes with their plans, a conversation, and one that Ctrl-C is pressed in."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import ScriptedModel, Small, plan, refusal, step
from wordfuse.agent.context import Event
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session

WARM = plan(step("incline", "infrared", "people"))
BRIGHT = plan(step("relight", "brighter", "sky", strength="slight"))
UNCLEAR = refusal("I did not understand: name an effect and a region.")
PLANS = {
    "warm": WARM,
    "bright": BRIGHT,
    "both": plan(*WARM.steps, *BRIGHT.steps),
    "asdf qwer: brighter": BRIGHT,
    "sky thing": UNCLEAR,
    "sky thing: brighter": BRIGHT,
    "brighter": plan(step("relight", "brighter", strength="slight")),
    "improve the sky: brighter": BRIGHT,
    "brighten the people": plan(step("relight", "brighter", "people", strength="slight")),
    "make a poem": refusal("I only edit pictures."),
    "unicorn": plan(step("relight", "brighter", "a unicorn", strength="slight")),
    "peeple": plan(step("relight", "brighter", "peeple", strength="slight")),
    "griffin and unicorn": plan(
        step("relight", "brighter", "a griffin", strength="slight"),
        step("relight", "brighter", "a unicorn", strength="slight"),
    ),
    "the car": plan(step("relight", "brighter", "car", strength="slight")),
    "cars": plan(step("relight", "brighter", "cars", strength="slight")),
    "darken it": plan(step("relight", "darker", "car", strength="slight")),
    "all but the car": plan(step("relight", "brighter", "car", invert=True, strength="slight")),
    "unicorn and car": plan(step("relight", "brighter", "a unicorn", "car", strength="slight")),
    "unicorn and sky": plan(step("relight", "brighter", "a unicorn", "sky", strength="slight")),
}


def scripted(**more: Any) -> ScriptedModel:
    return ScriptedModel(PLANS, **more)


@contextmanager
def talking(small: Small, folder: Path, model: ScriptedModel | None = None, **more: Any) -> Iterator[Conversation]:
    """A new conversation, or one that goes on."""
    model = model or scripted()
    if (folder / "session.json").exists():
        session = Session.open(folder, model)
    else:
        session = Session.create(folder, small.ir, small.vi, [], small.settings(ask=True, **more), model)
    with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
        conversation.begin()
        yield conversation


def texts(conversation: Conversation) -> list[str]:
    return [instruction["text"] for instruction in conversation.record.as_json()["instructions"]]


def result(folder: Path) -> bytes:
    return (folder / "result.png").read_bytes()


@contextmanager
def interrupted(
    small: Small, folder: Path, when: Any, twice: bool = False, model: ScriptedModel | None = None
) -> Iterator[Conversation]:
    """A conversation in which Ctrl-C is pressed when an event is as it should be."""
    session = Session.create(folder, small.ir, small.vi, [], small.settings(ask=True), model or scripted())
    armed = [True]

    def notify(event: Event) -> None:
        if armed and when(event):
            armed.clear()
            for _ in range(1 + twice):
                signal.raise_signal(signal.SIGINT)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Conversation.open(session, notify, Interrupts()) as conversation:
            conversation.begin()
            yield conversation
    finally:
        signal.signal(signal.SIGINT, handler)


def in_an_epoch(event: Event) -> bool:
    return event.progress is not None and event.progress.tool == "incline" and event.progress.epoch == 3
