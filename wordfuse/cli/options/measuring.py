"""The options of ``wordfuse eval`` and ``wordfuse bench`` that are no settings of a run."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from wordfuse.cli.options.build import OUTPUT, env, one_a_line

DAMAGES = ("stripes", "blur", "haze, rendered", "haze, CamVid", "low contrast", "heat", "hiding")

PARTS = ("start", "plan", "fuse", "edits", "folder", "script")

SuiteName = Annotated[
    str,
    typer.Argument(
        help="plan, natural, calibration, act, critique, run, agent, or your own: JSONL, YAML, or a folder of them.",
        show_default=False,
    ),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="What to compare with; default: the one in the package, or SUITE.baseline.json beside a file.",
        envvar=env("BASELINE"),
    ),
]
UpdateBaseline = Annotated[
    bool,
    typer.Option("--update-baseline", help="Make these results the baseline instead.", envvar=env("UPDATE_BASELINE")),
]
AtLeast = Annotated[
    float,
    typer.Option("--at-least", min=0, max=1, help="Share of exact cases below which to fail.", envvar=env("AT_LEAST")),
]
Repeat = Annotated[
    int,
    typer.Option("--repeat", min=1, max=100, help="Ask each case so often; shows flaky ones.", envvar=env("REPEAT")),
]
EveryCase = Annotated[
    int, typer.Option("--every", min=1, help="Take every how manyth case of a kind.", envvar=env("EVERY"))
]
RealPairs = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder of the sets of real pairs that cases of the suite agent name.",
        envvar=env("DATA"),
        exists=True,
        file_okay=False,
    ),
]
Junit = Annotated[
    Path | None,
    typer.Option(
        "--junit",
        metavar="FILE",
        help="Write the results as JUnit XML too.",
        envvar=env("JUNIT"),
        rich_help_panel=OUTPUT,
    ),
]
EvalFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="For logs and reports; default: runs/eval-SUITE. An unfinished one is gone on with.",
        envvar=env("EVAL_OUT"),
        rich_help_panel=OUTPUT,
    ),
]

BenchData = Annotated[
    Path, typer.Option("--data", help="Folder with RoadScene, MSRS and TNO, as published.", envvar=env("DATA"))
]
FilmsData = Annotated[
    Path, typer.Option("--data", help="Folder of folders with ir.mp4 and vi.mp4, or ir/ and vi/.", envvar=env("DATA"))
]
BenchFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="For the tables.", envvar=env("BENCH_OUT"))]
BenchPresets = Annotated[
    list[str],
    typer.Option("--preset", help="Our networks; may be repeated.", envvar=env("BENCH_PRESET"), callback=one_a_line),
]
BenchWeights = Annotated[
    list[str],
    typer.Option(
        "--weights",
        metavar="NAME=FILE",
        help="Weights of your own for the default preset.",
        envvar=env("BENCH_WEIGHTS"),
        callback=one_a_line,
    ),
]
BenchMethods = Annotated[
    list[str],
    typer.Option(
        "--method",
        metavar="NAME=DIR",
        help="Fused pictures of another method, in DIR/RoadScene, ...",
        envvar=env("METHOD"),
        callback=one_a_line,
    ),
]
BenchEncoder = Annotated[
    str, typer.Option("--encoder", help="Which: embedded, or clip with a model.", envvar=env("ENCODER"))
]
BenchEncoderModel = Annotated[
    str | None,
    typer.Option(
        "--encoder-model", metavar="DIR|ID", help="CLIP model, a folder or a hub id.", envvar=env("ENCODER_MODEL")
    ),
]
BenchPieces = Annotated[
    int, typer.Option("--pieces", min=50, help="Pieces of labelled pictures that are drawn.", envvar=env("PIECES"))
]
BenchWholes = Annotated[
    int, typer.Option("--pairs", min=1, help="Pairs of each set, for whole pictures.", envvar=env("PAIRS"))
]
BenchSizes = Annotated[
    list[str],
    typer.Option(
        "--size",
        metavar="WxH",
        help="Size to measure time and memory at; may be repeated.",
        envvar=env("SIZE"),
        callback=one_a_line,
    ),
]
BenchSide = Annotated[
    int,
    typer.Option(
        "--side", min=64, help="Longer side of the pictures to compare losses on, pixels.", envvar=env("SIDE")
    ),
]
BenchTasks = Annotated[
    list[str],
    typer.Option("--task", help="Measure incline, relight or denoise. Repeat for several.", envvar=env("TASK")),
]
BenchBeside = Annotated[
    list[str],
    typer.Option(
        "--beside",
        help="Hold the fast recipe beside paper (an hour) or tuned (incline only). Repeat for several.",
        envvar=env("BESIDE"),
    ),
]
BenchDamages = Annotated[
    list[str],
    typer.Option(
        "--damage",
        help="Measure stripes, blur, 'haze, rendered', 'haze, CamVid', 'low contrast', heat or hiding; repeatable.",
        envvar=env("DAMAGE"),
    ),
]
BenchTable = Annotated[
    Literal["methods", "order", "source"],
    typer.Option(
        "--table",
        help="Ours beside classical methods; or several kinds of damage at once, repaired in every order; or a source "
        "restored before it is fused, beside the fused picture restored.",
        envvar=env("TABLE"),
    ),
]
BenchPairs = Annotated[
    int, typer.Option("--pairs", min=1, help="Pairs of each set, for the other tables.", envvar=env("PAIRS"))
]
BenchRecipe = Annotated[
    Literal["fast", "paper"],
    typer.Option("--recipe", help="Ours, or the paper's (hours on a CPU).", envvar=env("RECIPE")),
]
Every = Annotated[int, typer.Option("--every", min=1, help="Take every how manyth pair.", envvar=env("EVERY"))]
BenchCost = Annotated[
    bool,
    typer.Option("--cost/--no-cost", help="Whether to measure time and memory by size.", envvar=env("COST")),
]
BenchDamaged = Annotated[
    int, typer.Option("--damaged", min=1, help="Pairs of each set that are damaged.", envvar=env("DAMAGED"))
]
BenchClean = Annotated[
    int, typer.Option("--clean", min=1, help="Pairs of each set that are looked at.", envvar=env("CLEAN"))
]
BenchFit = Annotated[
    Path | None,
    typer.Option("--fit", metavar="FILE", help="Fit the scales to these pictures, and write them.", envvar=env("FIT")),
]
BenchRounds = Annotated[int, typer.Option("--rounds", min=1, help="Starts of each command.", envvar=env("ROUNDS"))]
BenchBusy = Annotated[
    int,
    typer.Option("--busy", min=0, max=256, help="Measure beside so many busy processes as well.", envvar=env("BUSY")),
]
BenchThan = Annotated[
    list[str],
    typer.Option(
        "--than",
        metavar="PYTHON",
        help="The Python of another installation of wordfuse, measured turn by turn; may be repeated.",
        envvar=env("THAN"),
        callback=one_a_line,
    ),
]
BenchParts = Annotated[
    list[str],
    typer.Option("--part", help=f"Measure {', '.join(PARTS[:-1])} or {PARTS[-1]}; repeatable.", envvar=env("PART")),
]
BenchShort = Annotated[
    bool,
    typer.Option("--short", help="Measure each thing once or twice, as tests do before a change.", envvar=env("SHORT")),
]
DetectionData = Annotated[
    Path,
    typer.Option(
        "--data",
        help="Folder with train/SET and dev/SET, pairs and boxes.json; or LLVIP, as published.",
        envvar=env("DATA"),
    ),
]
DetectionPresets = Annotated[
    list[str],
    typer.Option(
        "--preset",
        help="How pairs are fused; may be repeated. Default: every preset that has weights.",
        envvar=env("BENCH_PRESET"),
        callback=one_a_line,
        show_default=False,
    ),
]
DetectionMethods = Annotated[
    list[str],
    typer.Option(
        "--method",
        metavar="NAME=DIR",
        help="Fused pictures of another method, in DIR/train/SET and DIR/dev/SET; may be repeated.",
        envvar=env("METHOD"),
        callback=one_a_line,
    ),
]
DetectionWords = Annotated[
    bool,
    typer.Option(
        "--words/--no-words",
        help="Whether the default picture is shown with people made brighter and the rest darker as well.",
        envvar=env("WORDS"),
    ),
]
Detector = Annotated[
    Path | None,
    typer.Option(
        "--detector",
        metavar="FILE",
        help="FastestDet's weights for COCO (.pth), which every training begins with; default: random weights.",
        envvar=env("DETECTOR"),
    ),
]
DetectionSteps = Annotated[
    int, typer.Option("--steps", min=1, help="Steps of each training, of 8 pictures.", envvar=env("STEPS"))
]
DetectionSeeds = Annotated[
    int, typer.Option("--seeds", min=1, max=20, help="Trainings of each row.", envvar=env("SEEDS"))
]
LearnedEvery = Annotated[
    int,
    typer.Option("--every", min=1, help="Take every how manyth pair of each set to learn from.", envvar=env("EVERY")),
]
MeasuredEvery = Annotated[
    int,
    typer.Option("--dev-every", min=1, help="Take every how manyth pair to measure on.", envvar=env("DEV_EVERY")),
]
DetectionShort = Annotated[
    bool,
    typer.Option("--short", help="A few steps on a few pictures, for a first look.", envvar=env("SHORT")),
]
SpeedBaseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="What to compare with; default: the one in the package.",
        envvar=env("SPEED_BASELINE"),
    ),
]
UpdateSpeedBaseline = Annotated[
    bool,
    typer.Option(
        "--update-baseline",
        help="Make these results the baseline of this kind of machine.",
        envvar=env("UPDATE_SPEED_BASELINE"),
    ),
]
BenchWords = Annotated[
    str,
    typer.Option(
        "-i", "--instruction", metavar="TEXT", help="What is done to every film.", envvar=env("BENCH_INSTRUCTION")
    ),
]
BenchFrames = Annotated[
    int, typer.Option("--frames", min=4, help="Frames of each film, from its beginning.", envvar=env("BENCH_FRAMES"))
]
BenchBlock = Annotated[
    int,
    typer.Option("--block", min=2, help="Frames in its middle that are made one by one, too.", envvar=env("BLOCK")),
]
