"""What a command costs in a process of its own: wall time, CPU time and peak memory, from its start to its end."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The peak that the kernel tells of a process is at least that of whoever started it: so something small starts it.
_STARTER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - began
unit = 1 if sys.platform == "darwin" else 1024
told = [os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / (1 << 20)]
json.dump(told, sys.stdout)
"""


@dataclass(frozen=True)
class Cost:
    """Of one process.

    Attributes:
        wall_s: from its start to its end.
        cpu_s: of all its threads.
        peak_mib: the most memory that it had resident.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float


def wordfuse(*arguments: object) -> list[str]:
    """The command line of this installation."""
    return [sys.executable, "-m", "wordfuse", *map(str, arguments)]


def cost_of(
    command: Sequence[str], *, variables: Mapping[str, str] | None = None, exit_codes: Sequence[int] = (0,)
) -> Cost:
    """Run a command to its end; its standard output is thrown away.

    Args:
        command: it and its arguments.
        variables: of its environment, beside those of this process.
        exit_codes: with which it may end.

    Raises:
        RuntimeError: it ended with another; the message holds what it said on standard error.
    """
    started = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _STARTER, *command],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | dict(variables or {}),
    )
    code, wall_s, cpu_s, peak_mib = json.loads(started.stdout)
    if code not in exit_codes:
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {started.stderr.strip()}")
    return Cost(wall_s, cpu_s, peak_mib)
