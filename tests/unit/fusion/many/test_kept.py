"""Freed memory that is kept is not fetched from the system again."""

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from wordfuse.fusion.many.kept import keep_freed_memory

if sys.argv[1] == "kept" and not keep_freed_memory():
    sys.exit(77)

def planes():
    return [np.ones((480, 640), np.float32) for _ in range(20)]

planes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    planes()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=False)
    if told.returncode == 77:
        pytest.skip("this C library cannot be told to keep memory")
    assert told.returncode == 0, told.stderr
    return int(told.stdout)


def test_planes_of_one_frame_serve_the_next() -> None:
    assert faults("kept") < 0.2 * faults("as it comes")
