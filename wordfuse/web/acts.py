"""What a page may do to a run: each act with what is sent for it, checked, and done in the thread of the room."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from wordfuse.agent.errors import InputError
from wordfuse.agent.plan import check_words
from wordfuse.agent.state import Json
from wordfuse.agent.talking import commands
from wordfuse.agent.talking.film_talk import asks_for_all, time_in
from wordfuse.tools.point import Seen
from wordfuse.tools.types import Strict
from wordfuse.web.hall import Hall
from wordfuse.web.rooms import Room
from wordfuse.web.showing.findings import wish_for
from wordfuse.web.talker import PageTalker

MOST_CHARACTERS = 2000  # of what is said
MOST_MARKS = 60  # that are kept at a time; older ones go

Coordinate = Annotated[float, Field(ge=-1e5, le=1e5)]
At = tuple[Coordinate, Coordinate]


class Nothing(Strict):
    """An act that needs nothing."""


class Said(Strict):
    """Words, what "this" is in them (the drawing of something marked), and the frame of a film they are said at."""

    text: str = Field(max_length=MOST_CHARACTERS)
    mark: str | None = None
    frame: int | None = Field(None, ge=0)


class Back(Strict):
    """How many turns are to be left."""

    turns: int = Field(ge=0, le=100_000)


class Share(Strict):
    """A share of infrared; null: chosen from the pair."""

    infrared: float | None = Field(ge=0, le=1)


class Pointed(Strict):
    """A point, in pixels of the visible picture."""

    x: Coordinate
    y: Coordinate


class Painted(Strict):
    """Strokes, each the points that the brush went through, in pixels of the visible picture."""

    strokes: list[Annotated[list[At], Field(min_length=1, max_length=5000)]] = Field(min_length=1, max_length=400)
    radius: float = Field(gt=0, le=2000)


class Named(Strict):
    """A region in words."""

    phrase: str = Field(min_length=1, max_length=80)


class Frame(Strict):
    """A frame of a film."""

    number: int = Field(ge=0)


class Whole(Strict):
    """A film that was begun, to go on with; null: a new one of what was said."""

    film: str | None = Field(None, max_length=80)


class Acts:
    """Every act by its name."""

    def __init__(self, hall: Hall) -> None:
        """Act on the runs of a hall."""
        self._hall = hall
        self._acts: dict[str, tuple[type[Strict], Callable[[Room, Any], Any]]] = {
            "say": (Said, _say),
            "stop": (Nothing, _stop),
            "undo": (Nothing, _commanded("undo", "taking it back")),
            "redo": (Nothing, _commanded("redo", "doing it again")),
            "reset": (Nothing, _commanded("reset", "going back to the start")),
            "back": (Back, _back),
            "share": (Share, _share),
            "where": (Named, _where),
            "point": (Pointed, _point),
            "paint": (Painted, _paint),
            "inspect": (Nothing, _inspect),
            "goto": (Frame, _goto),
            "film": (Whole, _film),
        }

    async def carry_out(self, name: str, visitor: str, act: str, sent: Json) -> Json:
        """Begin an act; what it gives beside events.

        Raises:
            InputError: there is no such act or run, or something else is at work there.
            ValidationError: what was sent is not what it needs.
        """
        if act not in (*self._acts, "anew"):
            raise InputError("no such act", subject=act[:40])
        room = self._hall.held(name, visitor)
        if act == "anew":
            share = Share.model_validate(sent).infrared
            return {"run": await self._hall.anew(name, visitor, share)}
        kind, run = self._acts[act]
        given = run(room, kind.model_validate(sent))
        return {} if given is None else await asyncio.wrap_future(given)


def _say(room: Room, said: Said) -> None:
    text = " ".join(said.text.split())
    check_words(text)

    def job(talker: PageTalker) -> None:
        if said.mark is not None and said.mark not in talker.marks:
            raise InputError("what was marked is gone", remedy="mark it again")
        # Words that go to a frame themselves, or mean all of them, are not said at another one first.
        if said.frame is not None and time_in(text) is None and not asks_for_all(text):
            talker.go_to(said.frame)
        talker.marked = talker.marks[said.mark] if said.mark is not None else None
        talker.follow(text)

    room.do(text, job)


def _stop(room: Room, _: Nothing) -> None:
    room.stop()


def _commanded(name: str, doing: str) -> Callable[[Room, Nothing], None]:
    def run(room: Room, _: Nothing) -> None:
        room.do(doing, lambda talker: commands.follow(talker, f"/{name}"))

    return run


def _back(room: Room, wanted: Back) -> None:
    def job(talker: PageTalker) -> None:
        talker.conversation.back_to(wanted.turns)
        talker.tell("What came after it is taken back. Redo brings it again.")

    room.do("going back", job)


def _share(room: Room, wanted: Share) -> None:
    room.do("fusing with another share of infrared", lambda talker: talker.conversation.fuse_anew(wanted.infrared))


def _goto(room: Room, wanted: Frame) -> None:
    room.do("going to another frame", lambda talker: talker.go_to(wanted.number))


def _film(room: Room, wanted: Whole) -> None:
    def job(talker: PageTalker) -> None:
        if wanted.film is None or talker.film is None:
            talker.follow("/film")
        else:
            talker.make_film(talker.film.begun(wanted.film))

    room.do("applying it to the film", job)


def _where(room: Room, wanted: Named) -> None:
    room.do(f"looking for {wanted.phrase}", lambda talker: commands.follow(talker, f"/mask {wanted.phrase}"))


def _point(room: Room, wanted: Pointed) -> Any:
    def job(talker: PageTalker) -> Json:
        folder = talker.scratch / f"mark-{talker.next_drawing()}"
        folder.mkdir()
        return _marks(talker, talker.conversation.looks.point((wanted.x, wanted.y), folder))

    return room.do("looking at what is there", job, told=False)


def _paint(room: Room, wanted: Painted) -> Any:
    def job(talker: PageTalker) -> Json:
        folder = talker.scratch / f"mark-{talker.next_drawing()}"
        folder.mkdir()
        strokes = [list(stroke) for stroke in wanted.strokes]
        return _marks(talker, [talker.conversation.looks.paint(strokes, wanted.radius, folder)])

    return room.do("marking what was painted over", job, told=False)


def _marks(talker: PageTalker, seen: list[Seen]) -> Json:
    told = []
    for one in seen:
        name = f"{one.file.parent.name}-{one.file.stem}"
        talker.marks[name] = one
        told.append({"id": name, "told": one.told, "area": one.area})
    for oldest in list(talker.marks)[:-MOST_MARKS]:
        talker.marks.pop(oldest).file.unlink(missing_ok=True)
    return {"marks": told}


def _inspect(room: Room, _: Nothing) -> Any:
    def job(talker: PageTalker) -> Json:
        findings = [wish_for(finding) for finding in talker.conversation.looks.inspect()]
        # What can be mended first; else as it was found, the worst first.
        return {"findings": sorted(findings, key=lambda one: (one["wish"] is None, one["remedy"] is None))}

    return room.do("looking at what is wrong with it", job, told=False)
