"""Wishes that were written one by one: read, and drawn with other regions and other typing that keep to their plans."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from wordfuse.agent.model.training.corpus import said
from wordfuse.agent.model.training.corpus.said import HELD_OUT, Asked, drawn, of, planned, spoken
from wordfuse.agent.model.words import lines
from wordfuse.fusion.errors import InputError

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Put lines of one's own in the place of those that ship."""

    def put(*written: str, name: str = "some.txt") -> Path:
        (tmp_path / name).write_text("\n".join(written) + "\n", encoding="utf-8")
        spoken.cache_clear()
        return tmp_path / name

    monkeypatch.setattr(said, "SPOKEN", tmp_path)
    yield put
    spoken.cache_clear()


@pytest.fixture
def swapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is drawn with other regions, and none with other typing."""
    monkeypatch.setattr(said, "SWAPPED", 1.0)
    monkeypatch.setattr(said, "RETYPED", 0.0)


@pytest.fixture
def retyping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is drawn with other typing, and none with other regions."""
    monkeypatch.setattr(said, "SWAPPED", 0.0)
    monkeypatch.setattr(said, "RETYPED", 1.0)


def trained(write: Write, *written: str) -> set[tuple[str, str]]:
    """What training draws of these lines in a while: wishes and plans."""
    write("hello => - chat", *written)  # the first is validation's
    return {(one.instruction, one.plan) for one in islice(drawn(Random(1), "train"), 400)}


def admitted(one: Asked) -> bool:
    """Whether its plan can be meant: every region and number in it was said."""
    return re.fullmatch(lines.pattern(one.instruction, planned(one)[0]), one.plan) is not None


def test_wishes_and_wishes_that_follow_others_are_read(write: Write) -> None:
    write(
        "# how people ask",
        "",
        "brighten the cars => brighter: cars",
        "brighter: cars >> a bit more => brighter slight: cars",
        "the sign says a => b => - unclear",
    )
    assert spoken() == (
        Asked("brighten the cars", None, "brighter: cars", "some"),
        Asked("a bit more", "brighter: cars", "brighter slight: cars", "some"),
        Asked("the sign says a => b", None, "- unclear", "some"),
    )


def test_what_some_files_hold_comes_twice_as_often(write: Write) -> None:
    write("hello => - chat", "less grain => denoise", "too dark => brighter", name="a.txt")
    write("too bright => darker", name="eyes1.txt")
    plans = [one.plan for one in islice(drawn(Random(1), "train", "eyes*"), 400)]
    assert [plans.count(plan) for plan in ("denoise", "brighter", "darker")] == [100, 100, 200]


def test_of_two_equal_wishes_the_first_counts(write: Write) -> None:
    write("denoise: sky >> more => denoise: sky", "less grain => denoise", name="a.txt")
    write("Less grain => - nothing", "more => - unclear", name="b.txt")
    assert [(one.before, one.plan) for one in spoken()] == [
        ("denoise: sky", "denoise: sky"),
        (None, "denoise"),
        (None, "- unclear"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("brighten the cars => brighten: cars", "no plan: no step: 'brighten: cars'"),
        ("brighten the cars => brighter: ", "no plan"),
        ("brighten: cars >> more => brighter: cars", "no plan: no step: 'brighten: cars'"),
        ("how many? => ? number", "no plan"),
        ("go back => ! back", "no plan"),
        ("sing => - song", "no plan: no kind of refusal: 'song'"),
        ("brighten the cars", "no plan"),
        ("denoise", "no wish and plan; write 'wish => plan'"),
        (" => denoise", "no wish and plan"),
        ("denoise >>  => denoise", "no wish and plan"),
    ],
)
def test_a_bad_line_is_told_with_its_file_and_number(write: Write, line: str, told: str) -> None:
    path = write("# first", "", "less grain => denoise", line)
    with pytest.raises(InputError, match=re.escape(told)) as caught:
        spoken()
    assert caught.value.subject == f"{path}:4"


def test_lines_are_for_training_or_for_validation() -> None:
    train, validation = set(of("train")), set(of("validation"))
    assert not train & validation
    assert train | validation == set(spoken())
    assert len(validation) == pytest.approx(len(spoken()) / HELD_OUT, abs=1)


@pytest.mark.usefixtures("swapping")
def test_lines_for_validation_are_never_drawn_in_training(write: Write) -> None:
    # The numbers are no regions, so that each line is known by its own.
    written = [f"wish {number} brighten the car => brighter: car" for number in range(3 * HELD_OUT)]
    write(*written)
    held_out = {str(number) for number in range(0, 3 * HELD_OUT, HELD_OUT)}
    training = [one.instruction.split()[1] for one in islice(drawn(Random(1), "train"), 6 * HELD_OUT)]
    assert len(set(training)) == 3 * HELD_OUT - len(held_out)
    assert not set(training) & held_out
    validation = [one.instruction.split()[1] for one in islice(drawn(Random(1), "validation"), 3 * len(held_out))]
    assert Counter(validation) == dict.fromkeys(held_out, 3)


def test_validation_meets_its_lines_as_they_were_written() -> None:
    known = set(of("validation"))
    assert set(islice(drawn(Random(1), "validation"), len(known))) == known


def test_the_same_draws_again() -> None:
    first, second = (list(islice(drawn(Random(3), "train"), 200)) for _ in range(2))
    assert first == second
    assert first != list(islice(drawn(Random(4), "train"), 200))


@pytest.mark.usefixtures("swapping")
def test_a_swap_changes_wish_and_plan_alike(write: Write) -> None:
    found = trained(
        write, "Brighten the cars a bit, not the van => brighter slight: cars - van", "dim lamps => darker: lamps"
    )
    assert found == {
        ("Brighten the cars a bit, not the van", "brighter slight: cars - van"),
        ("Brighten the lamps a bit, not the van", "brighter slight: lamps - van"),
        ("dim lamps", "darker: lamps"),
        ("dim cars", "darker: cars"),
    }


@pytest.mark.usefixtures("swapping")
def test_one_is_changed_for_one_and_several_for_several(write: Write) -> None:
    found = trained(
        write,
        "the dog is dark => brighter: dog",
        "the cat is dark => brighter: cat",
        "men are dark => brighter: men",
        "lamps are dark => brighter: lamps",
    )
    assert {plan for wish, plan in found if "is" in wish} == {"brighter: dog", "brighter: cat"}
    assert {plan for wish, plan in found if "are" in wish} == {"brighter: men", "brighter: lamps"}


@pytest.mark.usefixtures("swapping")
@pytest.mark.parametrize(
    "line",
    [
        "denoise: car >> less grain on the car => denoise: car",  # the plan before has it, too
        "less grain on the car, on the old car => denoise: car",
        "less grain on the cartwheel => denoise: car",
    ],
)
def test_names_that_are_not_said_once_and_alone_stay(write: Write, line: str) -> None:
    found = trained(write, line, "blur the van => blur: van", "brighten the boat => brighter: boat")
    wish, _, plan = line.rpartition(" >> ")[2].partition(" => ")
    assert {one for one in found if "grain" in one[0]} == {(wish, plan)}
    assert len(found) > 3


@pytest.mark.usefixtures("swapping")
def test_a_name_that_came_in_is_not_changed_again(write: Write) -> None:
    found = trained(
        write,
        "dim the lamp and the floor => darker: lamp + floor",
        "blur the third-floor sign => blur: third-floor sign",
    )
    assert ("dim the third-floor sign and the floor", "darker: third-floor sign + floor") in found
    assert [one for one in found if not admitted(Asked(one[0], None, one[1]))] == []


@pytest.mark.parametrize("way", ["swapping", "retyping"])
def test_changed_wishes_still_say_what_their_plans_name(way: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(way)
    as_written = set(spoken())
    changed = [one for one in islice(drawn(Random(2), "train"), 300) if one not in as_written]
    assert len(changed) > 100
    assert [one for one in changed[:100] if not admitted(one)] == []


@pytest.mark.usefixtures("retyping")
def test_retyping_changes_how_a_wish_is_typed_and_not_what_it_means(write: Write) -> None:
    found = trained(
        write, "please brighten the old barge and blur the captain's face => brighter: old barge; blur: captain's face"
    )
    found -= {("hello", "- chat")}
    assert len({wish for wish, _ in found}) > 20
    assert {tuple(lines.effects_in(plan)) for _, plan in found} == {("brighter", "blur")}
    barges = {lines.read(plan).steps[0].region.phrases[0] for _, plan in found}
    assert "old barge" in barges and len(barges) > 1  # a slip in the name stands in the plan as well
    for wish, plan in found:
        assert admitted(Asked(wish, None, plan)), (wish, plan)


@pytest.mark.usefixtures("retyping")
def test_refusals_and_short_wishes_are_not_retyped(write: Write) -> None:
    written = {("rotate the whole picture to the left", "- edit"), ("less grain", "denoise")}
    assert trained(write, *(f"{wish} => {plan}" for wish, plan in written)) == written


def test_most_lines_are_drawn_as_they_were_written() -> None:
    as_written = set(spoken())
    same = sum(one in as_written for one in islice(drawn(Random(1), "train"), 2000))
    assert 0.4 < same / 2000 < 0.8
