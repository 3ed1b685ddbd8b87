"""Ask a language model, or the whole graph, what a case asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wordfuse.agent.dialogue.understanding import held_to_words
from wordfuse.agent.errors import AnswerError, BackendUnreachable, ForeignAnswer
from wordfuse.agent.model.protocol import LanguageModel, Message, Style
from wordfuse.agent.model.turns import act_messages, call_message
from wordfuse.agent.record import exit_code
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.evals.deciding.trying import tried
from wordfuse.evals.language.cases import (
    STREET,
    ActCase,
    Case,
    CritiqueCase,
    Listed,
    PlanCase,
    RunCase,
    StagedCase,
    Suite,
    pair_of,
)
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.scratch import scratch_folder
from wordfuse.tools.store.workspace import Workspace

Asking = Callable[[Listed], dict[str, Any] | None]


class Asker:
    """One model for many cases."""

    def __init__(self, model: LanguageModel, settings: Settings, data: Path | None = None) -> None:
        """Ask ``model``; ``settings`` are those of whole runs, ``data`` is the folder of real pairs."""
        self.model, self.settings, self.data = model, settings, data

    def check(self, suite: Suite) -> None:
        """Refuse a suite with cases that this model is never asked.

        Raises:
            InputError: it has cases of calls or verdicts, and the model only plans.
        """
        for listed in suite.listed:
            self._check(listed.case)

    def __call__(self, listed: Listed) -> dict[str, Any] | None:
        """The answer to a case in JSON, or None where the model gave none that can be used.

        Raises:
            BackendUnreachable: the model cannot be reached, or something else answered: that is no wrong answer.
            InputError: the case's own files cannot be used, or the model is never asked such cases.
        """
        try:
            return self._answer(listed.case, listed.folder)
        except ForeignAnswer as error:
            raise error.again(BackendUnreachable) from error
        except AnswerError:
            return None

    def _check(self, case: Case) -> None:
        if isinstance(case, CritiqueCase | ActCase) and self.model.plans_only:
            raise InputError(
                f"the language model {self.model.name} only plans: calls and verdicts follow from the rules",
                subject=f"cases of the task {case.task}",
                remedy=f"ask a served model that is not our adapter: {argument_named('llm')} URL",
            )

    def _answer(self, case: Case, folder: Path) -> dict[str, Any]:
        self._check(case)
        if isinstance(case, PlanCase):
            plan, words = self.model.plan(case.instruction, case.before), case.instruction
            return held_to_words(plan, self.model, words, case.before, self.settings.doubt).model_dump()
        if isinstance(case, CritiqueCase):
            return self.model.judge(case.table).model_dump()
        if isinstance(case, ActCase):
            # The tools are only described to the model, never run: any workspace will do, it opens nothing.
            work = Workspace(Path(), *STREET, self.settings.for_tools())
            chosen = self.model.act(conversation(case, self.model.style), as_langchain(work))
            return {"name": chosen["name"], "arguments": chosen["args"]}
        if isinstance(case, RunCase):
            return self._run(case, folder)
        if isinstance(case, StagedCase):
            return tried(case.wishes, case.on, self.model, self.settings, self.data)
        raise InputError("nobody to ask", subject=type(case).__name__)

    def _run(self, case: RunCase, folder: Path) -> dict[str, Any]:
        ir, vi = pair_of(case, folder)
        with scratch_folder() as out:
            record = Session.create(Path(out) / "run", ir, vi, list(case.say), self.settings, model=self.model).run()
        tasks = [step.task for instruction in record.instructions for step in instruction.planned]
        return {"exit": exit_code(record), "tasks": tasks}


def conversation(case: ActCase, style: Style) -> list[Message]:
    """The turn as the graph would put it."""
    messages = act_messages(case.step, case.image, case.mask, case.last, style, case.means)
    for heard in case.heard:
        messages.append(call_message(heard.call.name, heard.call.arguments))
        messages.append({"role": "tool", "content": heard.answer})
    return messages
