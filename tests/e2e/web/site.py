"""``wordfuse web`` as a process, and people in front of its page."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.patience import PATIENCE_S, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_MS = PATIENCE_S * 1000
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "street"


@dataclass
class Site:
    """A server that runs.

    Attributes:
        url: of its first page.
        folder: that it serves.
        said: lines of its standard error.
    """

    url: str
    folder: Path
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    def record(self, run: str) -> Any:
        return json.loads((self.runs / run / "run.json").read_text())

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait(PATIENCE_S)


@contextmanager
def served(folder: Path, *options: str, env: dict[str, str] | None = None) -> Iterator[Site]:
    """Serve a folder on a free port until the end of the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORDFUSE_") or "CACHE" in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "wordfuse", "web", str(folder), "--port", "0", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **(env or {})},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + (process.stderr.read() if process.poll() is not None else "")
        site = Site(found[0], folder, process)
        threading.Thread(target=lambda: site.said.extend(process.stderr or ()), daemon=True).start()
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


@dataclass
class Person:
    """Somebody with a browser of their own.

    Attributes:
        complaints: what the page's console said.
        asked: every address that was asked for.
        pardoned: what is complained about is what the test is about: a server that is gone, an answer that is an error.
    """

    page: "Page"
    site: Site
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    pardoned: bool = False

    def check(self) -> None:
        """Nothing was complained about, and nothing was asked of others."""
        assert self.pardoned or self.complaints == [], self.complaints
        assert all(url.startswith((self.site.url, "data:", "blob:")) for url in self.asked), self.asked

    def opens(self, button: str) -> str:
        """Look at a pair and begin; returns the name of the run."""
        self.page.goto(self.site.url)
        self.page.get_by_role("button", name=button).click()
        self.page.get_by_role("button", name="Begin").click()
        self.page.wait_for_url("**/runs/*", timeout=PATIENCE_MS)
        self.ready()
        return unquote(self.page.url.rsplit("/", 1)[-1])

    def ready(self) -> None:
        """Wait until nothing is at work."""
        from playwright.sync_api import expect

        expect(self.page.locator("#state")).to_have_text("Ready", timeout=PATIENCE_MS)

    def views(self) -> int:
        """How often everything was shown anew."""
        return int(self.page.locator("body").get_attribute("data-views") or 0)

    def says(self, text: str) -> None:
        """Type a line, press Enter and wait until something came of it."""
        before = self.views()
        self.page.locator("#words").fill(text)
        self.page.locator("#words").press("Enter")
        self.came(before)

    def clicks(self, button: str) -> None:
        """Press a button that lets the agent work, and wait until something came of it."""
        before = self.views()
        self.page.get_by_role("button", name=button, exact=True).click()
        self.came(before)

    def came(self, before: int) -> None:
        assert until(lambda: self.page.wait_for_timeout(20) is None and self.views() > before)
        self.ready()

    @property
    def last(self) -> str:
        """The last turn, as it is told."""
        return self.page.locator("#turns > li").last.inner_text()

    @property
    def live(self) -> str:
        """What was told that is in no record."""
        return self.page.locator("#live").inner_text()


@contextmanager
def someone(chromium: "Browser", site: Site, **context: Any) -> Iterator[Person]:
    """Somebody new; at the end their page may not have complained."""
    held = chromium.new_context(**context)
    person = Person(held.new_page(), site)
    page = person.page
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda message: person.complaints.append(message.text))
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    page.on("request", lambda request: person.asked.append(request.url))
    try:
        yield person
    finally:
        held.close()
    person.check()
