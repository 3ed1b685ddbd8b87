"""A conversation of two hundred turns: neither its files nor its turns grow beyond measure."""

from pathlib import Path

from tests.faults.drive.row import Row, Tally, Tell


def drive(tries: int, folder: Path, tell: Tell) -> Tally:
    """Talk for so many turns (at least 48), and leave and come back on the way."""
    from wordfuse.evals.bench import talks

    tally, turns = Tally(), max(48, tries)
    grown = talks.drive(folder / "talk", turns, leave_every=max(12, turns // 4))
    tally.came["turns"] = turns
    if grown.bytes_a_turn > talks.BYTES_A_TURN:
        tally.faults.append(f"{grown.bytes_a_turn:.0f} bytes of checkpoints a turn")
    if grown.ratio > talks.BOUND:
        tally.faults.append(f"the last turns take {grown.ratio:.2f} times the CPU time of the early ones")
    return tally


ROW = Row(
    "talk",
    "a conversation of 200 turns, left and gone on with four times",
    "the checkpoints of a turn and the time of the last turns within the bounds of `evals/bench/talks.py`",
    200,
    drive,
)
