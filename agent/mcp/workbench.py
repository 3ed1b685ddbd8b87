"""What agents of others may do in one folder: open a pair, use the typed tools on it, look at pictures and save them.

The typed tools are those of ``tools.registry``, by the same names and schemas. The three functions here are for
beginning and ending; another agent's model reads their docstrings.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.run.folders import new_folder
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.explain import explained
from wordfuse.fusion.abandon import Abandoned, abandoned_when
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.temperatures.reading import LEAST_EMISSIVITY
from wordfuse.tools.calls.arguments import decoded, forgiving
from wordfuse.tools.registry import TOOLS, Tool, ToolAnswer, run_tool
from wordfuse.tools.show import ShowArgs, ShowResult, show
from wordfuse.tools.store.workspace import Progress, Workspace
from wordfuse.tools.types import Id, Strict

RUNS = "wordfuse-runs"

log = logging.getLogger(__name__)


class Workbench:
    """A folder with at most one open pair. Not thread-safe: one call at a time."""

    def __init__(self, folder: Confined, settings: Settings) -> None:
        """Nothing is open yet."""
        self.folder, self.settings = folder, settings
        self.work: Workspace | None = None
        self.saved: set[Path] = set()

    def opened(self) -> Workspace:
        """The open pair.

        Raises:
            InputError: there is none, or somebody put links into its folder.
        """
        if self.work is None:
            raise InputError("no pair is open", remedy="call open_pair first")
        if not self.folder.holds(self.work.folder):
            raise InputError(
                "was moved or has links in it", subject=self.folder.name(self.work.folder), remedy="open the pair again"
            )
        return self.work

    def make_folder(self, stem: str) -> Path:
        """A folder of its own for a pair, also where another server makes one at the same moment."""
        runs = self.folder.folder / RUNS
        if runs.is_symlink() or (runs.exists() and not runs.is_dir()):
            raise InputError(
                "is a link or a file", subject=RUNS, remedy="remove it, so that a folder can be made there"
            )
        return new_folder(runs / stem)


class OpenArgs(Strict):
    """The two pictures of a pair: registered, so that they show the same pixels of the same scene.

    A FLIR radiometric JPEG holds both: name it twice.
    """

    ir: str = Field(description="Infrared (thermal) picture: a path relative to the folder that is served.")
    vi: str = Field(description="Visible picture: a path relative to the folder. Results have its size and colour.")
    align: bool = Field(False, description="Move, turn and scale the infrared picture onto the visible one first.")
    temperature_scale: str | None = Field(
        None, description="A,B: degrees C are A * count + B; none: no temperatures; null: found out where that is safe."
    )
    emissivity: float | None = Field(
        None, ge=LEAST_EMISSIVITY, le=1, description="Correct the temperatures for what is looked at; null: the file's."
    )
    reflected: float | None = Field(None, description="With it: what the surface reflects, degrees C.")


class OpenResult(Strict):
    """The pair, and the folder that its pictures and masks are kept in."""

    folder: str
    width: int
    height: int
    gray: bool  # the visible picture has no colour, so results have none
    warnings: list[str]
    temperatures: bool  # they are known: regions may be named in degrees, and read_temperatures tells them


def open_pair(args: OpenArgs, bench: Workbench) -> OpenResult:
    """Open an infrared and a visible picture of the same scene: call this first.

    Then fuse makes the picture that all edits start from (id "fused"); ground finds what phrases name and segment draws
    its mask; incline, relight, denoise, contrast, sharpen, dehaze, destripe, recolour and blur edit inside a mask and
    give a new id; evaluate_metrics measures; show looks; save writes a file. One pair is open at a time: ids belong to
    it, and opening another closes it. Pictures and masks are kept in the folder that is returned; the two files are
    never changed.
    """
    ir, vi = bench.folder.path(args.ir), bench.folder.path(args.vi)
    settings = bench.settings.model_copy(update=args.model_dump(exclude={"ir", "vi"}))
    work = Workspace(bench.folder.folder, ir, vi, settings.for_tools())
    pair = work.pair  # a pair that cannot be read leaves no folder
    work.folder = bench.make_folder(vi.stem[:80])
    bench.work = work
    height, width = pair.visible.shape[:2]
    return OpenResult(
        folder=bench.folder.name(work.folder),
        width=width,
        height=height,
        gray=pair.gray,
        warnings=[bench.folder.plain(warning) for warning in pair.warnings],
        temperatures=pair.temperatures is not None,
    )


def look(args: ShowArgs, bench: Workbench) -> ShowResult:
    """Look at a picture, downscaled: one that has an id, or a source (infrared, visible).

    With a mask, its region is tinted and outlined in red.
    """
    return show(args, bench.opened())


class SaveArgs(Strict):
    """A picture, and where to write it."""

    image: Id = Field(description="The id of a picture.")
    path: str = Field(description="A path relative to the folder that is served; it ends in .png.")


class SaveResult(Strict):
    """The file that was written."""

    path: str


def save(args: SaveArgs, bench: Workbench) -> SaveResult:
    """Write a picture, at full size, to a PNG file of your choice.

    Folders on the way are made. A file that is there already is replaced only if this server saved it.
    """
    work, path = bench.opened(), bench.folder.path(args.path)
    name = bench.folder.name(path)
    if path.suffix.lower() != ".png":
        raise InputError("pictures are written as PNG", subject=args.path, remedy="end the name in .png")
    if name.split("/")[0] == RUNS:
        raise InputError(f"{RUNS} holds the server's own files", subject=args.path, remedy="choose another folder")
    if path in (work.infrared, work.visible):
        raise InputError(
            "is a picture of the open pair, which is never changed", subject=args.path, remedy="choose another name"
        )
    work.image(args.image)  # tells an id that is unknown, and a file that is damaged
    data = (work.folder / work.catalogue.images[args.image]).read_bytes()
    if path in bench.saved:
        write_bytes_atomic(path, data)
        return SaveResult(path=name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)  # claims the name, so that no file of anybody else is replaced
    except FileExistsError as error:
        raise InputError(
            "exists, and was not saved by this server", subject=args.path, remedy="choose another name"
        ) from error
    try:
        write_bytes_atomic(path, data)
    except InputError:
        path.unlink(missing_ok=True)
        raise
    bench.saved.add(path)
    return SaveResult(path=name)


def on_the_pair(tool: Tool) -> Tool:
    """A tool of the registry as clients are told of it: what may be null may be left out."""
    return Tool(tool.name, forgiving(tool.args), tool.run, tool.edits, tool.looks_only, tool.repeatable)


BEGIN_AND_END = {
    tool.name: tool
    for tool in (
        Tool("open_pair", OpenArgs, open_pair),
        Tool("show", ShowArgs, look, looks_only=True),
        Tool("save", SaveArgs, save, repeatable=True),
    )
}


@dataclass(frozen=True)
class Watch:
    """The caller's hand on a running call: told of epochs, asked between epochs and tiles whether to give up."""

    cancelled: Callable[[], bool]
    progress: Callable[[Progress], None]


def call(name: str, args: Json, bench: Workbench, watch: Watch) -> ToolAnswer:
    """Make a call; whatever goes wrong comes back as an error in words, without paths outside the folder.

    A call that was cancelled is given up where it is and leaves no trace in the catalogue: made again, it gives what it
    would have given.
    """
    tool = BEGIN_AND_END.get(name) or (on_the_pair(TOOLS[name]) if name in TOOLS else None)
    if tool is None:
        return ToolAnswer(error=f"unknown tool {name!a}; known: {', '.join([*BEGIN_AND_END, *TOOLS])}")
    work = bench.work
    if work is not None:
        work.progress = watch.progress
        before = work.catalogue.model_copy(deep=True)
    try:
        with abandoned_when(watch.cancelled):
            answer = run_tool(tool, decoded(args, tool.args), bench if name in BEGIN_AND_END else bench.opened())
    except Abandoned:
        answer = ToolAnswer(error="cancelled")
        if work is not None:
            work.catalogue = before
    except Exception as error:
        text, code = explained(error)
        if code == WordfuseError.exit_code:
            log.exception("a fault of ours, please report it")
            text = f"a fault of wordfuse ({type(error).__name__}); its log says more"
        answer = ToolAnswer(error=text)
    if answer.error is not None:
        return ToolAnswer(error=bench.folder.plain(answer.error))
    return answer
