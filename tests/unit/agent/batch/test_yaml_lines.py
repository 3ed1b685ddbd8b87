"""YAML with places."""

from pathlib import Path

import pytest

from wordfuse.agent.batch.yaml_lines import MOST_BYTES, read_yaml
from wordfuse.agent.errors import InputError


def write(folder: Path, text: str) -> Path:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_values_come_with_line_and_column(tmp_path: Path) -> None:
    placed = read_yaml(write(tmp_path, "# a comment\nwho: me\nlist:\n  - one\n  - {deep: [1, 2.5, null, true]}\n"))
    assert placed.value == {"who": "me", "list": ["one", {"deep": [1, 2.5, None, True]}]}
    assert placed.mark("who") == (2, 1)
    assert placed.mark("list", 0) == (4, 5)
    assert placed.mark("list", 1, "deep") == (5, 6)
    assert placed.mark("list", 1, "deep", 3) == (5, 27)
    # What is not there has the place of what would be around it.
    assert placed.mark("list", 1, "missing", "deeper") == (5, 5)
    assert placed.place("list", 0) == f"{tmp_path}/a.yaml:4:5"


def test_merged_keys_give_way_to_own_ones_and_earlier_to_later(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  x: 3\n  <<: [*a, *b]\n"
    placed = read_yaml(write(tmp_path, text))
    assert placed.value["c"] == {"x": 3, "y": 1, "z": 2}
    assert [placed.mark("c", key)[0] for key in "xyz"] == [4, 1, 2]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "")).value is None


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "\ufeffa: b")).value == {"a": "b"}


NESTED = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {k: v}\n" + "".join(
    f"{after}: &{after} {{<<: [{','.join([f'*{before}'] * 9)}]}}\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a: 1\nb: [", "2:5", "not YAML"),
        ("a: 1\n\tb: 2", "2:1", "not YAML"),
        ("a: 1\n---\nb: 2", "2:1", "another document"),
        ("a: 1\nb:\n  c: 1\n  c: 2", "4:3", "'c' is given twice (first in line 3)"),
        ("a: 1\non: 2", "2:1", "a key is no text"),
        ("a:\n  - 2024-01-02", "2:5", "put dates and the like in quotes"),
        ("a:\n  - 2024-13-45", "2:5", "month must be in 1..12"),
        ("a: !!python/object/apply:os.system ['touch pwned']", "1:4", "remove the tag"),
        ("a: !!set {b, c}", "1:4", "remove the tag"),
        ("a: 1\nb: &b [1, *b]", "2:4", "contains itself"),
        ("a: &a {<<: *a}", "1:4", "contains itself"),
        ("a: {<<: 5}", "1:5", "'<<' takes a mapping"),
        (NESTED, "1:", "more than 100000 values"),
        (MERGED, "1:", "more than 100000 values"),
        ("a: *b", "1:4", "undefined alias"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, place: str, problem: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_yaml(file)
    assert str(caught.value).startswith(f"{file}:{place}"), str(caught.value)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: \xff", "give a text file in UTF-8"),
        (b"a: \x00", "not YAML"),
        (b"a: " + b"x" * MOST_BYTES, "larger than 1000 kB"),
        (b"[" * 5000, "nested too deeply"),
        (None, "cannot be read"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes | None, problem: str) -> None:
    file = tmp_path / "a.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=problem) as caught:
        read_yaml(file)
    assert str(file) in str(caught.value)
