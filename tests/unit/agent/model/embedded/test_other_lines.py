"""The line that the embedded model would have written nearly as soon as its own."""

import json
from pathlib import Path

import pytest

from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.embedded.embedded import EmbeddedModel, Generation, Rival
from wordfuse.agent.model.embedded.planner import Asked, forking
from wordfuse.agent.model.protocol import Usage
from wordfuse.agent.model.turns import BEFORE_LINE, answer_of, plan_messages, plan_schema

WISH = "sharpen or brighten the left lamps"
HI = plan_messages(WISH, None, "compact")
SCHEMA = plan_schema(WISH, None, "compact")


@pytest.fixture(scope="module")
def model(folder: Path) -> EmbeddedModel:
    return EmbeddedModel.load(str(folder), adapter=None, device="cpu", threads=1)


def test_a_rival_is_the_next_likeliest_of_its_place(model: EmbeddedModel) -> None:
    answer = model.generate(HI, SCHEMA)
    assert len(answer.rivals) == len(answer.choices)
    for (at, likely), rival in zip(answer.choices, answer.rivals, strict=True):
        if rival is not None:
            assert rival.at == at and rival.text.startswith(answer.text[:at])
            assert 0 < rival.likely <= min(likely, 1 - likely + 1e-6)


def test_an_answer_goes_on_from_how_it_is_to_begin(model: EmbeddedModel) -> None:
    answer = model.generate(HI, SCHEMA)
    for place, rival in enumerate(answer.rivals):
        if rival is None:
            continue
        other = model.generate(HI, SCHEMA, begun=rival.tokens)
        assert other.text.startswith(rival.text) and other.text != answer.text
        assert json.loads(other.text)["plan"]
        assert all(at >= len(rival.text) for at, _ in other.choices), "what it was begun with was not chosen"
        assert model.generate(HI, SCHEMA, begun=rival.tokens[:-1]).text == answer.text, place
    assert model.generate(HI, SCHEMA).text == answer.text, "what was begun is forgotten"


def test_what_the_grammar_does_not_allow_begins_no_answer(model: EmbeddedModel) -> None:
    with pytest.raises(AnswerError, match="refused how the answer begins"):
        model.generate(HI, SCHEMA, begun=[5, 5, 5])


def test_another_line_is_as_likely_as_its_choices(model: EmbeddedModel) -> None:
    asked, usage = Usage(), Usage()
    first = Asked(model, usage)
    line, choices = first.line(HI, SCHEMA)
    place = forking(model.generate(HI, SCHEMA))
    other = first.other_line()
    assert place is not None and other is not None, "random weights are sure of nothing"
    found, likely = other
    assert found != line
    assert [*likely][:place] == [*choices][:place]
    assert dict(likely)[[*choices][place][0]] < [*choices][place][1]
    assert (usage.calls, asked.calls) == (2, 0)


def answered(line: str, *told: tuple[str, float, str, float]) -> Generation:
    """A line as it was written: each of its choices, how likely it was, and what else came next, and how likely."""
    text = answer_of(line)
    choices, rivals = [], []
    for part, likely, instead, less in told:
        at = text.index(part, len(BEFORE_LINE))
        choices.append((at, likely))
        rivals.append(Rival(at, (), text[:at] + instead, less) if instead else None)
    return Generation(text, 1, 1, 1, 0.0, tuple(choices), tuple(rivals))


def test_it_forks_where_another_plan_is_likeliest() -> None:
    line = "stand out: left lamps"
    effect, where = ("stand", 0.6, "sharp", 0.3), (" left", 0.5, " lamps", 0.4)
    assert forking(answered(line, effect, where)) == 0, "0.3 of all, and 0.24"
    assert forking(answered(line, ("stand", 0.9, "sharp", 0.1), where)) == 1, "the whole name may be another"


def test_it_forks_not_within_a_name_nor_where_it_is_said_how_far() -> None:
    effect = ("stand", 0.9, "sharp", 0.05)
    assert forking(answered("stand out: left lamps", effect, (" lamps", 0.5, " lamp", 0.4))) == 0
    assert forking(answered("stand out slight: lamps", effect, (" slight", 0.5, ":", 0.4))) == 0
    assert forking(answered("stand out: lamps", effect, (": lamps", 0.5, " strong", 0.4))) == 0
    assert forking(answered("stand out: strong lamps", effect, (" strong", 0.5, " lamps", 0.4))) == 1, "a name"


def test_it_forks_nowhere_if_nothing_else_is_likely() -> None:
    assert forking(answered("denoise", ("denoise", 0.99, "stand", 0.01))) is None
    assert forking(answered("denoise", ("denoise", 1.0, "", 0.0))) is None
