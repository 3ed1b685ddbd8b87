"""One server and one browser for all tests of the page that leave them as they are."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.web.site import EXAMPLE, Person, Site, served, someone

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def copy_pair(folder: Path) -> Path:
    """The bundled example in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ir.png", "vi.png"):
        shutil.copy(EXAMPLE / name, folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the bundled example in its folder, and the language model that comes along."""
    with served(copy_pair(tmp_path_factory.mktemp("web") / "a folder \u2603")) as site:
        yield site
        assert site.said == [], "nothing is told in the terminal but the address"


@pytest.fixture
def somebody(chromium: "Browser", site: Site) -> Iterator[Callable[..., Person]]:
    """Opens a browser of somebody new."""
    with ExitStack() as stack:
        yield lambda **context: stack.enter_context(someone(chromium, site, **context))


@pytest.fixture
def person(somebody: Callable[..., Person]) -> Person:
    """Somebody with a browser."""
    return somebody(viewport={"width": 1280, "height": 900})
