"""What is said in one breath."""

import pytest

from wordfuse.agent.dialogue.parting import in_one_breath, not_followed, with_name
from wordfuse.agent.model.words import lines


@pytest.mark.parametrize(
    "parts",
    [
        ("are there any cars down there?", "make them easy to spot"),
        ("how many people are there?", "brighten them"),
        ("why is everything so yellow?", "can you fix the white balance"),
        ("what does the sign on the right say?", "make it readable"),
        ("there's a white blob at the bottom right, what is it?", "take it out"),
        ("where's the car?", "colour it so I find it"),
        ("is there a dog?", "where are the people?"),
        ("has any of those cars just arrived, i.e. still warm?", "mark it"),
    ],
)
def test_a_question_and_what_follows_it_are_two(parts: tuple[str, ...]) -> None:
    assert in_one_breath(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ("make the car pop", "give me the temperature of the bin"),
        ("tell me how many there are", "make them pop"),
        ("darken the sky, sharpen the car", "tell me how many people there are"),
        ("mark the people", "brighten the road"),
        ("brighten the road", "zoom in on the car"),
        ("brighten the road", "save it as x.png"),
    ],
)
def test_an_edit_and_what_wants_an_answer_are_two(parts: tuple[str, str]) -> None:
    assert in_one_breath(" and ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "how many pedestrians are there and which one is closest to the camera?",
            ("how many pedestrians are there?", "which one is closest to the camera?"),
        ),
        (
            "put a box round the person furthest right, is he carrying something?",
            ("put a box round the person furthest right", "is he carrying something?"),
        ),
        ("is there a car and where is it?", ("is there a car?", "where is it?")),
    ],
)
def test_questions_behind_a_comma_or_and_are_two(text: str, parts: tuple[str, ...]) -> None:
    assert in_one_breath(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "why is the sky so dark? brighten it",
        "can you get it sharper? its all mush",
        "what is that?",
        "too dark? brighten it",
        "sharper? no. denoise the sky",
        "what about the sky? denoise it",
        "really? undo that",
        "shall we? brighten the people",
        "make it brighter? no, darken it",
        "how many people and cars are there?",
        "make the car brighter, is that possible?",
        "can you brighten the road and sharpen the car?",
        "brighten the road and darken the sky",
        "give me more contrast and less noise",
        "show me the people and the car",
        "show me more of the infrared and make it darker",
        "count the people and the cars",
        "I can't see anybody on this road, are there people? how many",
    ],
)
def test_what_is_one(text: str) -> None:
    assert in_one_breath(text) == (text,)


@pytest.mark.parametrize(
    ("part", "before", "told"),
    [
        ("make it readable", "? describe: sign on the right", "make the sign on the right readable"),
        ("colour it so I find it", "? find: the car", "colour the car so I find it"),
        ("mark it", "? hottest: cars", "mark it"),
        ("brighten the road", "? find: car", "brighten the road"),
        ("is it warm?", "? find: car", "is it warm?"),
        ("sharpen it", "sharpen: car", "sharpen it"),
    ],
)
def test_it_is_what_the_question_before_was_about(part: str, before: str, told: str) -> None:
    assert with_name(part, lines.read(before)) == told


def test_where_it_is_not_known_it_is_not_guessed() -> None:
    about_nothing = lines.read("? describe")
    assert with_name("make it readable", about_nothing, "what is on the left?") is None
    assert with_name("brighten it", about_nothing, "how dark is it?") == "brighten it"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (
            "where's the car? colour it so I find it",
            "? find: car",
            "Not done beside it: 'colour it so I find it'. Say it by itself.",
        ),
        (
            "where's the car? colour it so I find it",
            "vivid: car",
            "Not answered beside it: 'where's the car?'. Say it by itself.",
        ),
        (
            "how many people are there and which one is closest?",
            "? count: people",
            "Not answered beside it: 'which one is closest?'. Say it by itself.",
        ),
        ("brighten the road and the sky", "brighter: road + sky", None),
    ],
)
def test_where_one_plan_is_all_there_is_what_is_left_is_told(text: str, line: str, told: str | None) -> None:
    assert not_followed(text, lines.read(line)) == told
