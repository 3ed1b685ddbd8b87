"""Areas: their holes, pavements beside roads, what is too little of one, and one tree with its trunk of many."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import DOUBT, Sources
from wordfuse.fusion.regions.embedded.areas.single import things_in
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.stuff import is_little, mean_chance, stuff_of
from wordfuse.fusion.regions.words.meaning import Wanted, understand

HEIGHT, WIDTH = 240, 320
Box = tuple[slice, slice]
TINT = 1.0, 0.98, 0.8  # of a camera that shows colours
SKY, GROUND = np.s_[:120, :], np.s_[200:, :]


def wanted(phrase: str) -> Wanted:
    read = understand(phrase)
    assert not isinstance(read, str)
    return read[0]


def scene(*areas: tuple[str, Box, float, float], chance: float = 0.9) -> tuple[Sources, View]:
    """Boxes of classes, each with its heat and its light, over a building."""
    heat, light = np.full((HEIGHT, WIDTH), 0.5, np.float32), np.full((HEIGHT, WIDTH), 0.4, np.float32)
    chances = np.full((len(CLASSES), HEIGHT, WIDTH), 0.005, np.float32)
    chances[CLASSES.index("building")] = chance
    for name, box, warm, bright in areas:
        heat[box], light[box] = warm, bright
        chances[(slice(None), *box)] = 0.005
        chances[(CLASSES.index(name), *box)] = chance
    visible = np.repeat(light[..., None], 3, axis=2) * np.asarray(TINT, np.float32)
    return Sources(heat, visible, visible), View((), np.ascontiguousarray(chances[:, 2::4, 2::4]))


def test_a_cloud_is_no_hole_of_the_sky_and_a_sign_is() -> None:
    cloud, sign = np.s_[40:64, 80:120], np.s_[40:60, 200:216]
    pair, seen = scene(("sky", SKY, 0.1, 0.8), ("sign", sign, 0.5, 0.3))
    seen.chances[:, 10:16, 20:30] = 0.05
    seen.chances[CLASSES.index("sky"), 10:16, 20:30] = 0.3  # warmer than the rest, and the network is not sure
    heat = pair.infrared.copy()
    heat[cloud] = 0.3
    found = stuff_of(Sources(heat, pair.visible, pair.visible), seen, wanted("the sky"))
    assert found[cloud].all() and not found[45:55, 204:212].any()


def test_a_hole_in_which_a_lamp_hangs_stays() -> None:
    glow = np.s_[40:64, 80:104]
    pair, seen = scene(("sky", SKY, 0.1, 0.6))
    heat, visible = pair.infrared.copy(), pair.visible.copy()
    heat[glow], visible[glow] = 0.6, 1.0
    seen.chances[CLASSES.index("sky"), 10:16, 20:26] = 0.45
    lamp = Object("light", (80.0, 40.0, 104.0, 64.0), 0.75)
    lit = Sources(heat, visible, visible)
    assert not stuff_of(lit, View((lamp,), seen.chances), wanted("the sky"))[48:56, 88:96].any()


def test_a_patch_of_clear_sky_makes_no_front_of_the_clouds() -> None:
    house, tree, patch = np.s_[20:120, :40], np.s_[:120, 40:48], np.s_[:20, :40]
    areas = ("sky", SKY, 0.4, 0.8), ("building", house, 0.6, 0.3), ("tree", tree, 0.6, 0.2), ("sky", patch, 0.1, 0.8)
    pair, seen = scene(*areas)
    seen.chances[CLASSES.index("sky"), :30, 12:] = 0.7  # of the clouds it is not sure
    found = stuff_of(pair, seen, wanted("the sky"))
    assert found[:100, 60:].mean() > 0.95


def test_a_pavement_that_is_hardly_seen_is_found_beyond_the_kerb_and_in_doubt() -> None:
    pavement = np.s_[180:, 240:]
    pair, seen = scene(("road", np.s_[160:, :], 0.5, 0.3), ("road", pavement, 0.5, 0.6))
    seen.chances[CLASSES.index("road"), 45:, 60:] = 0.5
    seen.chances[CLASSES.index("pavement"), 45:, 60:] = 0.45
    found = stuff_of(pair, seen, wanted("the pavement"))
    inside = np.zeros(found.shape, np.bool_)
    inside[pavement] = True
    assert (found & inside).sum() > 0.9 * (found | inside).sum()
    assert mean_chance(seen, found, ["pavement"]) < DOUBT
    gray = np.repeat(pair.visible[..., :1], 3, axis=2)
    assert not stuff_of(Sources(pair.infrared, gray, gray), seen, wanted("the pavement")).any(), "no guess on gray"


@pytest.mark.parametrize(
    ("phrase", "box", "little"),
    [
        ("the pavement", np.s_[200:216, 100:120], True),  # 0.4 % of the picture
        ("the road", np.s_[200:216, 100:120], True),
        ("the pavement", np.s_[180:, 100:160], False),
        ("trees", np.s_[100:120, 100:124], False),  # a small tree is one
        ("the sky", np.s_[:12, 100:116], True),
        ("the sky in the upper half", np.s_[:12, 100:116], False),  # it was said which
    ],
)
def test_what_is_too_little_of_an_area(phrase: str, box: Box, little: bool) -> None:
    name = wanted(phrase).classes[0]
    _, seen = scene((name, box, 0.2, 0.8), chance=0.75)
    area = np.zeros((HEIGHT, WIDTH), np.bool_)
    area[box] = True
    assert is_little(seen, area, wanted(phrase)) is little


def test_a_sliver_is_in_doubt_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pair, seen = scene(("road", np.s_[160:, :], 0.5, 0.3), ("pavement", np.s_[200:212, 100:130], 0.5, 0.6), chance=0.75)
    backend = EmbeddedBackend("cpu")
    monkeypatch.setattr(backend, "_view", lambda _: seen)
    (found,) = backend.ground(pair, ["the pavement"])
    assert found.found and found.confidence is not None and found.confidence < DOUBT
    assert found.note is not None and "of the picture is pavement, which is little for it" in found.note


def grove() -> tuple[Sources, View, np.ndarray, np.ndarray, np.ndarray]:
    """Two crowns that touch, and the trunk of the right one: the pair, the view, and the three masks."""
    left, right, trunk = (np.zeros((HEIGHT, WIDTH), np.uint8) for _ in range(3))
    cv2.circle(left, (100, 90), 50, 1, -1)
    cv2.circle(right, (190, 90), 50, 1, -1)
    trunk[135:198, 186:195] = 1
    pair, seen = scene(("sky", np.s_[:140, :], 0.1, 0.8), ("road", GROUND, 0.5, 0.4))
    crowns = (left | right) > 0
    heat, light = pair.infrared.copy(), pair.visible[..., 0].copy()
    heat[crowns], light[crowns] = 0.4, 0.2
    heat[trunk > 0], light[trunk > 0] = 0.7, 0.1
    coarse = crowns[2::4, 2::4]
    seen.chances[:, coarse] = 0.005
    seen.chances[CLASSES.index("tree"), coarse] = 0.9
    visible = np.repeat(light[..., None], 3, axis=2) * np.asarray(TINT, np.float32)
    return Sources(heat, visible, visible), seen, left > 0, right > 0, trunk > 0


def test_the_tree_on_a_side_is_one_of_a_clump_with_its_trunk() -> None:
    pair, seen, left, right, trunk = grove()
    found = stuff_of(pair, seen, wanted("the tree on the right"))
    assert found[right].mean() > 0.9 and found[left & ~right].mean() < 0.1
    assert found[trunk].mean() > 0.7
    assert not found[GROUND].any(), "the trunk ends on the ground"


def test_trees_on_a_side_and_trees_are_all_that_hang_together() -> None:
    pair, seen, left, right, trunk = grove()
    for phrase in ("trees", "the palms along the avenue"):
        found = stuff_of(pair, seen, wanted(phrase))
        assert found[left | right].mean() > 0.9 and found[trunk].mean() > 0.7


def test_somebody_below_a_crown_is_no_trunk() -> None:
    pair, seen, _, _, trunk = grove()
    person = Object("person", (182.0, 130.0, 200.0, 200.0), 0.9)
    found = stuff_of(pair, View((person,), seen.chances), wanted("the tree on the right"))
    assert found[trunk][-40:].mean() < 0.1


def test_a_clump_is_divided_at_its_neck_and_one_crown_is_not() -> None:
    pair, _, left, right, _ = grove()
    things = things_in(pair, left | right, 0.7)
    assert things.max() == 2 and {things[90, 100], things[90, 190]} == {1, 2}
    assert things_in(pair, left, 0.7).max() == 1


def test_the_cloudy_sky_of_a_real_pair(shared: Path) -> None:
    (files,) = [pair for pair in find_pairs(shared / "data" / "dev" / "TNO") if pair.infrared.stem == "24"]
    read = read_pair(files.infrared, files.visible)
    (sky,) = EmbeddedBackend("cpu").ground(Sources(read.infrared, read.visible, read.visible), ["the sky"])
    assert sky.mask is not None and (sky.mask > 127).mean() > 0.2  # 0.003: all but a patch was taken for fronts
