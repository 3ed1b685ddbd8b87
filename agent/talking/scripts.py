"""A conversation as a script file, and back."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from wordfuse.agent.dialogue.asking.questions import in_full
from wordfuse.agent.errors import InputError
from wordfuse.agent.record import Instruction
from wordfuse.agent.report.chosen import chosen_options, with_pieces
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.fusion.files.atomic import write_bytes_atomic


def save_script(path: Path, session: Session, instructions: Sequence[Instruction]) -> Path:
    """Write what was said as a file for ``wordfuse script``, but for what was refused.

    Answers are worked into the words that they belong to.

    Args:
        path: the file, which must not exist yet.
        session: whose pair and settings it names.
        instructions: what was said.

    Returns:
        The file.

    Raises:
        InputError: it exists, its name is not that of a script, nothing was said yet, or it cannot be written.
    """
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise InputError("scripts are YAML", subject=path, remedy="end the name in .yaml")
    if path.exists():
        raise InputError("exists", subject=path, remedy="choose another name")
    settings = with_pieces(session.settings, instructions, session.folder.resolve())
    text = script_of(session.infrared, session.visible, settings, instructions)
    write_bytes_atomic(path, text.encode())
    return path


def script_of(ir: Path, vi: Path, settings: Settings, instructions: Sequence[Instruction]) -> str:
    """What was said about a pair, as the text of a script; see :func:`save_script`.

    Raises:
        InputError: nothing was said yet.
    """
    said = [in_full(instruction) for instruction in instructions if not instruction.refusal]
    if not said:
        raise InputError("nothing was said yet that a script could hold", subject="/save")
    sources = {"pair": str(ir)} if ir == vi else {"ir": str(ir), "vi": str(vi)}
    jobs = [{**sources, "say": said}]
    return yaml.safe_dump(
        {"defaults": chosen_options(settings), "jobs": jobs}, sort_keys=False, allow_unicode=True, width=100
    )


def load_script(path: Path) -> tuple[list[str], int]:
    """What the first job of a script says, and how many others there are.

    Raises:
        InputError: it is no script.
    """
    from wordfuse.agent.batch.script import read_script

    first, *others = read_script(path).content.jobs
    return first.say, len(others)
