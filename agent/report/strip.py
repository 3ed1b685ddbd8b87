"""A strip of a run's pictures side by side, with their names: infrared, visible, fused, result."""

from pathlib import Path

from wordfuse.agent.record import Record


def write_strip(record: Record) -> None:
    """Write ``strip.png`` into the run folder."""
    from wordfuse.fusion.display.strip import draw_strip

    folder = Path(record.out)
    draw_strip(
        {"infrared": Path(record.ir), "visible": Path(record.vi)}
        | {"fused": folder / "fused.png", "result": folder / "result.png"},
        folder / "strip.png",
    )
