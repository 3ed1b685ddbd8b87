"""A long conversation takes room in step with its turns."""

from pathlib import Path

from wordfuse.agent.record import read_record
from wordfuse.evals.bench.talks import BYTES_A_TURN, drive, row

TURNS, LEFT = 32, 8


def test_a_conversation_grows_with_its_turns_and_not_with_their_square(tmp_path: Path) -> None:
    grown = drive(tmp_path, TURNS, leave_every=LEFT)
    assert [size.turns for size in grown.sizes] == list(range(LEFT, TURNS + 1, LEFT))
    for sizes in ([size.checkpoints for size in grown.sizes], [size.folder for size in grown.sizes]):
        first, *others = [after - before for before, after in zip([0, *sizes], sizes, strict=False)]
        assert max(others) < 1.3 * first
    assert grown.bytes_a_turn < 0.5 * BYTES_A_TURN
    assert row(grown).startswith(f"| {TURNS} | {grown.sizes[-1].checkpoints} | ")
    said = read_record(tmp_path / "run").instructions
    assert len(said) == TURNS and all(one.satisfied for one in said)
