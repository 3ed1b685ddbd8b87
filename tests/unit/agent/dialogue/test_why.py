"""What a turn is summed up to, and what is said where there is nothing to explain."""

from wordfuse.agent.dialogue.why import NOTHING_YET, explain, explain_last, history, parts_told, summed
from wordfuse.agent.model.words import lines
from wordfuse.agent.record import Instruction, StepRecord


def said(text: str, line: str, *ended: str, not_done: tuple[str, ...] = ()) -> Instruction:
    plan = lines.read(line)
    steps = tuple(
        StepRecord(
            **step.model_dump(), found=True, missing=(), mask=None, area=1.0, satisfied=how in ("done", "already"),
            reason="already" if how == "already" else None, output="images/001.png" if how == "done" else None,
            attempts=(), notice=None if how == "done" else "no car found",
        )
        for step, how in zip(plan.steps, ended, strict=True)
    )  # fmt: skip
    return Instruction(text=text, plan=plan, steps=steps, refusal=None, not_done=not_done)


def test_of_two_parts_it_is_told_which_was_done() -> None:
    two = said("more contrast on the facade, darken the car", "contrast: facade; darker: car", "done", "failed")
    assert summed(two) == "Done: contrast more: facade. Not done: darker: car."
    one = said("darken the sky and the rest in grey", "darker: sky", "done", not_done=("the rest in grey",))
    assert summed(one) == "Done: darker: sky. Not done: 'the rest in grey'."
    assert not one.satisfied
    left = said("sharpen it, darken the car", "sharpen; darker: car", "already", "failed")
    assert summed(left) == "Left as it was: sharpen: the whole image. Not done: darker: car."


def test_what_was_done_in_full_or_has_one_part_is_not_summed_up() -> None:
    assert summed(said("sharpen it, darken the car", "sharpen; darker: car", "done", "done")) is None
    assert summed(said("darken the car", "darker: car", "failed")) is None


def test_what_no_step_does_is_explained() -> None:
    assert parts_told(()) == []
    assert parts_told(("in red",)) == ["Not done: 'in red'. Nothing is painted in a colour of one's choice."]
    one = said("darken the sky and the rest in grey", "darker: sky", "done", not_done=("the rest in grey",))
    (told,) = parts_told(one.not_done)
    assert told in explain(one) and told in history([one])[0]


def test_where_nothing_was_wished_that_is_said() -> None:
    assert explain_last([]) == [NOTHING_YET]


def test_why_is_told_of_what_the_question_is_about() -> None:
    paving = said("make the paving stones crisper", "sharpen: road", "already")
    man = said("brighten the man again", "brighter: man", "done")
    first = explain_last([paving, man], "why didn't you sharpen the paving?")[0]
    assert first == "'make the paving stones crisper' was understood as: sharpen: road."
    for asked in ("why?", "why is the moon there?", ""):
        assert explain_last([paving, man], asked)[0].startswith("'brighten the man again'")
