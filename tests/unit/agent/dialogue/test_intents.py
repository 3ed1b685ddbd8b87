"""What is said in a conversation that is no wish for an edit, and what is left to the language model."""

import pytest

from tests.plan_cases import read_plan_cases
from wordfuse.agent.dialogue.intents import Intent, file_in, intent_of, parted, picture_in, points_back, times_in


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("undo", "undo"),
        ("Undo that, please!", "undo"),
        ("take that back", "undo"),
        ("no, go back", "undo"),
        ("redo", "redo"),
        ("go back two steps", "undo"),
        ("hmm no, go back two steps", "undo"),
        ("go back to how it was two steps ago", "undo"),
        ("put it back to how it looked before", "undo"),
        ("tell me what you changed so far", "history"),
        ("undo the last 3 edits", "undo"),
        ("undo twice", "undo"),
        ("start over", "reset"),
        ("go back to the beginning", "reset"),
        ("back to the original", "reset"),
        ("scrap all of it", "reset"),
        ("forget it all", None),
        ("drop everything", None),
        ("turn it back to how it was at the beginning", "reset"),
        ("no, to the very first picture", "reset"),
        ("bring the original back", "reset"),
        ("leave the picture as it was at the beginning", "reset"),
        ("actually, I want it how it was when we started", "reset"),
        ("bring back the original brightness of the sky", None),
        ("put the original colours back", None),
        ("undo everything", "reset"),
        ("compare with the start", "compare"),
        ("why?", "why"),
        ("Why didn\u2019t it get brighter?", "why"),
        ("what did you do?", "why"),
        ("ok what did you do to it so far?", "history"),
        ("what has been changed?", "history"),
        ("list the edits so far", "history"),
        ("show me", "show"),
        ("compare this with the visible picture", "show"),
        ("compare the cars with the people", None),
        ("show me only the infrared", "show"),
        ("show the original picture", "show"),
        ("save as jpg", "save"),
        ("save it as parking.jpg", "save"),
        ("please save this as people_day.png", "save"),
        ("save the picture", "save"),
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
        "show the infrared people more clearly",
        "save the details in the sky",
        "save what can be saved",
        "back to the visible picture for the sky",
    ],
)
def test_what_the_language_model_reads(text: str) -> None:
    assert intent_of(text) is None


def test_no_wish_of_the_suites_is_taken_for_something_else() -> None:
    wishes = [case.instruction for case in read_plan_cases() if case.plan.steps]
    assert len(wishes) > 400
    assert [text for text in wishes if intent_of(text)] == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("undo", 1),
        ("go back two steps", 2),
        ("undo twice", 2),
        ("go back to how it was two steps ago", 2),
        ("back 3 edits", 3),
        ("undo the last one", 1),
        ("undo what you did to the two cars", 1),  # a language model reads it, and numbers in it are of something else
        ("go two steps... no, just one step back", 1),
        ("Hm, go back two steps, please!", 2),
    ],
)
def test_how_often(text: str, times: int) -> None:
    assert times_in(text) == times


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("compare it with the visible picture", "visible"),
        ("show me only the thermal", "infrared"),
        ("show the original", "fused"),
        ("show it", None),
        ("shower", None),
    ],
)
def test_which_picture(text: str, picture: str | None) -> None:
    assert picture_in(text) == picture


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("save this as out.png", "out.png"),
        ("save it as 'street at night.jpg'", "night.jpg"),  # names have no spaces
        ('keep it as "street.TIFF", please', "street.TIFF"),
        ("export to pictures/street.jpeg.", "pictures/street.jpeg"),
        ("write ../../x.png", "../../x.png"),  # which save_picture refuses
        ("out.png and other.png", "out.png"),
        ("save it", None),
        ("save it as out.pngs", None),
        ("save it as .png", "png"),
        ("save a png", "png"),
        ("as JPG please", "JPG"),
        ("the picture is 1.5 times too dark", None),
        ("", None),
    ],
)
def test_the_file_in_what_was_said(text: str, name: str | None) -> None:
    assert file_in(text) == name


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("undo that, and tell me what you changed so far", ("undo that", "tell me what you changed so far")),
        ("undo that and brighten the sky instead", ("undo that", "brighten the sky instead")),
        ("Undo that, and instead make the path lighter.", ("Undo that", "instead make the path lighter.")),
        ("go back and now could you make them brighter", ("go back", "now could you make them brighter")),
        ("scratch that, blur his face", ("scratch that", "blur his face")),
        ("tell me what you changed and undo it", ("tell me what you changed", "undo it")),
        ("undo that please, it's too dark", None),  # why, not what
        ("undo that, what a mess", None),
        ("undo that. thanks", None),
        ("undo it and don't do it again", None),
        ("undo the glare and brighten it", None),
        ("no, go back", None),
        ("show me the infrared and the visible", None),
        ("start over but make the man brighter", ("start over", "make the man brighter")),
        (
            "actually keep it as it was at the start but with the man brighter",
            ("actually keep it as it was at the start", "make the man brighter"),
        ),
        ("I want the original back but with less noise", ("I want the original back", "less noise")),
        ("scrap all of it. just sharpen the cars", ("scrap all of it", "just sharpen the cars")),
        ("go back to before the sky thing and darken the road", ("go back to before the sky thing", "darken the road")),
        ("undo that, I meant the whole road like in the photo", ("undo that", "the whole road like in the photo")),
        ("no, to the very first picture, undo everything", ("no, to the very first picture", "undo everything")),
        ("no! the opposite, I want the sky bluer", ("undo that", "the sky bluer")),
        ("that's the opposite, make the sky bluer", ("undo that", "make the sky bluer")),
        ("the opposite", None),
        ("undo. with the sky", None),
        ("undo that, I want to go back", None),
        ("start over, I want it to look natural", ("start over", "I want it to look natural")),
        ("undo everything but the sky", None),
        ("undo it, but only on the car", None),
        ("go back to before the trees, it was better", None),
        ("back to the original but keep the sky dark", None),
    ],
)
def test_two_requests_in_one_sentence(text: str, two: tuple[str, str] | None) -> None:
    assert parted(text) == two


@pytest.mark.parametrize(
    ("text", "last"), [("undo that", True), ("scratch that", True), ("undo", False), ("undo the last edit", False)]
)
def test_what_is_of_the_last_turn_whatever_came_of_it(text: str, last: bool) -> None:
    assert points_back(text) is last
