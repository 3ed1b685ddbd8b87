"""When garbage is collected."""

import subprocess
import sys

CODE = """
import gc
from wordfuse.cli.garbage import IMPORTED
usual = 700, 10, 10
gc.set_threshold(*usual)
from wordfuse.cli import garbage
garbage.collected_late()
assert gc.get_threshold()[0] == IMPORTED
begun = gc.get_stats()[0]["collections"]
kept = [[] for _ in range(IMPORTED // 2)]
assert gc.get_stats()[0]["collections"] == begun, "nothing is looked for while a command starts"
kept += [[] for _ in range(IMPORTED)]
assert gc.get_stats()[0]["collections"] > begun
assert gc.get_threshold() == usual, "and then as Python does"
assert gc.get_freeze_count() > IMPORTED // 2
"""


def test_garbage_is_looked_for_once_there_may_be_some() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=120)
