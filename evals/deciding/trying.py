"""An agent tries a task: the whole graph on staged pictures, and what came of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import read_record
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.evals.deciding.hampered import HamperedWorkspace, SilentOnce
from wordfuse.evals.deciding.scenes import stage
from wordfuse.evals.deciding.scores import Truth, ending
from wordfuse.evals.deciding.setting import Setting
from wordfuse.fusion.images import read_picture, write_png


def tried(
    wishes: Sequence[str], setting: Setting, model: LanguageModel, settings: Settings, data: Path | None
) -> dict[str, Any]:
    """What an agent makes of a task.

    Returns:
        ``gain``: how much better the picture is than doing nothing (``scores.Truth``); ``ending``; ``calls`` of tools;
        ``steps``: what was done, in words; ``sprung``: whether what was to go wrong did;
        ``changed``: whether the picture is another than before.

    Raises:
        InputError: the setting cannot be staged.
        BackendUnreachable: the model cannot be reached.
    """
    staged = stage(setting, data)
    truth = Truth(staged)
    silent = SilentOnce(model) if setting.hampered == "no answer" else None
    with tempfile.TemporaryDirectory(prefix="wordfuse-eval-") as folder:
        ir, vi = Path(folder) / "ir.png", Path(folder) / "vi.png"
        for file, picture in zip((ir, vi), staged.damaged, strict=True):
            write_png(file, picture)
        session = Session.create(
            Path(folder) / "run", ir, vi, list(wishes), settings, cast("LanguageModel", silent or model)
        )
        work = None
        with session.locked(), session.machine() as machine:
            if setting.hampered is not None and silent is None:
                machine.context.work = work = HamperedWorkspace(machine.context.work, setting.hampered)
            machine.advance(session.given)
        record = read_record(session.folder)
        result = read_picture(session.folder / "result.png")
    told = [f"{step}{'' if step.output else ' (nothing kept)'}" for step in record.steps]
    return {
        "gain": truth.gain(result),
        "ending": ending(record),
        "calls": record.tools.calls - 1,  # that which fuses is no choice
        "steps": told,
        "sprung": any(trap.sprung for trap in (silent, work) if trap is not None),
        "changed": bool((result != truth.nothing).any()),
    }
