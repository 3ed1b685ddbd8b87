"""What stands beside the pictures of questions and answers, and beside the answers that are offered."""

from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.record import Answer
from wordfuse.agent.talking.captions import pictured, what_is_drawn, with_meaning


def test_an_answer_of_one_word_says_what_it_does() -> None:
    assert with_meaning("finer") == "finer (divide a piece further, as in 'finer 3')"
    assert with_meaning("the whole image") == "the whole image (do it everywhere)"
    assert with_meaning("car") == "car"


def test_pictures_say_what_they_show() -> None:
    boxes = [(0.0, 0.0, 9.0, 9.0), (20.0, 0.0, 29.0, 9.0)]
    which = Question(kind="which", text="Which?", options=["1", "2"], about="car", boxes=boxes)
    pieces = Question(kind="region", text="Which?", options=["1"], about="car", boxes=boxes, pieces="masks/p.png")
    assert what_is_drawn(which) == "the picture with what was found, numbered"
    assert what_is_drawn(pieces) == "the picture in numbered pieces"
    assert what_is_drawn(pieces.model_copy(update={"shows": "part"})) == "that part of it, in numbered pieces"
    assert pictured(Answer(text="", evidence={})) == "the picture with what the answer speaks of, numbered"
    assert pictured(Answer(text="", evidence={"closer": {}})) == "that part of the picture, enlarged"
