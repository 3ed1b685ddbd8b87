"""Proxies and certificates as the environment names them, which is not always as a library wants them."""

import json
from pathlib import Path

import pytest

from tests.commandline import plan, step, wordfuse
from tests.scripted import chats, scripted
from wordfuse.agent.errors import InputError
from wordfuse.agent.model.connect import connect
from wordfuse.agent.telling import shown

PLAN = json.dumps(plan(step("incline", "infrared", "people")))
ELSEWHERE = "http://no.such.host.invalid:8000/v1"  # is found by the proxy alone
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


@pytest.fixture(autouse=True)
def bare(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy but those of the test."""
    monkeypatch.setattr(shown, "_secrets", set())
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    "form", ["127.0.0.1:{}", "http://127.0.0.1:{}", "  http://127.0.0.1:{}/ \n", "me:x@127.0.0.1:{}"]
)
def test_a_proxy_may_be_written_as_people_do(monkeypatch: pytest.MonkeyPatch, variable: str, form: str) -> None:
    with scripted(chats(PLAN)) as proxy:
        monkeypatch.setenv(variable, form.format(proxy.port))
        connect(ELSEWHERE).plan("x", None)
    assert [asked.path.startswith(ELSEWHERE) for asked in proxy.asked] == [True, True]


@pytest.mark.parametrize("around", ["127.0.0.1:{}", "127.0.0.1", "other, 127.0.0.1:{} "])
def test_a_server_and_its_port_may_be_reached_without(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    with scripted(chats(PLAN)) as server, scripted(chats(PLAN)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", around.format(server.port))
        connect(server.url).plan("x", None)
        assert (len(server.asked), proxy.asked) == (2, [])
        monkeypatch.setenv("NO_PROXY", f"127.0.0.1:{server.port + 1}")
        connect(server.url)
        assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    ("variable", "proxy"),
    [
        ("HTTP_PROXY", "ftp://127.0.0.1:1"),
        ("http_proxy", "http://me:superb/secret@127.0.0.1:1"),
        ("HTTP_PROXY", "http://me:12345/secret@127.0.0.1:1"),
        ("ALL_PROXY", "http://me:secret@127.0.0.1:port"),
        ("HTTP_PROXY", "http://[::1"),
    ],
)
def test_what_is_no_proxy_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str) -> None:
    monkeypatch.setenv(variable, proxy)
    done = wordfuse("plan", "x", "--llm", ELSEWHERE)
    assert done.exit_code == 2, done.output
    assert f"{variable}: names no proxy" in done.output
    assert not [piece for piece in ("superb", "12345", "secret") if piece in done.output]
    with pytest.raises(InputError) as told:
        connect(ELSEWHERE)
    assert told.value.subject == variable and told.value.remedy


def test_a_socks_proxy_works_or_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:hunter22@127.0.0.1:1")
    done = wordfuse("plan", "x", "--llm", ELSEWHERE)
    assert done.exit_code in (2, 4), done.output
    assert "socks5://127.0.0.1:1 needs the package socksio" in done.output or "no answer" in done.output
    assert "hunter" not in done.output


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_told_by_their_variable(
    monkeypatch: pytest.MonkeyPatch, here: Path, content: str | None
) -> None:
    if content is not None:
        (here / "ca.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(here / "ca.pem"))
    done = wordfuse("plan", "x", "--llm", ELSEWHERE.replace("http", "https"))
    assert done.exit_code == 2, done.output
    assert f"SSL_CERT_FILE: names no certificates that can be read: {here / 'ca.pem'}" in done.output


def test_where_nothing_is_encrypted_no_certificates_are_read(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(here / "ca.pem"))
    with scripted(chats(PLAN)) as server:
        done = wordfuse("plan", "more infrared for the people", "--llm", server.url)
    assert (done.exit_code, len(server.asked)) == (0, 2), done.output


def test_a_proxy_that_is_reached_encrypted_needs_them(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(here / "ca.pem"))
    monkeypatch.setenv("HTTP_PROXY", "https://127.0.0.1:1")
    done = wordfuse("plan", "x", "--llm", ELSEWHERE)
    assert (done.exit_code, "SSL_CERT_FILE: names no certificates" in done.output) == (2, True), done.output
