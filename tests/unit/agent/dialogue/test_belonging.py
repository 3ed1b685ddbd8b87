"""At an open question only what looks like an answer to that one is an answer; all else is a new line."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.dialogue.asking import questions
from wordfuse.agent.dialogue.asking.pieces import with_pieces
from wordfuse.agent.dialogue.asking.questions import Question, about_effect, about_reading, about_wishes
from wordfuse.agent.dialogue.belonging import answers
from wordfuse.tools.store.catalogue import GroundingRecord

BOXES = [(10.0, 40.0, 20.0, 60.0), (30.0, 30.0, 60.0, 90.0), (80.0, 35.0, 95.0, 70.0)]


def which(about: str = "the man", boxes: list[tuple[float, float, float, float]] = BOXES) -> Question:
    record = GroundingRecord(
        phrase=about, found=True, source="embedded", reason="", boxes=boxes, scores=[0.3] * len(boxes),
        confidence=0.3, singular=True,
    )  # fmt: skip
    question = questions.about_which("g1", [record], {})
    assert question is not None
    return question


def region(about: str = "the kiosk") -> Question:
    lost = GroundingRecord(phrase=about, found=False, source="embedded", reason="not known", boxes=[], scores=[])
    question = questions.about_missing(step("denoise", None, about), "g1", [lost], lambda one: True)
    assert question is not None
    return with_pieces(question, "pieces/1.png", BOXES)


REGION = """
    the shop on the corner | tram | trm stop | teh lantern | the persons | 2 | 1 and 3 | 1, 2 | finer 2 | finer
    | the whole image | everything | the upper left | the roof of the house | I mean the newsstand | I meant the bench
    | no, the tree next to it | it's the thing with the awning | somewhere in the middle | the one by the lamp post
    | skip | never mind | no | yes please | the ground in front | bottom right corner | umbrellas | use the hedge
    | a white van | hedge and bench | that bright patch | the man carrying a sack | the lady who waits at the stop
    | pavment on the left | whatever | I don't know | not the sky, the wall | drop it | the cyclist riding past
    | the shiny bonnet | door handle
"""
NO_REGION = """
    lower the contrast | make everything crisp | where are the cyclists | is anybody hidden in there? | it's all grey
    | I can hardly see the road | undo both changes | put the picture back | colours look weird | tell me what you see
    | list all the vehicles | could you sharpen the fence | the fence should be sharper | softer | a lot less
    | too grainy | far too bright now | more contrast please | why did the road go dark | what can I say here
    | show the thermal one | find the hottest spot | now blur the faces | turn the light down on the left
    | you ruined the sky | we need a clearer view of the gate | save this as a png | it didn't work
    | give the trees some punch | hide the number plates | that made the road too dark | do the cars next
    | there are two dogs in it, mark them | polish the edges | I asked for something else | sky a bit darker
    | measure the bin | the previous one was better | please denoise the top | compare it with the first
    | less haze over there | spice the colours up
"""
WHICH = """
    1 | the second | 2 and 3 | left | the one on the right | the tallest one | all of them | both on the left | none
    | none of these | neither, the woman | the man in the hat | the nearest | furthest away | last one | not the first
    | all but 2 | number 3 please | the bigger one | middle | the one in the dark coat | the guy holding a phone | right
    | I mean the one by the door | no, the one behind him | yes | skip it | forget it | 3 | the largest
    | the man who crosses the street | left and right | the white one | first | it's the short one | you choose
    | that one | I wanted the women | the other one | a woman with a pram | 7
"""
NO_WHICH = """
    make them all glow | how tall are they? | count the men | what are the numbers for | take the blur off
    | this is far too dark | brighten the whole street | the women look blurry | remove the haze first
    | show me the picture
    | less grain | darker | give me the infrared view | where is the bus stop | the picture got worse
    | is the second one warmer? | sharpen the wall instead | that's too much contrast | start with the road
    | leave the man as he is | crop it to him | blur the background a little | can you zoom in on him
    | put the last edit back | we should lift the shadows | his jacket is too bright | undo what you did to the sky
    | more colour | tone the sky down | everything looks washed out | I can't make him out | the road needs less noise
    | what did you change | tell me which is hottest | denoise only the top | highlight the cars as well
    | clean the lens dirt off | destripe it | dim the lamps | it was sharper before
"""
EFFECT = """
    brighter | a bit darker | less noise | more contrast | sharper please | make it stand out | brighten it
    | just lighter
    | stand out | more natural | make the wall darker | sharpen the wall | less haze | bring it out | blur it | skip
    | never mind | more vivid | clearer | tone it down | the wall should be brighter | increase the contrast
    | denoise it
    | calmer colours | warmer | make the old wall crisp | darken that wall slightly | cleaner | no | softer
    | as in the infrared picture | make it like the thermal one | lift it | flatter | fade it | boost it a bit
    | lighten the wall by 20% | take the noise out | reduce the glare on it | smooth it
"""
NO_EFFECT = """
    how many people are there? | where is the wall | undo | take that back | make the cars pop | brighten the people
    | blur every face | darken the sky a lot | what did you do so far | the trees are too dark | sharpen the road
    | count the bicycles | is there anyone hiding? | show me where the hottest spot is | hide the number plate
    | tell me how warm the car is | denoise the lawn | give the sky more contrast | who is on the left
    | revert the last change | bring the cyclist out | brighten the whole picture | why is the road grey
    | list the vehicles | make the pavement lighter | dim the lamps | which car is warmest | remove the last edit
    | highlight the pedestrians | can you find a dog | the cars look too noisy | desaturate the trees
    | how dark is the road | put the people in the thermal look | roll the last one back | dehaze the sky
    | get rid of the last edit | what is at the bottom | sharpen his bicycle | mark the signs
"""


def lines(listed: str) -> list[str]:
    return [" ".join(one.split()) for one in listed.split("|")]


@pytest.mark.parametrize(
    ("kind", "line", "answer"),
    [
        (kind, line, answer)
        for kind, answer, listed in (
            ("region", True, REGION),
            ("region", False, NO_REGION),
            ("which", True, WHICH),
            ("which", False, NO_WHICH),
            ("effect", True, EFFECT),
            ("effect", False, NO_EFFECT),
        )
        for line in lines(listed)
    ],
)
def test_what_is_an_answer(kind: str, line: str, answer: bool) -> None:
    asked = {"region": region, "which": which, "effect": lambda: about_effect("do something about the wall")}
    assert answers(asked[kind](), line) is answer


def test_there_are_many_of_each() -> None:
    for listed in (REGION, NO_REGION, WHICH, NO_WHICH, EFFECT, NO_EFFECT):
        assert len(set(lines(listed))) >= 40


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("yes", True),
        ("yes, that's it", True),
        ("exactly", True),
        ("no, darker", True),
        ("no, less noise on it", True),
        ("not brighter, sharper", True),
        ("just lift the sky", True),
        ("the sky should be calmer", True),
        ("darker", True),
        ("skip that", True),
        ("make it nicer", False),
        ("improve the picture", False),
        ("brighten the people", False),
        ("how many people are there?", False),
        ("take the last one back", False),
        ("it's grainy now", False),
    ],
)
def test_what_answers_whether_a_wish_was_read_rightly(line: str, answer: bool) -> None:
    question = about_reading("the sky is a mess", plan_of_the_sky())
    assert answers(question, line) is answer


def plan_of_the_sky() -> questions.Plan:
    return plan(step("relight", "brighter", "sky"))


def test_one_of_two_wishes_is_said_in_its_words() -> None:
    question = about_wishes("change the light of the sky", ("brighten the sky", "darken the sky"))
    assert answers(question, "Darken the sky.") and answers(question, "brighter")
    assert not answers(question, "darken the road")


def test_of_one_thing_it_is_said_whether_it_is_meant() -> None:
    one = which("the man", BOXES[:1])
    assert all(answers(one, line) for line in ("yes", "that's him", "no", "no, the other one", "perfect", "yes it is"))
    assert not any(answers(one, line) for line in ("make him brighter", "is it warm?", "he is too dark"))


@pytest.mark.parametrize(
    ("line", "rest"),
    [("never mind, darken the sky", "darken the sky"), ("skip that, the dog", "the dog"), ("dim it, please", None)],
)
def test_what_follows_words_that_leave_a_question(line: str, rest: str | None) -> None:
    assert questions.left_behind(line) == (rest or line)
    assert not questions.declined(line)


@pytest.mark.parametrize("line", ["oh there is no dog, skip that", "no, forget it", "hm. never mind"])
def test_what_leaves_a_question_whatever_goes_before(line: str) -> None:
    assert questions.declined(line)
