"""The way of a step to its goal: what was measured after each attempt, as the geometry of a small chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from wordfuse.agent.critic import Check
from wordfuse.agent.report.wording import number

LEFT, RIGHT, TOP, BOTTOM = 34, 268, 26, 136  # of the points, in the 360x182 of the chart
LABELLED = 6  # so many numbers stand side by side without touching


@dataclass(frozen=True)
class Point:
    """A measurement: where it is drawn and what is written at it."""

    x: float
    y: float
    under: str
    value: str
    value_y: float
    labelled: bool
    met: bool


@dataclass(frozen=True)
class Chart:
    """Everything that the drawing needs, in its own units, y downward."""

    points: tuple[Point, ...]
    goal_y: float
    goal: str
    zone_y: float  # the area that keeps the goal
    zone_height: float
    summary: str  # the same in words

    @property
    def line(self) -> str:
        """The points of the line that joins them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def draw_chart(checks: Sequence[Check], name: str) -> Chart:
    """Draw one line of a goal.

    Args:
        checks: that line after each attempt, at least one; ``before`` and ``target`` are those of the last.
        name: what it measures.
    """
    last = checks[-1]
    values: list[float] = [last.before, *(check.after for check in checks)]
    target = last.target
    digits = last.digits
    low, high = min(*values, target), max(*values, target)
    room = 0.18 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - room, high + room

    def place(value: float) -> float:
        height: float = (value - low) / (high - low) * (BOTTOM - TOP)
        return round(BOTTOM - height, 1)

    step_x = (RIGHT - LEFT) / (len(values) - 1)
    heights = [place(value) for value in values]
    points = tuple(
        Point(
            x=round(LEFT + index * step_x, 1),
            y=heights[index],
            under="before" if index == 0 else f"try {index}" if len(values) <= LABELLED else str(index),
            value=number(value, digits),
            value_y=heights[index] + (20 if _is_low(values, index) else -10),
            labelled=len(values) <= LABELLED or index in (0, len(values) - 1),
            met=index > 0 and checks[index - 1].met,
        )
        for index, value in enumerate(values)
    )
    goal_y = place(target)
    way = ", ".join(f"{point.value} after try {index}" for index, point in enumerate(points) if index)
    goal = f"{'at most' if last.at_most else 'at least'} {number(target, digits)}"
    return Chart(
        points=points,
        goal_y=goal_y,
        goal=("\u2264 " if last.at_most else "\u2265 ") + number(target, digits),
        zone_y=goal_y if last.at_most else TOP - 12,
        zone_height=round(BOTTOM + 12 - goal_y if last.at_most else goal_y - TOP + 12, 1),
        summary=f"{name}: {points[0].value} before, {way}; the goal is {goal}.",
    )


def _is_low(values: Sequence[float], index: int) -> bool:
    """Whether the line comes to a point from above, so that its number has room below."""
    beside = [values[i] for i in (index - 1, index + 1) if 0 <= i < len(values)]
    return min(beside) > values[index]
