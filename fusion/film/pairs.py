"""What is settled once for a film, from several of its frames: scale, palette, size and registration.

Settled anew for every frame, as it is for a pair, each of them would flicker: a hot spot that comes into view would
change the gray of everything else, and a registration that differs by half a pixel shakes the film.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.errors import InputError, argument_named, spelled
from wordfuse.fusion.files.fill import fill_in
from wordfuse.fusion.files.palettes import recognise
from wordfuse.fusion.files.registration.align import CannotAlign, Similarity, find_alignment, warp
from wordfuse.fusion.files.registration.placing import match_size
from wordfuse.fusion.files.registration.shift import measure_shift
from wordfuse.fusion.film.degrees import Degrees, settle_degrees
from wordfuse.fusion.film.reader import Frame, is_gray
from wordfuse.fusion.images import ASPECT_TOLERANCE, Pair
from wordfuse.fusion.temperatures.meaning import Numbers, Way
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.fusion.temperatures.scale import Scale

AGREE_PX = 0.01  # of the longer side: registrations of two frames that are as near agree
DEEP = 32  # bits of temperatures
GRAY, PALETTE, LUMA_ONLY = "gray", "palette", "luma"  # how infrared frames become gray

Values = NDArray[Any]


@dataclass(frozen=True)
class Settled:
    """What is settled for a film.

    Attributes:
        size: (height, width) of the visible frames, and of the result.
        infrared: how infrared frames become gray: ``gray`` (they are), ``palette`` (turned back), ``luma``.
        infrared_scale: of deep infrared frames; None: 8 bits.
        visible_scale: likewise.
        gray: the visible film has no colour, so neither has the result.
        moved: how infrared frames lie on visible ones; None: as they are.
        degrees: how numbers of infrared frames become temperatures, and what is noted of them.
        warnings: for the user.
    """

    size: tuple[int, int]
    infrared: str
    infrared_scale: Scale | None
    visible_scale: Scale | None
    gray: bool
    moved: Similarity | None
    degrees: Degrees = field(default_factory=Degrees)
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON-native."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Settled":
        """The inverse of :meth:`as_json`."""

        def scale(told: dict[str, Any] | None) -> Scale | None:
            return None if told is None else Scale(tuple(told["values"]), tuple(told["levels"]))

        return cls(
            size=(int(value["size"][0]), int(value["size"][1])),
            infrared=str(value["infrared"]),
            infrared_scale=scale(value["infrared_scale"]),
            visible_scale=scale(value["visible_scale"]),
            gray=bool(value["gray"]),
            moved=None if value["moved"] is None else Similarity(**value["moved"]),
            degrees=Degrees.from_json(value.get("degrees", {})),
            warnings=tuple(value["warnings"]),
        )

    def pair(self, infrared: Frame, visible: Frame) -> Pair:
        """Two frames as a pair, both float32 in [0, 1], of one size and lying on each other.

        Raises:
            InputError: the size of the frames changes within a film, so that they cannot show one view.
        """
        heat = self._heat(infrared)
        scene = _unit(visible.values, visible.bits, self.visible_scale)
        if scene.shape[:2] != self.size:
            height, width = self.size
            raise InputError(
                f"frame {visible.number} of the visible film is {scene.shape[1]}x{scene.shape[0]}, the first one is "
                f"{width}x{height}",
                remedy="cut the film there, and give the parts one by one",
            )
        if scene.ndim == 2:
            scene = np.repeat(scene[..., None], 3, axis=2)
        elif self.gray:
            scene = np.repeat((scene @ np.array(LUMA, np.float32))[..., None], 3, axis=2)
        if heat.shape != self.size:
            which = (
                Path(f"frame {infrared.number} of the infrared film"),
                Path(f"frame {visible.number} of the visible one"),
            )
            heat, _ = match_size(heat, self.size, *which, aspect_tolerance=ASPECT_TOLERANCE)
        if self.moved is not None:
            heat, _ = warp(heat, self.moved)
        return Pair(np.ascontiguousarray(heat), np.ascontiguousarray(scene), self.gray)

    def with_temperatures(self, pair: Pair, infrared: Frame) -> Pair:
        """A pair of this film with the temperatures of its infrared frame, or with why there are none."""
        way = self.degrees.way
        if way is None:
            return replace(pair, notes={**pair.notes, "temperatures": dict(self.degrees.notes)})
        numbers = _numbers(infrared, self.infrared)
        known = way.temperatures(numbers)
        if not np.isfinite(known.celsius).any():
            return replace(pair, notes={**pair.notes, "temperatures": {"reason": "nothing of this frame was measured"}})
        notes = way.notes(numbers.camera, known)
        if known.shape != self.size:
            known = known.resized(self.size[::-1])
        if self.moved is not None:
            known = known.warped(self.moved.matrix(self.size))
        return replace(pair, notes={**pair.notes, "temperatures": notes}, temperatures=known)

    def _heat(self, frame: Frame) -> NDArray[np.float32]:
        values, bits = _stored(frame, self.infrared, self.degrees.way)
        return _unit(values, bits, self.infrared_scale)


def settle(
    frames: Sequence[tuple[Frame, Frame]],
    ir: Path,
    vi: Path,
    *,
    align: bool = False,
    reading: Reading = Reading(),
    spelling: Callable[[str], str] = str,
) -> Settled:
    """Settle what holds for a whole film.

    Args:
        frames: an infrared and a visible frame of the same moment, of several moments.
        ir: the infrared film, for messages.
        vi: the visible film.
        align: whether the infrared frames are to be moved onto the visible ones.
        reading: how the numbers of infrared frames are to be read as temperatures.
        spelling: how warnings name an argument, such as "align".

    Raises:
        InputError: the two films do not show the same view, or cannot be aligned though they should be, or their
            temperatures cannot be read as it is said.
    """
    thermal, scenes = [one for one, _ in frames], [one for _, one in frames]
    way, remarks = _way_to_gray(thermal, ir)
    try:
        degrees, doubts = settle_degrees([_numbers(frame, way) for frame in thermal], reading, spelling)
    except InputError as error:
        raise error.again(InputError, within=ir) from error
    remarks += [f"{ir}: {doubt}" for doubt in doubts]
    size = (int(scenes[0].values.shape[0]), int(scenes[0].values.shape[1]))
    settled = Settled(
        size=size,
        infrared=way,
        infrared_scale=_common_scale([_stored(frame, way, degrees.way) for frame in thermal]),
        visible_scale=_common_scale([(_one_channel(one.values), one.bits) for one in scenes]),
        gray=all(is_gray(one.values) for one in scenes),
        moved=None,
        degrees=degrees,
    )
    first = settled._heat(thermal[0])
    if first.shape != size:
        match_size(first, size, ir, vi, aspect_tolerance=ASPECT_TOLERANCE)  # whether they can be of one view
    pairs = [settled.pair(*pair) for pair in frames]
    if all(float(np.ptp(pair.infrared)) == 0 for pair in pairs):
        remarks.append(f"{ir}: every infrared pixel has the same value; it adds nothing to the fusion")
    moved = _registered(pairs, ir, vi) if align else None
    remarks += [] if align else _shifted(pairs, ir, vi)
    return replace(settled, warnings=tuple(spelled(remark, spelling) for remark in remarks), moved=moved)


def _registered(pairs: Sequence[Pair], ir: Path, vi: Path) -> Similarity:
    """How the infrared frames lie on the visible ones: what most frames agree on, and of these the middle."""
    found, why = [], "no frame shows enough"
    for pair in pairs:
        try:
            found.append(find_alignment(pair.infrared, pair.visible).map)
        except CannotAlign as error:
            why = str(error)
    near = AGREE_PX * max(pairs[0].infrared.shape)
    agreeing = max(
        ([two for two in found if max(abs(one.x_px - two.x_px), abs(one.y_px - two.y_px)) <= near] for one in found),
        key=len,
        default=[],
    )
    if not agreeing or 2 * len(agreeing) < len(found):
        raise InputError(
            f"{ir} cannot be aligned with {vi}: {why if not found else 'its frames do not agree'}",
            remedy=f"register them by hand, or leave {argument_named('align')} out",
        )
    middle = np.median([(one.x_px, one.y_px, one.turn_deg, one.scale) for one in agreeing], axis=0)
    return Similarity(*map(float, middle))


def _shifted(pairs: Sequence[Pair], ir: Path, vi: Path) -> list[str]:
    shifts = [shift for pair in pairs if (shift := measure_shift(pair.infrared, pair.visible)) is not None]
    sure = [shift for shift in shifts if shift.worth_a_warning]
    if 2 * len(sure) <= len(pairs):
        return []
    x, y = (float(np.median([getattr(shift, name) for shift in sure])) for name in ("x_px", "y_px"))
    return [
        f"{ir}: is shifted against {vi} by {np.hypot(x, y):.0f} px ({x:+.0f} across, {y:+.0f} down), by its edges; "
        f"align it ({argument_named('align')}), or register the films"
    ]


def _way_to_gray(frames: Sequence[Frame], ir: Path) -> tuple[str, list[str]]:
    if all(is_gray(frame.values) for frame in frames):
        return GRAY, []
    eight = [np.asarray(frame.values, np.uint8) for frame in frames if frame.bits == 8 and frame.values.ndim == 3]
    known = [recognise(values) for values in eight]
    if known and all(found is not None for found in known):
        name = known[0].name if known[0] is not None else ""
        return PALETTE, [
            f"{ir}: infrared in false colours (palette '{name}'), turned back to gray; "
            "a gray film from the camera is better"
        ]
    return LUMA_ONLY, [
        f"{ir}: infrared in colours of no known palette; their luma is used, which may not rise with the heat: "
        "a gray film from the camera is better"
    ]


def _numbers(frame: Frame, infrared: str) -> Numbers:
    """The numbers of an infrared frame, as temperatures may be read from them; ``infrared`` as in Settled."""
    found = recognise(np.asarray(frame.values, np.uint8)) if infrared == PALETTE and frame.values.ndim == 3 else None
    values = _one_channel(frame.values) if found is None else found.gray * 255
    picture = frame.picture
    if picture is None:
        return Numbers(values, frame.bits)
    return Numbers(
        values,
        frame.bits,
        unit=picture.unit,
        unmeasured=picture.nodata,
        saturated=picture.saturated,
        camera=picture.camera,
        foreign=picture.foreign,
    )


def _stored(frame: Frame, infrared: str, way: Way | None) -> tuple[Values, int]:
    """What an infrared frame's gray is made of, (H, W), and its bits: its numbers, or its temperatures if need be."""
    numbers = _numbers(frame, infrared)
    if way is None or not way.bent:
        return numbers.values, numbers.bits
    return way.temperatures(numbers).up_to_limit, DEEP


def _common_scale(frames: Sequence[tuple[Values, int]]) -> Scale | None:
    """One scale for deep frames: the ends of all, and the middle of their percentiles."""
    if all(bits == 8 for _, bits in frames):
        return None
    values = [one.astype(np.float64) for one, _ in frames]
    knots = np.array(
        [np.percentile(one[np.isfinite(one)], (0, 1, 99, 100)) for one in values if np.isfinite(one).any()]
    )
    if not len(knots):
        raise InputError("no pixel of its frames holds a measurement", remedy="export the frames again")
    return Scale.at(np.sort([knots[:, 0].min(), np.median(knots[:, 1]), np.median(knots[:, 2]), knots[:, 3].max()]))


def _unit(values: Values, bits: int, scale: Scale | None) -> NDArray[np.float32]:
    if scale is None or bits == 8:
        return np.divide(values, 255, dtype=np.float32)
    known = np.isfinite(values)
    if values.ndim == 2 and not known.all() and known.any():
        return fill_in(scale.to_unit(np.where(known, values, scale.values[0])), ~known)
    return scale.to_unit(np.nan_to_num(values))


def _one_channel(values: Values) -> Values:
    if values.ndim == 2:
        return values
    return values @ np.array(LUMA, np.float32)
