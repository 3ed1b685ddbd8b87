"""Ways to break what a run relies on, each a row of a table: a name, how, and the exit code that is documented for it.

``RUN_FOLDERS`` are of a folder on disk, ``USAGES`` of what a server says of tokens, ``LISTINGS`` of its list of models,
``STREAMS`` of standard output and ``HOMES`` of the user's folders. Tests, and whoever drives the commands for long, run
a command on each and hold its exit code against the row.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ormsgpack

USAGE, OUT_OF_REACH, INTERRUPTED = 2, 4, 130


@dataclass(frozen=True)
class Damage:
    """Something that happens to a run folder.

    Attributes:
        name: what.
        do: does it to the folder.
        finished: exit code of ``resume`` where the run had ended; 0: it is made good.
        stopped: where it was stopped between its first and its second picture.
        says: what the message names.
    """

    name: str
    do: Callable[[Path], object]
    finished: int
    stopped: int
    says: str

    def __str__(self) -> str:
        return self.name


def _write(file: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(content)


def _cut(file: str) -> Callable[[Path], object]:
    def cut(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


def remove(*patterns: str) -> Callable[[Path], object]:
    """Remove files and folders; each pattern has to find something."""

    def take_away(folder: Path) -> None:
        for pattern in patterns:
            found = list(folder.glob(pattern))
            assert found, pattern
            for path in found:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    return take_away


def _folder(file: str) -> Callable[[Path], object]:
    def replace(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).mkdir()

    return replace


def _sql(*statements: str, given: tuple[bytes, ...] = ()) -> Callable[[Path], object]:
    def run(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "checkpoints.sqlite")) as database:
            for statement in statements:
                database.execute(statement, given)
            database.commit()

    return run


def _of_another_program(folder: Path) -> None:
    remove("checkpoints.sqlite*")(folder)
    _sql("CREATE TABLE checkpoints (x)", "CREATE TABLE writes (y)")(folder)


def _smaller(pattern: str) -> Callable[[Path], object]:
    """Replace pictures by ones of another size."""

    def shrink(folder: Path) -> None:
        from PIL import Image

        found = list(folder.glob(pattern))
        assert found, pattern
        for path in found:
            with Image.open(path) as picture:
                small = picture.resize((64, 48))
            small.save(path)

    return shrink


DEEP = b"[" * 10_000 + b"]" * 10_000
HUGE = b" " * (33 << 20)
CHECKPOINTS = "checkpoints.sqlite"

RUN_FOLDERS = (
    # The checkpoints.
    Damage("checkpoints that are no database", _write(CHECKPOINTS, b"no database " * 500), 2, 2, CHECKPOINTS),
    Damage("checkpoints cut short", _cut(CHECKPOINTS), 2, 2, CHECKPOINTS),
    Damage("checkpoints of another program", _of_another_program, 2, 2, CHECKPOINTS),
    Damage("a folder for checkpoints", _folder(CHECKPOINTS), 2, 2, CHECKPOINTS),
    Damage(
        "checkpoints that are no msgpack",
        _sql("UPDATE checkpoints SET checkpoint = ?", given=(b"\xc1\xff\x00",)),
        2,
        2,
        CHECKPOINTS,
    ),
    Damage("checkpoints of an unknown kind", _sql("UPDATE checkpoints SET type = 'pickle'"), 2, 2, CHECKPOINTS),
    Damage(
        "checkpoints that hold a list",
        _sql("UPDATE checkpoints SET checkpoint = ?", given=(ormsgpack.packb([1, 2]),)),
        2,
        2,
        CHECKPOINTS,
    ),
    Damage(
        "changes that are no msgpack", _sql("UPDATE changes SET change = ?", given=(b"\xc1\xff",)), 2, 2, CHECKPOINTS
    ),
    Damage("changes that are gone", _sql("DELETE FROM changes"), 2, 2, CHECKPOINTS),
    Damage(
        "checkpoints with other notes", _sql("UPDATE checkpoints SET metadata = ?", given=(b"{",)), 2, 2, CHECKPOINTS
    ),
    # What was asked.
    Damage("a deep session.json", _write("session.json", DEEP), 2, 2, "session.json: nested more than 100 levels"),
    Damage("a huge session.json", _write("session.json", HUGE), 2, 2, "session.json: larger than 33.6 MB"),
    Damage("a session.json of NaN", _write("session.json", b'{"given": NaN}'), 2, 2, "session.json: not JSON"),
    Damage("a session.json cut short", _cut("session.json"), 2, 2, "session.json: not JSON"),
    Damage("a session.json in no encoding", _write("session.json", b'{"given": "\xff"}'), 2, 2, "session.json"),
    Damage("a folder for session.json", _folder("session.json"), 2, 2, "session.json"),
    # The record. Where a run is not finished, it is written anew.
    Damage("a deep run.json", _write("run.json", DEEP), 2, 0, "run.json: nested more than 100 levels"),
    Damage("a huge run.json", _write("run.json", HUGE), 2, 0, "run.json: larger than 33.6 MB"),
    Damage("a run.json of infinity", _write("run.json", b'{"seconds": 1e999}'), 2, 0, "run.json: not JSON"),
    Damage("a run.json of another program", _write("run.json", b'{"name": "npm"}'), 2, 0, "run.json"),
    # Pictures and masks. The fused picture follows from the pair, an accepted one from its attempt.
    Damage("no fused picture", remove("fused.png"), 0, 0, ""),
    Damage("a damaged fused picture", _cut("fused.png"), 0, 0, ""),
    Damage("no accepted pictures", remove("images"), 0, 0, ""),
    Damage("accepted pictures of another size", _smaller("images/*.png"), 0, 0, ""),
    Damage("neither accepted pictures nor attempts", remove("images", "work/*.png"), 2, 2, "images/001.png: gone"),
    Damage("no masks", remove("masks/*.png"), 0, 2, "masks/"),
    Damage("masks of another size", _smaller("masks/*.png"), 0, 2, "masks/"),
)
#: What a finished run leaves; each is made again alone, and all at once.
RESULTS = ("result.png", "fused.png", "report.html", "run.json", "masks", "images")

#: What a server may say of the tokens that it used, and what they are counted as.
USAGES: tuple[tuple[str, Any, int], ...] = (
    ("beyond 64 bits", 10**30, 10_000_000),
    ("2 to the 63rd", 2**63, 10_000_000),
    ("negative", -5, 0),
    ("a text", "many", 0),
    ("a text of digits", "7", 0),
    ("nothing", None, 0),
    ("a fraction", 7.9, 7),
    ("NaN", float("nan"), 0),
    ("infinity", float("inf"), 10_000_000),
    ("a list", [7], 0),
    ("an object", {"n": 7}, 0),
)

#: Lists of models, and the exit code of a command that asks for one.
LISTINGS: tuple[tuple[str, str, int], ...] = (
    ("NaN for a name", '{"data": [{"id": NaN}]}', OUT_OF_REACH),
    ("infinity for a name", '{"data": [{"id": -Infinity}]}', OUT_OF_REACH),
    ("a number for a name", '{"data": [{"id": 7}]}', OUT_OF_REACH),
    ("no name", '{"data": [{"id": ""}]}', OUT_OF_REACH),
    ("a name of two lines", '{"data": [{"id": "a\\nb"}]}', OUT_OF_REACH),
    ("half a character", '{"data": [{"id": "\\ud800"}]}', OUT_OF_REACH),
    ("a name without end", json.dumps({"data": [{"id": "x" * 10_000}]}), OUT_OF_REACH),
    ("a deep list", "[" * 10_000 + "]" * 10_000, OUT_OF_REACH),
    ("NaN beside the name", '{"data": [{"id": "stand-in", "created": NaN, "size": Infinity}]}', 0),
)


@dataclass(frozen=True)
class Stream:
    """What standard output is.

    Attributes:
        name: what.
        shell: how a shell makes it so, behind the command.
        code: exit code of a command that has to write there.
        says: its message.
    """

    name: str
    shell: str
    code: int
    says: str

    def __str__(self) -> str:
        return self.name


STREAMS = (
    Stream("full", ">/dev/full", USAGE, "standard output: cannot be written (No space left on device); free some"),
    Stream("closed", ">&-", USAGE, "standard output: cannot be written (Bad file descriptor); check it, or send it"),
    Stream("unread", "| true", INTERRUPTED, "interrupted: nobody reads standard output any more"),
)


@dataclass(frozen=True)
class Home:
    """Where a user's folders are not.

    Attributes:
        name: what.
        environment: variables that are set; None: unset.
        code: exit code of a command that loads the embedded language model.
        says: its message.
        user: without an account, so that nobody else knows a home.
    """

    name: str
    environment: dict[str, str | None]
    code: int
    says: str
    user: bool = field(default=False)

    def __str__(self) -> str:
        return self.name


_NO_XDG: dict[str, str | None] = {"XDG_CACHE_HOME": None, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}
HOMES = (
    Home("no account and no HOME", {"HOME": None, **_NO_XDG}, OUT_OF_REACH, "set HOME, or name a folder", user=True),
    Home("a HOME that is no folder", {"HOME": "/dev/null", **_NO_XDG}, OUT_OF_REACH, "WORDFUSE_CACHE"),
    Home("a HOME that takes nothing", {"HOME": "/proc", **_NO_XDG}, OUT_OF_REACH, "WORDFUSE_CACHE"),
    Home("a cache of no such user", {"WORDFUSE_CACHE": "~nobody-here/x"}, OUT_OF_REACH, "no home for ~nobody-here"),
)
