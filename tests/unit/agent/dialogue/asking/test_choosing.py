"""Which of several numbered things an answer means, and answers that mean none of them."""

import pytest

from wordfuse.agent.dialogue.asking.choosing import described, excludes, rejected, selected

# From left to right: far and small, near and large, in between.
BOXES = [(10.0, 40.0, 20.0, 60.0), (30.0, 30.0, 60.0, 90.0), (80.0, 35.0, 95.0, 70.0)]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("2", [1]),
        ("the 2nd one", [1]),
        ("1 and 3", [0, 2]),
        ("1 2", [0, 1]),
        ("1 and 2, both", [0, 1]),
        ("numbers 1 and 2 please", [0, 1]),
        ("#2", [1]),
        ("1-3", [0, 1, 2]),
        ("2 to 3", [1, 2]),
        ("number one", [0]),
        ("the second one", [1]),
        ("one and two", [0, 1]),
        ("two", [1]),
        ("one", [0]),
        ("left and right", [0, 2]),
        ("the middle one", [1]),
        ("the right car", [2]),
        ("3,1", [0, 2]),
        ("left", [0]),
        ("The one on the right, please.", [2]),
        ("the largest", [1]),
        ("nearest", [1]),
        ("the smallest one", [0]),
        ("all of them", [0, 1, 2]),
        ("yes, but all of them", [0, 1, 2]),
        ("ok, the left one", [0]),
        ("the first two", [0, 1]),
        ("the last two", [1, 2]),
        ("the first and the last", [0, 2]),
        ("the two on the right", [1, 2]),
        ("the two in front", [1, 2]),
        ("second from the right", [1]),
        ("2nd largest", [2]),
        ("not 3", [0, 1]),
        ("not the left one", [1, 2]),
        ("all but the last", [0, 1]),
        ("everything but 1", [1, 2]),
        ("1, 2 but not 3", [0, 1]),
        ("not 1 but 2", [1]),
    ],
)
def test_which_are_meant(answer: str, kept: list[int]) -> None:
    assert selected(BOXES, "car", answer) == [BOXES[number] for number in kept]


@pytest.mark.parametrize(
    "answer",
    [
        *("", "4", "1 and 9", "0", "the red one", "99999999999999999999", "the first four", "1 or 2"),
        *("any", "left or maybe the right", "both", "not the red one", "all but the red one", "left right"),
        *("the other one", "you choose", "not 1 and not 2 and not 3"),
    ],
)
def test_an_answer_that_names_none_is_not_guessed_at(answer: str) -> None:
    assert selected(BOXES, "car", answer) is None


def test_both_are_two() -> None:
    assert selected(BOXES[:2], "car", "both of them") == BOXES[:2]


@pytest.mark.parametrize(("answer", "so"), [("not 3", True), ("all but the last", True), ("1 not 2", False)])
def test_what_only_leaves_out(answer: str, so: bool) -> None:
    assert excludes(answer) is so


@pytest.mark.parametrize(
    ("answer", "everything", "instead"),
    [
        ("none of those, I mean the big white blob at the bottom", True, "the big white blob at the bottom"),
        ("neither, the one lying there", True, "the one lying there"),
        ("no, the two in front on the left", False, "the two in front on the left"),
        ("no wait, the dark one", False, "the dark one"),
        ("no, not that one, the one by the tree", False, "the one by the tree"),
        ("No, thanks.", False, ""),
        ("neither of them", True, ""),
        ("none of them is right", True, ""),
        ("not that one", False, ""),
    ],
)
def test_what_rejects_and_what_it_says_instead(answer: str, everything: bool, instead: str) -> None:
    turned = rejected(answer)
    assert turned is not None and (turned.all, turned.instead) == (everything, instead)


@pytest.mark.parametrize("answer", ["no parking sign", "not 3", "the blue one", "north", "1"])
def test_what_rejects_nothing(answer: str) -> None:
    assert rejected(answer) is None


@pytest.mark.parametrize(
    ("about", "said", "phrase"),
    [
        ("person on the ground", "the one lying there", "person lying there"),
        ("red cars", "the two in front on the left", "two cars in front on the left"),
        ("car on the left", "the other one, the white one coming towards us", "white car coming towards us"),
        ("cars", "the one by the tree", "car by the tree"),
        ("guys", "the white ones", "white guys"),
        ("red cars", "the other one", "car"),
        ("headlight", "the white blob at the bottom", "white blob at the bottom"),
        ("headlight", "the big white blob at the bottom", "big white blob at the bottom"),
        ("car", "the guy next to the tree", "guy next to the tree"),
        ("truck", "further back", "further back truck"),
        ("car", "the top half", "top half"),
    ],
)
def test_what_is_described_keeps_the_noun(about: str, said: str, phrase: str) -> None:
    assert described(about, said) == phrase


@pytest.mark.parametrize("answer", ["no one", "nobody", "not one of them"])
def test_nobody_is_none_of_them(answer: str) -> None:
    turned = rejected(answer)
    assert turned is not None and turned.all and not turned.instead


@pytest.mark.parametrize("answer", ["the ones on the left", "the big ones", "those two"])
def test_several_are_not_cut_to_one(answer: str) -> None:
    four = [(0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0), (40.0, 0.0, 60.0, 20.0), (80.0, 0.0, 90.0, 10.0)]
    assert selected(four, "cars", answer) is None
    assert selected(four, "cars", "the last but one") == selected(four, "cars", "second to last") == [four[2]]
