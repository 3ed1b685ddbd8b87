"""What is not counted: the pixels of skies, roads, buildings, trees, cleaned by connected parts and edges.

A sky is held against what a sky is. The network's grid is coarse and its sky takes in the tops of trees and leaves
islands on houses, so the pixels near the border of the sky are told apart by what both pictures show on either side of
it, here and not in the picture as a whole: a clear sky pales toward the horizon. And a sky is what reaches the upper
border, or what is surely sky and large.
"""

from collections.abc import Collection
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.regions.colours import BOUNDS, shows_hues
from wordfuse.fusion.regions.embedded.areas.holes import without_holes
from wordfuse.fusion.regions.embedded.areas.paving import SLIVER, pavement_in
from wordfuse.fusion.regions.embedded.areas.single import things_in
from wordfuse.fusion.regions.embedded.areas.trunks import trunk_of
from wordfuse.fusion.regions.embedded.cutting import EVIDENCE, LEAST_SPREAD, LIKELY, SMOOTHNESS, log_density, radius_px
from wordfuse.fusion.regions.embedded.looking import View, believed
from wordfuse.fusion.regions.embedded.placing import half_of, in_places, most_in
from wordfuse.fusion.regions.phrases import select_clause
from wordfuse.fusion.regions.tones import Selection, drop_specks, filled, luma
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.grammar import Clause
from wordfuse.fusion.regions.words.meaning import GROUND, Wanted

Values = npt.NDArray[np.float32]

LEAST_AREA = 0.002  # of the picture: less of a road or a sky is a mistake
# Of the picture: less of what lies flat, or of anything else, is hardly what is spoken of; where it is sure, a third.
LITTLE_GROUND, LITTLE = 0.015, 0.004
NECKS = {"tree": 0.7, "building": 0.4}  # of what can be one among others: where it is divided, see ``areas.single``
PAVED = 0.6  # chance of a road or a pavement, where a trunk ends
MOST_TRUNKS = 6
COLOURED = 0.2  # an area has a colour if so much of it has
SURE, NEVER = 0.9, 0.15  # chances from which the network is taken at its word about sky
BAND = 0.08  # of the rows: what is told apart reaches so far to either side of the border
NEIGHBOURS = 0.16  # of the rows: radius of the windows in which sky and not sky are compared
APART = 0.01  # of a window: with less of either in it there is nothing to compare
ALOFT = 0.8  # mean chance of a part of the sky that does not reach the upper border,
ALIKE = 0.06  # or how far its heat and light may be from those of the sky that does
FRINGE, FRINGE_SEEN = 0.02, 0.06  # of the rows: reach of a sky's rim, and of the windows in which it is compared
WARMER = 0.05  # in infrared, than the coldest part of the sky: so much warmer is no sky, but where it is sure
BESIDE_CLOUDS = 0.2  # of the largest part of a sky: how large the part is that others are held against
ASIDE = 0.008  # of the rows: a leaf may lie so far from where the visible picture has it
SPECK = 1e-4  # of the picture: less of it, apart from the sky, may be a window frame
WHITE, WHITE_RIM = 0.93, 0.78  # luma of a sky that is blown out, and of its rim where light has spilled over leaves
PLAIN = 0.15  # luma between sky and what is beside it from which the visible picture alone tells them apart
TEXTURE = 0.04  # spread of luma in a small window: leaves have more, clouds less


def stuff_of(sources: Sources, view: View, wanted: Wanted) -> Selection:
    """The pixels of classes that are not counted, where tones and places allow; of trees with their trunks."""
    selection = _crowns(sources, view, wanted)
    return selection | _trunks(sources, view, selection) if wanted.classes == ("tree",) else selection


def _crowns(sources: Sources, view: View, wanted: Wanted) -> Selection:
    """The same, of trees without."""
    channels = [CLASSES.index(name) for name in areas_of(wanted.classes)]
    nowhere = np.zeros(sources.shape, np.bool_)
    if not channels:
        return nowhere
    selection = _all_of(sources, view, wanted.classes, channels)
    if not selection.any():
        return nowhere
    before = int(selection.sum())
    if wanted.clauses:
        chosen = [
            _placed(sources, selection, wanted, clause) & select_clause(sources, replace(clause, places=()))
            for clause in wanted.clauses
        ]
        selection = np.logical_or.reduce(chosen)
    if selection.sum() < COLOURED * before and any(tone.name in BOUNDS for one in wanted.clauses for tone in one.tones):
        return nowhere
    if wanted.pick is not None and selection.any():
        selection = half_of(selection, near=wanted.pick == "nearest")
    if selection.mean() < LEAST_AREA / 4:
        return nowhere
    return selection


def trunks_of(sources: Sources, view: View, wanted: Wanted) -> Selection:
    """The trunks of the trees that are meant, which stand below their crowns."""
    crowns = _crowns(sources, view, wanted)
    return _trunks(sources, view, crowns) & ~crowns


def is_little(view: View, selection: Selection, wanted: Wanted) -> bool:
    """Whether an area is so small that something else is rather meant, or more of it was not recognised."""
    if wanted.clauses or wanted.pick is not None or not selection.any():
        return False
    surely = mean_chance(view, selection, areas_of(wanted.classes)) >= ALOFT
    least = LITTLE_GROUND if GROUND.issuperset(wanted.classes) else LITTLE
    return float(selection.mean()) < (least / 3 if surely else least)


def areas_of(names: Collection[str]) -> list[str]:
    """Those of some classes that are not counted."""
    return [name for name in names if name in CLASSES and name not in OBJECTS]


def mean_chance(view: View, selection: Selection, names: Collection[str]) -> float:
    """How sure the network is, on average, that the pixels of a selection show one of these classes."""
    height, width = view.chances.shape[1:]
    share = cv2.resize(selection.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    chance = view.chances[[CLASSES.index(name) for name in names]].sum(axis=0)
    return float(np.clip((chance * share).sum() / max(float(share.sum()), 1e-6), 0, 1))


def _all_of(sources: Sources, view: View, classes: Collection[str], channels: list[int]) -> Selection:
    """All pixels of some classes, along the edges of both pictures and without holes."""
    height, width = sources.shape
    guide = np.dstack([sources.infrared, luma(sources.visible)])

    def enlarged(coarse: Values) -> Values:
        return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    chance = enlarged(view.chances[channels].sum(axis=0))
    selection = np.zeros(sources.shape, np.bool_)
    if np.isin(view.chances.argmax(axis=0), channels).mean() >= LEAST_AREA:
        if tuple(classes) == ("sky",):
            selection = _sky(sources, guide, chance)
        else:
            selection = guided_filter(guide, chance, radius_px(height), SMOOTHNESS) > 0.5
            selection = drop_specks(selection, LEAST_AREA / 4)
    # A gray camera shows no kerbs to the network: what it guesses there is mostly wrong.
    if tuple(classes) == ("pavement",) and selection.mean() < SLIVER and shows_hues(sources.visible):
        road = enlarged(view.chances[CLASSES.index("road")])
        selection = selection | pavement_in(guide, road, chance, radius_px(height), SMOOTHNESS)
    selection = filled(selection, int(LEAST_AREA / 4 * selection.size))
    if not selection.any():
        return selection
    rival = enlarged(np.delete(view.chances, channels, axis=0).max(axis=0))
    return without_holes(sources, chance, rival, selection, believed(view), sky=tuple(classes) == ("sky",))


def _placed(sources: Sources, selection: Selection, wanted: Wanted, clause: Clause) -> Selection:
    """What of an area a place means; of a tree or a building that is spoken of as one, the one that is most there."""
    neck = NECKS.get(wanted.classes[0]) if len(wanted.classes) == 1 else None
    if neck is None or not wanted.singular or not clause.places:
        return in_places(selection, clause.places)
    return most_in(selection, things_in(sources, selection, neck), clause.places)


def _trunks(sources: Sources, view: View, trees: Selection) -> Selection:
    """The trunks of trees, those of the largest crowns."""
    if not trees.any():
        return trees
    things = things_in(sources, trees, NECKS["tree"])
    areas = np.bincount(things.ravel())[1:]
    height, width = trees.shape
    flat = view.chances[[CLASSES.index(name) for name in GROUND]].sum(axis=0)
    ground = np.asarray(cv2.resize(flat, (width, height), interpolation=cv2.INTER_LINEAR) > PAVED, np.bool_)
    others = [seen.box for seen in believed(view)]
    trunks = np.zeros_like(trees)
    for thing in np.argsort(-areas)[:MOST_TRUNKS]:
        trunks |= trunk_of(sources, things == thing + 1, ground, others)
    return trunks


def _sky(sources: Sources, guide: Values, chance: Values) -> Selection:
    height = sources.shape[0]
    told = _told_apart(sources, chance)
    selection = guided_filter(guide, told, max(1, radius_px(height) // 3), SMOOTHNESS) > 0.5
    _, labels, stats, _ = cv2.connectedComponentsWithStats(selection.astype(np.uint8), connectivity=4)
    kept = (stats[:, cv2.CC_STAT_TOP] == 0) & (stats[:, cv2.CC_STAT_AREA] >= 4)
    kept[0] = False  # label 0 is no sky
    sky = kept[labels]
    for part in np.flatnonzero(~kept & (stats[:, cv2.CC_STAT_AREA] >= LEAST_AREA * selection.size)):
        inside = labels == part
        if part and (chance[inside].mean() >= ALOFT or (sky.any() and _alike(guide[inside], guide[sky]))):
            sky = sky | inside
    sky = _without_fronts(sources.infrared, chance, np.asarray(sky, np.bool_))
    return _through_leaves(sources, chance, _with_fringe(luma(sources.visible), sky))


def _without_fronts(infrared: Values, chance: Values, sky: Selection) -> Selection:
    """The sky without parts of which the network is not sure and that are warmer than its coldest: fronts, awnings."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(sky.astype(np.uint8), connectivity=4)
    large = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= LEAST_AREA / 4 * sky.size) + 1  # label 0 is no sky
    warmth = {int(part): float(np.median(infrared[labels == part])) for part in large}
    # A patch of clear sky among clouds is colder than they are, and does not make fronts of them.
    least = BESIDE_CLOUDS * max(stats[large, cv2.CC_STAT_AREA], default=0)
    coldest = min((warm for part, warm in warmth.items() if stats[part, cv2.CC_STAT_AREA] >= least), default=0.0)
    for part, warm in warmth.items():
        if warm > coldest + WARMER and chance[labels == part].mean() < ALOFT:
            sky = sky & (labels != part)
    return sky


def _through_leaves(sources: Sources, chance: Values, sky: Selection) -> Selection:
    """A blown-out sky with what of it is seen between leaves and along its rim: as white, as cold, and near."""
    light = luma(sources.visible)
    if not sky.any() or np.median(light[sky]) < WHITE:
        return sky
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(BAND * light.shape[0])) + 1,) * 2)
    near = cv2.dilate(sky.astype(np.uint8), reach) > 0
    beside = cv2.erode(sources.infrared, np.ones((2 * max(1, round(ASIDE * light.shape[0])) + 1,) * 2, np.uint8))
    cold = np.asarray(beside) < np.quantile(sources.infrared[sky], 0.75) + WARMER
    rim = cv2.dilate(sky.astype(np.uint8), np.ones((2 * max(1, round(ASIDE * light.shape[0])) + 1,) * 2, np.uint8)) > 0
    white = light > np.where(rim, np.float32(WHITE_RIM), np.float32(WHITE))
    grown = (sky | (near & cold & white & (chance > NEVER))).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= SPECK * sky.size
    kept[np.unique(labels[sky])] = True
    kept[0] = False  # label 0 is no sky
    return np.asarray(kept[labels], np.bool_)


def _with_fringe(light: Values, sky: Selection) -> Selection:
    """The sky with its rim, which the two pictures, a pixel apart, do not agree about: as bright as the sky beside it.

    Only where the visible picture shows plainly what is sky; and no farther than such a disagreement reaches.
    """
    height = light.shape[0]
    window = (2 * max(2, round(FRINGE_SEEN * height)) + 1,) * 2
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(FRINGE * height)) + 1,) * 2)
    near = cv2.dilate(sky.astype(np.uint8), reach) > 0
    here, there = _local(light, sky, window), _local(light, ~near, window)
    plain = here[2] & there[2] & (np.abs(here[0] - there[0]) > PLAIN)
    alike = np.abs(light - here[0]) < np.abs(light - there[0])
    grown = (sky | (near & plain & alike)).astype(np.uint8)
    _, labels = cv2.connectedComponents(grown, connectivity=4)
    return np.asarray((grown > 0) & np.isin(labels, np.unique(labels[sky])), np.bool_)


def _alike(one: Values, two: Values) -> bool:
    """Whether pixels (N, 2) and others show the same heat and light."""
    return bool((np.abs(np.median(one, axis=0) - np.median(two, axis=0)) < ALIKE).all())


def _told_apart(sources: Sources, chance: Values) -> Values:
    """The chance of sky, in a band around the border outweighed by what the two sides of it look like there."""
    height = sources.shape[0]
    light = luma(sources.visible)
    blue = sources.visible[..., 2] - sources.visible[..., 0]
    size = 2 * max(1, round(0.004 * height)) + 1
    texture = np.sqrt(np.maximum(cv2.blur(light * light, (size, size)) - cv2.blur(light, (size, size)) ** 2, 0))
    sky, other = chance > SURE, chance < NEVER
    kernel = np.ones((2 * max(1, round(BAND * height)) + 1,) * 2, np.uint8)
    border = np.asarray(chance > 0.5, np.uint8)
    band = cv2.dilate(border, kernel) > cv2.erode(border, kernel)
    window = (2 * max(2, round(NEIGHBOURS * height)) + 1,) * 2
    core = sky & (texture < TEXTURE)  # the leaves that were taken in must not pass for sky
    evidence = np.zeros(chance.shape, np.float32)
    for values in (sources.infrared, light, blue):
        one, two = _local(values, core, window), _local(values, other, window)
        ratio = log_density(values, *one[:2]) - log_density(values, *two[:2])
        evidence += np.where(one[2] & two[2], np.clip(ratio, -EVIDENCE, EVIDENCE), 0)
    likely = np.clip(chance, *LIKELY)
    told = 1 / (1 + np.exp(-(np.log(likely / (1 - likely)) + evidence)))
    return np.where(band, told, chance).astype(np.float32)


def _local(values: Values, of: Selection, window: tuple[int, int]) -> tuple[Values, Values, Selection]:
    """Mean and spread of the values of some pixels in the window around every pixel, and where there are enough."""
    weight = of.astype(np.float32)
    share = cv2.blur(weight, window)
    enough = share > APART
    least = np.maximum(share, APART)
    mean = cv2.blur(values * weight, window) / least
    variance = cv2.blur(values * values * weight, window) / least - mean**2
    spread = np.sqrt(np.maximum(variance, LEAST_SPREAD**2))
    return np.asarray(mean, np.float32), np.asarray(spread, np.float32), enough
