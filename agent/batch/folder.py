"""The folder of a batch: one run folder a job, what was asked, what came of it, and pictures of it all."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wordfuse.agent.batch.job import Job, finished_line
from wordfuse.agent.errors import InputError
from wordfuse.agent.record import write_json
from wordfuse.agent.run.folders import claimed
from wordfuse.agent.state import Json
from wordfuse.agent.telling.text import printable
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.atomic import is_temporary, write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json

ASKED, RESULTS, SHEET, LOCK = "batch.json", "results.jsonl", "contact.png", "batch.lock"
INDEX = "index.html"
SCHEMA = 1
RARELY = 20  # ``results.jsonl`` is not written again before so many times as long as the last time took


class BatchFolder:
    """One batch folder, locked."""

    def __init__(self, folder: Path, script: Path, jobs: Sequence[Job]) -> None:
        """Use :meth:`opened`."""
        self.folder, self.script, self.jobs = folder, script, jobs
        self.lines: dict[int, Json] = {}
        self._unwritten, self._due = False, 0.0

    @classmethod
    @contextmanager
    def opened(
        cls, folder: Path, script: Path, jobs: Sequence[Job], *, number: bool = False
    ) -> Iterator["BatchFolder"]:
        """Make the folder of a batch, or open it to continue.

        Args:
            folder: new, empty, or the folder of the same jobs.
            script: where the jobs come from.
            jobs: all of them, each with its run folder in ``folder``.
            number: where ``folder`` exists, take the first that does not, with a number behind its name.

        Raises:
            InputError: it holds something else, cannot be made, or another process works in it.
        """
        with claimed(folder, LOCK, partial(_check_free, anew=number), number=number) as made:
            home, wanted = made.absolute(), folder.absolute()
            moved = [job.model_copy(update={"out": home / job.out.relative_to(wanted)}) for job in jobs]
            _claim(made, script, moved)
            batch = cls(made, script, moved)
            try:
                yield batch
            finally:
                if batch._unwritten:
                    batch._write_results()

    @property
    def results(self) -> Path:
        """The file with a line per job."""
        return self.folder / RESULTS

    def finished(self) -> list[Json]:
        """The lines of the jobs that were done before; they are kept as well."""
        lines = [line for job in self.jobs if (line := finished_line(job)) is not None]
        self.lines |= {line["job"]: line for line in lines}
        self._write_results()
        return lines

    def keep(self, line: Json) -> None:
        """Put the line of a job into ``results.jsonl``, which has one a job, by number.

        The file is written as a whole: of a few hundred jobs at once, of very many seldom enough to take no time worth
        mention, and in any case when the batch folder is closed.
        """
        self.lines[line["job"]] = line
        self._unwritten = True
        if time.monotonic() >= self._due:
            self._write_results()

    def _write_results(self) -> None:
        began = time.monotonic()
        told = "".join(json.dumps(self.lines[number]) + "\n" for number in sorted(self.lines))
        write_bytes_atomic(self.results, told.encode())
        ended = time.monotonic()
        self._unwritten, self._due = False, ended + RARELY * (ended - began)

    def write_sheet(self) -> list[Path]:
        """Write ``contact.png``, a row a job: infrared, visible, fused, result. Of many jobs there are more pages."""
        from wordfuse.fusion.display.sheet import Row, draw_sheets

        rows = []
        for job in self.jobs:
            line = self.lines.get(job.number)
            if line is None:
                continue
            outcome = f"{line['satisfied']} of {line['steps']} satisfied, exit code {line['exit_code']}"
            rows.append(
                Row(
                    title=f"{job.name}: {outcome}",
                    words=printable(" / ".join(job.say)),
                    remark=printable(line["error"] or "; ".join(line["notes"])),
                    infrared=job.ir,
                    visible=job.vi,
                    results={name: job.out / f"{name}.png" for name in ("fused", "result")},
                    max_pixels=job.settings.max_pixels,
                    align=job.settings.align,
                    reading=job.settings.reading,
                )
            )
        return draw_sheets(rows, self.folder / SHEET)

    def write_index(self) -> Path:
        """Write ``index.html``: a page with a card per job and links to their reports."""
        from wordfuse.agent.report.index import render_index

        lines = [self.lines[number] for number in sorted(self.lines)]
        page = self.folder / INDEX
        write_bytes_atomic(page, render_index(lines, self.folder.absolute(), self.script.name).encode())
        return page


def _check_free(folder: Path, *, anew: bool) -> None:
    """Leave folders alone that are of no batch, and where one begins ``anew``, of another."""
    if folder.is_dir():
        left = [path for path in folder.iterdir() if path.name != LOCK and not is_temporary(path)]
        free = not left or (folder / ASKED in left and not anew)
    else:
        free = not folder.exists()
    if not free:
        raise InputError("exists and is not an empty folder", argument="out", subject=folder, remedy="choose another")


def _claim(folder: Path, script: Path, jobs: Sequence[Job]) -> None:
    """Make a folder that of these jobs, or see that it is."""
    digest = hashlib.sha256(json.dumps([job.asked() for job in jobs]).encode()).hexdigest()
    if (folder / ASKED).exists():
        try:
            before = read_json(folder / ASKED)
            known, origin = before["digest"], before["script"]
        except (InputError, KeyError, TypeError) as error:
            what = f" ({error.problem})" if isinstance(error, InputError) else ""
            raise InputError(
                f"cannot be read as what was asked{what}",
                subject=folder / ASKED,
                remedy=f"choose another {argument_named('out')}",
            ) from error
        if known != digest:
            raise InputError(
                f"holds the batch of {origin} with other jobs or settings than {script} has now",
                argument="out",
                subject=folder,
                remedy="choose another folder",
            )
    listed = [job.model_dump(mode="json") for job in jobs]
    asked = {"schema": SCHEMA, "script": str(script.absolute()), "digest": digest, "jobs": listed}
    write_json(folder / ASKED, asked, private=any(job.settings.private for job in jobs))
