"""A hue that is wanted is more of it."""

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.directed import directed


@pytest.mark.parametrize(
    "text",
    [
        "the sky is just white. give it a bit of blue please",
        "a tad bluer sky",
        "could the sky get some more blue",
        "I want the sky bluer",
        "the sky looks like porridge, give me back a clean blue sky",
    ],
)
def test_more_of_a_hue_is_more_vivid(text: str) -> None:
    assert lines.written(directed(lines.read("neutral: sky"), text)) == "vivid: sky"


@pytest.mark.parametrize(
    "text",
    [
        "give me less blue in the sky",
        "get a bit of blue out of the sky",
        "the sky has a bit of blue that I do not want",
        "make the sky less blue",
        "it is too blue, more neutral please",
        "lose some more yellow in the sky",
        "I want the blue sky duller",
        "want a bit of green toned down",
    ],
)
def test_who_wants_less_of_it_gets_less(text: str) -> None:
    assert lines.written(directed(lines.read("neutral: sky"), text)) == "neutral: sky"


@pytest.mark.parametrize("text", ["the trees are too green now", "far too much green in the trees", "less green trees"])
def test_too_much_of_a_hue_is_paler(text: str) -> None:
    assert lines.written(directed(lines.read("vivid: trees"), text)) == "muted: trees"
    assert lines.written(directed(lines.read("vivid: trees"), "the trees are green, but pale")) == "vivid: trees"


@pytest.mark.parametrize(
    "text",
    [
        "the sky is not so blue, make it more vivid",
        "the sky is not too blue, make the colours stronger",
        "too blue? no, too grey: more vivid please",
    ],
)
def test_who_wants_it_stronger_has_it(text: str) -> None:
    assert lines.written(directed(lines.read("vivid: sky"), text)) == "vivid: sky"
