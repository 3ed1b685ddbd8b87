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
        ("brighter: right half", "brighten the right half but not the colours", None, "brighter: right half"),
        ("brighter: street lamp", "keep it like a real photo but lift the shadows", "darker: street lamp",
         "brighter: shadows"),
        ("brighter: shadows under the hedge", "lift the shadows under the hedge", "darker: lamp",
         "brighter: shadows under the hedge"),
        ("improve: man's face", "make it look better", "blur: man's face", "improve"),
        ("improve: man's face", "make him look better", "blur: man's face", "improve: man's face"),
        ("improve: van", "make it look better", "? find: van", "improve"),
        ("improve: sky", "make the sky look better", "brighter: sky", "improve: sky"),
    ],
)  # fmt: skip
def test_regions_are_as_they_were_said(read: str, text: str, before: str | None, meant: str) -> None:
    earlier = None if before is None else lines.read(before)
    assert lines.written(as_said(lines.read(read), text, earlier)) == meant
