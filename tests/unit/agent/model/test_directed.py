"""A blur that is found fault with is none that is wanted."""

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.directed import directed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("motion blur on the cyclist, fix please", "sharpen: cyclist"),
        ("the cyclist is smeared, correct that", "sharpen: cyclist"),
        ("reduce the blur on the cyclist", "sharpen: cyclist"),
        ("I can't recognise the cyclist", "stand out: cyclist"),
        ("we can hardly make out the cyclist", "stand out: cyclist"),
        ("so that I can't recognise the cyclist", "blur: cyclist"),
        ("blur the cyclist", "blur: cyclist"),
        ("blur out the cyclist, I want him unrecognised", "blur: cyclist"),
        ("motion blur the cyclist", "blur: cyclist"),
        ("I can see the cyclist, blur him", "blur: cyclist"),
        ("you can recognise the cyclist", "blur: cyclist"),
        ("fix the privacy problem: blur the cyclist", "blur: cyclist"),
        ("less detail on the cyclist, blur him", "blur: cyclist"),
        ("put motion blur on the cyclist", "blur: cyclist"),
        ("I want motion blur on the cyclist", "blur: cyclist"),
        ("without blurring the background, hide the cyclist", "blur: cyclist"),
    ],
)
def test_which_way_a_blur_goes(text: str, meant: str) -> None:
    assert lines.written(directed(lines.read("blur: cyclist"), text)) == meant
