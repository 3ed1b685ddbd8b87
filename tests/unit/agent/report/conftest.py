"""A run to report."""

import pytest

from tests.fakes import ScriptedModel, Small, always, quicken
from tests.unit.agent.report.wishes import PLANS, WORDS
from wordfuse.agent.state import Json


@pytest.fixture(scope="session")
def run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A run with steps that end well, one after three attempts, refused words and a region that is not there."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch.setitem)
        folder = tmp_path_factory.mktemp("runs") / "a run \u2603 & <b>more</b> #1"
        return small.run(folder, ScriptedModel(PLANS, verdict=always("again")), *WORDS)
