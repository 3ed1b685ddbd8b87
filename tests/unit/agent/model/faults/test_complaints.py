"""Which faults are weighed before they are mended, by their words."""

import pytest

from wordfuse.agent.model.words.faults.complaints import complaint_in
from wordfuse.agent.model.words.faults.stated import stated


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("everything is yellow, make the colours look natural", ("hue",)),
        ("it's all so green, can you make it look natural", ("hue",)),
        ("natural colours please", ("colours",)),
        ("the road is blown out, get some texture back", ("texture",)),
        ("the man is just a white blob, give him some texture", ("texture",)),
        ("there's a grey band across the top, get rid of it", ("band",)),
        ("make the yellow car look natural", ()),
        ("natural colours, as in the visible picture", ()),  # who names a source means it
        ("make the man look natural", ()),
        ("sharpen the structure of the wall", ()),
    ],
)
def test_what_is_weighed(text: str, found: tuple[str, ...]) -> None:
    assert complaint_in(text) == found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("why is it all orange, fix the colours", "it is all orange, fix the colours"),
        ("why is the road so dark? brighten it", "the road is so dark, brighten it"),
        ("Why are the people so blurry, please sharpen them", "the people are so blurry, please sharpen them"),
        ("why is it all orange?", "why is it all orange?"),
        ("why is the sky so dark, and where is the sun?", "why is the sky so dark, and where is the sun?"),
        ("why is it raining, sharpen the car", "why is it raining, sharpen the car"),
    ],
)
def test_a_question_before_an_order_is_a_statement(text: str, read: str) -> None:
    assert stated(text) == read
