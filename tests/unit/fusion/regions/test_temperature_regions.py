"""Regions by temperature: the right pixels, the right things, and a word where the file knows no degrees."""

import numpy as np
import pytest

from tests.fakes import Detector
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.regions import Grounding, Sources, ground, segment
from wordfuse.fusion.regions.pixels import PixelsBackend
from wordfuse.fusion.temperatures.maps import Temperatures

ROWS, COLUMNS = np.indices((60, 80))
CELSIUS = np.full((60, 80), 20.0, np.float32)
CELSIUS[10:30, 10:20] = 36.0  # a person
CELSIUS[10:17, 10:20] = 38.0  # whose head, a third of them, is warmer
CELSIUS[10:30, 50:60] = 33.0  # another
CELSIUS[40:50, 30:60] = 55.0  # a bonnet
CELSIUS[:5] = -15.0  # the sky
CELSIUS[58:, :2] = np.nan
PEOPLE = Detector("people", seen=[((10, 10, 20, 30), 0.9), ((50, 10, 60, 30), 0.8)], confidence=0.85)


def sources(known: bool = True, celsius: np.ndarray = CELSIUS, **more: object) -> Sources:
    filled = np.nan_to_num(celsius, nan=20.0)
    infrared = ((filled - filled.min()) / np.ptp(filled)).astype(np.float32)
    visible = np.repeat(infrared[..., None], 3, axis=2)
    if not known:
        return Sources(infrared, visible, visible, None, "a picture of 8 bits a pixel tells no degrees")
    return Sources(infrared, visible, visible, Temperatures(celsius, **more))  # type: ignore[arg-type]


def found(phrase: str, of: Sources | None = None, backend: object = PEOPLE) -> Grounding:
    return ground(of or sources(), [phrase], backend=backend, masks={})[0]  # type: ignore[arg-type]


def mask(phrase: str, of: Sources | None = None, backend: object = PEOPLE) -> np.ndarray:
    given = of or sources()
    drawn = segment(given, [found(phrase, given, backend)], backend=backend)  # type: ignore[arg-type]
    return drawn > 127


@pytest.mark.parametrize(
    ("phrase", "inside"),
    [
        ("hotter than 40 C", CELSIUS >= 40),
        ("everything above 104 \u00b0F", CELSIUS >= 40),
        ("areas above 313.15 K", CELSIUS >= 40),
        ("between 32 and 37 degrees", (CELSIUS >= 32) & (CELSIUS <= 37)),
        ("above body temperature", CELSIUS >= 37),
        ("below freezing", CELSIUS <= 0),
        ("below 0 C or above 50 C", (CELSIUS <= 0) | (CELSIUS >= 50)),
        ("left half above 30 C", (CELSIUS >= 30) & (COLUMNS < 40)),
        ("parts of people above 37 C", (CELSIUS == 38)),
    ],
)
def test_the_pixels(phrase: str, inside: np.ndarray) -> None:
    assert np.array_equal(mask(phrase), inside)


def test_things_are_meant_whole() -> None:
    """A quarter of a person must be so warm, as of "hot people" a quarter must be hot."""
    one = found("people warmer than 37 C")
    assert [detection.box for detection in one.detections] == [(10, 10, 20, 30)]
    assert "1 of 2 found as 'people' are so" in one.reason
    assert np.array_equal(
        mask("people warmer than 37 C"), (ROWS >= 10) & (ROWS < 30) & (COLUMNS >= 10) & (COLUMNS < 20)
    )
    assert len(found("people warmer than 32 C").detections) == 2


def test_none_of_the_things_is_so() -> None:
    one = found("people warmer than 39 C")
    assert not one.found
    assert "2 found as 'people', but of none is a quarter at least 39.0 C (at most 0%)" in one.reason


def test_what_was_not_found_at_all_says_so() -> None:
    one = found("giraffes warmer than 37 C")
    assert not one.found and one.phrase == "giraffes warmer than 37 C"


def test_nothing_is_so_hot() -> None:
    given = sources()
    one = found("hotter than 60 C", given)
    assert not one.found
    assert "nothing of the picture is at least 60.0 C; it has -15.0 C to 55.0 C" in one.reason
    with pytest.raises(RegionError, match=r"it has -15\.0 C to 55\.0 C"):
        segment(given, [one], backend=PEOPLE)


def test_what_is_saturated_is_hotter_than_anything_below_its_limit() -> None:
    celsius = CELSIUS.copy()
    over = celsius == 55
    celsius[over] = np.nan
    given = sources(celsius=celsius, over=over, limit=50.0)
    assert np.array_equal(mask("hotter than 40 C", given), over)
    assert not found("hotter than 52 C", given).found, "whether it is 52, the sensor could not tell"


def test_shares_and_places_need_no_degrees() -> None:
    for given in (sources(), sources(known=False)):
        assert np.array_equal(mask("the hottest 5%", given), CELSIUS == 55)
        assert np.array_equal(mask("the coldest 5% of the top half", given), CELSIUS == -15)
    spot = mask("the hottest spot")
    assert spot[44, 45] and not spot[:35].any()
    assert np.array_equal(mask("the coldest spot") & (CELSIUS != -15), np.zeros_like(spot))


def test_a_pixel_that_nobody_measured_is_in_no_share() -> None:
    celsius = CELSIUS.copy()
    celsius[40:50, 30:60] = np.nan  # filled in, and hot in the picture
    filled = sources()
    given = Sources(filled.infrared, filled.visible, filled.fused, Temperatures(celsius))
    assert not mask("the hottest 5%", given)[40:50, 30:60].any()
    assert not mask("the hottest spot", given)[40:50, 30:60].any()


@pytest.mark.parametrize(
    ("phrase", "offer"), [("hotter than 40 C", "hot areas"), ("below 0 C", "cold areas"), ("people above 37 C", None)]
)
def test_without_degrees_there_is_a_word_and_an_offer(phrase: str, offer: str | None) -> None:
    one = found(phrase, sources(known=False))
    assert not one.found and one.offer == offer
    assert f"'{phrase}': this infrared picture tells no temperatures: a picture of 8 bits" in one.reason
    assert "the hottest spot, the hottest 5%" in (one.remedy or "") and "the hottest 5%" in (one.plain or "")


def test_a_mask_of_that_name_goes_before() -> None:
    own = np.zeros((60, 80), np.uint8)
    own[:, :10] = 255
    for phrase, inside in (("above 40 c", own > 127), ("roof above 30 C", (own > 127) & (CELSIUS >= 30))):
        one = ground(sources(), [phrase], backend=PixelsBackend(), masks={"above 40 C": own, "roof": own})[0]
        if inside.any():
            assert one.mask is not None and np.array_equal(one.mask > 127, inside)
        else:
            assert not one.found


def test_exceptions_by_temperature() -> None:
    given = sources()
    people, warm = ground(given, ["people", "above 37 C"], backend=PEOPLE, masks={})
    left = segment(given, [people], backend=PEOPLE, exceptions=[warm]) > 127
    assert left[20, 15] and not left[12, 15] and left[20, 55]
