"""Which source a wish goes toward, where it names one."""

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.directed import directed


@pytest.mark.parametrize(
    ("text", "read", "meant"),
    [
        ("show the people the way the thermal camera sees them", "visible: people", "infrared: people"),
        ("get the detail of the people back from the thermal", "visible: people", "infrared: people"),
        ("make the roof like in the normal photo", "infrared: roof", "visible: roof"),
        ("the men as the infrared shows them, a bit", "visible slight: men", "infrared slight: men"),
        # None of one is more of the other.
        ("no thermal at all on the road", "infrared: road", "visible: road"),
        ("the cars without the heat", "infrared: cars", "visible: cars"),
        ("less of the infrared on the faces", "infrared: faces", "visible: faces"),
        # They find fault with what came from there, or go away from it.
        ("the wall looks like the thermal picture", "visible: wall", "visible: wall"),
        ("the trees should not be like in the infrared", "visible: trees", "visible: trees"),
        ("there is a grey edge from the thermal on the pole", "visible: pole", "visible: pole"),
        # Both are named, or there is more than one step, or none toward a source.
        ("the man like in the thermal, the rest like in the normal picture", "visible: rest", "visible: rest"),
        ("the car as in the thermal, then sharpen it", "visible: car; sharpen: car", "visible: car; sharpen: car"),
        ("make it bright like in the thermal picture", "brighter", "brighter"),
    ],
)
def test_the_source_that_is_named(text: str, read: str, meant: str) -> None:
    assert lines.written(directed(lines.read(read), text)) == meant
