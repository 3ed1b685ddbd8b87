"""Which phrases are understood without an object detector, and as what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordfuse.fusion.regions.phrases import select_clause
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.grammar import Clause, Place, Tone, parse, place_in

HOT, COLD, BRIGHT, DARK = (Clause((Tone(name),)) for name in ("hot", "cold", "bright", "dark"))
OVER, UNDER = (Clause((Tone(name),)) for name in ("overexposed", "underexposed"))
TOP, BOTTOM, LEFT, RIGHT = Place("low"), Place("high"), Place(None, "low"), Place(None, "high")


def at(*places: Place) -> Clause:
    return Clause(places=places)


def toned(tone: str, *places: Place, most: bool = False) -> Clause:
    return Clause((Tone(tone, most),), places)  # type: ignore[arg-type]


UNDERSTOOD = {
    # tones
    "hot objects": [HOT],
    "the hot objects": [HOT],
    "Hot Objects.": [HOT],
    "hot areas": [HOT],
    "warm parts": [HOT],
    "warmer spots": [HOT],
    "hot targets": [HOT],
    "the targets": [HOT],
    "thermal targets": [HOT],
    "infrared targets": [HOT],
    "salient objects": [HOT],
    "heat sources": [HOT],
    "heat signatures": [HOT],
    "hot spots": [HOT],
    "hotspots": [HOT],
    "everything hot": [HOT],
    "anything that is hot": [HOT],
    "objects that stand out": [HOT],
    "high-temperature areas": [HOT],
    "the hottest spot": [toned("hot", most=True)],
    "cold areas": [COLD],
    "cool regions": [COLD],
    "the coldest parts": [toned("cold", most=True)],
    "bright areas": [BRIGHT],
    "light areas": [BRIGHT],
    "the lighter parts": [BRIGHT],
    "highlights": [BRIGHT],
    "well-lit parts": [BRIGHT],
    "the brightest part of the image": [toned("bright", most=True)],
    "dark areas": [DARK],
    "areas that are too dark": [DARK],
    "the really dark bits": [DARK],
    "shadows": [DARK],
    "the shadow": [DARK],
    "shaded regions": [DARK],
    "deep shadows": [DARK],
    "poorly lit areas": [DARK],
    "low-light areas": [DARK],
    "pitch black areas": [DARK],
    "overexposed parts": [OVER],
    "over-exposed areas": [OVER],
    "blown out highlights": [Clause((Tone("overexposed"), Tone("bright")))],
    "burnt-out areas": [OVER],
    "glare": [OVER],
    "the blinding spots": [OVER],
    "underexposed areas": [UNDER],
    "under-exposed regions of the picture": [UNDER],
    # colours
    "red areas": [toned("red")],
    "the grey parts on the left": [toned("gray", LEFT)],
    "green and blue areas": [toned("green"), toned("blue")],
    "the greens": [toned("green")],
    # places
    "top half": [at(Place("low", None, "half"))],
    "the upper half of the image": [at(Place("low", None, "half"))],
    "top": [at(TOP)],
    "the lower part": [at(BOTTOM)],
    "bottom of the picture": [at(BOTTOM)],
    "left side": [at(Place(None, "low", "half"))],
    "the left-hand side": [at(Place(None, "low", "half"))],
    "everything on the right": [at(RIGHT)],
    "right third": [at(Place(None, "high", "third"))],
    "far left": [at(Place(None, "low", "third"))],
    "bottom quarter": [at(Place("high", None, "quarter"))],
    "upper right quadrant": [at(Place("low", "high", "quarter"))],
    "top left": [at(Place("low", "low"))],
    "top-left corner": [at(Place("low", "low", "corner"))],
    "lower left corner": [at(Place("high", "low", "corner"))],
    "lower right": [at(Place("high", "high"))],
    "the corners": [at(Place(extent="corner"))],
    "upper corners": [at(Place("low", None, "corner"))],
    "centre": [at(Place("middle", "middle"))],
    "the center of the frame": [at(Place("middle", "middle"))],
    "right in the middle": [at(Place("middle", "middle"))],
    "middle third": [at(Place("middle", "middle", "third"))],
    "top middle": [at(Place("low", "middle"))],
    "center left": [at(Place("middle", "low"))],
    "edges": [at(Place(extent="edge"))],
    "the border of the image": [at(Place(extent="edge"))],
    "around the edges": [at(Place(extent="edge"))],
    "left edge": [at(Place(None, "low", "edge"))],
    "left third of the top half": [at(Place(None, "low", "third"), Place("low", None, "half"))],
    # layers
    "background": [Clause(layer="background")],
    "the foreground": [Clause(layer="foreground")],
    "foreground objects": [Clause(layer="foreground")],
    "dark background": [Clause((Tone("dark"),), layer="background")],
    # tone and place
    "dark areas on the left": [toned("dark", LEFT)],
    "hot objects in the lower half": [toned("hot", Place("high", None, "half"))],
    "the bright part at the top": [toned("bright", TOP)],
    "shadows in the top left corner": [toned("dark", Place("low", "low", "corner"))],
    "the warm spots near the bottom": [toned("hot", BOTTOM)],
    # and
    "hot and cold areas": [HOT, COLD],
    "hot objects and shadows": [HOT, DARK],
    "hot and cold areas on the left": [toned("hot", LEFT), toned("cold", LEFT)],
    "hot objects, and dark areas on the left": [HOT, toned("dark", LEFT)],
    "dark areas on the left and right": [toned("dark", LEFT), toned("dark", RIGHT)],
    "hot objects and the left half": [HOT, at(Place(None, "low", "half"))],
    "top and bottom thirds": [at(Place("low", None, "third")), at(Place("high", None, "third"))],
    "left and right sides": [at(Place(None, "low", "half")), at(Place(None, "high", "half"))],
    "top and bottom third": [at(Place("low", None, "third")), at(Place("high", None, "third"))],
    "upper and lower left corner": [at(Place("low", "low", "corner")), at(Place("high", "low", "corner"))],
    "top and left": [at(TOP), at(LEFT)],
    # the whole
    "everything": [Clause()],
    "the whole image": [Clause()],
    "the entire picture": [Clause()],
    "the scene": [Clause()],
    "all of it": [Clause()],
    "the whole thing": [Clause()],
    "everywhere": [Clause()],
    "everything in the image": [Clause()],
    "all areas": [Clause()],
}
NOT_OF_PIXELS = [
    "people",
    "hot people",
    "the person on the left",
    "cars",
    "bright cars",
    "sky",
    "the dark sky",
    "road in the lower half",
    "headlights",
    "bright lights",
    "the light on the left",
    "the green",
    "the red car",
    "the left hand",
    "thermal camera",
    "the infrared",
    "warm bodies",
    "noisy areas",
    "objects",
    "the areas",
    "parts of the picture",
    "all objects",
    "half of the image",
    "quadrant",
    "everything but the hot objects",
    "everything else",
    "the rest",
    "areas that are not hot",
    "around the hot objects",
    "between the hot objects",
    "hot objects and people",
    "left top right",
    "top bottom",
    "centre of the top left",
    "bottom 30%",
    "bread",
    "it",
    "the",
    "and",
    "",
    "...",
    "猫",
    "hot" * 40,
]


@pytest.mark.parametrize(("phrase", "clauses"), UNDERSTOOD.items())
def test_what_is_understood(phrase: str, clauses: list[Clause]) -> None:
    assert parse(phrase) == tuple(clauses)


@pytest.mark.parametrize("phrase", NOT_OF_PIXELS)
def test_one_word_too_many_is_not_a_pixel_phrase(phrase: str) -> None:
    assert parse(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "place"),
    [("grass at the top", "top"), ("boat in the lower half", "lower half"), ("unicorn", None), ("dark boat", None)],
)
def test_the_place_at_the_end_of_a_phrase_that_is_not_understood(phrase: str, place: str | None) -> None:
    assert place_in(phrase) == place


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_any_text_can_be_asked(text: str) -> None:
    parse(text)


def test_of_a_big_blob_the_largest_is_meant() -> None:
    bottom = Place(vertical="high")
    assert parse("the big white blob at the bottom") == (Clause((Tone("white"),), (bottom,), largest=True),)
    assert parse("big white blobs") == (Clause((Tone("white"),)),), "all of them"
    assert parse("a big area") is None, "of what kind is not said"
    visible = np.full((60, 80, 3), 0.2, np.float32)
    visible[40:55, 10:40] = visible[42:48, 60:70] = visible[2:20, 10:60] = 1.0
    sources = Sources(np.full((60, 80), 0.3, np.float32), visible, visible)
    (clause,) = parse("the big white blob at the bottom") or ()
    inside = select_clause(sources, clause)
    assert inside[45, 20] and not inside[45, 65] and not inside[10, 30]
