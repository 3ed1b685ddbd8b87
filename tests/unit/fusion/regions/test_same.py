"""Whether two phrases name the same."""

import pytest

from wordfuse.fusion.regions.words.same import is_noun_of, same_thing


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the bikes on the left", "bicycle on the left", True),
        ("number plates", "the licence plate", True),
        ("sidewalk", "pavement", True),
        ("a unicorn", "the unicorns", True),
        ("people", "person", True),
        ("bikes", "bikes on the left", False),
        ("man", "woman", False),
        ("van", "car", False),
    ],
)
def test_the_same_in_other_words(one: str, other: str, same: bool) -> None:
    assert same_thing(one, other) is same is same_thing(other, one)


@pytest.mark.parametrize(
    ("name", "phrase", "noun"),
    [
        ("bikes", "bicycles on the left", True),
        ("the doors", "doors of the house", True),
        ("tree", "big trees at the back", True),
        ("bikes on the right", "bicycles on the left", False),
        ("house", "doors of the house", False),
        ("motorbike", "bicycles on the left", False),
    ],
)
def test_the_noun_of_a_phrase(name: str, phrase: str, noun: bool) -> None:
    assert is_noun_of(name, phrase) is noun
