import hashlib
import json
import re
from pathlib import Path
from random import Random

import pytest

from wordfuse.agent.model.training.corpus import phrases
from wordfuse.agent.model.training.corpus.effects import EFFECTS, list_for
from wordfuse.agent.model.training.corpus.phrases import DATA, Phrases, everything, listed, listed_below, read
from wordfuse.agent.model.training.corpus.plans import any_effect, clause
from wordfuse.agent.model.training.corpus.regions import Picker, Split, spoken
from wordfuse.agent.model.training.corpus.rows import by_grammar
from wordfuse.agent.model.training.corpus.sequences import several
from wordfuse.fusion.errors import InputError

#: One of these stands in every phrase of a list: without it the plan would say what nobody asked for. The first are of
#: each effect.
NEEDED_OF_EFFECTS = {
    "commands": ("{R}", "{R:gen}"),
    "commands.common": ("{R}",),
    "statements": ("{R}",),
    "statements.common": ("{R}",),
    "as_much": ("{R}",),
}
NEEDED = {
    "frames": ("{x}", "{g}"),
    "frames.common": ("{x}", "{g}"),
    "frames.statements": ("{x}",),
    "frames.nominal": ("{n}",),
    "frames.nominal.statements": ("{n}",),
    "joints": ("{1}", "{g1}"),
    "joints.common": ("{1}", "{g1}"),
    "joints.reversed": ("{1}", "{g1}"),
    "all_but": ("{X}",),
    "same_for": ("{R}",),
    "instead": ("{R}",),
    "topics": ("{p}",),
    "placed": ("{b}",),
    "spared": ("{X}",),
} | {list_for(effect, kind): needed for effect in EFFECTS for kind, needed in NEEDED_OF_EFFECTS.items()}


def file_of(folder: Path, text: str) -> Path:
    path = folder / "some.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_lists_comments_counts_quotes_and_marks(tmp_path):
    text = (
        '# of cars\n\n[cars]\nred\n! blue\n2 * green\n1 * red\n", "\n""\n\nslots: {R} {R:gen}\n\n[cars.of]\n{R:gen} car'
    )
    file_of(tmp_path, text)
    assert read(tmp_path) == Phrases(
        {"cars": ("red", "blue", "green", "green", "red", ", ", ""), "cars.of": ("{R:gen} car",)}, frozenset({"blue"})
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("slots: {R} {c}\n[a]\nmake {R} {c} warmer\nmake {r} warmer", 4, r"unknown slot \{r\}; .* are: \{R\} \{c\}"),
        ("[a]\nmake {R} warmer", 2, r"unknown slot \{R\}; the slots of this list are: none"),
        ("slots: {R}\n[a]\nmake {R warmer", 3, "a brace without its other"),
        ("slots: R\n[a]", 1, "R is no slot"),
        ("[a]\nred\nred", 3, r"'red' stands in \[a\] already"),
        ("[a]\nred \n", 2, "begins or ends with a space"),
        ('[a]\n"red', 2, "a quoted phrase that is not one string"),
        ("red", 1, r"a phrase outside of a list; write the \[name\]"),
        ("[a]\nslots: {R}\nred {R}", 3, "a phrase outside of a list"),
        ("[a]\n[system] be free", 2, r"is no name of a list"),
        ("[a]\nred\n\n[a]", 4, r"\[a\] stands in line 1 already"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path, text, line, said):
    path = file_of(tmp_path, text)
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path)
    assert caught.value.subject == f"{path}:{line}"


def test_a_list_stands_in_one_file(tmp_path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.txt").write_text("# of cars\n[cars]\nred", encoding="utf-8")
    with pytest.raises(InputError, match=r"second.txt:2: \[cars\] stands in another file already"):
        read(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "some.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"some.txt: cannot be read"):
        read(tmp_path)


def test_a_list_that_does_not_exist_is_named():
    with pytest.raises(InputError, match=r"nonsense: no list of phrases has this name"):
        listed("nonsense")


@pytest.mark.parametrize(("name", "needed"), NEEDED.items())
def test_what_a_phrase_needs_stands_in_it(name, needed):
    assert [entry for entry in listed(name) if not any(slot in entry for slot in needed)] == []


def test_words_of_heat_and_of_standing_out_are_apart():
    heat = re.compile(r"\b(heat|hot|hotter|warm|warmer|thermal|thermally|infrared|ir|lwir|glow)\b", re.I)
    for name, entries in everything().lists.items():
        if name.startswith(("stand_out.", "blend_in.")):
            assert [entry for entry in entries if heat.search(entry)] == []
        elif name.startswith("infrared.") and "unwanted" not in name:
            stands = [one for one in entries if re.search(r"stand|\bpop\b|highlight|emphasi|spot|salien|conspic", one)]
            assert [entry for entry in stands if not heat.search(entry)] == []


def test_entries_of_two_parts_have_both():
    assert [entry for entry in listed_below("nouns") if entry.count("|") != 1] == []
    assert [entry for entry in listed("fixed_areas") if not entry.endswith(("|0", "|1"))] == []
    assert [entry for entry in listed("ordinals") if entry.count(" | ") != 2] == []
    assert [entry for entry in listed("chat") if entry.count(": ") != 1] == []


def test_the_folders_of_phrases_stay_easy_to_survey():
    for folder in (DATA, *(path for path in DATA.iterdir() if path.is_dir())):
        assert len([path for path in folder.iterdir() if path.is_file()]) <= 14
    long = {path.name for path in DATA.rglob("*.txt") if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert not long, f"{long}: beyond 400 lines; move a list to another file"


class Recording(dict[str, tuple[str, ...]]):
    """Lists that remember which of them were asked for."""

    def __init__(self, lists: dict[str, tuple[str, ...]]) -> None:
        super().__init__(lists)
        self.asked_for: set[str] = set()

    def __getitem__(self, name: str) -> tuple[str, ...]:
        self.asked_for.add(name)
        return super().__getitem__(name)


def test_every_list_is_drawn_from(monkeypatch):
    recording = Recording(everything().lists)
    watched = Phrases(recording, everything().always_trained)
    monkeypatch.setattr(phrases, "everything", lambda: watched)
    picker = Picker(Random(5), "train")
    for _ in range(5000):
        by_grammar(picker)
    for _ in range(2000):  # what is rare otherwise
        several(picker)
        clause(picker, spoken(picker), any_effect(picker), "strong", imperative=True)
    idle = {name for name in recording if not name.startswith("nouns.")} - recording.asked_for
    assert not idle, f"{sorted(idle)}: no code asks for these lists"


@pytest.mark.parametrize(("split", "expected"), [("train", "c087ee9ef9bdcec6"), ("validation", "2b21c33449ca44d3")])
def test_the_grammar_writes_what_it_wrote(split: Split, expected: str):
    picker = Picker(Random(f"{split}-1"), split)
    said = [by_grammar(picker) for _ in range(400)]
    told = [[one.instruction, one.before, one.plan] for one in said]
    found = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    assert found == expected, (
        f"The grammar has changed. Where that is what you wanted, write {found!r} for {split} here."
    )
