"""What is to be taken back: a change, or a thing in the picture."""

import pytest

from tests.fakes import ScriptedModel
from wordfuse.agent.model.planning import held_to_words
from wordfuse.agent.model.protocol import Style
from wordfuse.agent.model.words.taken_back import not_taken_back, to_the_start
from wordfuse.agent.plan import Control, Plan


@pytest.mark.parametrize(
    "text",
    [
        "get rid of the AUTO writing in the corner",
        "remove the watermark please",
        "take the car away",
        "take that ugly pole out",
        "put the normal sky back",
        "bring back the trees",
        "undo the sky",
        "get rid of the one on the left",
        "get rid of all the cars",
        "remove the picture on the wall",
        "it is nice, but hide that sign now",
        "start over, but keep the trees",
        "all back to the start except the windows",
    ],
)
def test_a_thing_is_not_taken_back(text: str) -> None:
    why = not_taken_back(text)
    assert why is not None and "What can be" in why, "it says what to do instead"


@pytest.mark.parametrize(
    "text",
    [
        "undo that",
        "get rid of that last change",
        "put it back",
        "take that away again, it was better before",
        "give me the original picture back",
        "put back what i just undid",
        "never mind, take the blur away",
        "cancel that sharpening of the car",
        "undo the mess",
        "undo what you did to the car",
        "start over",
        "too much, it rings",
        "undo please",
        "no leave the wall as it was",
        "undo that but leave the rest",
        "take back the last two edits",
    ],
)
def test_a_change_is(text: str) -> None:
    assert not_taken_back(text) is None


@pytest.mark.parametrize("control", ["undo", "redo", "reset"])
@pytest.mark.parametrize("style", ["compact", "full"])
def test_whichever_model_read_it_a_thing_is_not_undone(style: Style, control: Control) -> None:
    model = ScriptedModel({}, style=style)
    read = Plan(control=control)
    assert held_to_words(read, model, "undo that", None, 0.0) == read
    held = held_to_words(read, model, "get rid of the writing in the corner", None, 0.0)
    assert (held.control, held.refusal is None) == (None, False)
    shown = Plan(control="show")
    assert held_to_words(shown, model, "get the picture of the car back", None, 0.0) == shown


def test_nothing_is_saved_unasked() -> None:
    read = Plan(control="save")
    styles: tuple[Style, ...] = ("compact", "full")
    for style in styles:
        model = ScriptedModel({}, style=style)
        assert held_to_words(read, model, "ok, and save it", None, 0.0) == read
        held = held_to_words(read, model, "can I get the old brightness back but keep the colours", None, 0.0)
        assert held.refusal is not None


@pytest.mark.parametrize(
    ("text", "far"),
    [
        ("go back to how it was in the beginning", True),
        ("undo everything", True),
        ("bring back the original", True),
        ("take it all back, all of it", True),
        ("undo that, original was nicer", False),
        ("undo that, I liked the first version of the sky", False),
        ("undo the blur, I want the original sharpness", False),
        ("undo the change at the start", False),
        ("undo all of it on the car", False),
    ],
)
def test_how_far_back(text: str, far: bool) -> None:
    assert to_the_start(text) is far
