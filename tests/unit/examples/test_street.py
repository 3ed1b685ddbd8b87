"""The rendered street: what the demo, the tests and training rely on."""

import cv2
import numpy as np
import pytest

from wordfuse.examples import street_set
from wordfuse.examples.scene_places import KINDS, render_place
from wordfuse.examples.scene_sensors import kelvin_image
from wordfuse.examples.street import MASKS, Scene, render, save
from wordfuse.fusion.images import read_pair

SMALL = (128, 96)


@pytest.fixture(scope="module")
def street() -> Scene:
    return render()


@pytest.fixture(scope="module")
def small() -> Scene:
    return render(3, SMALL)


def luma(picture):
    return picture @ np.array([0.299, 0.587, 0.114])


def test_arrays_have_the_promised_shapes_and_types(street):
    assert street.infrared.shape == (288, 384) and street.infrared.dtype == np.uint8
    for picture in (street.visible, street.clean_visible):
        assert picture.shape == (288, 384, 3) and picture.dtype == np.uint8
    assert set(street.masks) == set(MASKS) == {"people", "cars", "road", "sky", "buildings", "trees", "lamps"}
    for mask in street.masks.values():
        assert mask.shape == (288, 384) and mask.dtype == np.uint8 and set(np.unique(mask)) == {0, 255}


def test_the_committed_pair_is_what_the_script_renders(street, examples):
    folder = examples / "street"
    assert np.array_equal(cv2.imread(str(folder / "ir.png"), cv2.IMREAD_UNCHANGED), street.infrared)
    assert np.array_equal(cv2.imread(str(folder / "vi.png"), cv2.IMREAD_UNCHANGED)[..., ::-1], street.visible)
    for name, mask in street.masks.items():
        assert np.array_equal(cv2.imread(str(folder / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED), mask), name


def test_the_committed_files_stay_small(examples):
    assert sum(path.stat().st_size for path in (examples / "street").rglob("*.png")) < 600_000


def test_its_temperatures_are_those_of_the_scene(street, examples):
    folder = examples / "street"
    assert np.array_equal(cv2.imread(str(folder / "kelvin.png"), cv2.IMREAD_UNCHANGED), kelvin_image(street.celsius))
    pair = read_pair(folder / "kelvin.png", folder / "vi.png")
    known = pair.temperatures
    assert known is not None and pair.notes["temperatures"]["kind"] == "kelvin x 100"
    for name in ("people", "cars", "road", "sky", "buildings"):
        inside = cv2.erode(street.masks[name], np.ones((3, 3), np.uint8)) > 0  # away from what the lens mixes
        assert known.celsius[inside].mean() == pytest.approx(street.celsius[inside].mean(), abs=0.1), name
    people, road = (street.masks[name] > 0 for name in ("people", "road"))
    assert street.celsius[people].mean() > street.celsius[road].mean() + 8


def test_people_are_bright_in_infrared_and_dark_in_visible(street):
    people, road = street.masks["people"] > 0, street.masks["road"] > 0
    assert street.infrared[people].mean() > street.infrared[road].mean() + 60
    assert luma(street.visible)[people].mean() < 60
    assert luma(street.clean_visible)[people].mean() < luma(street.clean_visible)[road].mean()


def test_the_sky_is_the_coldest_and_shadows_are_dark(street):
    means = {name: street.infrared[mask > 0].mean() for name, mask in street.masks.items()}
    assert min(means, key=means.__getitem__) == "sky"
    assert np.percentile(luma(street.clean_visible), 10) < 25
    assert luma(street.clean_visible).max() > 240


def test_masks_do_not_overlap_and_everything_is_there(street):
    inside = np.stack([mask > 0 for mask in street.masks.values()])
    assert inside.sum(axis=0).max() == 1
    share = {name: (mask > 0).mean() for name, mask in street.masks.items()}
    assert share["people"] > 0.01 and share["cars"] > 0.02 and share["trees"] > 0.01 and share["lamps"] > 0.001
    assert min(share["road"], share["sky"], share["buildings"]) > 0.1


def test_the_people_mask_holds_two_to_four_whole_people(street):
    count, _, boxes, _ = cv2.connectedComponentsWithStats(street.masks["people"])
    tall = [box for box in boxes[1:count] if box[cv2.CC_STAT_HEIGHT] > 30]
    assert 2 <= len(tall) <= 4
    assert all(box[cv2.CC_STAT_HEIGHT] > 1.5 * box[cv2.CC_STAT_WIDTH] for box in tall)


def test_the_visible_picture_is_the_clean_one_with_sensor_noise(small):
    difference = small.visible.astype(float) - small.clean_visible
    assert abs(difference.mean()) < 3
    assert 2 < difference.std() < 20


def test_a_seed_repeats_and_another_differs(small):
    again, other = render(3, SMALL), render(4, SMALL)
    assert np.array_equal(again.infrared, small.infrared) and np.array_equal(again.visible, small.visible)
    assert all(np.array_equal(again.masks[name], small.masks[name]) for name in MASKS)
    assert (other.masks["buildings"] != small.masks["buildings"]).mean() > 0.02


@pytest.mark.parametrize(("seed", "size"), [(0, (64, 64)), (1, (65, 101)), (2, (160, 64)), (11, (64, 160))])
def test_any_size_and_seed_has_people_cars_and_houses(seed, size):
    scene = render(seed, size)
    assert scene.visible.shape == (size[1], size[0], 3) and scene.infrared.shape == (size[1], size[0])
    for name in ("people", "cars", "road", "sky", "buildings"):
        assert scene.masks[name].any(), name
    assert scene.infrared[scene.masks["people"] > 0].mean() > scene.infrared[scene.masks["road"] > 0].mean() + 40


@pytest.mark.parametrize(("seed", "size"), [(7, (63, 288)), (7, (384, 10)), (-1, (64, 64))])
def test_what_cannot_be_rendered_is_refused(seed, size):
    with pytest.raises(ValueError, match="at least 64"):
        render(seed, size)


def test_save_writes_what_was_rendered(small, tmp_path):
    paths = save(small, tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in paths) == sorted(
        ["ir.png", "kelvin.png", "vi.png", *(f"masks/{name}.png" for name in MASKS)]
    )
    assert np.array_equal(cv2.imread(str(tmp_path / "vi.png"))[..., ::-1], small.visible)


def test_a_set_of_streets_tells_where_its_pairs_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["street_set", "--out", str(tmp_path), "--count", "2", "--size", "128x96"])
    street_set.main()
    captured = capsys.readouterr()
    assert captured.err == f"wrote 2 pairs to {tmp_path / 'ir'} and {tmp_path / 'vi'}\n"
    assert captured.out == ""
    for folder in ("ir", "vi"):
        assert sorted(path.name for path in (tmp_path / folder).iterdir()) == ["100.png", "101.png"]


def test_bodies_have_boxes_of_their_own(street):
    people = [(box, area) for name, box, area in street.bodies if name == "people"]
    assert len(people) >= 2
    for (x0, y0, x1, y1), area in people:
        inside = street.masks["people"][int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))] > 0
        assert inside.sum() >= 0.8 * area
    assert sum(area for _, area in people) == pytest.approx((street.masks["people"] > 0).sum(), rel=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_places_are_no_streets(kind):
    place = render_place(kind, 1, SMALL)
    assert place.infrared.shape == SMALL[::-1] and place.visible.shape == (*SMALL[::-1], 3)
    assert np.ptp(place.infrared) > 60 and np.ptp(place.clean_visible) > 60
    shown = {name for name, mask in place.masks.items() if mask.any()}
    assert shown >= ({"trees"} if kind == "above" else {"sky", "trees"})
    assert {name for name, _, _ in place.bodies} <= {"people", "cars"}
    again = render_place(kind, 1, SMALL)
    assert np.array_equal(place.infrared, again.infrared) and np.array_equal(place.visible, again.visible)
