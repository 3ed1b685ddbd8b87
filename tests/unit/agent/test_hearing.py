"""Politeness changes nothing of what is heard, wherever it is said."""

import re

import pytest

from wordfuse.agent.dialogue.driven import driven_in
from wordfuse.agent.dialogue.intents import intent_of, parted
from wordfuse.agent.dialogue.settled import settled
from wordfuse.agent.model.words.undecided import undecided
from wordfuse.agent.talking.film_talk import asks_for_all, time_in
from wordfuse.agent.telling.hearing import led_by

POLITELY = [
    "please",
    "can you",
    "Could you please",
    "would you",
    "Ok, now please",
    "I'd like you to",
    "I\u2019d like you to",
    "I would like you to",
    "hey, I want you to",
    "hmm, sorry, will you kindly",
    "pls",
]


@pytest.mark.parametrize("polite", POLITELY)
def test_what_is_said_politely_is_heard(polite: str) -> None:
    assert intent_of(f"{polite} undo that") == "undo"
    assert intent_of(f"{polite} show me the infrared picture") == "show"
    assert time_in(f"{polite} go to 0:12") == 12.0
    assert asks_for_all(f"{polite} apply it to the whole film")
    marked = settled(f"{polite} mark all the people")
    assert marked is not None and marked.question is not None
    assert marked.question.region.phrases == ["people"]
    assert driven_in(f"{polite} tell which of those cars was just driven") == "cars"
    assert undecided(f"{polite} make it softer", None) is not None
    assert parted(f"undo that, and {polite} brighten the sky") is not None


@pytest.mark.parametrize("polite", POLITELY)
def test_politeness_alone_is_no_wish(polite: str) -> None:
    assert intent_of(polite) is None


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("could you please undo that", "undo"),
        ("pleased people", "pleased"),
        ("can your car", "can"),
        ("nowhere", "nowhere"),
    ],
)
def test_only_whole_words_are_passed_over(said: str, begins: str) -> None:
    found = re.match(led_by(), said)
    assert found is not None
    assert said[found.end() :].split()[0] == begins


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("what can you do", "help"),
        ("let's see it", "show"),
        ("ok", "praise"),
        ("no", "skip"),
        ("help me please", "help"),
    ],
)
def test_what_begins_as_politeness_may_be_all(said: str, intent: str) -> None:
    assert intent_of(said) == intent
