"""JSON of anybody: strictly, and no deeper or longer than there is room for."""

from pathlib import Path

import pytest

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.json_file import MOST_LEVELS, parse_json, read_json


def nested(levels: int) -> str:
    return '{"a":[' * (levels // 2) + "7" + "]}" * (levels // 2)


def test_what_is_json_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": [1, 2.5, null, true, "\\ud83d\\ude00"]}')
    assert read_json(tmp_path / "a.json") == {"a": [1, 2.5, None, True, "\U0001f600"]}
    assert parse_json(nested(MOST_LEVELS)) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (nested(MOST_LEVELS + 2), "nested more than 100 levels deep"),
        ("[" * 10_000 + "]" * 10_000, "nested more than 100 levels deep"),
        ('{"a":' * 100_000, "nested more than 100 levels deep"),
        ("NaN", "not JSON (NaN is no number)"),
        ("[-Infinity]", "not JSON (-Infinity is no number)"),
        ("1e999", "not JSON (1e999 is no number)"),
        ("9" * 5000, "not JSON (Exceeds the limit"),
        ("", "not JSON (Expecting value"),
        ("{} {}", "not JSON (Extra data"),
    ],
)
def test_what_is_none_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "a.json")
    assert caught.value.problem.startswith(words)
    assert caught.value.subject == str(tmp_path / "a.json")


def test_files_that_cannot_be_read_or_have_no_end(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.json: cannot be read \(No such file or directory\)"):
        read_json(tmp_path / "no.json")
    with pytest.raises(InputError, match="Is a directory"):
        read_json(tmp_path)
    with pytest.raises(InputError, match=r"/dev/zero: larger than 0\.001 MB"):
        read_json(Path("/dev/zero"), most_bytes=1000)
    (tmp_path / "latin.json").write_bytes(b'"\xe9"')
    with pytest.raises(InputError, match=r"not JSON \('utf-8' codec"):
        read_json(tmp_path / "latin.json")
