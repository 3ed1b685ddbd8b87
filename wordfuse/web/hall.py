"""The hall: every run folder there is, and the rooms of those that are open."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from wordfuse.agent.batch.carrying import Models
from wordfuse.agent.errors import InputError
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.run.folders import new_folder
from wordfuse.agent.run.names import SESSION
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.talking.film_kept import TALK, held_in, is_film_folder
from wordfuse.agent.telling.text import printable
from wordfuse.web.films.talk import PageFilm
from wordfuse.web.offers import Chosen
from wordfuse.web.rooms import Room
from wordfuse.web.showing.pictures import pair_of, size_of
from wordfuse.web.turns import Turns

MOST_ROOMS = 16
MOST_LISTED = 500
SWEEP_S = 1.0
INPUTS = "inputs"  # of a run folder: pictures that were uploaded


class Hall:
    """The run folders of one or two folders, and the rooms of those that are open.

    Attributes:
        runs: where new ones go; it is made with the first.
        settings: of new runs.
    """

    def __init__(self, runs: Path, settings: Settings, overrides: Json, also: Path | None = None) -> None:
        """Nothing is open.

        Args:
            runs: the folder that holds run folders.
            settings: of new runs.
            overrides: settings that were named for runs that are gone on with.
            also: another folder that may hold some.
        """
        self.runs, self.settings = runs, settings
        self._homes = [runs] if also is None else [runs, also]
        self._overrides = overrides | {"ask": True}
        self._models, self._turns = Models(), Turns()
        self._rooms: dict[str, Room] = {}

    def listed(self) -> list[Json]:
        """The run folders, the latest first."""
        named = {
            path.name: path
            for home in reversed(self._homes)
            if home.is_dir()
            for path in home.iterdir()
            if not path.is_symlink() and path.name.isprintable() and _is_run(path)
        }
        found = list(named.values())
        found.sort(key=_begun_at, reverse=True)
        return [{"name": printable(path.name), "picture": _has_picture(path)} for path in found[:MOST_LISTED]]

    def folder(self, name: str) -> Path:
        """The run folder of that name.

        Raises:
            InputError: there is none, or it is no name of one.
        """
        for home in self._homes if "/" not in name else ():
            if home.is_dir():
                folder = Confined(home).path(name)
                if folder.parent == home.resolve() and _is_run(folder):
                    return folder
        raise InputError("no such run", subject=printable(name)[:80], remedy="choose one of the list")

    async def begin(self, visitor: str, chosen: Chosen, *, align: bool, infrared: float | None) -> str:
        """Make a run folder for a pair and open it; returns its name.

        Raises:
            InputError: the pair cannot be used.
            BackendUnreachable: the language model cannot be reached.
        """
        self._check_room()
        settings = self.settings.model_copy(update={"align": align, "infrared": infrared, "ask": True})
        if chosen.film:
            film = await asyncio.to_thread(self._film_created, chosen, settings)
            self._open(film.folder.name, visitor, lambda: film)
            return film.folder.name
        session = await asyncio.to_thread(self._created, chosen, settings)
        name = session.folder.name
        self._open(name, visitor, lambda: session).session = session
        return name

    def size(self, name: str) -> tuple[int, int]:
        """Width and height of the pictures of a run, so that its page leaves as much room from the beginning.

        Raises:
            InputError: there is no such run.
        """
        folder, room = self.folder(name), self._rooms.get(name)
        if room is None or room.session is None:
            return size_of(held_in(folder))
        height, width = pair_of(room.session).visible.shape[:2]
        return width, height

    async def anew(self, name: str, visitor: str, infrared: float | None) -> str:
        """Begin a new run on the pair of one that is open, with another share of infrared; returns its name.

        Raises:
            InputError: the run is not open, or its pair cannot be used any more.
        """
        session = self.held(name, visitor).session
        if session is None:
            raise InputError("is not open yet", subject="the run", remedy="wait a moment")
        film = self.held(name, visitor).film
        ir, vi = (session.infrared, session.visible) if film is None else (film.ir, film.vi)
        inside = ir.is_relative_to((session.folder if film is None else film.folder).resolve())
        chosen = Chosen(ir, vi, uploaded=inside)
        align = (session if film is None else film).settings.align
        return await self.begin(visitor, chosen, align=align, infrared=infrared)

    def enter(self, name: str, visitor: str) -> Room:
        """The room of a run, opened if it is not.

        Raises:
            InputError: there is no such run, or another visitor holds it.
        """
        room = self._rooms.get(name)
        if room is not None and room.shown()["failed"] is not None:
            del self._rooms[name]
            room.close()
            room = None
        if room is None:
            folder = self.folder(name)
            self._check_room()
            room = self._open(name, visitor, lambda: self._opened(folder))
        if room.owner != visitor:
            raise InputError(
                "is open in another browser", subject=f"the run {printable(name)}", remedy="close it there first"
            )
        return room

    def held(self, name: str, visitor: str) -> Room:
        """The room of a run that the visitor has open.

        Raises:
            InputError: it is not.
        """
        room = self._rooms.get(name)
        if room is None or room.owner != visitor:
            raise InputError("is not open here", subject=f"the run {printable(name)}", remedy="open it again")
        return room

    async def sweep(self) -> None:
        """Close what nobody looks at, for ever."""
        while True:
            await asyncio.sleep(SWEEP_S)
            for name, room in list(self._rooms.items()):
                if room.idle:
                    del self._rooms[name]
                    room.close()

    def close(self) -> None:
        """Close every room; what is at work ends after its epoch."""
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()

    def _open(self, name: str, visitor: str, make: Callable[[], Session | PageFilm]) -> Room:
        room = Room(name, visitor, self._turns, asyncio.get_running_loop())
        self._rooms[name] = room
        room.open(make)
        return room

    def _check_room(self) -> None:
        if len(self._rooms) >= MOST_ROOMS:
            raise InputError(f"{MOST_ROOMS} runs are open already", remedy="close one of them")

    def _created(self, chosen: Chosen, settings: Settings) -> Session:
        """A new run folder; pictures that were uploaded are copied into it."""
        folder = self.runs.resolve() / chosen.stem
        ir, vi, files = chosen.ir, chosen.vi, {}
        if chosen.uploaded:
            ir, vi = folder / INPUTS / chosen.ir.name, folder / INPUTS / chosen.vi.name
            files = {ir: chosen.ir.read_bytes(), vi: chosen.vi.read_bytes()}
        decoded = chosen.decoded(settings)
        model = self._models.of(settings)
        chosen.forget()  # from here on the session holds it
        return Session.create(folder, ir, vi, [], settings, model, decoded=decoded, files=files, number=True)

    def _film_created(self, chosen: Chosen, settings: Settings) -> PageFilm:
        """A new folder for a film; films that were uploaded are copied into it."""
        self._models.of(settings)  # reached before anything is made
        folder = new_folder(self.runs.resolve() / chosen.stem)
        ir, vi = chosen.ir, chosen.vi
        if chosen.uploaded:
            inputs = folder / INPUTS
            inputs.mkdir()
            ir, vi = (Path(shutil.copy(path, inputs / path.name)) for path in (ir, vi))
        chosen.forget()
        return PageFilm.create(folder, ir, vi, settings, self._models.of)

    def _opened(self, folder: Path) -> Session | PageFilm:
        if is_film_folder(folder):
            return PageFilm.open(folder, self._overrides, self._models.of)
        return Session.open(folder, overrides=self._overrides, connect=self._models.of)


def _is_run(folder: Path) -> bool:
    try:
        return (folder / SESSION).is_file() or is_film_folder(folder)
    except OSError:  # no folder can have such a name: it is too long, say
        return False


def _begun_at(folder: Path) -> float:
    """When what a folder holds was begun."""
    return (folder / (TALK if is_film_folder(folder) else SESSION)).stat().st_mtime


def _has_picture(folder: Path) -> bool:
    """Whether a run folder has a result; none that can be shown where its film's own file is damaged."""
    try:
        return (held_in(folder) / "result.png").is_file()
    except InputError:
        return False
