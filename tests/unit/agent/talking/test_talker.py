"""What is said in one breath."""

import pytest

from wordfuse.agent.talking.talker import split_question


@pytest.mark.parametrize(
    ("text", "asked", "wish"),
    [
        (
            "are there any cars down there? make them easy to spot",
            "are there any cars down there?",
            "make them easy to spot",
        ),
        ("how many people are there? brighten them", "how many people are there?", "brighten them"),
        ("why is the sky so dark? brighten it", "why is the sky so dark? brighten it", ""),
        ("can you get it sharper? its all mush", "can you get it sharper? its all mush", ""),
        ("what is that?", "what is that?", ""),
        ("too dark? brighten it", "too dark? brighten it", ""),
        ("sharper? no. denoise the sky", "sharper? no. denoise the sky", ""),
        ("what about the sky? denoise it", "what about the sky? denoise it", ""),
        ("really? undo that", "really? undo that", ""),
        ("shall we? brighten the people", "shall we? brighten the people", ""),
        ("make it brighter? no, darken it", "make it brighter? no, darken it", ""),
    ],
)
def test_a_question_and_a_wish_are_two(text: str, asked: str, wish: str) -> None:
    assert split_question(text) == (asked, wish)
