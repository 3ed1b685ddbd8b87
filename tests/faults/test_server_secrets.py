"""Keys and passwords go to the server that the user named, and are shown nowhere."""

import json
import logging
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
import typer.testing

from tests.commandline import LanguageModel, Scene, plan, serving, step, wordfuse
from tests.scripted import MODELS, Asked, Reply, chats, scripted
from wordfuse.agent.errors import BackendUnreachable, InputError, RequestRefused
from wordfuse.agent.model.connect import connect
from wordfuse.agent.settings import Settings
from wordfuse.agent.telling import shown
from wordfuse.agent.telling.shown import keep_secrets_of, shown_url, without_secrets
from wordfuse.cli.app import app

KEY = "sk-8c1f0d5e9a"
PLAN = json.dumps(plan(step("incline", "infrared", "people")))


@pytest.fixture(autouse=True)
def key(here: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(shown, "_secrets", set())
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return KEY


def sent_keys(server_asked: list[Asked]) -> set[str | None]:
    return {asked.headers.get("authorization") for asked in server_asked}


@pytest.mark.parametrize("around", ["\n", "\r\n", "  ", "\t", " \n\n"])
def test_blanks_around_a_key_are_left_out(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", around + KEY + around)
    with scripted(chats(PLAN)) as server:
        connect(server.url).plan("x", None)
    assert [asked.method for asked in server.asked] == ["GET", "POST"]
    assert sent_keys(server.asked) == {f"Bearer {KEY}"}


@pytest.mark.parametrize("empty", ["", " ", "\n", None])
def test_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch, empty: str | None) -> None:
    monkeypatch.delenv("OPENAI_API_KEY") if empty is None else monkeypatch.setenv("OPENAI_API_KEY", empty)
    with scripted(chats(PLAN)) as server:
        done = wordfuse("plan", "more infrared for the people", "--llm", server.url)
    assert done.exit_code == 0, done.output
    assert sent_keys(server.asked) == {"Bearer none"}


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\x1b", "\u200b", "ä"])
def test_a_key_that_cannot_be_sent_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY[:6] + inside + KEY[6:])
    with scripted(chats(PLAN)) as server:
        done = wordfuse("plan", "x", "--llm", server.url)
        with pytest.raises(InputError) as told:
            connect(server.url)
    assert (done.exit_code, server.asked) == (2, [])
    for text in (done.output, "".join(traceback.format_exception(told.value))):
        assert "OPENAI_API_KEY" in text
        assert KEY[:6] not in text and KEY[6:] not in text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 503])
def test_a_server_that_says_the_key_is_not_quoted(
    status: int, caplog: pytest.LogCaptureFixture, scene: Scene, here: Path
) -> None:
    """At log level DEBUG, and in the whole chain of errors."""
    caplog.set_level(logging.DEBUG)

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=MODELS)
        return Reply(status, {"error": {"message": f"bad key: {asked.headers['authorization']}"}})

    with scripted(answer) as server:
        with pytest.raises(BackendUnreachable, match="bad key: Bearer") as told:
            connect(server.url).plan("x", None)
        run = wordfuse("run", *scene.pair, *scene.network, "-i", "x", "--out", "run", "--llm", server.url)
        doctor = wordfuse("doctor", "--device", "cpu", "--llm", server.url)
    assert (run.exit_code, doctor.exit_code) == (4, 4)
    texts = ["".join(traceback.format_exception(told.value)), run.output, doctor.output, caplog.text]
    texts += [path.read_text(errors="replace") for path in (here / "run").rglob("*") if path.is_file()]
    assert not [text for text in texts if KEY in text]
    assert caplog.text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["models", "chat"])
def test_a_redirect_is_not_followed_and_said(status: int, where: str) -> None:
    """The other server is on another port of this machine: another origin, as another host is."""
    with scripted(chats(PLAN)) as thief:

        def answer(asked: Asked) -> Reply:
            if (asked.method == "GET") == (where == "models"):
                return Reply(status, headers={"Location": f"http://127.0.0.1:{thief.port}/v1/models?token=t0ken0"})
            return Reply(body=MODELS)

        with scripted(answer) as server, pytest.raises(BackendUnreachable) as told:
            connect(server.url).plan("x", None)
    assert thief.asked == []
    assert f"points to http://127.0.0.1:{thief.port}/v1/models, where no key is carried" in str(told.value)
    assert isinstance(told.value, RequestRefused) == (where == "chat")


def test_a_redirect_is_said_where_the_model_is_named_too() -> None:
    with scripted(lambda asked: Reply(302, headers={"Location": "/login"})) as server:
        done = wordfuse("plan", "x", "--llm", server.url, "--model", "m")
    assert (done.exit_code, "points to /login" in done.stderr) == (4, True)
    assert len(server.asked) == 1


def test_user_and_password_of_an_address_let_us_in_and_are_shown_nowhere(
    scene: Scene, here: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    good = LanguageModel({"warm the people": plan(step("incline", "infrared", "people"))})
    seen: list[str | None] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked.headers.get("authorization"))
        assert asked.path.endswith("?api_key=k3yk3y&api-version=7")
        status, _, body = good(asked.path, asked.sent)
        return Reply(status, body.decode())

    masks = ["--mask", f"people={scene.mask('people')}"]
    words = ["-i", "warm the people", "--out", "run"]
    with scripted(answer) as server:
        secret = server.url.replace("://", "://me:p%40ssw0rd@") + "?api_key=k3yk3y&api-version=7"
        run = wordfuse("run", *scene.pair, *scene.network, *masks, *words, "--llm", secret)
        doctor = wordfuse("doctor", "--device", "cpu", "--llm", secret)
    assert run.exit_code in (0, 3), run.output
    assert set(seen) == {"Basic bWU6cEBzc3cwcmQ="}  # me:p@ssw0rd
    texts = [run.output, doctor.output, caplog.text]
    texts += [(here / "run" / name).read_text() for name in ("run.json", "trace.jsonl", "report.html")]
    for text in texts:
        assert not [word for word in ("ssw0rd", "k3yk3y", "bWU6c") if word in text]
    assert json.loads(texts[3])["settings"]["llm"] == f"{server.url}?api-version=7"


ADDRESSES = {
    "http://host:8000/v1": "http://host:8000/v1",
    "http://me:secret@host/v1": "http://host/v1",
    "http://secret@host/v1": "http://host/v1",
    "http://me:sec/ret@host/v1": "http://host/v1",
    "http://me:sec?ret@host/v1": "http://host/v1",
    "http://me:sec#ret@host/v1": "http://host/v1",
    "http://me:s@cret@host/v1": "http://host/v1",
    "http://me:secret@[::1]:8000/v1": "http://[::1]:8000/v1",
    "http://host/v1?api_key=secret": "http://host/v1",
    "http://host/v1?token=secret&api-version=2": "http://host/v1?api-version=2",
    "http://host/v1#secret": "http://host/v1",
    "http://host/@cf/meta": "http://cf/meta",  # who knows whether that was a password
    "http://http://me:secret@host/v1": "http://host/v1",
    "http:///me:secret@host/v1": "http://host/v1",
    "http:/me:secret@host/v1": "host/v1",
    "//me:secret@host/v1": "host/v1",
    " http://me:secret@host/v1 ": "http://host/v1",
    "http://me:12345/x@host:1/v1": "http://host:1/v1",
    "http://me:12345#x@host/v1": "http://host/v1",
    "http://me:12345?x@host/v1": "http://host/v1",
    "http://host:1/v1?user=me@x.org&version=3": "http://host:1/v1?version=3",
    "http://host/v1?version=me@secret": "http://host/v1",
    "http://host/v1;api_key=secret/x;token": "http://host/v1/x",
    "me:secret@host:8000/v1": "host:8000/v1",
    "ray://me:secret@head:10001": "ray://head:10001",
    "embedded": "embedded",
    "local": "local",
    "": "",
}


@pytest.mark.parametrize(("address", "fit"), ADDRESSES.items())
def test_addresses_are_shown_without_what_lets_in(address: str, fit: str) -> None:
    assert shown_url(address) == fit
    assert Settings(llm=address).as_json()["llm"] == Settings(llm=address).server == fit


def test_addresses_in_the_words_of_others_too() -> None:
    said = "GET 'https://me:secret@host/v1?key=1' failed (see https://docs.host/errors#7): try http://host:8000/v1: no"
    fit = "GET 'https://host/v1' failed (see https://docs.host/errors try http://host:8000/v1: no"
    assert without_secrets(said) == fit


@pytest.mark.parametrize(
    "address",
    [
        "http://me:hunter22@127.0.0.1:1/v1",
        "http://127.0.0.1:1/v1?api_key=hunter22",
        "http://me:hunter22/x@127.0.0.1:1/v1",
        "http://me:hunter22@/v1",
        "me:hunter22@127.0.0.1:1/v1",
        "ftp://me:hunter22@127.0.0.1/v1",
        "http://http://me:hunter22@127.0.0.1:1/v1",
        "http:///me:hunter22@127.0.0.1/v1",
        "//me:hunter22@127.0.0.1/v1",
        "http://me:12345/hunter22@127.0.0.1:1/v1",
        "http://me:12345?hunter22@127.0.0.1:1/v1",
        "http://me:12345#hunter22@127.0.0.1:1/v1",
        "http://127.0.0.1:1/v1;api_key=hunter22",
        "http://me:hunter22@no such host/v1",
        "http://me:hunter22@[::1/v1",
        "http://me:hunter22@host/v\x011",
        "http://me:hunter22@xn--\u2603/v1",
    ],
)
@pytest.mark.parametrize("command", [["plan", "x"], ["doctor", "--device", "cpu"]])
def test_errors_show_no_password(address: str, command: list[str]) -> None:
    done = wordfuse(*command, "--llm", address)
    assert done.exit_code in (2, 4)
    assert "hunter" not in done.output
    if command == ["plan", "x"]:
        with pytest.raises((BackendUnreachable, InputError)) as told:
            connect(address)
        assert "hunter" not in "".join(traceback.format_exception(told.value))


@pytest.mark.parametrize("end", ["/hunter@", "?hunter@", "#hunter@"])
def test_a_password_that_ends_a_host_is_sent_nowhere(end: str) -> None:
    """Here the user would be the host that is asked."""
    with scripted(chats(PLAN)) as server:
        with pytest.raises(BackendUnreachable, match="not a URL such as"):
            connect(f"http://127.0.0.1:{server.port}{end}127.0.0.1:1/v1")
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["http://me:{}@h/v1", "http://http://me:{}@h", "//me:{}@h", "http://h;api_key={}", "http://h?token={}"]
)
def test_a_password_is_hidden_however_others_write_it(address: str) -> None:
    secret = 'pa/ss"w\u00f6rd'
    keep_secrets_of(address.format(quote(secret, safe="")))
    quoted = quote(secret, safe="")
    lower = quoted.replace("%2F", "%2f").replace("%C3%B6", "%c3%b6")
    slashes = json.dumps(secret, ensure_ascii=False).replace("/", r"\/")
    for written in (secret, quoted, lower, json.dumps(secret), slashes):
        assert without_secrets(f"no: {written}").strip('no: "') == "***"


def test_a_piece_of_a_password_is_hidden_too() -> None:
    keep_secrets_of("http://me:superb/secret@host/v1")
    assert without_secrets("Invalid port: 'superb'") == "Invalid port: '***'"


@pytest.mark.parametrize("key", ["none", "ollama", "EMPTY", "lm-studio", "sk-no-key-required"])
def test_what_stands_for_no_key_is_no_secret(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with scripted(chats(PLAN)) as server:
        connect(server.url).plan("x", None)
    assert sent_keys(server.asked) == {f"Bearer {key}"}
    assert without_secrets(f"http://{key}.invalid:1/v1: {key}") == f"http://{key}.invalid:1/v1: {key}"


def test_an_empty_user_leaves_the_key() -> None:
    with scripted(chats(PLAN)) as server:
        connect(server.url.replace("://", "://@")).plan("x", None)
    assert sent_keys(server.asked) == {f"Bearer {KEY}"}


def test_parameters_that_are_repeated_are_all_sent() -> None:
    with scripted(chats(PLAN)) as server:
        connect(f"{server.url}?tag=a&tag=b").plan("x", None)
    assert {asked.path.partition("?")[2] for asked in server.asked} == {"tag=a&tag=b"}


def test_a_batch_shows_no_password(scene: Scene, here: Path) -> None:
    """Not in its lines, and not in the command that goes on with it."""
    (here / "jobs.yaml").write_text(json.dumps({"jobs": [{"ir": str(scene.ir), "vi": str(scene.vi), "say": ["x"]}]}))
    address = "http://me:hunter22@127.0.0.1:1/v1?token=hunter33"
    options = ["--ray-address", "ray://me:hunter44@127.0.0.1:1", "--device", "cpu"]
    done = wordfuse("script", "jobs.yaml", "--out", "batch", "--llm", address, *options)
    assert done.exit_code == 4
    assert "--llm http://127.0.0.1:1/v1" in done.stderr and "--ray-address ray://127.0.0.1:1" in done.stderr
    assert json.loads(done.stdout)["error"].startswith("--llm http://127.0.0.1:1/v1: no answer")
    for text in (done.output, *((here / "batch" / name).read_text() for name in ("results.jsonl", "index.html"))):
        assert "hunter" not in text


@pytest.mark.parametrize(("before", "private"), [("me:hunter22@", True), ("", False)])
def test_what_keeps_a_password_is_for_the_user_alone(scene: Scene, here: Path, before: str, private: bool) -> None:
    jobs = {"jobs": [{"ir": str(scene.ir), "vi": str(scene.vi), "say": ["x"]}]}
    (here / "jobs.yaml").write_text(json.dumps(jobs))
    with serving(LanguageModel({})) as server:
        options = [*scene.network, "--llm", server.url.replace("://", f"://{before}")]
        wordfuse("script", "jobs.yaml", "--out", "batch", *options)
        wordfuse("run", *scene.pair, "-i", "x", "--out", "run", *options)
    for path in (here / "run" / "session.json", here / "batch" / "batch.json"):
        assert ("hunter22" in path.read_text(), path.stat().st_mode & 0o077 == 0) == (private, private)


def test_a_password_of_ray_is_not_shown(scene: Scene, here: Path) -> None:
    pytest.importorskip("ray")
    (here / "jobs.yaml").write_text(json.dumps({"jobs": [{"ir": str(scene.ir), "vi": str(scene.vi), "say": ["x"]}]}))
    options = ["--engine", "ray", "--ray-address", "ray://me:hunter22@127.0.0.1:1"]
    done = wordfuse("script", "jobs.yaml", "--out", "batch", *options)
    assert done.exit_code == 4
    assert "--ray-address ray://127.0.0.1:1: no answer" in done.stderr
    assert "hunter" not in done.output


def test_the_conversation_shows_no_password(scene: Scene, here: Path) -> None:
    with serving(LanguageModel({})) as server:
        secret = server.url.replace("://", "://me:hunter22@")
        words = ["chat", *scene.pair, *scene.network, "--llm", secret, "--out", "run"]
        done = typer.testing.CliRunner().invoke(app, [str(word) for word in words], input="/model\n/quit\n")
    assert server.url in done.output
    assert "hunter" not in done.output
