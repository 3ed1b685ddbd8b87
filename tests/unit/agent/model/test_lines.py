"""A plan as one line: what is written is read again, and a pattern admits what was said and nothing else."""

import re
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer

from tests.fakes import plan, refusal, step
from tests.tiny import Tiny
from wordfuse.agent.model.grammar import plain_schema
from wordfuse.agent.model.template import END
from wordfuse.agent.model.training.corpus.said import planned, spoken
from wordfuse.agent.model.turns import answer_of, plan_schema
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.model.words.spans import names_in
from wordfuse.agent.plan import Plan, Query, Step
from wordfuse.tools.types import Region

# Characters that mean something in regular expressions, JSON or the form of a line among others.
MARKS = ".'*?^$|()[]{}/\\&#%~+-_<=>!\"@,"
words = st.text("abcxyzé079" + MARKS, min_size=1, max_size=8).filter(lambda word: word not in ("+", "-"))


def names_of(word: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What a region may be called in a line: no mark of the line stands in it between spaces."""
    return st.lists(word, min_size=1, max_size=5).map(" ".join).filter(lambda name: not name.startswith("not "))


def regions_of(name: st.SearchStrategy[str]) -> st.SearchStrategy[Region]:
    several = st.builds(
        Region,
        phrases=st.lists(name, min_size=1, max_size=6),
        exceptions=st.lists(name, max_size=3),
        invert=st.booleans(),
    )
    return st.just(Region()) | several


def steps_of(name: st.SearchStrategy[str]) -> st.SearchStrategy[Step]:
    def built(effect: tuple[str, str | None], far: str | int, region: Region) -> Step:
        how_far = {"strength": "normal", "amount": far / 100} if isinstance(far, int) else {"strength": far}
        return Step.model_validate({"task": effect[0], "direction": effect[1], "region": region, **how_far})

    far = st.sampled_from(("slight", "normal", "strong")) | st.integers(1, 999)
    return st.builds(built, st.sampled_from(list(lines.NAMES)), far, regions_of(name))


def plans_of(name: st.SearchStrategy[str]) -> st.SearchStrategy[Plan]:
    kinds = st.sampled_from(["count", "find", "describe", "measure", "hottest", "coldest", "why", "help"])
    return st.one_of(
        st.builds(Plan, steps=st.lists(steps_of(name), min_size=1, max_size=5)),
        st.builds(Plan, question=st.builds(Query, kind=kinds, region=regions_of(name))),
        st.builds(Plan, control=st.sampled_from(["undo", "redo", "reset", "compare", "show", "save"])),
    )


def admits(instruction: str | None, line: str, before: Plan | None = None) -> bool:
    return re.fullmatch(lines.pattern(instruction, before), line) is not None


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (
            "stand out: guy by the hedge; darker slight: lamps",
            plan(step("stand_out", "more", "guy by the hedge"), step("relight", "darker", "lamps", strength="slight")),
        ),
        ("denoise: not car", plan(step("denoise", None, "car", invert=True))),
        ("improve", plan(step("improve"))),
        (
            "heat strong: t-34 + on/off switch",
            plan(step("recolour", "heat", "t-34", "on/off switch", strength="strong")),
        ),
        ("? count: people", Plan(question=Query(kind="count", region=Region(phrases=["people"])))),
        ("? help", Plan(question=Query(kind="help"))),
        ("! undo", Plan(control="undo")),
        ("- edit", refusal(refusals.told("edit"))),
    ],
)
def test_what_a_line_means(line: str, meant: Plan) -> None:
    assert lines.read(line) == meant
    if meant.refusal is None:
        assert lines.written(meant) == line


def test_amounts_and_exceptions_in_a_line() -> None:
    (one,) = lines.read("brighter 20%: street - cars + people").steps
    assert one.amount == 0.2 and one.strength == "normal"
    assert one.region == Region(phrases=["street", "people"], exceptions=["cars"])
    assert lines.written(plan(one)) == "brighter 20%: street + people - cars"
    (tenth,) = lines.read("darker 12.5%").steps
    assert tenth.amount == 0.125
    (endless,) = lines.read("brighter 5000%").steps  # no plan goes further than tenfold
    assert endless.amount == 10


def test_of_a_refusal_only_that_it_is_one_is_written() -> None:
    assert lines.written(refusal("That edit is not mine.")) == "- unclear"


def test_every_effect_has_a_name_of_its_own() -> None:
    assert len(set(lines.NAMES.values())) == len(lines.NAMES)
    for (task, direction), name in lines.NAMES.items():
        assert lines.read(name) == plan(step(task, direction))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "brighten",
        "brighter:",
        "brighter: ",
        "brighter people",
        "brighter weak: people",
        "brighter slight 20%",
        "brighter -5%",
        "denoise;",
        "denoise; ? count: people",
        "; ".join(["denoise"] * 9),
        "denoise: " + " + ".join("abcdefghi"),
        "denoise: " + "x" * 81,
        "? when",
        "?count",
        "! quit",
        "!",
        "- no",
        "-",
    ],
)
def test_what_is_no_line(line: str) -> None:
    with pytest.raises(ValueError):
        lines.read(line)


@given(plans_of(names_of(words)))
@example(plan(step("denoise", None, "+1", "-1", "not")))
def test_what_is_written_is_read_again(one: Plan) -> None:
    assert lines.read(lines.written(one)) == one


@given(plans_of(names_of(st.text("abcxyzé079.'*?^$|()[]{}/&#%~", min_size=1, max_size=8))))
def test_without_an_instruction_any_name_is_admitted(one: Plan) -> None:
    assert admits(None, lines.written(one))


def test_the_pattern_admits_the_plans_of_spoken_wishes() -> None:
    sample = Random(1).sample(spoken(), 200)
    refused = [one for one in sample if not admits(one.instruction, one.plan, planned(one)[0])]
    assert refused == []


def test_spoken_wishes_are_lines_as_they_are_written() -> None:
    for one in spoken():
        before, meant = planned(one)
        for line, read in ((one.before, before), (one.plan, meant)):
            assert read is None or read.refusal is not None or lines.written(read) == line
        named = [lines.NAMES[each.task, each.direction] for each in meant.steps]
        assert lines.effects_in(one.plan) == (named or [one.plan.split(":")[0]])


def around(name: str) -> list[str]:
    """Lines with a name in every place that a region has, beside "road" where it is not alone."""
    places = (": {}", ": not {}", ": road + {}", ": road - {}", ": {} + road", ": {} - road", ": not road - {}")
    beginnings = ("brighter", "denoise; brighter strong", "? find")
    return [beginning + place.format(name) for beginning in beginnings for place in places]


@pytest.mark.parametrize("said", ["river", "road by the river", "by the river"])
def test_what_was_said_is_admitted_in_every_place(said: str) -> None:
    for line in around(said):
        assert admits("Brighten the road by the river!", line), line


@pytest.mark.parametrize(
    "unsaid",
    ["people", "roa", "roads", "the road", "Road", "road  by", "river road", "road; river", "", " road", "road "],
)
def test_what_was_not_said_is_admitted_in_no_place(unsaid: str) -> None:
    for line in around(unsaid):
        assert not admits("Brighten the road by the river!", line), line


@given(st.lists(words, max_size=8).map(" ".join), names_of(words))
@example("brighten the c++ sign", "c+ sign")
@example("brighten the no.7", "noa7")
@example("dim a|b", "a")
def test_names_are_admitted_where_they_were_said_and_nowhere_else(text: str, name: str) -> None:
    said = names_in(text)
    assert said is not None
    usable = [one for one in said if not re.search(r"[;:] | [+-] |^not ", one)]
    for one in usable[:10]:
        assert admits(text, f"blur: {one}")
        assert lines.read(f"blur: {one}") == plan(step("blur", None, one))
    assert admits(text, f"blur: {name}") == (name in usable)


def test_where_nothing_is_named_there_is_no_region() -> None:
    assert admits("Make it darker.", "darker") and not admits("Make it darker.", "darker: it")
    assert not admits("darker", "darker: sky")
    assert not admits("darker", "? find: sky")


def test_regions_of_the_plan_before_may_be_meant_again() -> None:
    before = plan(step("denoise", None, "sky"), step("blur", None, "faces", invert=True))
    before = before.model_copy(update={"steps": [*before.steps, *lines.read("sharpen: cars - red one").steps]})
    for name in ("sky", "faces", "cars", "red one"):
        assert admits("darker", f"darker: {name}", before)
        assert not admits("darker", f"darker: {name}")
    assert not admits("darker", "darker: people", before)
    for marked in ("salt + pepper", "man - dog", "sky: red", "a; b", "not a door"):  # would be read as something else
        assert not admits("darker", f"darker: {marked}", plan(step("blur", None, marked)))
    asked = Plan(question=Query(kind="count", region=Region(phrases=["people"])))
    assert admits("brighter", "brighter: people", asked)
    assert not admits("brighter", "brighter: people", Plan(control="undo"))


def test_scripts_without_spaces_leave_names_to_the_model() -> None:
    assert admits("把天空变亮一点", "brighter: 天空")


HOSTILE = [
    "c++ sign", "no.7", "t-34", "on/off switch", "what^is", "$5 note", "a*b", "r&d lab", "50% sign", "#1", "a\\b", "~x",
]  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tiny.tokenizer()


def grammar_admits(tokenizer: Tokenizer, instruction: str, line: str) -> bool:
    """Whether the grammar that holds the embedded model admits a line."""
    vocabulary = LLTokenizer(tokenizer.to_str(), eos_token=tokenizer.token_to_id(END))
    options = {"whitespace_flexible": False, "json_allowed_escapes": '"\\'}
    schema = plain_schema(plan_schema(instruction))
    matcher = LLMatcher(vocabulary, LLMatcher.grammar_from_json_schema(schema, overrides=options))
    assert not matcher.is_error(), matcher.get_error()
    tokens = tokenizer.encode(answer_of(line)).ids
    return matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens) and matcher.is_accepting()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_with_marks_of_regular_expressions_are_names(tokenizer: Tokenizer, name: str) -> None:
    instruction = f"brighten the {name} a lot"
    assert name in (names_in(instruction) or ())
    others = {re.sub(r"[^\w ]", "x", name), re.sub(r"[^\w ]", "", name), name + "b"}
    for called in {name, *others}:
        line = f"brighter strong: {called}"
        assert admits(instruction, line) == (called == name), line
        assert grammar_admits(tokenizer, instruction, line) == (called == name), line


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("brighten the road by 20%", [20]),
        ("12.5 % less noise", [12.5]),
        ("12,5 % less noise", [12.5]),
        ("20% darker here, 20% darker there", [20]),
        ("3 times as bright", [3, 200]),
        ("0.5", [0.5, 50]),
        ("twice as bright", [100]),
        ("Halve the noise and double the contrast", [50, 100]),
        ("ten percent, no, Fifteen", [10, 15]),
        ("a third brighter", [33]),
        ("1000", [1000]),
        ("1001", []),
        ("0%", []),
        ("brighten the road", []),
        ("the tent, often", []),
        ("", []),
    ],
)
def test_amounts_in_words_and_numbers(text: str, amounts: list[float]) -> None:
    assert lines.amounts_in(text) == amounts


def test_only_amounts_that_were_said_are_admitted() -> None:
    assert admits("brighten the road by 12.5%", "brighter 12.5%: road")
    for line in ("brighter 12%: road", "brighter 1235%: road", "brighter 12x5%: road", "brighter 125%: road"):
        assert not admits("brighten the road by 12.5%", line), line
    assert admits("brighten the road", "brighter slight: road")
    assert not admits("brighten the road", "brighter 20%: road")


def test_how_sure_it_is_leaves_aside_what_regions_are_called() -> None:
    line = "brighter slight: man - dog; denoise: sky"
    decided = {"brighter": 0.9, " slight": 0.8, "; den": 0.5}
    named = {"man": 0.1, " - ": 0.2, "dog": 0.3, "sky": 0.4}
    choices = [(line.index(part), likely) for part, likely in (decided | named).items()]
    assert lines.sureness(line, choices) == pytest.approx(0.9 * 0.8 * 0.5)
    assert lines.sureness("! undo", [(0, 0.5), (2, 0.5)]) == pytest.approx(0.25)
    assert lines.sureness("denoise", []) == 1


@pytest.mark.parametrize(
    ("line", "effects"),
    [
        ("stand out strong: guy by the hedge; darker 20%: lamps - red one", ["stand out", "darker"]),
        ("denoise", ["denoise"]),
        ("denoise; denoise: not sky", ["denoise", "denoise"]),
        ("? count: people", ["? count"]),
        ("? help", ["? help"]),
        ("! undo", ["! undo"]),
        ("- edit", ["- edit"]),
    ],
)
def test_what_a_line_is_about(line: str, effects: list[str]) -> None:
    assert lines.effects_in(line) == effects
