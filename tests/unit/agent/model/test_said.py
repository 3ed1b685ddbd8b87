"""What regions of a plan are by the whole of a wish."""

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.said import as_said


@pytest.mark.parametrize(
    ("read", "text", "before", "meant"),
    [
        (
            "darker: car on the left",
            "the car on the left, the white one, make it darker",
            None,
            "darker: white car on the left",
        ),
        ("darker: car", "make the car darker, the one on the left", None, "darker: car"),
        ("contrast: cars", "contrast in the cars, the dark one is losing its shape", None, "contrast: cars"),
        ("contrast: car", "contrast in the car, the dark one is losing its shape", None, "contrast: car"),
        ("blur: man", "blur the man, the tall one by the car", None, "blur: tall man by the car"),
        ("brighter: left ones", "more, only the left ones", "brighter: plants by the lamp", "brighter: left plants"),
        ("? measure: one in the middle", "how warm is the one in the middle?", "stand out: people",
         "? measure: person in the middle"),
        ("brighter: left ones", "only the left ones", None, "brighter: left ones"),
        ("brighter: back", "too dark at the back, brighten that but not the lamps", None, "brighter: back - lamps"),
        ("brighter", "brighten it up but not the sky", None, "brighter: not sky"),
        ("stand out: guy", "make the guy stand out, not the car", None, "stand out: guy"),
        ("brighter: road", "brighten the road but not the cars", None, "brighter: road - cars"),
        ("blur: people", "blur the people, but not the man on the left.", None, "blur: people - man on the left"),
        ("brighter: cars", "brighten the cars except the one on the left", None, "brighter: cars - car on the left"),
        ("blur: vehicles", "blur the vehicles apart from the buses", None, "blur: vehicles - buses"),
        ("brighter: road - cars", "brighten the road but not the cars", None, "brighter: road - cars"),
        ("brighter: road + sky", "brighten the road and the sky but not the cars", None, "brighter: road + sky - cars"),
        ("brighter: right half", "brighten the right half but not the colours", None, "brighter: right half"),
        ("brighter: street lamp", "keep it like a real photo but lift the shadows", "darker: street lamp",
         "brighter: shadows"),
        ("brighter: shadows under the hedge", "lift the shadows under the hedge", "darker: lamp",
         "brighter: shadows under the hedge"),
        ("blur: woman by the car", "blur her face", "infrared: woman by the car", "blur: face of the woman by the car"),
        ("blur: people", "now blur their faces", "stand out: people", "blur: faces of the people"),
        ("blur slight: not him", "blur all but him a bit", "stand out: guy", "blur slight: not guy"),
        ("darker: road - them", "darken the road but not them", "? find: cars", "darker: road - cars"),
        ("blur: not him", "blur all but him", None, "blur: not him"),
        ("blur", "Blur everybody's faces, we have to publish this", None, "blur: everybody's faces"),
        ("sharpen", "sharpen everyone's opinion", None, "sharpen"),
        ("vivid: people", "bring back their colour", "stand out: people", "vivid: people"),
        ("improve: man's face", "make it look better", "blur: man's face", "improve"),
        ("improve: man's face", "make him look better", "blur: man's face", "improve: man's face"),
        ("improve: van", "make it look better", "? find: van", "improve"),
        ("improve: sky", "make the sky look better", "brighter: sky", "improve: sky"),
    ],
)  # fmt: skip
def test_regions_are_as_they_were_said(read: str, text: str, before: str | None, meant: str) -> None:
    earlier = None if before is None else lines.read(before)
    assert lines.written(as_said(lines.read(read), text, earlier)) == meant


@pytest.mark.parametrize(
    ("read", "text", "before", "meant"),
    [
        ("stand out: palm trees", "now make the palm trees stand out but only the left one", None,
         "stand out: left palm tree"),
        ("sharpen: bikes", "and sharpen the bikes but only the ones on the right", None, "sharpen: bikes on the right"),
        ("brighter: cars", "brighten the cars, just the red one", None, "brighter: red car"),
        ("brighter: cars", "brighten the cars, just the red one please", None, "brighter: red car"),
        ("brighter: cars", "brighten the cars, only those behind the tree.", None, "brighter: cars behind the tree"),
        ("brighter: cars", "brighten the cars but only on the left", None, "brighter: cars on the left"),
        ("darker: lanterns", "dim the lanterns, only the red ones", None, "darker: red lanterns"),
        ("brighter: road; sharpen: bikes", "brighten the road and sharpen the bikes but only the left ones", None,
         "brighter: road; sharpen: left bikes"),
        ("sharpen: bikes + ones on the right", "sharpen the bikes, only the ones on the right", None,
         "sharpen: bikes on the right"),
        ("stand out: left one", "make the palm trees stand out but only the left one", None,
         "stand out: left palm tree"),
        ("sharpen: bikes but only the ones on the right", "sharpen the bikes but only the ones on the right", None,
         "sharpen: bikes on the right"),
        ("brighter: people", "a bit more but only the left one", "brighter: people", "brighter: left person"),
        ("brighter", "make it brighter, just the red one", None, "brighter: red one"),
        ("brighter: red car", "make the cars brighter, just the red one", None, "brighter: red car"),
        ("brighter: cars", "brighten the cars and only the other one", None, "brighter: cars"),
        ("brighter: cars", "brighten the cars, not only the red one", None, "brighter: cars"),
        ("brighter: cars", "just brighten the cars on the left", None, "brighter: cars"),
        ("? count: people", "how many people are there, only the ones on the left?", None,
         "? count: people on the left"),
    ],
)  # fmt: skip
def test_what_comes_behind_makes_a_region_narrower(read: str, text: str, before: str | None, meant: str) -> None:
    earlier = None if before is None else lines.read(before)
    assert lines.written(as_said(lines.read(read), text, earlier)) == meant
