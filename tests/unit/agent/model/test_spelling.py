"""Typing errors are mended in the words that say what to do, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import plan, refusal, step
from tests.plan_cases import read_plan_cases
from wordfuse.agent.model.words.spelling import is_foreign, is_gibberish, mend
from wordfuse.agent.plan import Plan, Query
from wordfuse.evals.language.cases import read_suite
from wordfuse.tools.types import Region


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("smoth the grass", "smooth the grass"),
        ("Brigten the road", "brighten the road"),
        ("make it stand otu slighty", "make it stand out slightly"),
        ("less conspicous, it draws attenton", "less conspicuous, it draws attention"),
        ("more themral, less nosie", "more thermal, less noise"),
        ("the sky looks grany", "the sky looks grainy"),
        ("britgher and overexpsoedd", "brighter and overexposed"),
        ("the plate is blury, shapren it", "the plate is blurry, sharpen it"),
        ("take the haaze off, more cntrast", "take the haze off, more contrast"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert mend(typed).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "brighten the building by the loading bay",
        "darken the buiding, the cllouds and the camperr",
        "cross the bridg in the sunight",
        "darken the torch and the stroller",
        "show the whale, the bearing and the lane markings",
        "don't touch the skylight, I shouldn't have to say it",
        "rotate it, crop it, replace the train",
        "make the T-34 and the zorblax hotter",
        "asdf qwerty",
        "brighten" * 60,
        "",
        "空をもっと明るく",
    ],
)
def test_what_is_right_or_nobody_knows_stays(text: str) -> None:
    assert mend(text).text == text


def test_well_written_instructions_stay_as_they_are() -> None:
    changed = [case.words for case in read_plan_cases() if mend(case.instruction).typed]
    typos = {one.case.words for one in read_suite("plan").listed if one.tags[0] == "typo"}
    assert not set(changed) - typos


def test_regions_are_called_what_was_typed() -> None:
    mended = mend("brigten the lihgt on the pole and the roof")
    meant = plan(step("relight", "brighter", "light on the pole", "roof"))
    assert mended.as_typed(meant) == plan(step("relight", "brighter", "lihgt on the pole", "roof"))
    assert mended.as_typed(refusal("no")) == refusal("no")
    asked = Query(kind="count", region=Region(phrases=["roof"], exceptions=["light on the pole"]))
    typed = Region(phrases=["roof"], exceptions=["lihgt on the pole"])
    assert mended.as_typed(Plan(question=asked)) == Plan(question=Query(kind="count", region=typed))


@pytest.mark.parametrize(
    ("text", "meant", "typed"),
    [
        ("darken the light pole and the lihgt switch", ["light pole", "light switch"], ["light pole", "lihgt switch"]),
        ("darken the lihgt-pole", ["light-pole"], ["lihgt-pole"]),
        ("DARKEN THE LIHGT", ["light"], ["lihgt"]),
        ("brigten the man with teh lihgt", ["man with the light"], ["man with teh lihgt"]),
        ("brigten it", ["said before"], ["said before"]),
    ],
)
def test_a_region_is_called_what_stood_there(text: str, meant: list[str], typed: list[str]) -> None:
    assert mend(text).as_typed(plan(step("relight", "darker", *meant))) == plan(step("relight", "darker", *typed))


@pytest.mark.parametrize(
    "text", ["空をもっと明るく", "сделай небо ярче", "اجعل السماء أكثر إشراقا", "הבהר את השמיים", "ทำให้ท้องฟ้าสว่างขึ้น"]
)
def test_other_scripts_are_foreign(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    ["", "20%", "?!", "brighten the road", "Über den «Bäumen»: le café", "brighten the Москва sign"],
)
def test_english_with_names_of_elsewhere_is_not(text: str) -> None:
    assert not is_foreign(text)


@given(st.text(max_size=120))
def test_any_text_keeps_its_words(text: str) -> None:
    mended = mend(text)
    assert len(mended.text.split()) == len(text.split())
    assert mend(mended.text).text == mended.text


def test_nonsense() -> None:
    assert is_gibberish("asdf qwer zxcv")
    assert not any(
        map(is_gibberish, ("", "asdf", "a bit more", "hetzenauer brighter", "smoth the grss", "los coches más claros"))
    )


def test_no_wish_of_the_suites_is_nonsense() -> None:
    assert [case.instruction for case in read_plan_cases() if case.plan.steps and is_gibberish(case.instruction)] == []
