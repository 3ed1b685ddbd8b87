"""The backend that needs nothing: a network of our own, trained on street scenes by day and night.

Phrases are read by ``words``, the pair is seen by ``looking``, and what a phrase says beside its noun is held against
the pixels by ``meant`` and ``stuff``. What they do not tell is said (``Grounding.note``), and lowers the confidence.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from wordfuse.fusion.device import check_device, is_cpu
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions import phrases as pixel_phrases
from wordfuse.fusion.regions.colours import shows_hues
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.far import far_part
from wordfuse.fusion.regions.embedded.gray import names_hues, without_hues
from wordfuse.fusion.regions.embedded.lights import LIGHT, lights
from wordfuse.fusion.regions.embedded.looking import Object, View, believed, common, look, overlap
from wordfuse.fusion.regions.embedded.meant import Meant, meant
from wordfuse.fusion.regions.embedded.parts.bodies import is_seen, part_in, part_of
from wordfuse.fusion.regions.embedded.parts.measured import part_found
from wordfuse.fusion.regions.embedded.signals import SIGNAL, signals
from wordfuse.fusion.regions.embedded.stuff import areas_of, is_little, mean_chance, stuff_of
from wordfuse.fusion.regions.embedded.there import things_seen
from wordfuse.fusion.regions.masks import mask_for
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import (
    DOUBT,
    Detection,
    Grounding,
    Mask,
    Models,
    Sources,
    mean_confidence,
)
from wordfuse.fusion.regions.words.far import is_far
from wordfuse.fusion.regions.words.meaning import Wanted, classes_in, known_in, nearly, noun_in, understand
from wordfuse.fusion.regions.words.measured import measured
from wordfuse.fusion.regions.words.nearest import nearest, stand_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.regions.words.parts import whole_beside, whole_of
from wordfuse.fusion.regions.words.qualifiers import Body
from wordfuse.fusion.weights import load_region_eye

if TYPE_CHECKING:
    import numpy.typing as npt
    import torch

    from wordfuse.fusion.networks.arrays.regions import Eye

WITHOUT = 0.45  # confidence of what a word was left out for: in doubt
SAME_LIGHT = 0.3  # of the smaller of two lights, that lies in the other: then they are one
CACHED = 4
PARTED = ("cars", "buildings")  # what is offered in the place of its parts
KNOWN = (
    "people, cars, bicycles, sky, road, pavement, buildings, trees, poles, signs, fences, and lamps "
    "and traffic lights that are lit"
)

_SIGNAL = SIGNAL.replace("_", " ")

# What ties a name to what stands beside it is no part of the name: "glare above" is glare.
_LOOSE = re.compile(
    r"^(?:(?:the|a|an|of|on|in|at|by|with) )+|"
    r"(?: (?:the|a|an|of|on|in|at|by|with|to|from|near|behind|under|above|below|over|beside|next|front))+$"
)


class EmbeddedBackend:
    """Finds what ``KNOWN`` says. The network loads at first use; what it saw of a pair is kept."""

    name: str = "embedded"

    def __init__(self, device: "torch.device | str" = "auto") -> None:
        """Nothing is loaded yet.

        Raises:
            InputError: there is no such device.
        """
        if isinstance(device, str):
            check_device(device)
        self._device = device
        self._views: OrderedDict[bytes, View] = OrderedDict()

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Look for each phrase; see `RegionBackend.ground`."""
        return [self._ground(sources, phrase) for phrase in phrases]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """Cut the detected objects out; see `RegionBackend.segment`."""
        view = self._view(sources)
        inside = np.zeros(sources.shape, np.bool_)
        for detection in detections:
            wanted = understand(detection.phrase)
            classes = {name for one in wanted for name in one.classes} if not isinstance(wanted, str) else set(OBJECTS)
            part = None if isinstance(wanted, str) else next((one.part for one in wanted if one.part), None)
            nearest = max(
                (seen for seen in view.objects if seen.name in classes),
                key=lambda seen: overlap(_part(seen, sources, part).box, detection.box),
                default=None,
            )
            if nearest is not None:
                inside |= _cut(sources, view, nearest, part)
        return _mask(inside)

    def chances(self, sources: Sources) -> "npt.NDArray[np.float32]":
        """What every pixel shows; see `KnowsPixels`."""
        return self._view(sources).chances

    def look(self, sources: Sources) -> View:
        """What is seen in a pair, without the lamps; looked at anew each time."""
        return look(eye_on(self._device), sources)

    def _ground(self, sources: Sources, phrase: str) -> Grounding:
        if is_far(phrase):
            return self._far(sources, phrase)
        part = measured(phrase)
        seen = part_found(sources, self._view(sources), part) if part is not None else None
        if seen is not None:
            reason, note = f"'{phrase}': {seen.told}", "; ".join(seen.notes) or None
            return Grounding(phrase, True, self.name, (), _mask(seen.mask), reason, confidence=seen.sure, note=note)
        whole = whole_of(phrase)
        if whole is not None:
            return self._offered(sources, phrase, whole)
        wanted = understand(phrase)
        instead = stand_in(phrase) if isinstance(wanted, str) else None
        if instead is not None and instead.said is None:
            return self._of_colour(sources, phrase, instead.phrase)
        if instead is not None:
            wanted = _left_open(understand(instead.phrase), f"'{instead.said}'")
        if isinstance(wanted, str):
            return self._unknown(sources, phrase, wanted)
        if any(names_hues(one) for one in wanted) and not shows_hues(sources.visible):
            wanted = tuple(without_hues(one) for one in wanted)
        view = self._view(sources)
        objects: list[Object] = []
        stuff = np.zeros(sources.shape, np.bool_)
        told, notes, confidences = list[str](), list[str](), list[float]()
        offer, ambiguous = None, False
        for one in wanted:
            found = _with_part(meant(sources, view, one), one.part, sources.shape[0])
            if LIGHT in one.classes:  # a lamp that is lit is not the pole that it hangs on
                one = replace(one, classes=(LIGHT,) if found.objects else tuple(areas_of(one.classes)))
            area = stuff_of(sources, view, one)
            name = " or ".join(one.classes).replace("_", " ") or LIGHT
            untold = [f"{piece} cannot be told from the pictures" for piece in found.untold]
            if found.spoken_of is not None:
                untold.append(f"only {found.spoken_of} {'is' if found.spoken_of == 1 else 'are'} spoken of")
            kind = _kind_of_vehicle(phrase) if len(wanted) == 1 and len(found.objects) > 1 else None
            if kind is not None:
                untold.append(f"a {kind} is not told from other vehicles")
            if one.count is not None and len(found.objects) < one.count:
                untold.append(f"only {len(found.objects)} of {one.count} found")
            if found.objects:
                told.append(_told(found, one, name))
                confidences.append(_confidence(found))
                objects += [_part(seen, sources, one.part) for seen in found.objects]
            if area.any():
                told.append(f"{area.mean():.0%} of the picture is {name}")
                confidences.append(mean_chance(view, area, areas_of(one.classes)))
                stuff |= area
                if is_little(view, area, one):
                    untold.append(f"only {area.mean():.1%} of the picture is {name}, which is little for it")
            if found.objects or area.any():
                notes += untold
                confidences += [WITHOUT] if untold else []
                ambiguous |= len(found.objects) > 1 and bool(untold) and (kind is None or one.singular)
            else:
                told.append(_none(found, name))
                notes.append(_none(found, name))
                if found.of:
                    offer = noun_in(phrase)
                elif "person" in one.classes and any(seen.name == "person" for seen in believed(view)):
                    offer = "people"
                    told[-1] = notes[-1] = _UNRIDDEN
                elif one.instead and stuff_of(sources, view, replace(one, classes=one.instead)).any():
                    offer = one.instead[0]
                    told.append(f"but {offer}, which may be meant")
        if not objects and not stuff.any():
            reason = f"'{phrase}' was not found in the picture: {', '.join(told)}"
            remedy = f"name another region or give {mask_for(phrase)}"
            return Grounding(phrase, False, self.name, (), None, reason, remedy, plain=reason, offer=offer)
        detections = tuple(Detection(phrase, seen.box, seen.score) for seen in objects)
        mask = None
        if stuff.any():
            mask = _mask(stuff | (self.segment(sources, detections) > 127) if detections else stuff)
        reason = f"'{phrase}': {', '.join(told)}"
        note = "; ".join(dict.fromkeys(notes)) or None
        sure = min(confidences)
        return Grounding(
            phrase, True, self.name, detections, mask, reason, confidence=sure, note=note, ambiguous=ambiguous
        )

    def _unknown(self, sources: Sources, phrase: str, unknown: str) -> Grounding:
        """What is not known, with the nearest that can be found, or with what is there."""
        near = nearest(phrase)
        if near in PARTED:  # of what was named with it
            near = whole_beside(phrase) or known_in(phrase) or near
        if near is None:
            near = whole_beside(phrase)
        things = understand(near) if near else ""
        if not isinstance(things, str) and not any(one.clauses for one in things):
            near = near if self._ground(sources, near or "").found else ""  # what is not there is no help
        meaning = nearly(phrase) if near is None else None
        if meaning is not None and not self._ground(sources, meaning).found:
            meaning = None  # what is not in the picture is not meant
        # Idioms were put in other words.
        named = _LOOSE.sub("", unknown if unknown in phrase.casefold() else phrase)
        perhaps = f"; perhaps '{meaning}' is meant" if meaning else ""
        perhaps += f"; the nearest that can be found is '{near}'" if near else ""
        if not near and not meaning:
            seen = things_seen(self._view(sources))
            perhaps = f"; what can be found here: {', '.join(seen)}" if seen else ""
        reason = f"'{phrase}': the backend '{self.name}' does not know '{named}'{perhaps}"
        remedy = (
            f"it knows {KNOWN}, with where they are, how many, how warm or bright, of which colour, beside what; "
            f"give {mask_for(phrase)} or {argument_named('regions')} grounding-dino"
        )
        plain = f"I know no '{named}'{perhaps}"
        return Grounding(phrase, False, self.name, (), None, reason, remedy, plain=plain, offer=near or None)

    def _of_colour(self, sources: Sources, phrase: str, areas: str) -> Grounding:
        """What has a colour, where nothing but a colour is named."""
        found = pixel_phrases.resolve(sources, areas)
        if found is None or not found.found:
            return replace(found or self._unknown(sources, phrase, phrase), phrase=phrase)
        note = f"'{phrase}' is read as '{areas}'" + (f"; {found.note}" if found.note else "")
        return replace(found, phrase=phrase, note=note)

    def _offered(self, sources: Sources, phrase: str, whole: str) -> Grounding:
        """What a part belongs to, which is offered and not taken: the part is smaller, and nobody can say where."""
        found = self._ground(sources, whole)
        if not found.found:
            return replace(found, phrase=phrase)
        reason = f"'{phrase}' cannot be told from the whole: is all of it meant, '{whole}'?"
        remedy = f"say '{whole}' for all of it, or give {mask_for(phrase)}"
        return Grounding(phrase, False, self.name, (), None, reason, remedy, plain=reason, offer=whole)

    def _far(self, sources: Sources, phrase: str) -> Grounding:
        """What lies far away, read off where the road goes."""
        far, told = far_part(sources, self._view(sources))
        begins = "above the near half of the road" if told else "in the upper half of the picture"
        if not far.any():
            reason = f"'{phrase}' was not found in the picture: there is nothing but sky {begins}"
            return Grounding(phrase, False, self.name, (), None, reason, plain=reason)
        reason = f"'{phrase}': read as what lies {begins}, without the sky"
        return Grounding(phrase, True, self.name, (), _mask(far), reason)

    def _view(self, sources: Sources) -> View:
        pixels = blake2b(repr(sources.shape).encode(), digest_size=16)
        pixels.update(sources.infrared.tobytes())
        pixels.update(sources.visible.tobytes())
        key = pixels.digest()
        if key not in self._views:
            self._views[key] = with_lights(sources, self.look(sources))
            if len(self._views) > CACHED:
                self._views.popitem(last=False)
        return self._views[key]


def with_lights(sources: Sources, view: View) -> View:
    """A view with what pixels alone tell: traffic lights that are lit, and all other lights."""
    red_or_green = signals(sources, view)
    others = [
        light
        for light in lights(sources, view)
        if all(common(light.box, seen.box) <= SAME_LIGHT for seen in red_or_green)
    ]
    return replace(view, objects=(*view.objects, *red_or_green, *others))


def _confidence(found: Meant) -> float:
    """The confidence of objects together, which is no more than that in what they are beside."""
    boxed = [Detection("", seen.box, seen.score) for seen in found.objects]
    return min(mean_confidence(boxed), found.sure)


def _kind_of_vehicle(phrase: str) -> str | None:
    """The kind of vehicle that a phrase names, in the singular, for all are cars to the network; else None."""
    noun = noun_in(phrase)
    if noun is None or noun in _ANY_VEHICLE or classes_in(noun) != {"car"}:
        return None
    return numbered_as(noun, several=False)


def _left_open(wanted: tuple[Wanted, ...] | str, said: str) -> tuple[Wanted, ...] | str:
    """What a phrase wants that does not say of what, "the left one": a person or a car, and that this is not told."""
    if isinstance(wanted, str) or any(one.classes != ("person",) for one in wanted):
        return said.strip("'") if isinstance(wanted, str) else wanted
    return tuple(
        replace(one, classes=("person", "car"), untold=(*one.untold, f"what is meant by {said}")) for one in wanted
    )


def _with_part(found: Meant, part: Body | None, rows: int) -> Meant:
    """Those of whom a part is in the picture, where a part is meant."""
    if part is None or not found.objects:
        return found
    seen = tuple(one for one in found.objects if is_seen(one.box, part, rows))
    return found if len(seen) == len(found.objects) else replace(found, objects=seen, asked=(*found.asked, _CUT_OFF))


def _part(seen: Object, sources: Sources, part: Body | None) -> Object:
    """An object, or the part of somebody that is meant."""
    return seen if part is None else replace(seen, box=part_of(seen.box, part, sources.shape[0]))


def _cut(sources: Sources, view: View, seen: Object, part: Body | None) -> Selection:
    """The pixels of an object, or of the part of it that is meant."""
    inside = cut_out(sources, view, seen)
    return inside if part is None else part_in(sources.infrared, inside, seen.box, part)


def _told(found: Meant, wanted: Wanted, name: str) -> str:
    """How many were found, and how sure that is."""
    seen = found.objects
    of = f" of {wanted.count}" if wanted.count and wanted.count > len(seen) else ""
    doubtful = sum(one.score < DOUBT for one in seen)
    doubt = f", {doubtful} of them in doubt" if doubtful else ""
    return f"{len(seen)}{of} found as {name}, the surest at {max(one.score for one in seen):.2f}{doubt}"


#: Words for any vehicle.
_ANY_VEHICLE = frozenset(
    "car cars vehicle vehicles automobile automobiles auto autos traffic motorcar motorcars".split()
) | {"motor vehicle", "motor vehicles"}
_CUT_OFF = "seen so far down"

#: Of cyclists, where people are there.
_UNRIDDEN = "people, who may be meant, but no bicycle by any of them, as bicycles are seldom recognised"


def _none(found: Meant, name: str) -> str:
    """That none was found, and what the others were not."""
    if not found.of or not found.asked:
        seldom = ", and bicycles are seldom recognised" if "bicycle" in name else ""
        seldom = ", and one that is not lit red or green is not recognised" if name == _SIGNAL else seldom
        return f"no {name} found{seldom}"
    which = "it is not" if found.of == 1 else "none of them is"
    return f"{found.of} found as {name}, {which} {' and '.join(found.asked)}"


def _mask(selection: Selection) -> Mask:
    return np.where(selection, np.uint8(255), np.uint8(0))


def eye_on(device: "torch.device | str") -> "Eye":
    """The network on a device: on a processor without torch, which takes longer to import than the looking takes."""
    if is_cpu(device):
        return load_region_eye()
    from wordfuse.fusion.device import resolve_device
    from wordfuse.fusion.networks.regions import eye_of
    from wordfuse.fusion.weights import load_regions

    return eye_of(load_regions(device=resolve_device(device) if isinstance(device, str) else device))


def create(models: Models) -> EmbeddedBackend:
    """The backend on a device; it brings its own network."""
    return EmbeddedBackend(models.device)
