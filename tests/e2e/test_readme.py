"""What the README shows is what the commands print."""

import re

import pytest

from wordfuse.evals import transcripts
from wordfuse.evals.transcripts import README, TRANSCRIPTS

ROOT = README.parent


@pytest.mark.real
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_is_what_its_command_prints(name: str) -> None:
    shown = dict(transcripts.shown(README.read_text(encoding="utf-8")))
    assert transcripts.told(shown[name]) == transcripts.told(transcripts.record(TRANSCRIPTS[name])), (
        "run python -m wordfuse.evals.transcripts and look at what changed"
    )


def test_only_seconds_and_the_order_of_jobs_may_differ() -> None:
    text = "1 of 2 done  a: 3 of 3 satisfied, 1.5 s\n│ a │ 1.5 │    0 │\n│ b │ 22.5 │    0 │\n"
    other = "│ b  │  2.0 │    0 │\n│ a  │ 10.5 │    0 │\n2 of 2 done  a: 3 of 3 satisfied, 10.5 s\n"
    assert transcripts.told(text) == transcripts.told(other)
    assert transcripts.told(text) != transcripts.told(text.replace("3 of 3", "2 of 3"))
    assert transcripts.told("distance: 4.6 -> 2.9") != transcripts.told("distance: 4.6 -> 2.8")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_in_the_table() -> None:
    from tests.unit.test_cli import commands

    text = README.read_text(encoding="utf-8")
    table = text[text.index("## Commands") : text.index("Exit codes:")]
    named = set(re.findall(r"`(?:wordfuse )?([a-z]+)", table))
    assert {words[0] for words in commands()} <= named
