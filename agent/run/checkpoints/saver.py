"""The checkpoints of a run, which stay small however long a conversation gets.

LangGraph's checkpoints hold the whole state each, and a state holds all that was said: a conversation of n turns would
take n times n. Here what grows from turn to turn is kept as changes (``agent.run.checkpoints.changes``), each made to
the value that the one before it leads to; a checkpoint names the last. All else stays in the checkpoint as LangGraph
stores it. Checkpoints of earlier versions hold everything; they are read, and gone on from, as they are.

Every method is one transaction, so a process may be killed at any moment.
"""

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.sqlite import SqliteSaver

from wordfuse.agent.run.checkpoints.changes import changed, difference
from wordfuse.agent.run.checkpoints.damage import check_parts, of_file

#: What the state has more of after every turn.
GROWING = ("records", "instructions", "catalogue", "history", "undone")
CHANGED = "wordfuse.changed"  # the only key of a value that is stored as a change
REMEMBERED = 16  # values of checkpoints that are kept in memory: undo and redo go back to the latest
WORTH_SHRINKING_PAGES = 1024  # that are free, 4 MB: files of earlier versions, the first time that they are tidied

_TABLES = """
CREATE TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY, made_to INTEGER, type TEXT NOT NULL, change BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS changes_made_to ON changes (made_to);
CREATE TABLE IF NOT EXISTS grown (
    checkpoint_id TEXT NOT NULL, channel TEXT NOT NULL, change_id INTEGER NOT NULL,
    PRIMARY KEY (checkpoint_id, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS grown_change ON grown (change_id);
"""
_WAY = """
WITH RECURSIVE way (id, made_to, type, change, back) AS (
    SELECT id, made_to, type, change, 0 FROM changes WHERE id = ?
    UNION ALL
    SELECT before.id, before.made_to, before.type, before.change, back + 1
    FROM changes AS before JOIN way ON before.id = way.made_to
)
SELECT type, change FROM way ORDER BY back DESC
"""


@dataclass(frozen=True)
class _Grown:
    """A value that grows, and the change that leads to it."""

    change_id: int
    value: Any


class Checkpoints(SqliteSaver):
    """LangGraph's checkpoints in a SQLite file, with what grows stored as changes.

    Values that are the same object from one checkpoint to the next are taken to be equal: nothing in a state may be
    changed in place.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path, **options: Any) -> None:
        """Use :meth:`at`."""
        super().__init__(conn, **options)
        self.path = path
        self.lock = threading.RLock()  # type: ignore[assignment]  # a method holds it over those of the base
        self._known: OrderedDict[str, Mapping[str, _Grown]] = OrderedDict()

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator["Checkpoints"]:
        """Those of a file, which is made if it is missing.

        Raises, then and at every use:
            StorageError: it cannot be read or written now.
            InputError: it is damaged, or no run of ours wrote it.
        """
        with of_file(path, reading=False):
            connected = sqlite3.connect(path, check_same_thread=False)
        with closing(connected) as conn:
            yield cls(conn, path)

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """What everything that is read or written goes through."""
        with of_file(self.path, reading=not transaction), super().cursor(transaction) as cursor:
            yield cursor

    def setup(self) -> None:
        """Make the tables; a file that can only be read, and has none of ours, has no changes either."""
        if self.is_setup:
            return
        super().setup()
        try:
            self.conn.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            if "readonly database" not in str(error):
                raise

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """A checkpoint, whole."""
        with self.lock:
            found = super().get_tuple(config)
            if found is None:
                return None
            with of_file(self.path, reading=True):
                check_parts(found.checkpoint)
            return self._whole(found)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Checkpoints, whole, the latest first."""
        with self.lock:
            found = [*super().list(config, filter=filter, before=before, limit=limit)]
            yield from map(self._whole, found)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint that follows on the one that ``config`` names."""
        values, place = checkpoint["channel_values"], checkpoint["id"]
        with self._whole_or_not() as cursor:
            before = self._grown(cursor, config["configurable"].get("checkpoint_id"))
            now = {name: self._stored(cursor, before.get(name), values[name]) for name in GROWING if name in values}
            cursor.executemany(
                "INSERT OR REPLACE INTO grown (checkpoint_id, channel, change_id) VALUES (?, ?, ?)",
                [(place, name, grown.change_id) for name, grown in now.items()],
            )
            self._remember(place, now)
            rest: Any = checkpoint | {"channel_values": {name: values[name] for name in values if name not in now}}
            return super().put(config, rest, metadata, new_versions)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a node wrote, before the checkpoint that follows from it."""
        with self.cursor() as cursor:
            before = self._grown(cursor, config["configurable"].get("checkpoint_id"))
            short = [
                (name, {CHANGED: difference(before[name].value, value)} if name in before else value)
                for name, value in writes
            ]
            super().put_writes(config, short, task_id, task_path)

    def keep_only(self, thread_id: str, places: Collection[str]) -> None:
        """Remove every other checkpoint of a thread, and the changes that lead to none that is kept.

        Args:
            thread_id: the thread.
            places: checkpoints that can be returned to, among them the latest. Nothing may be at work.
        """
        with self._whole_or_not() as cursor:
            kept = json.dumps(sorted(places))
            cursor.execute(
                "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id NOT IN (SELECT value FROM json_each(?))",
                (thread_id, kept),
            )
            # What was written at a checkpoint that others follow on is in these.
            cursor.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_id <> ?", (thread_id, max(places)))
            gone = "checkpoint_id NOT IN (SELECT checkpoint_id FROM checkpoints)"
            ends = cursor.execute(f"SELECT DISTINCT change_id FROM grown WHERE {gone}").fetchall()
            cursor.execute(f"DELETE FROM grown WHERE {gone}")
            for (end,) in ends:
                self._forget(cursor, end)
            for place in [place for place in self._known if place not in places]:
                del self._known[place]
        self._shrink()

    @contextmanager
    def _whole_or_not(self) -> Iterator[sqlite3.Cursor]:
        """A transaction of which nothing is left where it fails."""
        with self.cursor() as cursor:
            try:
                yield cursor
            except BaseException:
                self.conn.rollback()
                raise

    def _whole(self, found: CheckpointTuple) -> CheckpointTuple:
        """A checkpoint with what grows filled in, as well as in what was written at it."""
        with self.cursor(transaction=False) as cursor:
            grown = self._grown(cursor, found.config["configurable"]["checkpoint_id"])
            found.checkpoint["channel_values"] |= {name: one.value for name, one in grown.items()}
            writes = [
                # Made to a value of its own: the known one stays as it is.
                (task, name, changed(self._read(cursor, grown[name].change_id), value[CHANGED]))
                if name in grown and isinstance(value, dict) and value.keys() == {CHANGED}
                else (task, name, value)
                for task, name, value in found.pending_writes or ()
            ]
        return found._replace(pending_writes=writes)

    def _grown(self, cursor: sqlite3.Cursor, place: str | None) -> Mapping[str, _Grown]:
        """What grows, at a checkpoint; empty at none and at one of an earlier version."""
        if place is None:
            return {}
        if place not in self._known:
            try:
                rows = cursor.execute(
                    "SELECT channel, change_id FROM grown WHERE checkpoint_id = ?", (place,)
                ).fetchall()
            except sqlite3.OperationalError:  # see setup()
                rows = []
            self._remember(place, {name: _Grown(change_id, self._read(cursor, change_id)) for name, change_id in rows})
        self._known.move_to_end(place)
        return self._known[place]

    def _remember(self, place: str, grown: Mapping[str, _Grown]) -> None:
        self._known[place] = grown
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _read(self, cursor: sqlite3.Cursor, change_id: int) -> Any:
        """The value that a change leads to."""
        first, *others = (self.serde.loads_typed(row) for row in cursor.execute(_WAY, (change_id,)))
        value = first["new"]
        for change in others:
            value = changed(value, change)
        return value

    def _stored(self, cursor: sqlite3.Cursor, before: _Grown | None, value: Any) -> _Grown:
        """A value that is stored as a change to the one before it; it may be that one."""
        change = {"new": value} if before is None else difference(before.value, value)
        if before is not None and not change:
            return _Grown(before.change_id, value)
        cursor.execute(
            "INSERT INTO changes (made_to, type, change) VALUES (?, ?, ?)",
            (None if before is None else before.change_id, *self.serde.dumps_typed(change)),
        )
        if cursor.lastrowid is None:
            raise RuntimeError("SQLite gave a new row no number")
        return _Grown(cursor.lastrowid, value)

    def _forget(self, cursor: sqlite3.Cursor, change_id: int | None) -> None:
        """Remove a change, and those before it, as far as nothing else rests on them."""
        while change_id is not None:
            (needed,) = cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM grown WHERE change_id = ?1)"
                " OR EXISTS (SELECT 1 FROM changes WHERE made_to = ?1)",
                (change_id,),
            ).fetchone()
            if needed:
                return
            (before,) = cursor.execute("SELECT made_to FROM changes WHERE id = ?", (change_id,)).fetchone()
            cursor.execute("DELETE FROM changes WHERE id = ?", (change_id,))
            change_id = before

    def _shrink(self) -> None:
        """Give the space of what was removed back where it is most of the file."""
        with self.cursor(transaction=False) as cursor:
            ((free,), (pages,)) = (
                cursor.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count")
            )
            if free > WORTH_SHRINKING_PAGES and 2 * free > pages:
                cursor.execute("VACUUM")
