"""Language models that are out of reach, or answer what nobody can use."""

import json
import threading
from pathlib import Path

import pytest
import typer.testing

from tests.commandline import MODELS, REFUSED, Scene, as_json, complaint, completion, serving, wordfuse


def run_with(scene: Scene, url: str, *more: str) -> typer.testing.Result:
    return wordfuse("run", *scene.pair, *scene.network, "-i", "denoise", "--llm", url, "--json", *more)


def test_a_server_that_is_down_leaves_no_folder(scene: Scene) -> None:
    for result in (run_with(scene, REFUSED), wordfuse("plan", "denoise", "--llm", REFUSED, "--json")):
        said = complaint(result, 4)
        assert REFUSED in said
        assert "--llm embedded" in said


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999/v1",
        "http://",
        "http://no such host/v1",
        "http://[::1/v1",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    assert url in complaint(wordfuse("plan", "denoise", "--llm", url, "--json"), 4)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"error": "broken"}, 500),
        as_json({"error": "who are you"}, 401),
        (200, "text/html", b"<html>a router's login page</html>"),
        (200, "application/json", b"\xff\xfe"),
        as_json([]),
        as_json({"data": None}),
        as_json({"data": [{"name": "no id"}]}),
    ],
)
def test_an_address_of_something_else(answer: tuple[int, str, bytes]) -> None:
    with serving(lambda path, sent: answer) as server:
        assert server.url in complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), 4)


def test_a_server_without_a_model() -> None:
    with serving(lambda path, sent: as_json({"object": "list", "data": []})) as server:
        said = complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), 4)
    assert server.url in said
    assert "--model" in said


@pytest.mark.parametrize(
    ("answer", "exit_code"),
    [
        (as_json({"error": {"message": "out of memory"}}, 500), 4),
        (as_json({"error": {"message": "no such model"}}, 404), 4),
        (as_json({"error": {"message": "who are you"}}, 401), 4),
        (as_json({"error": {"message": "too many"}}, 429), 4),
        ((200, "text/html", b"<html>login</html>"), 3),
        ((200, "application/json", b"{garbage"), 3),
        (as_json({}), 3),
        (as_json({"choices": []}), 3),
        (as_json([1, 2]), 3),
        (completion({"content": "I would love to!"}), 3),
        (completion({"content": '{"steps": [{"task": "paint"}], "refusal": null}'}), 3),
        (completion({"content": None}), 3),
    ],
)
def test_a_model_that_answers_nonsense(answer: tuple[int, str, bytes], exit_code: int) -> None:
    with serving(lambda path, sent: MODELS if sent is None else answer) as server:
        said = complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), exit_code)
    assert "stand-in" in said


def test_a_named_model_is_not_asked_for_but_its_server_is_missed(scene: Scene, here: Path) -> None:
    said = complaint(run_with(scene, REFUSED, "--model", "mine", "--out", "kept"), 4)
    assert "start a server there or use --llm embedded" in said
    assert not (here / "kept").exists()


def test_a_server_that_fails_on_the_way_leaves_a_run_to_resume(scene: Scene, here: Path) -> None:
    with serving(lambda path, sent: MODELS if sent is None else (500, "text/plain", b"out of memory")) as server:
        result = run_with(scene, server.url, "--out", "kept")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.splitlines()[-1].endswith("(go on later with: wordfuse resume kept)")


def test_a_run_whose_model_never_plans_ends_with_the_fused_picture(scene: Scene, here: Path) -> None:
    nonsense = completion({"content": "I would love to!"})
    with serving(lambda path, sent: MODELS if sent is None else nonsense) as server:
        result = run_with(scene, server.url, "--out", "kept")
    assert result.exit_code == 3, result.output
    record = json.loads(result.stdout)
    assert "no valid plan" in record["instructions"][0]["refusal"]
    assert (here / "kept" / "result.png").read_bytes() == (here / "kept" / "fused.png").read_bytes()


def test_a_server_that_never_answers_can_be_interrupted_by_its_end() -> None:
    """A connection that is closed without an answer is a server out of reach."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(4):  # it is asked again three times
                connection, _ = listener.accept()
                connection.recv(1000)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        assert url in complaint(wordfuse("plan", "denoise", "--llm", url, "--json"), 4)
        thread.join()
