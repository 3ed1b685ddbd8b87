"""What is said in a conversation that is no wish for an edit, and what is left to the language model."""

import pytest

from tests.plan_cases import read_plan_cases
from wordfuse.agent.dialogue.intents import Intent, intent_of


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("undo", "undo"),
        ("Undo that, please!", "undo"),
        ("take that back", "undo"),
        ("no, go back", "undo"),
        ("redo", "redo"),
        ("start over", "reset"),
        ("undo everything", "reset"),
        ("why?", "why"),
        ("Why didn\u2019t it get brighter?", "why"),
        ("what did you do?", "why"),
        ("show me", "show"),
        ("before and after", "compare"),
        ("Thanks a lot!", "praise"),
        ("thank you very much", "praise"),
        ("that's better", "praise"),
        ("I don't like that.", "regret"),
        ("help", "help"),
        ("I'm done", "quit"),
    ],
)
def test_what_is_no_wish(text: str, intent: Intent) -> None:
    assert intent_of(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "undo the glare on the road",
        "too much",
        "a bit more",
        "the same for the cars",
        "good, now the trees",
        "why is the sky so dark? brighten it",
        "why isn't the sky bright? make it brighter",
        "make it look better",
        "show the people more clearly",
        "make it as natural as before",
        "go back and brighten the road",
    ],
)
def test_what_the_language_model_reads(text: str) -> None:
    assert intent_of(text) is None


def test_no_wish_of_the_suites_is_taken_for_something_else() -> None:
    wishes = [case.instruction for case in read_plan_cases() if case.plan.steps]
    assert len(wishes) > 400
    assert [text for text in wishes if intent_of(text)] == []
