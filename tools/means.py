"""What to try for a step whose task has no tool of its own: which call, from which picture, how strongly.

``tools.effects`` says which calls may carry out a task. What each of them would bring is forecast, for the pixels of
the region at hand: relight multiplies their light, or raises it to a power, incline moves their luma to the source's,
and both fade where the region ends without an edge. What is forecast to reach the goal comes first, the cheaper and
then the weaker call before others; else what comes nearest. The forecast only orders: whatever is tried is measured.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.finetune.fading import OF_HALF_LIGHT, fading
from wordfuse.fusion.finetune.relight import BEYOND, forecast_gain
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.standout import Palettes, Part, apart, by_lightness, difference, parts_of
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.tensors import to_batch
from wordfuse.tools.effects import EFFECTS, SHADE, SILHOUETTE
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Direction, Id, Strength, Strict, Task

STRENGTHS: tuple[Strength, ...] = ("slight", "normal", "strong")
SAMPLED = 2000  # pixels of a part: a palette of eight colours needs no more
LEAST_GAIN = 0.5  # CIEDE2000; a call that is forecast to bring less is not made
FORECAST_ERROR = 0.5  # CIEDE2000, the mean of 135 calls on people of training pairs
BRIGHTER = 8.0  # mean luma by which what is brighter than what is around it stands out by that
WARMER = 16.0  # mean luma by which the infrared picture shows something brighter than what is around it
NO_LIGHT = 24.0  # and below which what is brought up is grain
LEAST_LEFT = 0.3  # of a call that did harm: what goes less far than that is hardly it any more
WORTH_IT = 0.5  # of the way that is left
BELIEVED = 0.15  # of the gain that was forecast: what brings less of it does not do here what it should

Pixels = NDArray[np.float32]


class Means(Strict):
    """A call that may carry out a step.

    Attributes:
        image: what it starts from.
        tool: what is called.
        direction: of the call.
        strength: of the call.
        amount: of the call, where it is to go less far than its strength; a share as a person says it.
    """

    image: Id
    tool: Task
    direction: Direction
    strength: Strength
    amount: float | None = None

    def __str__(self) -> str:
        """As the language model reads it."""
        far = "" if self.amount is None else f" {self.amount:g}"
        return f"{self.tool} {self.direction} {self.strength}{far}"


@dataclass(frozen=True)
class Outcome:
    """What came of means that were tried.

    Attributes:
        means: what was tried.
        after: what was measured then on the main line of the goal; None where the call failed.
        kept: whether everything that must not suffer held.
        saturated: a repeat would bring no more.
        within: where it did not hold, how much of what was done would have kept it, 0 to 1.
    """

    means: Means
    after: float | None
    kept: bool
    saturated: bool
    within: float = 0.0


def already(
    work: Workspace,
    *,
    task: Task,
    direction: Direction | None,
    strength: Strength,
    mask: Id | None,
    image: Id,
    amount: float | None = None,
) -> bool:
    """Whether a step has nothing to gain, as the region is as it is wanted; arguments as for :func:`propose`.

    Raises:
        RegionError: nothing is around the region.
    """
    now = standing_out(work, mask, image)
    main = EFFECTS[task].goals[direction][0]
    limit = main.aim_for(strength).limit(now, EFFECTS[task].amount(direction, strength, amount), 1.0)
    return now <= limit if main.at_most else now >= limit


def standing_out(work: Workspace, mask: Id | None, image: Id) -> float:
    """How much a region differs from what is around it in a picture, CIEDE2000; errors as for :func:`propose`."""
    return difference(work.image(image), _region(work, mask))


def propose(
    work: Workspace,
    *,
    task: Task,
    direction: Direction | None,
    strength: Strength,
    mask: Id | None,
    first: Id,
    best: Id,
    tried: Sequence[Outcome] = (),
    amount: float | None = None,
) -> Means | None:
    """The call that is to be tried next for a step.

    Args:
        work: the run, with its pictures and masks.
        task: of the step.
        direction: of the step.
        strength: of the step.
        mask: of the step; None is the whole picture.
        first: the picture that the step began with.
        best: the best attempt so far; ``first`` where there is none.
        tried: what was tried already.
        amount: of the step, where a number was named.

    Returns:
        None where nothing is left that is forecast to bring anything.

    Raises:
        RegionError: nothing is around the region.
    """
    pixels = _region(work, mask)
    parts = parts_of(pixels)
    images = dict.fromkeys((best, first, *(one.means.image for one in tried)))
    scenes = {name: _Scene.of(work, work.image(name), pixels, parts) for name in images}
    main = EFFECTS[task].goals[direction][0]
    sign = -1.0 if main.at_most else 1.0  # from here on, more is better
    wanted = EFFECTS[task].amount(direction, strength, amount)
    target = sign * main.aim_for(strength).limit(scenes[first].difference(), wanted, 1.0)
    now = {name: sign * scene.difference() for name, scene in scenes.items()}
    known = [
        _Known.of(one, sign, now[one.means.image], sign * scenes[one.means.image].after(one.means)) for one in tried
    ]
    found = []
    less = [means for one in known if (means := one.less(scenes[one.outcome.means.image])) is not None]
    # What was made as far as the guards let it has no room for more, by whatever call.
    at_its_limit = any(one.outcome.means.amount and one.outcome.kept and one.value >= now[best] for one in known)
    for means in (*less, *_possible(task, dict.fromkeys((first,) if at_its_limit else (best, first)))):
        if sign > 0 and not scenes[means.image].leaves_it_seen(means, first=scenes[first]):
            continue
        alike = [one for one in known if one.is_like(means)]
        at_most = sign * scenes[means.image].after(means)
        if any(one.rules_out(means, at_most, now[means.image]) for one in alike):
            continue
        # Calls like it brought so much of what was forecast, and so will this one.
        forecast = now[means.image] + (at_most - now[means.image]) * min([1.0, *(one.came_true for one in alike)])
        if forecast >= now[best] + LEAST_GAIN:
            found.append((means, forecast))
    if sign > 0 and scenes[first].warmer >= WARMER:
        # Somebody warm glows: a dark shape tells nobody so, and is what is left where nothing else brings much.
        glowing = [one for one in found if one[0].direction != "darker"]
        most = max(scenes[first].after(means) for means in _possible(task, (first,)) if means.direction != "darker")
        glows = max(most, now[best]) >= now[first] + WORTH_IT * (target - now[first])
        found = glowing if glows and (glowing or best != first) else found
    # In the order of the task's means, weaker ones first: the first that is enough is the least that is. But where
    # there is next to no light to multiply, whatever else is enough comes before it.
    found.sort(key=lambda one: one[0].direction == "brighter" and scenes[one[0].image].luma() < NO_LIGHT)
    # What is known to be harmless as far as it goes comes before what may do the same harm.
    known_to_help = (one for one in found if one[0] in less and one[1] >= now[best] + WORTH_IT * (target - now[best]))
    enough = next(known_to_help, None) or next((one for one in found if one[1] >= target - FORECAST_ERROR), None)
    return (enough or max(found, key=lambda one: one[1], default=(None, 0.0)))[0]


@dataclass(frozen=True)
class _Known:
    """What an outcome says of calls that were not made yet.

    Attributes:
        outcome: what came of it.
        value: what was measured, more is better.
        came_true: how much of the gain that was forecast came; 0 where the call failed, less where it did harm.
    """

    outcome: Outcome
    value: float
    came_true: float

    @classmethod
    def of(cls, outcome: Outcome, sign: float, before: float, forecast: float) -> "_Known":
        """Hold an outcome against its forecast."""
        value = before if outcome.after is None else sign * outcome.after
        # A call for which no gain was forecast was made by a model of its own mind.
        return cls(outcome, value, (value - before) / max(forecast - before, LEAST_GAIN))

    def is_like(self, means: Means) -> bool:
        """Whether a call is by the same tool in the same direction."""
        made = self.outcome.means
        return (means.tool, means.direction) == (made.tool, made.direction)

    def less(self, scene: "_Scene") -> Means | None:
        """The same call, as far as it does no harm; None where it did none, or next to nothing is left of it then."""
        made, within = self.outcome.means, self.outcome.within
        if self.outcome.kept or self.outcome.after is None or within < LEAST_LEFT:
            return None
        way = EFFECTS[made.tool].way(made.direction)
        amount = way.part(scene.reach(made), within)
        return made.model_copy(update={"amount": round(way.as_share(amount), 3)})

    def rules_out(self, means: Means, forecast: float, now: float) -> bool:
        """Whether a call like this one, which is forecast to come so far from what is measured now, is not made."""
        made = self.outcome.means
        if means == made or self.came_true <= BELIEVED:
            return True  # white, for one, is made no brighter
        if means.image != made.image:
            return self.outcome.saturated
        # What did harm did it by going so far, and a weaker call that goes as far does the same.
        if self.outcome.within and means.amount is None:
            return forecast > now + self.outcome.within * (self.value - now)
        if means.amount is not None:
            return made.amount is not None and means.amount >= made.amount
        weaker = STRENGTHS.index(means.strength) < STRENGTHS.index(made.strength)
        return not self.outcome.kept and (not weaker or forecast >= self.value)


def _possible(task: Task, images: Iterable[Id]) -> Iterator[Means]:
    """Every call that may be made, in the order of the task's means, weaker ones first."""
    return (
        Means(image=image, tool=tool, direction=direction, strength=strength)
        for tool, direction in EFFECTS[task].means
        for strength in STRENGTHS
        for image in images
    )


def _region(work: Workspace, mask: Id | None) -> NDArray[np.uint8]:
    pixels = work.mask(mask)
    if pixels is None:
        raise RegionError(
            "the whole picture is meant: there is nothing around it that it could stand out from",
            remedy="name a region",
        )
    return pixels


@dataclass(frozen=True)
class _Seen:
    """Pixels of a part, and what an edit does to them depends on.

    Attributes:
        pixels: (N, 3) float32 in [0, 255].
        luma: (N,) of these.
        sources: (N,) luma of the infrared and the visible picture, 0-255.
        shares: (N,) of an edit that each pixel takes, by tool.
        weight: of the part.
    """

    pixels: Pixels
    luma: Pixels
    sources: dict[str, Pixels]
    shares: dict[str, Pixels]
    weight: float


@dataclass(frozen=True)
class _Scene:
    """A picture, looked at for what calls would bring.

    Attributes:
        parts: of the region.
        rings: the colours around each.
        around: mean luma there, 0-255.
        warmer: mean luma by which the parts are brighter than what is around them in the infrared picture.
        area: share of the picture that the region covers.
    """

    parts: tuple[_Seen, ...]
    rings: Palettes
    around: float
    warmer: float
    area: float

    @classmethod
    def of(
        cls, work: Workspace, picture: NDArray[np.uint8], mask: NDArray[np.uint8], parts: Sequence[Part]
    ) -> "_Scene":
        """Sample the parts of a region."""
        image, region = to_batch(picture), to_batch(mask)
        ends = {"relight": fading(image, region, OF_HALF_LIGHT), "incline": fading(image, region)}
        shares = {tool: end[0, 0] for tool, end in ends.items()}
        sources = {"infrared": to_gray(to_uint8(work.pair.infrared)), "visible": to_gray(to_uint8(work.pair.visible))}
        y = to_gray(picture)
        seen = []
        for part in parts:
            chosen = np.flatnonzero(part.inside)
            chosen = chosen[:: max(1, len(chosen) // SAMPLED)]

            def of(values: NDArray[Any], part: Part = part, chosen: NDArray[np.intp] = chosen) -> Pixels:
                return values[part.window].reshape(part.inside.size, *values.shape[2:])[chosen].astype(np.float32)

            seen.append(
                _Seen(
                    of(picture),
                    of(y),
                    {name: of(source) for name, source in sources.items()},
                    {tool: of(share) for tool, share in shares.items()},
                    part.weight,
                )
            )
        weights, heat = [part.weight for part in parts], sources["infrared"]
        light = [y[part.window][part.ring].mean() for part in parts]
        warmer = [heat[part.window][part.inside].mean() - heat[part.window][part.ring].mean() for part in parts]
        colours = by_lightness([picture[part.window][part.ring] for part in parts])
        around, above = (float(np.average(values, weights=weights)) for values in (light, warmer))
        return cls(tuple(seen), colours, around, above, float((mask > 127).mean()))

    def leaves_it_seen(self, means: Means, first: "_Scene") -> bool:
        """Whether what is meant to stand out is still there to be seen: a black shape, or dull gray paint, is not.

        ``first`` is the scene that the step began with: what was dark there is made no darker, whatever differs more.
        """
        made, now = self._mean_luma(self._edited(means)), self.luma()
        if made >= now - SHADE:
            return True
        return made >= min(first.luma() - SHADE, SILHOUETTE) and now <= self.around + BRIGHTER

    def difference(self) -> float:
        """As it is."""
        return self._apart([part.pixels for part in self.parts])

    def after(self, means: Means) -> float:
        """As it will be, by and large."""
        return self._apart(self._edited(means))

    def luma(self) -> float:
        """The mean luma, 0-255."""
        return self._mean_luma([part.pixels for part in self.parts])

    def amount(self, means: Means) -> float:
        """How far a call goes here, as the way of its goal counts."""
        first = self.luma() if means.tool == "relight" else 0.0  # what is dark is brought up further
        return EFFECTS[means.tool].amount(means.direction, means.strength, means.amount, first=first, area=self.area)

    def reach(self, means: Means) -> float:
        """How far a call really goes, as the way of its goal counts: a soft border, or white, may end it before."""
        amount = self.amount(means)
        if means.tool != "relight":
            return min(amount, self._share(means.tool))
        now, after = (np.concatenate(of).mean() for of in ([part.pixels for part in self.parts], self._edited(means)))
        ratio = float(after / max(now, 1.0))
        return min(amount, max(1.0, ratio if means.direction == "brighter" else 1 / max(ratio, 1e-3)))

    def _edited(self, means: Means) -> list[Pixels]:
        """The pixels of each part as a call makes them, by and large."""
        amount, share = self.amount(means), self._share(means.tool)
        if means.direction == "brighter":
            return self._brighter(amount)
        if means.tool == "relight":
            # In spite of the soft edge the tool reaches the ratio, but for how far the middle may go.
            middle = min(amount ** (1 / share), amount**BEYOND)
            return [part.pixels * middle ** -part.shares["relight"][:, None] for part in self.parts]
        step = min(amount / share, 1.0)
        return [
            part.pixels + (part.shares["incline"] * step * (part.sources[means.direction] - part.luma))[:, None]
            for part in self.parts
        ]

    def _share(self, tool: Task) -> float:
        """How much of an edit the pixels take on average."""
        return max(float(np.concatenate([part.shares[tool] for part in self.parts]).mean()), 1e-3)

    def _brighter(self, ratio: float) -> list[Pixels]:
        """The pixels of each part brightened to a multiple of their mean luma, as far as that can be had."""
        pixels, shares = (
            np.concatenate(of)
            for of in zip(*((part.pixels, part.shares["relight"]) for part in self.parts), strict=True)
        )
        ends = np.cumsum([len(part.pixels) for part in self.parts])[:-1]
        return np.split(pixels * forecast_gain(pixels, shares, ratio)[:, None], ends)

    def _mean_luma(self, pixels: Sequence[Pixels]) -> float:
        lumas = [float(to_gray(_bytes(part)[None]).mean()) for part in pixels]
        return float(np.average(lumas, weights=[part.weight for part in self.parts]))

    def _apart(self, pixels: Sequence[Pixels]) -> float:
        values = apart(by_lightness([_bytes(part) for part in pixels]), self.rings)
        return float(np.average(values, weights=[part.weight for part in self.parts]))


def _bytes(pixels: Pixels) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
    return rounded
