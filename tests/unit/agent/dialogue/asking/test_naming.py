"""Whether what is said is the name of something."""

import pytest

from wordfuse.agent.dialogue.asking.naming import is_name, is_query


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("brighten the buildings", False),
        ("it is far too dark in there", False),
        ("the person on the left", True),
        ("man with the umbrella", True),
        ("bright area on the right", True),
        ("the sky", True),
        ("the car inside the white glare", True),
        ("the guys that are by the dark car", True),
        ("the shadows under the car", True),
        ("the sky is too dark", False),
        ("none of those, I mean the big white blob at the bottom", True),
        ("no, make the sky darker", False),
        ("now do the same with the bikes", False),
        ("now make the rest calmer so she is the main thing", False),
        ("now the one on the left", True),
        ("more detail in the trees", False),
        ("the smoke hides things, thin it out", False),
        ("the smoke in the middle, all of it", True),
        ("more of the left one", True),
        ("the white blob near the top, the big one", True),
        ("I liked it better before", False),
        ("same for the trees please", False),
        ("it was nicer before", False),
        ("take back the last two changes but keep the blurred faces", False),
        ("go back to before the sky thing", False),
        ("the man with his back to us", True),
        ("the same car", True),
        ("the one I clicked before", True),
        ("no, the one that looks better", True),
        # What nobody here knows, and what is misspelt.
        ("peeple", True),
        ("teh red car", True),
        ("the pepole on the rigth", True),
        ("griffin number 1", True),
        ("the sidecar of the motorbike", True),
        ("headlight of his bike", True),
        # Orders, though no list holds their verb.
        ("varnish the fence", False),
        ("photograph everybody", False),
        ("people all over the place", True),
        ("the man holding the bag", True),
        ("person riding a bike", True),
        # Clauses, and what is only told of what is named.
        ("the whole thing looks flat", False),
        ("people should pop", False),
        ("guy that waves at the camera", True),
        ("the building where the light is on", True),
        ("the car which you made brighter", True),
        ("I mean the van", True),
        ("it's the tall one", True),
        # More or less of something, and which half.
        ("darker sky", False),
        ("darker areas", True),
        ("the brighter half", True),
        ("the road darker", False),
        ("contrast up", False),
        ("the one further up", True),
        ("how many cars", False),
        ("anyone there?", False),
    ],
)
def test_a_name_has_no_verb_of_its_own_and_no_effect_in_it(said: str, name: bool) -> None:
    assert is_name(said) is name


@pytest.mark.parametrize(
    ("said", "query"), [("where is the report?", True), ("how do i save it", True), ("the sky", False), ("left", False)]
)
def test_a_question_is_told_by_its_first_word_or_its_mark(said: str, query: bool) -> None:
    assert is_query(said) is query


@pytest.mark.parametrize(
    "text",
    [
        "the one walking away",
        "people running away",
        "the car with its lights off",
        "a little dog",
        "a lot of people",
        "the one with more people",
        "the car so close to us",
        "the one closest to you",
        "the one I can't see",
        "the guy whose back is turned",
        "the dog that wants out",
    ],
)
def test_what_is_said_of_a_thing_leaves_it_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["a little brighter", "a bit of contrast", "the sky too dark", "turn it off", "take that away", "a lot less"],
)
def test_more_or_less_and_faults_are_none(text: str) -> None:
    assert not is_name(text)
