"""The addresses of the pages and what they answer. Everything that works on a run goes through its room."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import wraps
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.agent.talking.film_kept import held_in
from wordfuse.agent.telling.explain import explained
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.web import files_of_run
from wordfuse.web.acts import Acts, Share
from wordfuse.web.caching import picture_answer
from wordfuse.web.events import as_sent
from wordfuse.web.films import shown as films
from wordfuse.web.films.talk import PageFilm
from wordfuse.web.guard import VISITOR, Guard, Password, TooLarge
from wordfuse.web.hall import Hall
from wordfuse.web.offers import Offers, looked_at, told_of
from wordfuse.web.rooms import Busy
from wordfuse.web.showing import pictures

Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """What the addresses answer."""

    def __init__(self, hall: Hall, offers: Offers, *, elsewhere: bool) -> None:
        """Answer for the runs of a hall and the pairs on offer.

        Args:
            hall: the runs.
            offers: the pairs.
            elsewhere: browsers of other machines may look: they keep no picture.
        """
        self.hall, self.offers = hall, offers
        self._keeps = not elsewhere
        self._templates = Environment(
            loader=PackageLoader("wordfuse.web", "pages"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._templates.globals |= {"told_of": told_of, "zip": zip}

    async def start(self, request: Request) -> Response:
        """The first page: pairs to open, runs to go on with."""
        shown = await asyncio.to_thread(
            lambda: {
                "pairs": self.offers.pairs(),
                "films": self.offers.films(),
                "pictures": self.offers.pictures(),
                "runs": self.hall.listed(),
            }
        )
        folder = None if self.offers.folder is None else self.offers.folder.folder.name
        return self._page("start.html", {"folder": folder, **shown})

    async def run(self, request: Request) -> Response:
        """The page of a run."""
        name = request.path_params["name"]
        try:
            width, height = await asyncio.to_thread(self.hall.size, name)
        except InputError as error:
            return self._page("gone.html", {"why": explained(error)[0]}, status=404)
        return self._page("run.html", {"name": name, "width": width, "height": height})

    async def look(self, request: Request) -> Response:
        """Show a pair before it is opened."""
        wanted = await _sent(request)
        chosen = self.offers.chosen(_visitor(request), wanted)
        settings = self.hall.settings.model_copy(update={"align": bool(wanted.get("align"))})
        with chosen.by_name():
            return JSONResponse(await asyncio.to_thread(looked_at, chosen, settings))

    async def upload(self, request: Request) -> Response:
        """Take two files, or one that holds both pictures."""
        async with request.form(max_files=2, max_fields=4) as form:
            ir, vi = form.get("ir"), form.get("vi")
            if not isinstance(ir, UploadFile):
                raise InputError("no infrared picture was sent", remedy="choose one")
            first = ir.filename or "ir", await ir.read()
            second = (vi.filename or "vi", await vi.read()) if isinstance(vi, UploadFile) else None
        if not first[1] or (second is not None and not second[1]):
            raise InputError("a file is empty", remedy="choose another")
        token = await asyncio.to_thread(self.offers.take, _visitor(request), first, second)
        return JSONResponse({"upload": token})

    async def begin(self, request: Request) -> Response:
        """Open a pair."""
        wanted = await _sent(request)
        visitor = _visitor(request)
        chosen = self.offers.chosen(visitor, wanted)
        infrared = _share(wanted.get("infrared"))
        with chosen.by_name():
            name = await self.hall.begin(visitor, chosen, align=bool(wanted.get("align")), infrared=infrared)
        return JSONResponse({"run": name}, 201)

    async def events(self, request: Request) -> Response:
        """Everything that goes on in a run, from now on."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        try:
            room = self.hall.enter(request.path_params["name"], _visitor(request))
            told = room.stream.listen(room.shown)
        except WordfuseError as error:
            told = _once({"kind": "refused", "error": explained(error)[0]})
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)

    async def picture(self, request: Request) -> Response:
        """A picture of a run, reduced."""
        session = self._session(request)
        side = pictures.STRIP_PX if request.query_params.get("small") else pictures.SIDE_PX
        data = await asyncio.to_thread(pictures.webp, session, request.path_params["id"], side)
        return picture_answer(request, data, "image/webp", keeps=self._keeps)

    async def thumbnail(self, request: Request) -> Response:
        """The result of a run that need not be open."""
        folder = self.hall.folder(request.path_params["name"])
        data = await asyncio.to_thread(files_of_run.thumbnail, held_in(folder), pictures.STRIP_PX)
        return picture_answer(request, data, "image/webp", keeps=self._keeps)

    async def mask(self, request: Request) -> Response:
        """A mask of a run, to lay over a picture."""
        path = pictures.mask_of(self._session(request).folder, request.path_params["id"])
        data = await asyncio.to_thread(pictures.mask_veil, path)
        return picture_answer(request, data, "image/png", keeps=self._keeps)

    async def drawn(self, request: Request) -> Response:
        """What was only drawn to be looked at: a mask that is pointed at, numbers on a picture."""
        room = self.hall.held(request.path_params["name"], _visitor(request))
        data, kind = await asyncio.to_thread(files_of_run.drawn, room.scratch, request.path_params["id"])
        return Response(data, media_type=kind)

    async def values(self, request: Request) -> Response:
        """What is in a pixel."""
        session, query = self._session(request), request.query_params
        try:
            x, y = int(query.get("x", "")), int(query.get("y", ""))
        except ValueError as error:
            raise InputError("no such pixel") from error
        return JSONResponse(await asyncio.to_thread(pictures.values_at, session, x, y, query.get("now", "fused")))

    async def share(self, request: Request) -> Response:
        """The share of infrared that the pair has by itself."""
        return JSONResponse({"own": await asyncio.to_thread(pictures.own_share, self._session(request))})

    async def file(self, request: Request) -> Response:
        """A file of a run, to be kept."""
        folder, name = self.hall.folder(request.path_params["name"]), request.path_params["file"]
        return await asyncio.to_thread(files_of_run.download, held_in(folder), name)

    async def reel(self, request: Request) -> Response:
        """When each frame of a film is shown."""
        return JSONResponse(await asyncio.to_thread(films.reel_view, self._film(request)))

    async def frame(self, request: Request) -> Response:
        """A frame of a film: of a source, or of what was made."""
        wanted = request.path_params
        data = await asyncio.to_thread(self._film(request).picture, wanted["kind"], wanted["number"], pictures.SIDE_PX)
        return picture_answer(request, data, "image/webp", keeps=self._keeps)

    async def made(self, request: Request) -> Response:
        """A file of a film that was made, to be kept."""
        film, wanted = self._film(request), request.path_params
        folder = next((one for one in film.films() if one.name == wanted["film"]), None)
        if folder is None:
            raise InputError("no such film", subject=wanted["film"][:80])
        return await asyncio.to_thread(films.download, folder, film.folder.name, wanted["file"])

    def _film(self, request: Request) -> PageFilm:
        film = self.hall.held(request.path_params["name"], _visitor(request)).film
        if film is None:
            raise InputError("is no film, or not open yet", subject="the run", remedy="wait a moment")
        return film

    def _session(self, request: Request) -> Session:
        session = self.hall.held(request.path_params["name"], _visitor(request)).session
        if session is None:
            raise InputError("is not open yet", subject="the run", remedy="wait a moment")
        return session

    def _page(self, template: str, shown: Json, status: int = 200) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(**shown), status)


def build_app(hall: Hall, offers: Offers, port: int, password: Password | None) -> Guard:
    """The application behind its door."""
    pages, acts = Pages(hall, offers, elsewhere=password is not None), Acts(hall)

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        sweeping = [asyncio.create_task(one.sweep()) for one in (hall, offers)]
        yield
        for task in sweeping:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        hall.close()
        offers.close()

    static = Path(str(files("wordfuse.web").joinpath("static")))
    run = "/api/runs/{name}"
    routes = [
        Route("/", pages.start),
        Route("/runs/{name}", pages.run),
        Route("/api/look", _told(pages.look), methods=["POST"]),
        Route("/api/uploads", _told(pages.upload), methods=["POST"]),
        Route("/api/runs", _told(pages.begin), methods=["POST"]),
        Route(f"{run}/events", _told(pages.events)),
        Route(f"{run}/pictures/{{id}}", _told(pages.picture)),
        Route(f"{run}/thumbnail", _told(pages.thumbnail)),
        Route(f"{run}/masks/{{id}}", _told(pages.mask)),
        Route(f"{run}/drawn/{{id}}", _told(pages.drawn)),
        Route(f"{run}/values", _told(pages.values)),
        Route(f"{run}/share", _told(pages.share)),
        Route(f"{run}/files/{{file}}", _told(pages.file)),
        Route(f"{run}/reel", _told(pages.reel)),
        Route(f"{run}/frames/{{kind}}/{{number:int}}", _told(pages.frame)),
        Route(f"{run}/made/{{film}}/{{file}}", _told(pages.made)),
        Route(f"{run}/{{act}}", _told(_acting(acts)), methods=["POST"]),
        Mount("/static", StaticFiles(directory=static)),
    ]
    return Guard(Starlette(routes=routes, lifespan=living), port, password)


def _acting(acts: Acts) -> Handler:
    async def act(request: Request) -> Response:
        name, wanted = request.path_params["name"], request.path_params["act"]
        return JSONResponse(await acts.carry_out(name, _visitor(request), wanted, await _sent(request)))

    return act


def _told(handler: Handler) -> Handler:
    """Answer errors in words."""

    @wraps(handler)
    async def answering(request: Request) -> Response:
        try:
            return await handler(request)
        except Busy as error:
            return JSONResponse({"error": explained(error)[0]}, 409)
        except WordfuseError as error:
            return JSONResponse({"error": explained(error)[0]}, 400)
        except ValidationError as error:
            return JSONResponse({"error": f"That cannot be read: {what_is_wrong(error)}"}, 400)
        except TooLarge:
            return JSONResponse({"error": "That is too large."}, 413)
        except OSError as error:
            return JSONResponse({"error": explained(error)[0]}, 500)

    return answering


async def _sent(request: Request) -> Json:
    """The JSON that a page sent."""
    return TypeAdapter(dict[str, object]).validate_json(await request.body() or b"{}")


def _visitor(request: Request) -> str:
    return str(request.scope[VISITOR])


def _share(given: object) -> float | None:
    return Share.model_validate({"infrared": given}).infrared


async def _once(event: Json) -> AsyncIterator[bytes]:
    yield as_sent(event)
