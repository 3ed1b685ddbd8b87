"""docs/python.md, and the tools in docs/agents.md: what they show runs, and prints what they say."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)
AGENTS = PAGE.with_name("agents.md")
NEEDS_LANGUAGE = "## Instructions in words"  # from here on


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each example and what it prints."""
    return ((code, printed or "") for code, printed in BLOCK.findall(text))


def follow(text: str) -> None:
    """Run the examples in order, as a reader would who types them into one notebook."""
    names: dict[str, object] = {}
    for code, expected in blocks(text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, PAGE.name, "exec"), names)
        assert out.getvalue() == expected


def test_every_example_is_found() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(list(blocks(text))) == text.count("```python") > 5


def test_the_examples_without_a_language_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    follow(text[: text.index(NEEDS_LANGUAGE)])
    assert [path.name for path in tmp_path.iterdir()] == ["fused.png"]


def test_the_tools_as_agents_are_shown_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, section = AGENTS.read_text(encoding="utf-8").split("## In Python, and with LangChain\n")
    follow(section[: section.index("\n## ")])
    assert (tmp_path / "runs" / "tools" / "masks" / "m2-people.png").is_file()


@pytest.mark.slow
@pytest.mark.real
def test_all_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    follow(PAGE.read_text(encoding="utf-8"))
    assert (tmp_path / "runs" / "vi" / "report.html").is_file()
