"""What goes wrong once, and then no more: a region that is not found, found elsewhere or not cut out, and no answer."""

from collections.abc import Sequence

import numpy as np

from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.plan import Plan
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.regions import Detection, Grounding, Mask, RegionBackend, Sources
from wordfuse.tools.store.workspace import Workspace

UNSURE = 0.2  # how sure a backend is of what it found where it is not


class HamperedBackend:
    """A region backend whose first answer is bad."""

    def __init__(self, backend: RegionBackend, how: str) -> None:
        """``how``: as ``evals.deciding.setting`` has it."""
        self.name, self._backend, self._how, self.sprung = backend.name, backend, how, False

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """See :class:`RegionBackend`."""
        if self._how == "region fails" or self.sprung:
            return self._backend.ground(sources, phrases)
        self.sprung = True
        if self._how == "not found":
            return [Grounding(one, False, self.name, (), None, "nothing like it was found") for one in phrases]
        height, width = sources.shape
        corner = np.zeros((height, width), np.uint8)
        corner[: height // 4, : width // 4] = 255
        return [Grounding(one, True, self.name, (), corner, "found", None, UNSURE) for one in phrases]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """See :class:`RegionBackend`."""
        if self._how == "region fails" and not self.sprung:
            self.sprung = True
            raise RegionError("could not be cut out", remedy="try again")
        return self._backend.segment(sources, detections)


class HamperedWorkspace(Workspace):
    """A workspace whose region backend is hampered."""

    def __init__(self, work: Workspace, how: str) -> None:
        """As ``work`` before anything was done in it; ``how``: as ``evals.deciding.setting`` has it."""
        super().__init__(work.folder, work.infrared, work.visible, work.settings, work.decoded)
        self._how = how
        self._hampered: HamperedBackend | None = None

    @property
    def sprung(self) -> bool:
        """Whether it went wrong."""
        return self._hampered is not None and self._hampered.sprung

    @property
    def backend(self) -> RegionBackend:
        """The backend that was chosen, its first answer but one."""
        if self._hampered is None:
            self._hampered = HamperedBackend(super().backend, self._how)
        return self._hampered


class SilentOnce:
    """A language model whose first plan is no answer; everything else is the model's own."""

    def __init__(self, model: LanguageModel) -> None:
        """Wrap ``model``."""
        self._model, self.sprung = model, False

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """See :class:`LanguageModel`."""
        if not self.sprung:
            self.sprung = True
            self._model.usage.calls += 1
            raise AnswerError("the language model gave no answer")
        return self._model.plan(instruction, before)

    def __getattr__(self, name: str) -> object:
        """The model's own."""
        return getattr(self._model, name)
