"""Options of films."""

from typing import Annotated, Literal

import typer

from wordfuse.cli.options.build import OUTPUT, PICTURES, env

FILMS = "Films"

InfraredFilm = Annotated[
    str,
    typer.Option(
        "--ir",
        metavar="FILE",
        help="Infrared film, a folder of its frames, or the number of a camera.",
        envvar=env("INFRARED_FILM"),
        rich_help_panel=PICTURES,
    ),
]
VisibleFilm = Annotated[
    str,
    typer.Option(
        "--vi",
        metavar="FILE",
        help="Visible film, a folder of its frames, or the number of a camera; the result has its size and sound.",
        envvar=env("VISIBLE_FILM"),
        rich_help_panel=PICTURES,
    ),
]
Every = Annotated[
    int,
    typer.Option(
        "--every",
        min=2,
        max=10_000,
        help="Frames from one key frame, where regions are looked for, to the next.",
        envvar=env("FILM_EVERY"),
        rich_help_panel=FILMS,
    ),
]
Offset = Annotated[
    str,
    typer.Option(
        "--offset",
        metavar="auto|SECONDS",
        help="How much later the infrared clock has to be set; auto: found from what moves in both films.",
        envvar=env("OFFSET"),
        rich_help_panel=FILMS,
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--fps",
        min=0.001,
        max=1000,
        help="Frames a second of folders of pictures; default: 25.",
        envvar=env("FPS"),
        rich_help_panel=FILMS,
    ),
]
Recorded = Annotated[
    float | None,
    typer.Option(
        "--record",
        metavar="SECONDS",
        min=0.1,
        help="How long cameras are recorded; default: until Ctrl-C.",
        envvar=env("RECORD"),
        rich_help_panel=FILMS,
    ),
]
WithFrames = Annotated[
    bool,
    typer.Option(
        "--frames",
        help="Every frame as a PNG in frames/, too: the film is compressed, these are not.",
        envvar=env("FILM_FRAMES"),
        rich_help_panel=OUTPUT,
    ),
]
WithMasks = Annotated[
    bool,
    typer.Option(
        "--masks",
        help="The region of every step in every frame as a PNG in masks/, too.",
        envvar=env("FILM_MASKS"),
        rich_help_panel=OUTPUT,
    ),
]
WithFused = Annotated[
    bool,
    typer.Option(
        "--fused-film",
        help="A film of the frames before any edit, fused.mp4, too.",
        envvar=env("FUSED_FILM"),
        rich_help_panel=OUTPUT,
    ),
]
Codec = Annotated[
    Literal["mpeg4", "vp9"],
    typer.Option(
        "--codec",
        help="mpeg4: for players and editors, quickly written; vp9: for browsers, too.",
        envvar=env("CODEC"),
        rich_help_panel=OUTPUT,
    ),
]
