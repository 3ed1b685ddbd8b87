"""How numbered pieces are asked about, and what answers say of them."""

import pytest

from wordfuse.agent.dialogue.asking import pieces
from wordfuse.agent.dialogue.asking.pieces import Said
from wordfuse.agent.dialogue.asking.questions import Question

SQUARES = [(float(10 * n), 5.0, float(10 * n + n), float(5 + n)) for n in range(1, 12)]


def asked() -> Question:
    question = Question(
        kind="region",
        text="I know no 'doors'. Which region instead? (skip: leave this step out)",
        options=["the whole image", "skip"],
        about="doors",
        grounding="g1",
    )
    return pieces.with_pieces(question, "work/p1.png", SQUARES)


def test_a_question_about_a_region_offers_pieces() -> None:
    question = asked()
    assert question.options == [*map(str, range(1, 12)), "finer", "the whole image", "skip"]
    assert question.text.startswith("I know no 'doors'. Which region instead? A number, several (3 and 5)")
    assert question.text.endswith("(skip: leave this step out)")
    assert not question.offers, "no region by its name"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("7", Said((7,), finer=False)),
        ("3 and 5", Said((3, 5), finer=False)),
        ("number 3 please", Said((3,), finer=False)),
        ("piece 11", Said((11,), finer=False)),
        ("the second one", Said((2,), finer=False)),
        ("finer 3", Said((3,), finer=True)),
        ("3, but finer", Said((3,), finer=True)),
        ("divide 3 and 4", Said((3, 4), finer=True)),
        ("finer", Said((), finer=True)),
        ("12", None),
        ("3 cars", None),
        ("the sky", None),
        ("left half", None),
        ("the whole image", None),
        ("yes", None),
        ("skip", None),
        ("the finer one of the cars", None),
    ],
)
def test_what_an_answer_says(answer: str, said: Said | None) -> None:
    assert pieces.read(asked(), answer) == said


def test_the_piece_that_is_named_next_is_divided() -> None:
    question = pieces.which_to_divide(asked())
    assert question.text.startswith("Which piece is to be divided?")
    assert pieces.read(question, "4") == Said((4,), finer=True)


def test_finer_pieces_are_asked_about_in_few_words() -> None:
    finer = pieces.with_pieces(pieces.which_to_divide(asked()), "work/p2.png", SQUARES[:3])
    assert (finer.pieces, finer.divides) == ("work/p2.png", False)
    assert finer.text.startswith("'doors': which of these pieces? A number")
    assert finer.options == ["1", "2", "3", "finer", "the whole image", "skip"]


def alike(count: int) -> Question:
    missing = asked().model_copy(update={"pieces": None, "boxes": [], "options": ["the whole image", "skip"]})
    return pieces.with_alike(missing, "work/p3.png", SQUARES[:count])


def test_what_looks_so_is_asked_about_first() -> None:
    question = alike(2)
    assert question.options == ["1", "2", "none", "the whole image", "skip"] and question.shows == "alike"
    assert "What looks so is numbered" in question.text and question.text.endswith("(skip: leave this step out)")
    assert pieces.read(question, "2") == Said((2,), finer=False)
    assert pieces.read(question, "both") == Said((1, 2), finer=False)
    assert pieces.read(question, "yes") is None and pieces.read(alike(1), "yes") == Said((1,), finer=False)
    divided = pieces.with_pieces(question, "work/p4.png", SQUARES)
    assert divided.options == [*map(str, range(1, 12)), "finer", "the whole image", "skip"]
    assert divided.shows == "all"
