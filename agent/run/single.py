"""One tool, no language model: what ``wordfuse fuse``, ``segment``, ``incline``, ``relight`` and ``denoise`` do."""

from collections.abc import Callable, Iterable
from pathlib import Path

from wordfuse.agent.errors import InputError, RegionError
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.tools.registry import call
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.scratch import scratch_folder
from wordfuse.tools.store.workspace import FUSED, Progress, Workspace

USER_IMAGE, USER_MASK = "given", "given"


class SingleTool:
    """A workspace in a temporary folder: made, used for one tool and removed."""

    def __init__(
        self,
        ir: Path,
        vi: Path,
        settings: Settings,
        progress: Callable[[Progress], None] | None = None,
        decoded: Decoded | None = None,
    ) -> None:
        """Use it as a context manager; ``decoded`` holds the sources where they need not be read."""
        self._scratch = scratch_folder()
        self._folder = Path(self._scratch.name)
        self.work = Workspace(self._folder, ir, vi, settings.for_tools(), decoded)
        self.work.progress = progress

    def __enter__(self) -> "SingleTool":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the folder."""
        self._scratch.cleanup()

    def segment(self, words: str, *, invert: bool = False) -> tuple[str, Json]:
        """Fuse the pair, and find and draw the region that words name; the grounding's id and the answer of segment.

        Raises:
            InputError: the words are empty.
            RegionError: nothing is found by them.
        """
        if not words.strip():
            raise InputError("the words for the region are empty", remedy="name one, as in 'people' or 'dark areas'")
        self.call("fuse")
        grounding: str = self.call("ground", phrases=[words])["grounding"]
        return grounding, self.call("segment", grounding=grounding, invert=invert)

    def start_from(self, fused: Path | None) -> str:
        """Take a fused picture from a file, or fuse the pair; returns the picture's id."""
        if fused is None:
            self.call("fuse")
            return FUSED
        self.work.adopt_image(USER_IMAGE, fused)
        return USER_IMAGE

    def use_mask(self, mask: Path | None) -> str | None:
        """Take a mask from a file; returns its id.

        Raises:
            InputError: it cannot be read or has another size than the pair.
            RegionError: it is empty.
        """
        if mask is None:
            return None
        self.work.adopt_mask(USER_MASK, mask)
        if not self.work.area(USER_MASK):
            raise RegionError("the mask is empty", subject=mask, remedy="make the pixels to work on white")
        return USER_MASK

    def call(self, name: str, **args: object) -> Json:
        """Call a tool.

        Raises:
            InputError: an argument cannot be used.
            RegionError: the region cannot be worked on.
        """
        answer = call(name, args, self.work)
        if answer.cause is not None:
            raise answer.cause
        if answer.result is None:
            raise InputError(answer.error or f"{name} gave no result")
        return answer.result

    def deliver_legend(self, mask: str | None, out: Path) -> None:
        """Write the scale of what recolour made of a region by its heat, with temperatures where they are known."""
        from wordfuse.fusion.images import write_png
        from wordfuse.fusion.recolour.legend import heat_legend

        write_png(out, heat_legend(self.work.pair, self.work.mask(mask)))

    def deliver(self, file: str, out: Path) -> None:
        """Copy a file of the workspace to where the user wants it, whole or not at all."""
        write_bytes_atomic(out, (self._folder / file).read_bytes())


def check_output(out: Path, inputs: Iterable[Path]) -> None:
    """Find out before the work whether ``--out`` can be written.

    Args:
        out: the file to write.
        inputs: the files that are read, which must not be replaced.

    Raises:
        InputError: its folder is missing, it is a folder itself or one of the inputs, or no PNG.
    """
    if out.is_dir():
        raise InputError("is a folder", argument="out", subject=out, remedy="name a file")
    if not out.parent.is_dir():
        raise InputError("its folder does not exist", argument="out", subject=out, remedy="make it first")
    if out.suffix.lower() != ".png":
        raise InputError("pictures are written as PNG", argument="out", subject=out, remedy="end the name in .png")
    if out.exists() and any(path.exists() and out.samefile(path) for path in inputs):
        raise InputError(
            "is one of the inputs, which are never changed", argument="out", subject=out, remedy="choose another name"
        )
