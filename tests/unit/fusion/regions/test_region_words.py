import json
from pathlib import Path

import pytest

from wordfuse.fusion.regions.words.grammar import Clause, Place, Tone, parse
from wordfuse.fusion.regions.words.meaning import LEXICON, WORDNET, Wanted, understand

LEFT = Clause(places=(Place(horizontal="low"),))


@pytest.mark.parametrize(
    ("phrase", "classes"),
    [
        ("pedestrians", ("person",)),
        ("the Passers-by", ("person",)),
        ("a lorry", ("car",)),
        ("all of the vehicles", ("car",)),
        ("cyclists", ("person", "bicycle")),
        ("the traffic lights", ("sign",)),  # not traffic
        ("street lights", ("pole",)),  # not a street
        ("the ground", ("road", "pavement")),
        ("people walking", ("person",)),
        ("the firemen", ("person",)),
        ("waitresses", ("person",)),  # of WordNet, from here on
        ("athletes", ("person",)),
        ("snowploughs", ("car",)),
        ("an edifice", ("building",)),
        ("coffee shops", ("building",)),
        ("apple trees", ("tree",)),
        ("autobahn", ("road",)),
    ],
)
def test_nouns_and_what_people_call_them(phrase: str, classes: tuple[str, ...]) -> None:
    (wanted,) = understand(phrase)
    assert isinstance(wanted, Wanted)
    assert (wanted.classes, wanted.count, wanted.pick, wanted.clauses) == (classes, None, None, ())


def test_what_is_said_beside_the_noun() -> None:
    assert understand("the car on the left") == (Wanted(("car",), True, None, None, (LEFT,)),)
    assert understand("the two people on the left") == (Wanted(("person",), False, 2, None, (LEFT,)),)
    assert understand("nearest pedestrian") == (Wanted(("person",), True, None, "nearest", ()),)
    assert understand("3 largest trucks") == (Wanted(("car",), False, 3, "largest", ()),)
    assert understand("vehicles in the distance") == (Wanted(("car",), False, None, "farthest", ()),)
    assert understand("lit buildings") == (Wanted(("building",), False, None, None, (Clause((Tone("bright"),)),)),)
    assert understand("people in the background")[0] == Wanted(
        ("person",), False, None, None, (Clause(layer="background"),)
    )


def test_everyone_is_not_one() -> None:
    for phrase in ("everyone on the left", "every person on the left", "each person on the left"):
        assert understand(phrase) == (Wanted(("person",), False, None, None, (LEFT,)),)
    assert understand("both cars") == (Wanted(("car",), False, 2, None, ()),)
    assert [one.count for one in understand("both the car and the person") if isinstance(one, Wanted)] == [None, None]
    assert understand("the leftmost car") == (Wanted(("car",), True, None, "leftmost", ()),)


def test_several_nouns_are_a_union() -> None:
    wanted = understand("the people and the cars on the left")
    assert not isinstance(wanted, str)
    assert [one.classes for one in wanted] == [("person",), ("car",)]


@pytest.mark.parametrize(
    ("phrase", "unknown"),
    [
        ("the red car", "red"),
        ("parked cars", "parked"),
        ("banana", "banana"),
        ("the teapot on the left", "the teapot on the left"),
        ("the man beside the car", "the man beside the car"),
        ("people and unicorns", "unicorns"),
        ("the area around the people", "area around"),
        ("people in the top left edge", "top left edge"),  # there is no such place
        ("far people", "far"),
        ("the upper half of the car", "the upper half of the car"),  # not the car in the upper half
        ("the largest building", "the largest building"),  # what is not counted has no largest
        ("trees in the background", "trees in the background"),
        ("0 cars", "0 cars"),
        ("two three people", "two three people"),
        ("", ""),
        ("the", "the"),
    ],
)
def test_a_word_that_is_not_known_is_never_guessed(phrase: str, unknown: str) -> None:
    assert understand(phrase) == unknown


def test_what_is_no_kind_of_a_class_is_not_taken_for_one() -> None:
    # Some of them mean people now and then.
    for word in (
        "whale horse white native star crane banana boat plane god train shadow bench hydrant grill off-roader".split()
    ):
        assert isinstance(understand(f"the {word}"), str), word


def test_nouns_of_wordnet_are_no_tones_or_places() -> None:
    assert len(WORDNET) > 500
    assert [word for word in WORDNET if parse(word) is not None] == []


def test_the_lexicon_has_each_word_once_in_lower_case() -> None:
    assert all(word == word.casefold() for word in LEXICON)
    assert len({noun.classes for noun in LEXICON.values()}) == 13


def test_the_words_of_the_benchmark() -> None:
    words = json.loads(Path("evals/data/region_words.json").read_text())
    assert len(words["synonyms"]) >= 60 and len(words["nonsense"]) == 100
    for word, name in words["synonyms"].items():
        (wanted,) = understand(f"the {word}")
        assert isinstance(wanted, Wanted) and name in wanted.classes, word
    assert [word for word in words["nonsense"] if not isinstance(understand(f"the {word}"), str)] == []
