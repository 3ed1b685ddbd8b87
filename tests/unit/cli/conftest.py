"""A language model that is served."""

from collections.abc import Iterator

import pytest

from tests.commandline import LanguageModel, Server, serving
from tests.unit.cli.served import PLANS


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(LanguageModel(PLANS)) as server:
        yield server
