"""What a command costs in a process of its own: wall time, CPU time and peak memory, from its start to its end."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The peak that the kernel tells of a process is at least that of whoever started it: so something small starts it.
_STARTER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - began
unit = 1 if sys.platform == "darwin" else 1024
told = [os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / (1 << 20)]
with open(int(sys.argv[1]), "w") as costs:
    json.dump(told, costs)
"""


@dataclass(frozen=True)
class Cost:
    """Of one process, or of a part of what it does.

    Attributes:
        wall_s: from its start to its end.
        cpu_s: of all its threads.
        peak_mib: the most memory that the process had resident.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float


def wordfuse(*arguments: object) -> list[str]:
    """The command line of this installation."""
    return [sys.executable, "-m", "wordfuse", *map(str, arguments)]


class ProcessFailed(RuntimeError):
    """A process ended with an exit code that was not wanted of it.

    Attributes:
        code: of the process, negative where a signal ended it; of what was to start it, where it cannot be started.
        said: what it said on standard error.
    """

    def __init__(self, command: Sequence[str], code: int, said: str) -> None:
        """Tell of a command line."""
        super().__init__(f"{' '.join(command)} ended with {code}: {said}")
        self.code, self.said = code, said


def cost_of(
    command: Sequence[str], *, variables: Mapping[str, str] | None = None, exit_codes: Sequence[int] = (0,)
) -> Cost:
    """Run a command to its end; its standard output is thrown away. Arguments and errors: :func:`cost_and_output`."""
    return cost_and_output(command, variables=variables, exit_codes=exit_codes)[0]


def cost_and_output(
    command: Sequence[str],
    *,
    variables: Mapping[str, str] | None = None,
    exit_codes: Sequence[int] = (0,),
    folder: Path | None = None,
) -> tuple[Cost, bytes]:
    """Run a command to its end, without standard input, and keep what it writes to standard output.

    Args:
        command: it and its arguments.
        variables: of its environment, beside those of this process.
        exit_codes: with which it may end.
        folder: to run it in; default: where this process is.

    Raises:
        ProcessFailed: it ended with another exit code, or cannot be started.
    """
    told, tell = os.pipe()
    with os.fdopen(told) as costs:
        try:
            started = subprocess.run(
                [sys.executable, "-I", "-S", "-c", _STARTER, str(tell), *command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                cwd=folder,
                env=os.environ | dict(variables or {}),
                pass_fds=(tell,),
            )
        finally:
            os.close(tell)
        measured = costs.read()
    # Without a word of costs there was nothing to start.
    code, *cost = json.loads(measured) if measured else (started.returncode,)
    if not cost or code not in exit_codes:
        raise ProcessFailed(command, code, started.stderr.decode(errors="replace").strip())
    return Cost(*cost), started.stdout
