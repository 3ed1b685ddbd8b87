"""What tests of ``wordfuse script`` share: a script on small pairs, the command in a process of its own, its family."""

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commandline import Scene, plan, step
from tests.patience import PATIENCE_S, until

Json = dict[str, Any]
WARMER, BRIGHTER = "make the people warmer", "brighten the dark areas"
PLANS = {
    WARMER: plan(step("incline", "infrared", "people")),
    BRIGHTER: plan(step("relight", "brighter", "dark areas")),
}
MARK = "WORDFUSE_TEST_FAMILY"


class Gate:
    """Holds the answers of a language model back until it is opened, and tells that it is asked."""

    def __init__(self) -> None:
        self._asked, self._open = threading.Semaphore(0), threading.Event()

    def __call__(self) -> None:
        self._asked.release()
        self._open.wait(PATIENCE_S)

    def wait(self) -> None:
        """Until one more question is held."""
        assert self._asked.acquire(timeout=PATIENCE_S), "the language model was not asked"

    def open(self) -> None:
        self._open.set()


def write_script(scene: Scene, folder: Path, url: str, *, tiny: bool = False, **jobs: Any) -> Path:
    """A script of jobs by name: their words, or None for one whose infrared picture is none.

    With ``tiny`` they fuse with the scene's own network, else with the one that comes along, for which no process has
    to begin with torch.
    """
    defaults = {"llm": url, "device": "cpu", "masks": {"people": str(scene.mask("people"))}}
    if tiny:
        defaults |= {"weights": str(scene.folder / "tiny.safetensors"), "preset": "tiny-compact"}
    listed = []
    for name, words in jobs.items():
        (folder / f"ir-{name}.png").write_bytes(b"no picture" if words is None else scene.ir.read_bytes())
        (folder / f"vi-{name}.png").write_bytes(scene.vi.read_bytes())
        listed.append({"name": name, "ir": f"ir-{name}.png", "vi": f"vi-{name}.png", "say": words or WARMER})
    script = folder / "batch.yaml"
    script.write_text(json.dumps({"defaults": defaults, "jobs": listed}))  # JSON is YAML
    return script


def lines_of(stdout: str) -> dict[str, Json]:
    """The lines on standard output, by the name of the job."""
    lines = [json.loads(line) for line in stdout.splitlines()]
    assert len({line["name"] for line in lines}) == len(lines)
    return {line["name"]: line for line in lines}


@dataclass
class Started:
    """The command at work.

    Attributes:
        process: it.
        mark: what its environment holds, and that of all that it starts.
    """

    process: "subprocess.Popen[str]"
    mark: str

    def family(self, *words: str) -> list[int]:
        """The other processes that it started, or those that they did, with all words in their command."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                own = entry.name.isdigit() and self.mark.encode() in (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_text() if own else ""
            except OSError:
                continue  # it has ended, or is not ours
            if own and command and int(entry.name) != self.process.pid and all(word in command for word in words):
                found.append(int(entry.name))
        return found

    def interrupt(self) -> None:
        """Ctrl-C, which a terminal sends to all processes of its group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> tuple[int, str, str]:
        """Its exit code, standard output and standard error."""
        stdout, stderr = self.process.communicate(timeout=PATIENCE_S)
        assert until(lambda: not self.family()), "it left processes behind"
        return self.process.returncode, stdout, stderr


@contextmanager
def started(*args: object) -> Iterator[Started]:
    """``wordfuse script`` in a process of its own, as in a terminal; killed at the end."""
    mark = secrets.token_hex(8)
    process = subprocess.Popen(
        [sys.executable, "-m", "wordfuse", "script", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {MARK: mark},
        start_new_session=True,
        # A test run in the background of a shell ignores interrupts, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    command = Started(process, mark)
    try:
        yield command
    finally:
        process.kill()
        process.communicate()
        for pid in command.family():
            os.kill(pid, signal.SIGKILL)
