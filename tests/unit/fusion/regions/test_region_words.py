import json
from dataclasses import replace
from pathlib import Path

import pytest

from wordfuse.fusion.regions.words.grammar import Clause, Place, Tone, parse
from wordfuse.fusion.regions.words.meaning import Beside, Wanted, nearly, noun_in, understand
from wordfuse.fusion.regions.words.nouns import LEXICON, WORDNET

LEFT = Clause(places=(Place(horizontal="low"),))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("peeple", "people"),
        ("pedestrain", "pedestrian"),
        ("raod", "road"),
        ("plate", None),
        ("unicorn", None),
        ("lines on the road", None),
        ("the cart on the left", None),
        ("the raod on the left", "the road on the left"),
    ],
)
def test_what_may_be_a_slip_of_typing(typed: str, meant: str | None) -> None:
    assert nearly(typed) == meant


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("who is on the left", "somebody on the left"),
        ("who is that by the car", "somebody by the car"),
        ("whoever is behind the tree", "somebody behind the tree"),
        ("those who are far away", "people far away"),
        ("someone that is near the car", "someone near the car"),
        ("their faces", "the faces"),
        ("he", "the person"),
        ("the couple on the left", "two people on the left"),
        ("cars ahead of us", "cars"),
        ("trees overhead", "trees at the top"),
        ("the left hand hedge", "the left hedge"),
        ("the light above the car", "the lamp above the car"),
        ("signals", "traffic lights"),
        ("his bike", "the bike"),
    ],
)
def test_words_that_name_the_same(asked: str, named: str) -> None:
    assert not isinstance(understand(named), str)
    assert understand(asked) == understand(named)


@pytest.mark.parametrize(
    ("phrase", "classes"),
    [
        ("pedestrians", ("person",)),
        ("the Passers-by", ("person",)),
        ("a lorry", ("car",)),
        ("all of the vehicles", ("car",)),
        ("cyclists", ("person", "bicycle")),
        ("the traffic lights", ("traffic_light",)),  # not traffic
        ("street lights", ("light", "pole")),  # not a street; where none is lit, its pole
        ("headlights", ("headlight",)),
        ("the rear lights", ("tail_light",)),
        ("a toyota", ("car",)),
        ("a tesla model 3", ("car",)),
        ("lampposts", ("pole",)),
        ("lads", ("person",)),
        ("the saloon", ("car",)),
        ("flats", ("building",)),
        ("the car park", ("road", "pavement")),  # not a car
        ("porch lights", ("light",)),
        ("bollards", ("pole",)),
        ("the ground", ("road", "pavement")),
        ("people walking", ("person",)),
        ("anybody in the picture", ("person",)),
        ("cars in this photo", ("car",)),
        ("the night sky", ("sky",)),
        ("the firemen", ("person",)),
        ("waitresses", ("person",)),  # of WordNet, from here on
        ("athletes", ("person",)),
        ("snowploughs", ("car",)),
        ("an edifice", ("building",)),
        ("coffee shops", ("building",)),
        ("apple trees", ("tree",)),
        ("autobahn", ("road",)),
    ],
)
def test_nouns_and_what_people_call_them(phrase: str, classes: tuple[str, ...]) -> None:
    (wanted,) = understand(phrase)
    assert isinstance(wanted, Wanted)
    assert (wanted.classes, wanted.count, wanted.pick, wanted.clauses) == (classes, None, None, ())


def test_what_is_said_beside_the_noun() -> None:
    assert understand("the car on the left") == (Wanted(("car",), True, None, None, (LEFT,)),)
    assert understand("the two people on the left") == (Wanted(("person",), False, 2, None, (LEFT,)),)
    assert understand("nearest pedestrian") == (Wanted(("person",), True, None, "nearest", ()),)
    assert understand("3 largest trucks") == (Wanted(("car",), False, 3, "largest", ()),)
    assert understand("vehicles in the distance") == (Wanted(("car",), False, None, "farthest", ()),)
    assert understand("lit buildings") == (Wanted(("building",), False, None, None, (Clause((Tone("bright"),)),)),)
    assert understand("people in the background")[0] == Wanted(
        ("person",), False, None, None, (Clause(layer="background"),)
    )


def test_around_there_is_no_place_of_its_own() -> None:
    assert understand("anyone walking around there") == understand("anyone walking")


def test_everyone_is_not_one() -> None:
    for phrase in ("everyone on the left", "every person on the left", "each person on the left"):
        assert understand(phrase) == (Wanted(("person",), False, None, None, (LEFT,)),)
    assert understand("both cars") == (Wanted(("car",), False, 2, None, ()),)
    assert [one.count for one in understand("both the car and the person") if isinstance(one, Wanted)] == [None, None]
    assert understand("the leftmost car") == (Wanted(("car",), True, None, "leftmost", ()),)


RED = Clause((Tone("red"),))
CAR = Wanted(("car",), True, None, None, ())
RED_CAR = replace(CAR, clauses=(RED,))
ROAD = Wanted(("road",), True, None, None, ())
PERSON = Wanted(("person",), True, None, None, ())
PEOPLE = replace(PERSON, singular=False)


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("the red car", RED_CAR),
        ("the grey vans", Wanted(("car",), False, None, None, (Clause((Tone("gray"),)),))),
        ("the guy in the red jacket", replace(PERSON, worn="red")),
        ("people on the left, all of them", replace(PEOPLE, clauses=(LEFT,))),
        ("women wearing a dark blue coat on the left", replace(PEOPLE, worn="blue", clauses=(LEFT,))),
        ("people in white", replace(PEOPLE, worn="white")),
        # What somebody is in or on is no clothing.
        ("somebody sitting in the red car", replace(PERSON, beside=Beside("in", RED_CAR, "in the red car"))),
        ("the guy in the red kayak", replace(PERSON, untold=("'in the red kayak'",))),
        ("people in the white house", replace(PEOPLE, untold=("'in the white house'",))),
        ("guy in front", replace(PERSON, pick="nearest")),
        ("the man closest to the camera", replace(PERSON, pick="nearest")),
        ("the truck further back", replace(CAR, pick="farthest")),
        ("the back car", replace(CAR, pick="farthest")),
        ("people by the van", replace(PEOPLE, beside=Beside("near", CAR, "by the van"))),
        ("the man beside the car", replace(PERSON, beside=Beside("near", CAR, "beside the car"))),
        (
            "the guy in white in front of the red car",
            replace(PERSON, worn="white", beside=Beside("before", RED_CAR, "in front of the red car")),
        ),
        ("people on the road", replace(PEOPLE, beside=Beside("on", ROAD, "on the road"))),
        ("people's faces", replace(PEOPLE, part="head")),
        ("faces", replace(PEOPLE, part="head")),
        ("the head of the man on the left", replace(PERSON, part="head", clauses=(LEFT,))),
        ("the row of bicycles", Wanted(("bicycle",), False, None, None, ())),
        ("the road at the back", replace(ROAD, pick="farthest")),
        ("pavement", Wanted(("pavement",), True, None, None, (), instead=("road",))),
        ("sidewalk", Wanted(("pavement",), True, None, None, ())),  # never the road
    ],
)  # fmt: skip
def test_colours_clothes_distance_and_what_things_are_beside(phrase: str, wanted: Wanted) -> None:
    assert understand(phrase) == (wanted,)


@pytest.mark.parametrize(
    ("phrase", "untold"),
    [
        ("parked cars on the left", "'parked'"),
        ("oncoming cars", "'oncoming'"),
        ("the yield sign", "'yield'"),  # any kind of sign is a sign
        ("the umbrella man", "'umbrella'"),
        ("the second pedestrian", "'second'"),  # from which side is not said
        ("the guy crossing the street", "'crossing the street'"),
        ("the man with the umbrella on the left", "'with the umbrella'"),
        ("people by the fountain", "'by the fountain'"),  # nobody knows where that is
        ("trees at the back", "how near or far"),
        ("the tree by the house", "'by the house'"),
        ("the big tree", "'big'"),
        ("snow", "whether white ground is 'snow'"),
    ],
)
def test_what_cannot_be_looked_at_is_kept_for_saying_so(phrase: str, untold: str) -> None:
    (wanted,) = understand(phrase)
    assert isinstance(wanted, Wanted) and wanted.untold == (untold,)


def test_a_place_beside_what_cannot_be_looked_at_still_counts() -> None:
    (wanted,) = understand("the man with the umbrella on the left")
    assert isinstance(wanted, Wanted) and wanted.clauses == (LEFT,)


def test_the_noun_of_a_phrase() -> None:
    assert noun_in("the blue car on the left") == "car" and noun_in("a unicorn") is None


def test_several_nouns_are_a_union() -> None:
    wanted = understand("the people and the cars on the left")
    assert not isinstance(wanted, str)
    assert [one.classes for one in wanted] == [("person",), ("car",)]


@pytest.mark.parametrize(
    ("phrase", "unknown"),
    [
        ("the car door", "door"),
        ("people without hats", "without hats"),
        ("the toy car", "toy"),
        ("under the trees", "under"),
        ("other people", "other"),
        ("the second floor", "second"),
        ("black people", "black"),  # their skin is not judged
        ("mountains behind", "mountains distant"),
        ("banana", "banana"),
        ("the teapot on the left", "the teapot on the left"),
        ("people and unicorns", "unicorns"),
        ("the area around the people", "area around"),
        ("people in the top left edge", "top left edge"),  # there is no such place
        ("the upper half of the car", "the upper half of the car"),  # not the car in the upper half
        ("the largest building", "the largest building"),  # what is not counted has no largest
        ("0 cars", "0 cars"),
        ("two three people", "two three people"),
        ("", ""),
        ("the", "the"),
    ],
)
def test_a_word_that_is_not_known_is_never_guessed(phrase: str, unknown: str) -> None:
    assert understand(phrase) == unknown


def test_what_is_no_kind_of_a_class_is_not_taken_for_one() -> None:
    # Some of them mean people now and then.
    for word in (
        "whale horse white native star crane banana boat plane god train shadow bench hydrant grill off-roader".split()
    ):
        assert isinstance(understand(f"the {word}"), str), word


def test_nouns_of_wordnet_are_no_tones_or_places() -> None:
    assert len(WORDNET) > 500
    assert [word for word in WORDNET if parse(word) is not None] == []


def test_the_lexicon_has_each_word_once_in_lower_case() -> None:
    assert all(word == word.casefold() for word in LEXICON)
    assert len({noun.classes for noun in LEXICON.values()}) == 20


def test_the_words_of_the_benchmark() -> None:
    words = json.loads(Path("evals/data/region_words.json").read_text())
    assert len(words["synonyms"]) >= 60 and len(words["nonsense"]) == 100
    for word, name in words["synonyms"].items():
        (wanted,) = understand(f"the {word}")
        assert isinstance(wanted, Wanted) and name in wanted.classes, word
    assert [word for word in words["nonsense"] if not isinstance(understand(f"the {word}"), str)] == []
