"""What the README shows is what the commands print."""

import re

import pytest

from wordfuse.evals import transcripts
from wordfuse.evals.transcripts import README, TRANSCRIPTS

ROOT = README.parent


@pytest.mark.real
# The longest of them is left to `make test-all`: it is made like the others.
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name == "script" else []) for name in TRANSCRIPTS]
)
def test_a_transcript_is_what_its_command_prints(name: str) -> None:
    shown = dict(transcripts.shown(README.read_text(encoding="utf-8")))
    now = transcripts.record(TRANSCRIPTS[name])
    assert transcripts.same(shown[name], now), (
        f"run python -m wordfuse.evals.transcripts and look at what changed:\n{now}"
    )


def test_only_seconds_last_places_and_the_order_of_jobs_may_differ() -> None:
    text = "1 of 2 done  a: 3 of 3 satisfied, 1.5 s\n│ a │ 1.5 │    0 │\n│ b │ 22.5 │    0 │\n"
    other = "│ b  │  2.0 │    0 │\n│ a  │ 10.5 │    0 │\n2 of 2 done  a: 3 of 3 satisfied, 10.5 s\n"
    assert transcripts.same(text, other)
    assert not transcripts.same(text, text.replace("3 of 3", "2 of 3"))
    assert transcripts.same("ssim: 4.60 -> 0.969", "ssim: 4.60 -> 0.970")
    assert not transcripts.same("distance: 4.6 -> 2.9", "distance: 4.6 -> 2.7")
    assert not transcripts.same("distance: 4.6 -> 2.9", "luma: 4.6 -> 2.9")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_in_the_table() -> None:
    from tests.commands import commands

    text = README.read_text(encoding="utf-8")
    table = text[text.index("## Commands") : text.index("Exit codes:")]
    named = set(re.findall(r"`(?:wordfuse )?([a-z]+)", table))
    assert {words[0] for words in commands()} <= named
