"""What the server of the page lets in: requests as browsers, strangers and other pages send them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commandline import complaint, wordfuse
from tests.e2e.web.conftest import copy_pair
from tests.e2e.web.site import Site, served
from tests.films import walk, write_film

EXAMPLE = {"example": True}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that nobody opens a run on."""
    folder = copy_pair(tmp_path_factory.mktemp("door") / "pairs")
    (folder.parent / "secret.png").write_bytes((folder / "ir.png").read_bytes())
    (folder / "out.png").symlink_to(folder.parent / "secret.png")
    with served(folder) as site:
        yield site


@pytest.fixture
def client(plain: Site) -> Iterator[httpx.Client]:
    origin = plain.url.rstrip("/")
    with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=600) as client:
        yield client


def test_a_page_of_ours_is_strict(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "set-cookie" not in client.get("/").headers, "who is known keeps the name"
    assert "server" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1:1", "localhost.evil.example", ""])
def test_another_name_for_this_machine_is_not_answered(client: httpx.Client, host: str) -> None:
    """A stranger's name may be made to lead here, and their page then reads what it asks for."""
    answer = client.get("/", headers={"host": host})
    assert answer.status_code in (400, 403)
    assert "ir.png" not in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
def test_another_page_changes_nothing(client: httpx.Client, origin: str) -> None:
    answer = client.post("/api/look", json=EXAMPLE, headers={"origin": origin})
    assert answer.status_code == 403
    assert "our own page" in answer.json()["error"]
    assert client.post("/api/look", json=EXAMPLE).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_does_not_look_through_an_image(client: httpx.Client, site: str) -> None:
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 200, "a link leads here"
    assert client.get("/api/runs/x/events", headers={"sec-fetch-site": site}).status_code == 403


def test_who_says_not_where_from_changes_nothing(plain: Site) -> None:
    assert httpx.post(f"{plain.url}api/look", json=EXAMPLE).status_code == 403
    assert httpx.put(f"{plain.url}api/look", json=EXAMPLE).status_code == 405


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/hostname", "out.png", "runs/../../secret.png", "", "\x00", "no.png", "ir.png/x"]
)
def test_no_name_leads_out_of_the_folder(client: httpx.Client, name: str) -> None:
    answer = client.post("/api/look", json={"ir": name, "vi": "vi.png"})
    assert answer.status_code == 400, answer.text
    assert "thumbnails" not in answer.text
    assert str(Path.cwd()) not in answer.text


@pytest.mark.parametrize(
    "path", ["/runs/%2e%2e%2fx", "/runs/nothing", f"/runs/{'a' * 300}", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_there_is_nothing_else(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("sent", "told"),
    [(b"{", "cannot be read"), (b"[]", "cannot be read"), (b'{"upload": "x"}', "no longer there")],
)
def test_nonsense_is_told_in_words(client: httpx.Client, sent: bytes, told: str) -> None:
    answer = client.post("/api/look", content=sent)
    assert answer.status_code == 400
    assert told in answer.json()["error"]


@pytest.mark.parametrize("share", ["7", "-0.1", "NaN", "Infinity", '"half"'])
def test_a_share_that_is_none_begins_nothing(client: httpx.Client, plain: Site, share: str) -> None:
    answer = client.post("/api/runs", content=f'{{"ir": "ir.png", "vi": "vi.png", "infrared": {share}}}')
    assert answer.status_code == 400
    assert "infrared" in answer.json()["error"]


def test_more_than_anybody_says_is_not_read(client: httpx.Client) -> None:
    answer = client.post("/api/look", content=b" " * 1_100_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "That is too large: at most 1 MB.")
    # Who paints for a while sends many points.
    assert "is not open here" in client.post("/api/runs/x/paint", content=b"{" + b" " * 500_000 + b"}").json()["error"]

    def drip() -> Iterator[bytes]:
        for _ in range(1100):
            yield b" " * 1024

    assert client.post("/api/look", content=drip()).status_code == 413
    assert client.get("/").status_code == 200


def test_an_upload_is_for_whoever_sent_it(client: httpx.Client, plain: Site) -> None:
    files = {name: (f"../../{name}.png", (plain.folder / f"{name}.png").read_bytes()) for name in ("ir", "vi")}
    client.get("/")
    token = client.post("/api/uploads", files=files).json()["upload"]
    seen = client.post("/api/look", json={"upload": token}).json()
    assert (seen["width"], seen["height"], seen["infrared"]["name"]) == (384, 288, "ir.png")
    with httpx.Client(base_url=client.base_url, headers=client.headers) as other:
        other.get("/")
        assert other.post("/api/look", json={"upload": token}).status_code == 400


def test_films_are_uploaded_and_copied_into_their_run(client: httpx.Client, plain: Site, tmp_path: Path) -> None:
    films = [write_film(tmp_path / f"{name}.mp4", frames) for name, frames in zip(("ir", "vi"), walk(12), strict=True)]
    client.get("/")
    files = {film.stem: (film.name, film.read_bytes()) for film in films}
    token = client.post("/api/uploads", files=files).json()["upload"]
    seen = client.post("/api/look", json={"upload": token}).json()
    assert (seen["width"], seen["height"], seen["film"]) == (128, 96, {"frames": 12, "fps": 10.0, "timed": True})
    mixed = {"ir": (films[0].name, films[0].read_bytes()), "vi": ("vi.png", (plain.folder / "vi.png").read_bytes())}
    other = client.post("/api/uploads", files=mixed).json()["upload"]
    answer = client.post("/api/look", json={"upload": other})
    assert (answer.status_code, answer.json()["error"].startswith("one is a film and the other is a picture")) == (
        400,
        True,
    )
    run = client.post("/api/runs", json={"upload": token}).json()["run"]
    folder = plain.runs / run
    assert {path.name for path in (folder / "inputs").iterdir()} == {"ir.mp4", "vi.mp4"}
    assert json.loads((folder / "talk.json").read_text())["ir"] == "inputs/ir.mp4"


@pytest.mark.parametrize(
    "path", ["frames/visible/0", "frames/..%2f..%2f/0", "made/film/film.mp4", "made/..%2finputs/ir.mp4", "reel"]
)
def test_films_of_others_are_not_shown(client: httpx.Client, plain: Site, path: str) -> None:
    """Nobody who has not opened it sees a frame of it."""
    client.get("/")
    assert client.get(f"/api/runs/nothing/{path}").status_code in (400, 404)


def test_others_need_the_password(tmp_path: Path) -> None:
    secret = {"WORDFUSE_WEB_AUTH": "me:correct horse"}
    with served(copy_pair(tmp_path / "pairs"), "--listen", "0.0.0.0", env=secret) as site:
        url = site.url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(url).status_code == 401
        for wrong in ("me:wrong horse", "you:correct horse", "", "me"):
            told = base64.b64encode(wrong.encode()).decode()
            assert httpx.get(url, headers={"authorization": f"Basic {told or '='}"}).status_code == 401
        assert httpx.get(url, headers={"authorization": b"Basic \xff\xfe="}).status_code == 401
        assert httpx.get(url, auth=("me", "correct horse")).status_code == 200
        assert httpx.get(f"{url}static/run.js").status_code == 401
        origin = url.rstrip("/")
        with httpx.Client(base_url=origin, headers={"origin": origin}, auth=("me", "correct horse")) as me:
            run = me.post("/api/runs", json=EXAMPLE, timeout=600).json()["run"]
            seen = me.get(f"/api/runs/{run}/pictures/infrared", timeout=600)
            assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
            assert seen.headers["cache-control"] == "no-store", "the browser may be anybody's"
        assert "correct horse" not in site.url + "".join(site.said)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--listen", "0.0.0.0"], "--listen 0.0.0.0: lets other machines in; give --auth user:password"),
        (["--auth", "nobody"], "--auth: is not user:password"),
        (["--auth", "me:short"], "--auth: is not user:password with a password of at least 8 characters"),
        (["nowhere"], "nowhere: no such folder"),
        (["--listen", "no.such.address.example", "--auth", "me:correct horse"], "no such address"),
    ],
)
def test_what_cannot_be_served_is_told(options: list[str], told: str) -> None:
    assert told in complaint(wordfuse("web", *options), 2)
