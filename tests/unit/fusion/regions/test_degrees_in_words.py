"""Temperatures in words: which are meant, of what, and what is no temperature."""

import pytest

from wordfuse.fusion.regions.words.degrees import conditions_in, split, unit_in, without_degrees

INF: float | None = None


def ranges(text: str) -> list[tuple[float | None, float | None]]:
    (found,) = conditions_in(text)
    return [tuple(None if end is None else round(end, 2) for end in one) for one in found.condition.ranges]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("hotter than 40 C", 40, INF),
        ("warmer than 37.5\u00b0C", 37.5, INF),
        ("hotter than 40", 40, INF),
        ("above 40 \u2103", 40, INF),
        ("above 40 \u00baC", 40, INF),
        ("over 40 degrees", 40, INF),
        ("at least 40 degrees celsius", 40, INF),
        ("more than 313.15 K", 40, INF),
        ("exceeding 104 F", 40, INF),
        ("above 104 \u00b0F", 40, INF),
        ("over 104\u2109", 40, INF),
        ("hotter than 104 degrees Fahrenheit", 40, INF),
        ("> 40 C", 40, INF),
        ("\u2265 40\u00b0", 40, INF),
        ("40 C or more", 40, INF),
        ("40 degrees and above", 40, INF),
        ("from 40 degrees up", 40, INF),
        ("hotter than forty degrees", 40, INF),
        ("with a surface temperature above 40 C", 40, INF),
        ("not colder than 40 C", 40, INF),
        ("above body temperature", 37, INF),
        ("below freezing", INF, 0),
        ("colder than -5 C", INF, -5),
        ("colder than minus 5 degrees", INF, -5),
        ("below \u22125 \u00b0C", INF, -5),
        ("no more than 20 degrees", INF, 20),
        ("not hotter than 20 C", INF, 20),
        ("< 20 C", INF, 20),
        ("between 30 and 35 degrees", 30, 35),
        ("between 35 and 30 degrees", 30, 35),
        ("between 86 and 95 F", 30, 35),
        ("from 30 to 35 C", 30, 35),
        ("30-35\u00b0C", 30, 35),
        ("30 \u2013 35 \u00b0C", 30, 35),
        ("above 30 C and below 35 C", 30, 35),
        ("hotter than 35,5 C", 35.5, INF),
        ("hotter than the 40 C mark", 40, INF),
    ],
)
def test_what_is_said(text: str, low: float | None, high: float | None) -> None:
    assert ranges(text) == [(low, high)]


def test_either_of_two_ranges() -> None:
    assert ranges("below 0 C or above 40 C") == [(None, 0), (40, None)]


@pytest.mark.parametrize(
    ("text", "share", "extreme"),
    [
        ("the hottest 5%", 0.05, "hot"),
        ("hottest 5 percent", 0.05, "hot"),
        ("the coldest tenth", 0.1, "cold"),
        ("the top 20% hottest pixels", 0.2, "hot"),
        ("the warmest third of the road", 1 / 3, "hot"),
    ],
)
def test_shares(text: str, share: float, extreme: str) -> None:
    (found,) = conditions_in(text)
    assert (found.condition.share, found.condition.extreme) == (pytest.approx(share), extreme)
    assert not found.condition.absolute


@pytest.mark.parametrize(
    "text",
    [
        "above 40",
        "by more than 20 percent",
        "20% brighter",
        "make it 5 degrees warmer",
        "between 2 and 3 people",
        "over 50 cars",
        "hotter than 5 cars",
        "hotter than the road",
        "rotate it by more than 90 degrees",
        "turn the picture between 5 and 10 degrees",
        "hot spots on the roof",
        "the three people on the left",
        "",
    ],
)
def test_what_is_no_temperature(text: str) -> None:
    assert conditions_in(text) == []
    assert split(text) is None and without_degrees(text) == text


@pytest.mark.parametrize(
    ("phrase", "rest", "parts"),
    [
        ("people warmer than 37 C", "people", False),
        ("people that are warmer than 37 C on the left", "people on the left", False),
        ("cars hotter than 60 \u00b0c", "cars", False),
        ("roof where it is above 50 C", "roof", False),
        ("hotter than 40 C", "", True),
        ("everything hotter than 40 C", "", True),
        ("areas between 30 and 35 degrees", "", True),
        ("hot spots above 50 C", "", True),
        ("hot spots above 50 C on the roof", "the roof", True),
        ("parts of the car that are hotter than 60 C", "the car", True),
        ("the hottest 5% of the road", "the road", True),
        ("the hottest 5%", "", True),
        ("coldest spot of the sky", "the sky", True),
        ("sky colder than -20 c", "sky", False),
    ],
)
def test_of_what_it_is_said(phrase: str, rest: str, parts: bool) -> None:
    said = split(phrase)
    assert said is not None
    assert (said.rest, said.parts) == (rest, parts)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("how hot is the roof in Fahrenheit?", "F"),
        ("how hot is it in \u00b0F", "F"),
        ("temperature in F", "F"),
        ("what is above 100 F?", "F"),
        ("in kelvin, please", "K"),
        ("how hot is the roof in Celsius?", "C"),
        ("how hot is the car?", None),
    ],
)
def test_the_scale_that_somebody_speaks_in(text: str, unit: str | None) -> None:
    assert unit_in(text) == unit
