"""What each task does, one row a task: its directions, how far it goes, when it is reached and what it is called.

The tools aim by these amounts, plans may have these directions, ``agent.critic`` judges by these goals, and reports
speak in these words. Nothing else in the project knows one task from another, but for the tool that carries it out, and
``tools.means`` for stand_out, which has no tool of its own: calls of others carry it out. ``improve`` has neither
tool nor goal: the agent inspects the picture and puts other steps in its place.

A goal is one main line (the effect that was asked for) and guard lines (what must not suffer)::

    task      main line                              guard line of its own
    incline   luma distance to the source falls      structural similarity to it rises (or stays)
    relight   mean luma moves by a ratio
    denoise   estimated noise falls                  at least EDGES_LEFT of the edges is left
    stand_out difference to what is around it moves  more: it does not sink into the dark
    contrast  local contrast moves by a ratio
    sharpen   fine gradients rise by a ratio
    dehaze    share of haze in the light falls
    destripe  pattern of rows and columns falls      at least EDGES_LEFT of the edges is left
    recolour  chroma moves by a ratio; cast falls; colours near those of the infrared picture
    blur      what can be read falls

and ``aims.GUARDS``, which every goal has but for those that the wish itself would break: what eyes take offence at, and
``aims.SEEN``: that there is something to see at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wordfuse.fusion.colour.lightness import lightness_of_luma, luma_of_lightness
from wordfuse.tools.aims import (
    GUARDS,
    Aim,
    Divided,
    Falls,
    Fixed,
    Goal,
    Keeps,
    Line,
    Multiplied,
    Nears,
    Rises,
    Way,
    guards_without,
)
from wordfuse.tools.types import Direction, Strength, Task

Amounts = dict[Strength, float]

EDGES_LEFT = 0.8
SIMILARITY_FULL = 0.98  # a structural similarity that need not rise any further
ALREADY_CLOSE = 4.0  # a luma distance, 0-255, that hardly an eye sees
ALREADY_CLEAN = 1.5  # an estimated sigma, 0-255; below it the estimate reads texture, not grain
LEAST_DISTANCE = 5.0  # a fall of a luma distance that can be seen, however little was asked for
LEAST_LUMA = 8.0  # a mean change of luma that can be seen, however dark it is
BRIGHTEST = 235.0  # beyond these means (0-255) a region has no room left
DARKEST = 8.0
SHADE = 1.0  # mean luma by which something may become darker, and nobody sees it
SILHOUETTE = 45.0  # and one below which something is a black shape
LEAST_DIFFERENCE = 5.0  # CIEDE2000: less more or less of it is not noticed
STRIKING = 25.0  # a difference to what is around it, CIEDE2000, that nobody overlooks
UTMOST = 40.0  # and one beyond which it is torn out of its picture, whoever asks for a bit more
UNOBTRUSIVE = 6.0  # and one that is hardly noticed
RICHEST, FLATTEST = 60.0, 2.0  # local contrasts, gray values, beyond which there is no room
LEAST_CONTRAST = 1.0
SHARPEST, LEAST_SHARPNESS = 30.0, 0.5  # fine gradients, gray values a pixel: all there is room for; what can be seen
ALREADY_CLEAR = 0.12  # a share of haze that is taken for clear air: fewer than one in twenty clear pictures has more
ALREADY_EVEN = 0.8  # gray values of a pattern of rows and columns that is not seen
GARISH, COLOURLESS, LEAST_CHROMA = 60.0, 2.0, 2.0  # mean CIELAB chromas
ALREADY_NEUTRAL = 1.5  # CIELAB distance from gray that is not seen
CLEAN, CLEAR, EVEN = 2.6, 0.15, 1.0  # noise, haze and patterns that nobody takes offence at
LITTLE: Mapping[str, float] = {"noise": 0.35, "haze": 0.06}  # from here on, who names one may see it; clear: 0 to 0.02
MOST_MENDED = 0.95  # of a fault: what is left of it hides what was lost with it
# Shares of the picture: up to the first a region is a thing, from the second on it is what things stand in.
THING, SCENE = 0.12, 0.36
OUTLINES = 28.0  # a halo of what comes from a source: what lies a pixel or two off in it has two outlines
UNREADABLE = 2.5  # gradients at the scale of faces and letters, gray values, that nothing is made out by


#: Ratios of luma beyond which what is nearly black becomes noise and fog.
MOST_LIGHT: Amounts = {"slight": 1.5, "normal": 2.2, "strong": 3.0}


@dataclass(frozen=True)
class Effect:
    """A task.

    Attributes:
        amounts: how far it goes at each strength, measured inside the region; the same for every picture.
        goals: its goal in each direction that it has; in None, where it has none.
        called: a step as the language model reads it; {direction} is that of the step.
        spoken: what it is called for people, by its direction, where that is something else.
        told: the same as a sentence for people, without full stop; {region} is that of the step.
        means: calls that may carry it out, each a tool and its direction; empty: the tool of the task's name does.
        others: amounts of the directions that do not go by ``amounts``.
        mended: what is measured where a fault is no longer noticed, if the task takes one out: but for "slight", it is
            taken so far at least. Half of a strong fault is still one.
        lighter: CIE lightness, 0-100, that is gained at least where it brightens. A third more of what is nearly black
            is still nearly black.
    """

    amounts: Amounts
    goals: Mapping[Direction | None, Goal]
    called: str
    told: str
    means: tuple[tuple[Task, Direction], ...] = ()
    others: Mapping[Direction | None, Amounts] = field(default_factory=dict)
    spoken: Mapping[Direction | None, str] = field(default_factory=dict)
    mended: float | None = None
    lighter: Amounts | None = None
    things: Amounts | None = None

    def way(self, direction: Direction | None) -> Way:
        """Where the main line of its goal goes."""
        aim = self.goals[direction][0].aim
        if isinstance(aim, Fixed | Keeps):
            raise TypeError(f"the main line of a goal moves, that of {self.called!r} does not")
        return aim

    def goal_by(self, direction: Direction | None, by: tuple[str, str | None] | None) -> Goal:
        """Its goal, with the guard lines of the means that carried it out: what is taken from a source has outlines."""
        main, *own = self.goals[direction]
        made = next((means for means in self.means if means == by), None)
        if made is None:
            return main, *own
        guards = {line.name: line for line in EFFECTS[made[0]].goals[made[1]][1:]}
        return main, *(guards.get(line.name, line) for line in own)

    def amount(
        self,
        direction: Direction | None,
        strength: Strength,
        share: float | None = None,
        *,
        first: float = 0.0,
        area: float = 1.0,
    ) -> float:
        """How far it goes, as ``way`` counts: by the share that a person named, else by the strength.

        ``first`` is what the main line measures before: a strong fault is taken out further, the dark brought up more.
        ``area`` is the share of the picture that the region covers.
        """
        if share is not None:
            return self.way(direction).of_share(share)
        amount = self.others.get(direction, self.amounts)[strength]
        if self.things is not None:
            amount += thingness(area) * (self.things[strength] - amount)
        if self.lighter is not None and direction == "brighter" and first > 0:
            lighter = luma_of_lightness(lightness_of_luma(first) + self.lighter[strength])
            return max(amount, min(MOST_LIGHT[strength], lighter / first))
        if self.mended is None or strength == "slight":
            return amount
        return max(amount, min(MOST_MENDED, 1 - self.mended / max(first, self.mended)))


def thingness(area: float) -> float:
    """How much a region that covers this share of the picture is a thing: 1 up to ``THING``, 0 from ``SCENE`` on."""
    rest = min(max((SCENE - area) / (SCENE - THING), 0.0), 1.0)
    return rest * rest * (3 - 2 * rest)


def _toward(source: Direction) -> Goal:
    similar = f"structural similarity to the {source} picture"
    return (
        Line(
            "distance",
            f"distance_{source}",
            Falls(low=ALREADY_CLOSE, least=LEAST_DISTANCE),
            at_most=True,
            words=f"luma distance to the {source} picture (0-255)",
            already=f"already like the {source} picture",
        ),
        Line("ssim", f"ssim_{source}", Keeps(enough=SIMILARITY_FULL), at_most=False, words=similar),
        *(replace(line, aim=Fixed(OUTLINES)) if line.name == "halo" else line for line in GUARDS),
    )


def _light(aim: Aim, already: str, *, at_most: bool) -> Goal:
    return (Line("luma", "luma", aim, at_most=at_most, words="mean luma (0-255)", already=already), *GUARDS)


def _contrast(aim: Aim, already: str, *, at_most: bool) -> Goal:
    return (
        Line("contrast", "contrast", aim, at_most=at_most, words="local contrast (RMS, 0-255)", already=already),
        *GUARDS,
    )


def _colours(measured: str, aim: Aim, already: str, *, at_most: bool) -> Goal:
    words = {
        "chroma": "mean colourfulness (CIELAB chroma)",
        "cast": "cast of what is gray (CIELAB)",
        "heat": "share by which colours follow the infrared picture (0-1)",
    }
    line = Line(measured, measured, aim, at_most=at_most, words=words[measured], already=already)
    # Vivid colours are no less colour; any other wish takes some away, or puts others in their place.
    return (line, *(GUARDS if measured == "chroma" and not at_most else guards_without("colour")))


def _difference(aim: Aim, already: str, *, at_most: bool) -> Goal:
    words = "difference in colour and lightness to what is around it (CIEDE2000)"
    # What sinks into the dark differs from what is around it, too, but nobody sees it any more.
    dark = Line("dark", "luma", Keeps(SILHOUETTE, SHADE), at_most=False, words="mean luma that is left (0-255)")
    own = () if at_most else (dark,)
    beyond = "" if at_most else ". To have it stronger anyway, say 'brighten it by 20%' or 'sharpen it'"
    main = Line("difference", "difference", aim, at_most=at_most, words=words, already=already, beyond=beyond)
    return (main, *own, *GUARDS)


EFFECTS: dict[Task, Effect] = {
    # The amount is the share by which the mean luma distance to the source falls. Half of the way makes a ghost of a
    # thing; of what things stand in, three quarters of the way is more than the picture bears.
    "incline": Effect(
        amounts={"slight": 0.15, "normal": 0.35, "strong": 0.70},
        things={"slight": 0.50, "normal": 0.75, "strong": 0.92},
        goals={"infrared": _toward("infrared"), "visible": _toward("visible")},
        called="toward {direction}",
        told="Bring {region} nearer to the {direction} picture",
    ),
    # Brighter: the mean luma after over before, more of it in the dark; darker aims at its inverse.
    "relight": Effect(
        amounts={"slight": 1.12, "normal": 1.30, "strong": 1.60},
        lighter={"slight": 3.0, "normal": 6.0, "strong": 10.0},
        goals={
            "brighter": _light(
                Multiplied(high=BRIGHTEST, least=LEAST_LUMA), "already as bright as it can be", at_most=False
            ),
            "darker": _light(Divided(low=DARKEST, least=LEAST_LUMA), "already as dark as it can be", at_most=True),
        },
        called="{direction}",
        told="Make {region} {direction}",
    ),
    # The share by which the estimated noise falls; more where it is strong.
    "denoise": Effect(
        amounts={"slight": 0.25, "normal": 0.50, "strong": 0.80},
        goals={
            None: (
                Line(
                    "noise",
                    "noise",
                    Falls(low=ALREADY_CLEAN),
                    at_most=True,
                    words="estimated noise (sigma, 0-255)",
                    already="already as clean as can be seen",
                ),
                Line("edges", "edges", Fixed(EDGES_LEFT), at_most=False, words="share of the edges that is left"),
                *GUARDS,
            )
        },
        called="denoise",
        told="Take noise out of {region}",
        mended=CLEAN,
    ),
    # The share by which the difference to a ring around the region grows or falls; calls of other tools carry it out.
    "stand_out": Effect(
        amounts={"slight": 0.20, "normal": 0.45, "strong": 0.90},
        goals={
            "more": _difference(
                Rises(high=STRIKING, least=LEAST_DIFFERENCE, utmost=UTMOST),
                "measured, it stands out clearly already",
                at_most=False,
            ),
            "less": _difference(
                Falls(low=UNOBTRUSIVE, least=LEAST_DIFFERENCE), "it is hardly noticed already", at_most=True
            ),
        },
        called="stand out {direction}",
        told="Make {region} stand out {direction}",
        means=(("relight", "brighter"), ("relight", "darker"), ("incline", "infrared"), ("incline", "visible")),
    ),
    # The local contrast after over before; less aims at its inverse.
    "contrast": Effect(
        amounts={"slight": 1.15, "normal": 1.35, "strong": 1.70},
        goals={
            "more": _contrast(
                Multiplied(high=RICHEST, least=LEAST_CONTRAST),
                "already as rich in contrast as it can be",
                at_most=False,
            ),
            "less": _contrast(Divided(low=FLATTEST), "already flat", at_most=True),
        },
        called="contrast {direction}",
        told="Give {region} {direction} contrast",
    ),
    # The strength of fine gradients after over before.
    "sharpen": Effect(
        amounts={"slight": 1.10, "normal": 1.20, "strong": 1.32},
        goals={
            None: (
                Line(
                    "sharpness",
                    "sharpness",
                    Multiplied(high=SHARPEST, least=LEAST_SHARPNESS),
                    at_most=False,
                    words="fine gradients above the noise (0-255 a pixel)",
                    already="already as sharp as it can be",
                ),
                *GUARDS,
            )
        },
        called="sharpen",
        told="Sharpen {region}",
    ),
    # The share by which the haze falls.
    "dehaze": Effect(
        amounts={"slight": 0.30, "normal": 0.60, "strong": 0.90},
        goals={
            None: (
                Line(
                    "haze",
                    "haze",
                    Falls(low=ALREADY_CLEAR),
                    at_most=True,
                    words="share of the light that is the haze's (0-1)",
                    already="already without haze",
                ),
                *GUARDS,
            )
        },
        called="dehaze",
        told="Take haze out of {region}",
        mended=CLEAR,
    ),
    # The share by which the energy of the pattern falls.
    "destripe": Effect(
        amounts={"slight": 0.50, "normal": 0.80, "strong": 0.95},
        goals={
            None: (
                Line(
                    "stripes",
                    "stripes",
                    Falls(low=ALREADY_EVEN),
                    at_most=True,
                    words="pattern of rows and columns (0-255)",
                    already="already without a pattern that can be seen",
                ),
                Line("edges", "edges", Fixed(EDGES_LEFT), at_most=False, words="share of the edges that is left"),
                *guards_without("texture"),  # which a pattern is, too
            )
        },
        called="destripe",
        told="Take stripes out of {region}",
        mended=EVEN,
    ),
    # Vivid: the mean chroma after over before; muted aims at its inverse; neutral: the share by which the cast falls;
    # heat: the share of the way to the colours of the infrared picture.
    "recolour": Effect(
        amounts={"slight": 1.20, "normal": 1.45, "strong": 1.80},
        others={
            "neutral": {"slight": 0.40, "normal": 0.85, "strong": 0.95},
            "heat": {"slight": 0.35, "normal": 0.65, "strong": 1.00},
        },
        goals={
            "vivid": _colours(
                "chroma", Multiplied(high=GARISH, least=LEAST_CHROMA), "already as vivid as it can be", at_most=False
            ),
            "muted": _colours("chroma", Divided(low=COLOURLESS), "already without colour", at_most=True),
            "neutral": _colours("cast", Falls(low=ALREADY_NEUTRAL), "already without a cast", at_most=True),
            "heat": _colours("heat", Nears(full=1.0, enough=0.95), "already in the colours of heat", at_most=False),
        },
        called="recolour {direction}",
        spoken={
            "vivid": "more vivid colours",
            "muted": "paler colours",
            "neutral": "take the colour cast out",
            "heat": "colours of heat",
        },
        told="Make the colours of {region} {direction}",
    ),
    # The share by which what can be read falls. Fine structure goes, colours and edges run into each other: that is it.
    "blur": Effect(
        amounts={"slight": 0.45, "normal": 0.65, "strong": 0.85},
        goals={
            None: (
                Line(
                    "readable",
                    "readable",
                    Falls(low=UNREADABLE),
                    at_most=True,
                    words="gradients at the scale of faces and letters (0-255)",
                    already="already too blurred to be read",
                ),
                # Who is to be made out by nobody has a visible rim rather than eyes.
                *guards_without("halo", "rim", "colour", "texture"),
            )
        },
        called="blur",
        told="Blur {region}",
    ),
    # Whatever inspecting finds: steps of other tasks, each with its own amount.
    "improve": Effect(
        amounts={"slight": 0.5, "normal": 1.0, "strong": 1.5},
        goals={None: ()},
        called="improve",
        told="Make {region} look better",
    ),
}
