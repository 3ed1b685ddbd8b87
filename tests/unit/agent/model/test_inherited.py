"""Which wishes are about the region of the turn before."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.model.words.inherited import of_picture, without_lost
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.tools.types import Region

BEFORE = plan(step("relight", "brighter", "bottom left"))


@pytest.mark.parametrize(
    "text",
    [
        *("hmm now its grainy, clean it up", "It's all mush", "the whole picture looks noisy"),
        *("good. now the noise", "and now less grain please"),
    ],
)
def test_a_complaint_of_something_else_is_about_the_picture(text: str) -> None:
    read = plan(step("denoise", None, "bottom left"))
    assert of_picture(read, text, BEFORE) == plan(step("denoise"))


@pytest.mark.parametrize(
    ("text", "task", "phrases"),
    [
        ("it's too bright now", "relight", ["bottom left"]),  # of the same effect
        ("sharpen it", "sharpen", ["bottom left"]),  # what was spoken of
        ("it's still grainy there", "denoise", ["bottom left"]),
        ("it is noisy in the bottom left", "denoise", ["bottom left"]),  # named anew
        ("it's noisy on the road", "denoise", ["road"]),
        ("looks good, now sharpen it", "sharpen", ["bottom left"]),  # praise
        ("all right, now sharpen it", "sharpen", ["bottom left"]),
        ("it's fine. now sharpen it", "sharpen", ["bottom left"]),
        ("sharpen it, that's all", "sharpen", ["bottom left"]),
        ("nice picture! now sharpen it", "sharpen", ["bottom left"]),
        ("that looks great, denoise it too", "denoise", ["bottom left"]),
        ("first of all, sharpen it", "sharpen", ["bottom left"]),
        ("ok that's all good, now denoise it a bit", "denoise", ["bottom left"]),
        ("sharpen its edges", "sharpen", ["bottom left"]),
    ],
)
def test_all_else_stays(text: str, task: str, phrases: list[str]) -> None:
    direction = "darker" if task == "relight" else None
    read = plan(step(task, direction, *phrases))  # type: ignore[arg-type]  # a task and its direction
    assert of_picture(read, text, BEFORE) == read
    assert of_picture(read, text, None) == read


@pytest.mark.parametrize(
    ("kind", "text", "phrases"),
    [
        ("hottest", "Where is it hottest, and how hot is it there?", []),
        ("hottest", "what part of it is hottest?", ["bottom left"]),
        ("hottest", "where's the bottom left hottest", ["bottom left"]),
        ("measure", "does it look natural?", []),
        ("measure", "how noisy is it?", ["bottom left"]),
    ],
)
def test_some_questions_are_asked_of_the_picture(kind: QuestionKind, text: str, phrases: list[str]) -> None:
    read = Plan(question=Query(kind=kind, region=Region(phrases=["bottom left"])))
    asked = of_picture(read, text, BEFORE).question
    assert asked is not None
    assert asked.region.phrases == phrases


@pytest.mark.parametrize(
    ("text", "task", "phrases"),
    [
        ("clean it up", "denoise", []),
        ("clean up the bottom left", "denoise", ["bottom left"]),  # named anew
        ("denoise them", "denoise", ["bottom left"]),
        ("a bit more", "relight", ["bottom left"]),  # of the same effect
    ],
)
def test_what_was_looked_for_in_vain_is_not_looked_for_again_unasked(text: str, task: str, phrases: list[str]) -> None:
    direction = "brighter" if task == "relight" else None
    read = plan(step(task, direction, "bottom left"))  # type: ignore[arg-type]  # a task and its direction
    assert without_lost(read, text, BEFORE, ["bottom left"]) == plan(step(task, direction, *phrases))  # type: ignore[arg-type]
    assert without_lost(read, text, BEFORE, []) == read
