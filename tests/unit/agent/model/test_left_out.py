"""What a wish asks for beside what its plan does."""

import pytest

from wordfuse.agent.model.gist.left_out import left_out
from wordfuse.agent.model.words import lines


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("show only the warm things in colour and the rest in grey", "heat: warm things", ["the rest in grey"]),
        (
            "the headlights are blinding and there's an ugly pink glare above the car, get rid of that",
            "darker: headlights",
            ["there's an ugly pink glare above the car"],
        ),
        ("sharpen the car and make its wheels look hot", "sharpen: car", ["make its wheels look hot"]),
        ("make the car stand out, then crop the picture to it", "stand out: car", ["crop the picture to it"]),
        ("brighten the man and darken the sky", "brighter: man", ["darken the sky"]),
        ("zoom in on the man and brighten him", "brighter: man", ["zoom in on the man"]),
        ("brighten the man but delete the tree next to him", "brighter: man", ["delete the tree next to him"]),
        ("the sky has stripes, take them out; rotate it by 90 degrees", "destripe: sky", ["rotate it by 90 degrees"]),
        ("highlight all of them in red, leave the cars alone", "stand out: people", ["in red"]),
        ("make the people red", "vivid: people", ["red"]),
    ],
)
def test_what_no_step_does_is_told(text: str, line: str, told: list[str]) -> None:
    assert left_out(text, lines.read(line)) == told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("more contrast on the facade and darken the road a little", "contrast: facade; darker slight: road"),
        ("show the warm things in colour and the rest in grey", "heat: warm things; muted: not warm things"),
        ("darken the sky, it is too bright", "darker: sky"),
        ("darken the sky but keep the house as it is", "darker: sky - house"),
        ("make the man stand out so that I can see him against the wall", "stand out: man"),
        ("the sky is full of blotchy noise, clean that up but don't touch the building", "denoise: sky"),
        ("brighten the road and the pavement", "brighter: road + pavement"),
        ("there is someone by the steps. Make this person the clearest thing", "stand out: someone by the steps"),
        ("the picture is dull and flat, make it better", "improve"),
        ("make the sky blue again", "visible: sky"),
        ("colour the warm spots red", "heat: warm spots"),
        ("how many people are there and where is the car?", "? count: people"),
    ],
)
def test_of_what_is_done_or_no_wish_nothing_is_told(text: str, line: str) -> None:
    assert left_out(text, lines.read(line)) == []


def test_a_hue_that_is_taken_out_is_no_thing_that_is_removed() -> None:
    text = "the white car still looks yellow, take the yellow out of it"
    assert left_out(text, lines.read("neutral: white car")) == []
    assert left_out("darken the sky and take the yellow out of it", lines.read("darker: sky"))
