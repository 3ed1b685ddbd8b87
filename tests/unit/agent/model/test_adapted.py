"""The plan turn of a model that writes plans as lines: what it is asked, and what is made of its line."""

import unicodedata
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from tests.fakes import plan, refusal, step
from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.client import ChatLanguageModel
from wordfuse.agent.model.planning import SURE, Choices, planned
from wordfuse.agent.model.turns import answer_of, plan_schema
from wordfuse.agent.model.words import refusals
from wordfuse.agent.plan import Doubted, Plan, Query, Unknown
from wordfuse.tools.types import Region

BEFORE = plan(step("denoise", None, "sky"))


class Says(BaseChatModel):
    """A chat model that always gives one line; ``likely`` is how sure it is of the part of it that is named."""

    line: str
    likely: dict[str, float] = Field(default_factory=dict)
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    held_to: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "says"

    def _generate(self, messages: list[BaseMessage], *args: Any, **bound: Any) -> ChatResult:
        self.asked.append(messages)
        self.held_to.append(bound["response_format"]["json_schema"]["schema"])
        text = answer_of(self.line)
        choices = tuple((text.index(part), likely) for part, likely in self.likely.items())
        message = AIMessage(text, response_metadata={"choices": choices})
        return ChatResult(generations=[ChatGeneration(message=message)])


def adapted(says: Says) -> ChatLanguageModel:
    return ChatLanguageModel(says, "adapted", "compact")


def test_a_line_becomes_the_plan_that_it_means() -> None:
    says = Says(line="darker slight: lamps - red one; denoise")
    (first, second) = adapted(says).plan("dim the lamps a bit but not the red one, and less grain", None).steps
    assert (str(first), str(second)) == ("darker (slight): lamps except red one", "denoise: the whole image")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("? count: people", Plan(question=Query(kind="count", region=Region(phrases=["people"])))),
        ("! undo", Plan(control="undo")),
        ("- edit", refusal(refusals.told("edit"))),
    ],
)
def test_questions_controls_and_refusals_need_no_sureness(line: str, meant: Plan) -> None:
    for likely in (1.0, 0.01):
        assert adapted(Says(line=line, likely={line[:3]: likely})).plan("are there people?", None) == meant


def test_it_is_asked_by_the_short_prompt_and_held_to_what_was_said() -> None:
    says = Says(line="denoise slight: sky")
    adapted(says).plan("a bit more for the road", BEFORE)
    ((system, question),) = says.asked
    assert (system.text, question.text) == ("Plan.", "Before: denoise: sky\na bit more for the road")
    assert says.held_to == [plan_schema("a bit more for the road", BEFORE, "compact")]


def test_a_model_that_only_plans_says_so() -> None:
    assert adapted(Says(line="denoise")).plans_only
    assert not ChatLanguageModel(Says(line="denoise"), "large", "full").plans_only


def test_what_is_to_be_done_must_be_sure_enough() -> None:
    sure = Says(line="darker: lamps", likely={"darker": 1.0})
    assert adapted(sure).plan("darken the lamps", None) == plan(step("relight", "darker", "lamps"))
    unsure = Says(line="darker: lamps", likely={"darker": SURE - 0.01})
    doubted = adapted(unsure).plan("darken the lamps", None)
    assert isinstance(doubted, Doubted)
    assert doubted.reading == plan(step("relight", "darker", "lamps"))
    assert doubted.refusal is not None and "unclear" in doubted.refusal and "darker: lamps" in doubted.refusal
    assert not doubted.steps and "reading" not in doubted.model_dump()


def test_what_is_to_be_gone_is_not_offered_to_stand_out() -> None:
    unsure = Says(line="stand out: lamp post", likely={"stand": SURE - 0.01})
    gone = adapted(unsure).plan("take out the lamp post", None)
    assert not isinstance(gone, Doubted) and gone.refusal == refusals.told("edit")
    assert isinstance(adapted(unsure).plan("get rid of what hides the lamp post", None), Doubted)


def test_doubts_of_several_tokens_add_up() -> None:
    likely = {"darker": SURE**0.6, " slight": SURE**0.6}
    assert isinstance(adapted(Says(line="darker slight: lamps", likely=likely)).plan("dim the lamps", None), Doubted)


def test_what_the_words_do_not_speak_of_is_not_even_offered_however_sure_the_model_is() -> None:
    says = Says(line="destripe: lamps", likely={"destripe": 1.0})
    assert isinstance(adapted(says).plan("darken the lamps", None), Unknown)


@pytest.mark.parametrize(
    "line", ["visible; infrared", "brighter: lamps; sharpen; darker: lamps", "stand out; blend in"]
)
def test_what_takes_itself_back_is_doubted_however_sure_the_model_is(line: str) -> None:
    text = (
        "take the brightness of the infrared, and darker or brighter lamps that stand out or blend in, sharpen, visible"
    )
    assert isinstance(adapted(Says(line=line)).plan(text, None), Doubted | Unknown)


@pytest.mark.parametrize("line", ["infrared 70%; visible 30%", "brighter: lamps; darker: road"])
def test_mixtures_and_other_places_take_nothing_back(line: str) -> None:
    text = "70% infrared and 30% visible, brighter lamps and a darker road"
    assert len(adapted(Says(line=line)).plan(text, None).steps) == 2


def told(line: str, **likely: float) -> tuple[str, Choices]:
    """A line, and how likely the parts of it were that are named."""
    text = answer_of(line)
    return line, [(text.index(part), chance) for part, chance in likely.items()]


def two_lines(wish: str, first: tuple[str, Choices], second: tuple[str, Choices] | None) -> tuple[Plan, int]:
    """The plan of a wish of which a model writes one line, and nearly another; and how often it was asked for that."""
    asked: list[int] = []

    def other() -> tuple[str, Choices] | None:
        asked.append(1)
        return second

    return planned(wish, None, lambda messages, schema: first, "two", other), len(asked)


def test_where_readings_do_not_agree_the_words_choose_between_two_lines() -> None:
    wish = "the stripes in the sky bother me"
    vivid, destripe = told("vivid: sky", vivid=0.5), told("destripe: sky", destripe=0.3)
    doubted, asked = two_lines(wish, vivid, destripe)
    assert isinstance(doubted, Doubted) and asked == 1
    assert doubted.reading == plan(step("destripe", None, "sky"))
    assert two_lines(wish, vivid, None)[0].refusal is not None


def test_a_line_of_which_the_readings_are_sure_is_the_only_one() -> None:
    sure = told("darker: lamps", darker=1.0)
    found, asked = two_lines("darken the lamps", sure, told("denoise", denoise=0.01))
    assert (found, asked) == (plan(step("relight", "darker", "lamps")), 0)


def test_a_refusal_of_which_the_model_is_unsure_gives_way_to_what_the_words_speak_of() -> None:
    unsure, darker = told("- edit", edit=SURE - 0.1), told("darker: lamps", darker=0.4)
    doubted, asked = two_lines("darken the lamps", unsure, darker)
    assert isinstance(doubted, Doubted) and asked == 1
    assert two_lines("darken the lamps", told("- edit", edit=SURE), darker) == (refusal(refusals.told("edit")), 0)
    question, _ = two_lines(
        "how many people are there?", told("darker", darker=0.3), told("? count: people", count=0.3)
    )
    assert question.question == Query(kind="count", region=Region(phrases=["people"]))


def test_doubts_of_what_a_region_is_called_count_nothing() -> None:
    says = Says(line="darker: lamps", likely={"darker": 1.0, "lamps": 0.01})
    assert adapted(says).plan("darken the lamps", None) == plan(step("relight", "darker", "lamps"))


def test_regions_are_called_what_was_typed() -> None:
    says = Says(line="brighter: light on the pole", likely={"brighter": 1.0})
    typed = plan(step("relight", "brighter", "lihgt on the pole"))
    assert adapted(says).plan("brigten the lihgt on the pole", None) == typed
    assert says.asked[0][-1].text == "brighten the light on the pole"
    says.likely["brighter"] = 0.01
    doubted = adapted(says).plan("brigten the lihgt on the pole", None)
    assert isinstance(doubted, Doubted) and doubted.reading == typed
    assert doubted.refusal is not None and "lihgt on the pole" in doubted.refusal


@pytest.mark.parametrize(
    ("text", "kind"),
    [("сделай небо ярче", "language"), ("空をもっと明るく", "language"), ("asdf qwer zxcv", "unclear")],
)
def test_what_no_model_here_understands_is_not_asked(text: str, kind: str) -> None:
    says = Says(line="denoise: sky")
    assert adapted(says).plan(text, BEFORE) == refusal(refusals.told(kind))
    assert says.asked == []


def test_wide_letters_are_read_as_what_they_look_like() -> None:
    says = Says(line="denoise: sky")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "denoise")
    assert unicodedata.name(wide[0]).startswith("FULLWIDTH")
    adapted(says).plan(f"{wide} the sky", None)
    assert says.asked[0][-1].text == "denoise the sky"


@pytest.mark.parametrize("line", ["", "denoise the sky", "? when", "! quit", "- no", "; ".join(["denoise"] * 9)])
def test_what_is_no_line_is_an_answer_error(line: str) -> None:
    with pytest.raises(AnswerError, match="adapted gave no valid plan"):
        adapted(Says(line=line)).plan("denoise the sky", None)
