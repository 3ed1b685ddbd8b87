"""Four processes that want the same folder at the same time."""

from collections.abc import Callable
from pathlib import Path

from tests.faults.drive.commands import Command, Ended, outcome, run
from tests.faults.drive.full_disks import half_written
from tests.faults.drive.row import Row, Tally, Tell
from tests.faults.drive.stage import Stage, stage
from tests.stories import WORDS
from wordfuse.agent.state import Json

AT_ONCE = 4
TAKEN = ("another wordfuse works in this folder", "another run has just taken it", "exists and is not an empty folder")


def drive(tries: int, folder: Path, tell: Tell) -> Tally:
    """Each try is four processes, of one of these kinds in turn."""
    tally = Tally()
    with stage(folder) as set_up:
        first = run(folder / "here", *set_up.run("whole"))
        if first.code != 0:
            raise RuntimeError(f"the run without a fault fails: {first}")
        expected = outcome(folder / "here" / "whole")
        kinds = (_one_folder, _free_folders, _resumed, _scripts)
        for number in range(tries):
            kind = kinds[number % len(kinds)]
            fault = kind(set_up, folder / f"here{number}", expected)
            tally.count("right", None if fault is None else f"{kind.__name__.strip('_')}: {fault}")
            tell(f"{tally.tried} of {tries}")
    return tally


def _at_once(words: Callable[[int], list[object]], here: Path) -> list[Ended]:
    commands = [Command(here, words(number)).start() for number in range(AT_ONCE)]
    return [command.end() for command in commands]


def _one_folder(set_up: Stage, here: Path, expected: Json) -> str | None:
    """Four runs in one new folder: one gets it."""
    return _only_one(_at_once(lambda number: set_up.run("run"), here), here / "run", expected)


def _free_folders(set_up: Stage, here: Path, expected: Json) -> str | None:
    """Four runs without a folder: each gets one of its own."""
    ended = _at_once(lambda number: ["run", *set_up.asked, "--json", "--quiet"], here)
    made = sorted((here / "runs").iterdir())
    fault = next(filter(None, (one.fault((0,)) for one in ended)), None)
    if fault is None and len(made) != AT_ONCE:
        fault = f"{len(made)} folders"
    return fault or next((f"{path.name} differs" for path in made if outcome(path) != expected), None)


def _resumed(set_up: Stage, here: Path, expected: Json) -> str | None:
    """Four that go on with one run."""
    run(here, *set_up.run("run"))
    (here / "run" / "run.json").unlink()
    (here / "run" / "result.png").unlink()
    ended = _at_once(lambda number: set_up.resume("run"), here)
    codes = [one.code for one in ended]
    fault = next(filter(None, (one.fault((0, 2)) for one in ended)), None)
    if fault is None and 0 not in codes:
        fault = f"nobody went on: {codes}"
    return fault or _taken(ended) or _left(here / "run", expected)


def _scripts(set_up: Stage, here: Path, expected: Json) -> str | None:
    """Four of the same script."""
    here.mkdir()
    small = set_up.small
    job = {"ir": str(small.ir), "vi": str(small.vi), "say": list(WORDS), "masks": {"sky": str(small.masks["sky"])}}
    (here / "s.yaml").write_text(f"jobs: [{job}]\n")
    given = ["script", "s.yaml", *set_up.network, "--llm", set_up.url, "--out", "out", "--json", "--quiet"]
    ended = _at_once(lambda number: list(given), here)
    return _only_one(ended, here / "out" / "001-vi", expected, others_may_end=True)


def _only_one(ended: list[Ended], made: Path, expected: Json, *, others_may_end: bool = False) -> str | None:
    fault = next(filter(None, (one.fault((0, 2)) for one in ended)), None)
    done = [one.code for one in ended].count(0)
    if fault is None and (not done if others_may_end else done != 1):
        fault = f"{done} got the folder"
    return fault or _taken(ended) or _left(made, expected)


def _taken(ended: list[Ended]) -> str | None:
    """Whoever did not get it is told why."""
    said = [one.stderr for one in ended if one.code == 2 and not any(words in one.stderr for words in TAKEN)]
    return f"not told that it is taken: {said[0].strip()}"[:300] if said else None


def _left(made: Path, expected: Json) -> str | None:
    fault = half_written(made)
    return fault or (None if outcome(made) == expected else f"{made.name} differs from what one process makes")


ROW = Row(
    "together",
    "four processes at once: runs in one folder, runs that choose theirs, resumes of one run, one script",
    "one works and the others are told (exit code 2), or each has its own folder; the same bits as of one alone",
    12,
    drive,
)
