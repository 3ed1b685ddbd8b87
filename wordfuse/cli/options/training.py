"""The options of ``wordfuse train`` that are no settings of a run."""

from pathlib import Path
from typing import Annotated

import typer

from wordfuse.cli.options.build import env, one_a_line

TrainData = Annotated[
    Path, typer.Option("--data", help="Folder of pairs, in any published layout.", envvar=env("DATA"))
]
VeilData = Annotated[
    Path, typer.Option("--data", help="Folder of clear pictures, at any depth, in folders vi.", envvar=env("DATA"))
]
TrainFolder = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="Training folder; an existing one is gone on with.", envvar=env("TRAIN_OUT")
    ),
]
TrainPreset = Annotated[str, typer.Option("--preset", help="Which network.", envvar=env("PRESET"))]
Steps = Annotated[int, typer.Option("--steps", min=1, help="Optimiser steps.", envvar=env("STEPS"))]
Minutes = Annotated[
    float | None, typer.Option("--minutes", min=0, help="Stop after so long, annealed.", envvar=env("MINUTES"))
]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Crops a step.", envvar=env("BATCH"))]
Crop = Annotated[int, typer.Option("--crop", min=32, help="Side of a crop, pixels.", envvar=env("CROP"))]
LearningRate = Annotated[
    float,
    typer.Option("--learning-rate", min=0, help="Peak of the learning rate.", envvar=env("LEARNING_RATE")),
]
Further = Annotated[
    bool,
    typer.Option("--further", help="Begin with the weights that ship, not with random ones.", envvar=env("FURTHER")),
]
Terms = Annotated[
    list[str],
    typer.Option(
        "--term",
        metavar="NAME=WEIGHT",
        help="Another weight of a term of the loss.",
        envvar=env("TERM"),
        callback=one_a_line,
    ),
]
HeadsOf = Annotated[
    Path | None,
    typer.Option(
        "--heads-of",
        metavar="FILE",
        help="Take what this encoder sees as it is, and train the heads alone, on many more captions.",
        envvar=env("HEADS_OF"),
    ),
]
Goal = Annotated[
    str | None,
    typer.Option(
        "--goal",
        metavar="TEXT",
        help="What fused pictures should be, where it is trained toward words (ldfusion); default: its paper's.",
        envvar=env("GOAL"),
    ),
]
Encoder = Annotated[
    str | None,
    typer.Option("--encoder", help="Who judges that: embedded (the default) or clip.", envvar=env("ENCODER")),
]
EncoderModel = Annotated[
    str | None,
    typer.Option(
        "--encoder-model",
        metavar="DIR|ID",
        help="CLIP model, a folder or a hub id; default: openai/clip-vit-base-patch32.",
        envvar=env("ENCODER_MODEL"),
    ),
]
Without = Annotated[
    list[str],
    typer.Option(
        "--without",
        metavar="NAME",
        help="Leave out pictures whose paths below the data folder begin so, such as sets with haze of their own.",
        envvar=env("WITHOUT"),
        callback=one_a_line,
    ),
]
Base = Annotated[
    str | None,
    typer.Option("--base", help="Folder or hub id of the base; default: ours, fetched once.", envvar=env("BASE")),
]
StartWith = Annotated[
    Path | None,
    typer.Option("--start-with", help="Folder of the adapter to begin with; default: none.", envvar=env("START_WITH")),
]
LanguageMinutes = Annotated[
    float, typer.Option("--minutes", min=0, help="How long; the learning rate ends with it.", envvar=env("MINUTES"))
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="CPU threads.", envvar=env("THREADS"))]
Exclude = Annotated[
    Path | None,
    typer.Option("--exclude", help="JSON lines whose instructions must not be trained on.", envvar=env("EXCLUDE")),
]
