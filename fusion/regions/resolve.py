"""From phrases to one mask: the user's own masks first, then the pixels, then the backend."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError, argument_named
from wordfuse.fusion.regions import masks as user_masks
from wordfuse.fusion.regions import phrases as pixel_phrases
from wordfuse.fusion.regions import temperatures
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, RegionBackend, Sources
from wordfuse.fusion.regions.words.degrees import Split, split, without_degrees


def ground(
    sources: Sources, phrases: Sequence[str], *, backend: RegionBackend, masks: Mapping[str, Mask]
) -> list[Grounding]:
    """Find out where each phrase is.

    A user's mask of that name wins over everything, also over "background"; then phrases that the pixels answer; the
    backend is asked, once, for the rest. What a phrase says in degrees narrows what its other words name.

    Args:
        sources: the pictures.
        phrases: as the user said them.
        backend: asked for what is left.
        masks: the user's masks, name -> (H, W) uint8, 255 inside.

    Returns:
        One grounding per phrase, in order; those not found say why.

    Raises:
        InputError: a user's mask has another size than the pictures.
        BackendUnreachable: the backend is needed and cannot be loaded or reached.
    """
    apart = [_apart(sources, phrase, masks) for phrase in phrases]
    found = [
        _told_by_pixels(sources, phrase, said, backend, masks) for phrase, said in zip(phrases, apart, strict=True)
    ]
    rest = [
        phrase if said is None else said.rest
        for phrase, said, grounding in zip(phrases, apart, found, strict=True)
        if grounding is None
    ]
    asked = iter(backend.ground(sources, rest) if rest else [])
    return [
        _narrowed(sources, phrase, said, next(asked), backend) if grounding is None else grounding
        for phrase, said, grounding in zip(phrases, apart, found, strict=True)
    ]


def _told_by_pixels(
    sources: Sources, phrase: str, said: Split | None, backend: RegionBackend, masks: Mapping[str, Mask]
) -> Grounding | None:
    """A phrase that a mask of the user's or the pixels answer; None where the backend has to be asked for its rest."""
    if said is not None:
        refused = temperatures.refused(sources, phrase, said)
        if refused is not None or not said.rest:
            return refused or temperatures.everywhere(sources, phrase, said)
    words = phrase if said is None else said.rest
    found = user_masks.resolve(words, masks, sources.shape) or pixel_phrases.resolve(sources, words)
    return None if found is None else _narrowed(sources, phrase, said, found, backend)


def _apart(sources: Sources, phrase: str, masks: Mapping[str, Mask]) -> Split | None:
    """A phrase that says something of temperatures, apart; None: it says nothing, or what tones tell as well.

    Nor does the name of a mask: what the user called "above 40 C" is that mask.
    """
    said = None if user_masks.resolve(phrase, masks, sources.shape) else split(phrase)
    if said is not None and said.condition.spot and not said.rest and sources.temperatures is None:
        return None
    return said


def _narrowed(sources: Sources, phrase: str, said: Split | None, found: Grounding, backend: RegionBackend) -> Grounding:
    """What was found for the rest of a phrase, narrowed to what is said of its temperature."""
    if said is None:
        return found
    inside = None
    if found.found and (said.parts or found.mask is not None):
        united = _united(sources, [found], backend)
        inside = np.where(united, np.uint8(255), np.uint8(0))

    def cut(detection: Detection) -> Mask:
        return backend.segment(sources, [detection])

    return temperatures.narrowed(sources, phrase, said, found, inside, cut)


def segment(
    sources: Sources,
    groundings: Sequence[Grounding],
    *,
    backend: RegionBackend,
    exceptions: Sequence[Grounding] = (),
    invert: bool = False,
) -> Mask:
    """The union of everything found without the exceptions, or everything but it.

    Args:
        sources: the pictures.
        groundings: from `ground`; none at all is the whole image. Those not found add nothing.
        backend: cuts out the detected objects.
        exceptions: from `ground`; what is taken away.
        invert: return the rest of the picture instead.

    Returns:
        (H, W) uint8, 255 inside, never empty.

    Raises:
        RegionError: nothing is found, the exceptions leave nothing or, inverted, nothing is left.
        BackendUnreachable: the backend is needed and cannot be loaded or reached.
    """
    inside = np.zeros(sources.shape, np.bool_) if groundings else np.ones(sources.shape, np.bool_)
    # An object that is excepted is not cut out in the first place: no pixels of its border stay behind.
    excepted = [detection.box for exception in exceptions for detection in exception.detections]
    inside |= _united(sources, groundings, backend, excepted)
    names = _named(groundings) or "the whole image"
    if not inside.any() and not excepted:
        missing = [grounding for grounding in groundings if not grounding.found]
        # Nothing missing means that something was detected, and no pixel of it could be cut out.
        if missing:
            raise not_found(missing, between=" · ")
        raise RegionError(
            "found, but no pixel of it could be cut out",
            subject=names,
            remedy=f"give a mask with {argument_named('mask')}",
        )
    if exceptions:
        inside &= ~_united(sources, exceptions, backend)
        names = f"{names} except {_named(exceptions)}"
        if not inside.any():
            raise RegionError(
                "is nothing: the exception covers all of it", subject=names, remedy="name a larger region"
            )
    if invert:
        inside = ~inside
        if not inside.any():
            raise RegionError(
                "covers the whole picture, nothing is left outside it", subject=names, remedy="name a smaller region"
            )
    mask: Mask = np.where(inside, np.uint8(255), np.uint8(0))
    return mask


def _united(
    sources: Sources, groundings: Sequence[Grounding], backend: RegionBackend, without: Sequence[tuple[float, ...]] = ()
) -> NDArray[np.bool_]:
    inside = np.zeros(sources.shape, np.bool_)
    detections: list[Detection] = []
    for grounding in groundings:
        if grounding.mask is not None:
            inside |= grounding.mask > 127
        elif grounding.found:
            detections.extend(detection for detection in grounding.detections if detection.box not in without)
    if detections:
        # A backend knows the thing, not what else was said of its temperature.
        things = [replace(detection, phrase=without_degrees(detection.phrase)) for detection in detections]
        inside |= backend.segment(sources, things) > 127
    return inside


def _named(groundings: Sequence[Grounding]) -> str:
    return " and ".join(f"'{grounding.phrase}'" for grounding in groundings)


def not_found(missing: Sequence[Grounding], start: str = "", between: str = "; ") -> RegionError:
    """An error that says why nothing was found, of each that was not; its remedy is that of the last."""
    *others, last = missing
    reasons = [*(one.told(argument_named) for one in others), last.reason]
    return RegionError(start + between.join(reasons), remedy=last.remedy)
