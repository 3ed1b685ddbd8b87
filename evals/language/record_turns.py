"""Record what the graph asks of its language model on real pairs: cases of the act and the critique turn.

``python -m wordfuse.evals.language.record_turns --data DIR --out DIR`` runs the real graph and tools on the pairs of
every set in DIR (folders ``ir`` and ``vi``), with steps drawn at random and a model that follows the rules, except that
every so often it makes a mistake first, as models do. What it was asked, and what was right, goes to ``act`` (opening:
nothing was called yet; following: a tool has answered; recovering: a call was wrong) and ``critique``. These are for
served models: our adapter only plans.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from langchain_core.tools import BaseTool

from wordfuse.agent.errors import InputError
from wordfuse.agent.model.mock import question_of, right_call, right_verdict
from wordfuse.agent.model.protocol import Message, Style, Usage
from wordfuse.agent.plan import DIRECTIONS, Judgement, Plan, Step
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import Json
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import is_hidden, match_stems
from wordfuse.tools.types import Region

PLACES = (
    (), (), ("people",), ("cars",), ("road",), ("sky",), ("buildings",), ("trees",), ("hot objects",),
    ("dark areas",), ("top half",), ("background",), ("people", "cars"), ("bright areas",), ("lower left corner",),
    ("person on the left",), ("bicycles",), ("warm objects",),
)  # fmt: skip
MISTAKES = 0.2
"""Share of the turns in which the model is wrong at first."""


class Recorder:
    """A model that follows the rules but for its mistakes, and keeps what it was asked."""

    def __init__(self, rng: Random) -> None:
        """Draw steps and mistakes with ``rng``."""
        self.name, self.usage = "recorder", Usage()
        self.style: Style = "compact"
        self.plans_only = False
        self.rng = rng
        self.acts: list[Json] = []
        self.judgements: list[Json] = []
        self._mistaken = False

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """A step at random."""
        return Plan(steps=[any_step(self.rng)], refusal=None)

    def act(self, messages: Sequence[Message], tools: Sequence[BaseTool]) -> dict[str, Any]:
        """The right call, or one that is nearly right."""
        right = right_call(messages)
        self.acts.append(_act_case(messages, right))
        # Never two in a row: a run is to end.
        self._mistaken = not self._mistaken and self.rng.random() < MISTAKES
        return mistaken(self.rng, right) if self._mistaken else right

    def judge(self, table: str) -> Judgement:
        """The right verdict, or one with which the run goes on."""
        right = right_verdict(table)
        self.judgements.append({
            "table": table, "verdict": right.verdict, "reason": right.reason, "tags": [right.verdict],
        })  # fmt: skip
        if right.verdict == "satisfied" or self.rng.random() > MISTAKES:
            return right
        return Judgement(verdict=self.rng.choice(("again", "adjust", "undo")), reason=right.reason)


def any_step(rng: Random) -> Step:
    """A step on a place that many pictures have."""
    task = rng.choice([task for task in DIRECTIONS if task != "improve"])
    phrases = rng.choice(PLACES)
    return Step(
        task=task,
        direction=rng.choice(DIRECTIONS[task]),
        region=Region(phrases=list(phrases), invert=bool(phrases) and rng.random() < 0.2),
        strength=rng.choice(("slight", "normal", "strong")),
    )


def mistaken(rng: Random, right: Json) -> Json:
    """A call with one thing wrong."""
    args = dict(right["args"])
    if right["name"] == "ground":
        args["phrases"] = [phrase.split()[-1] + rng.choice(("", "s", " area")) for phrase in args["phrases"]]
        return {"name": "ground", "args": args}
    if right["name"] == "segment":
        return {"name": "segment", "args": args | rng.choice(({"invert": not args["invert"]}, {"grounding": "g99"}))}
    wrong: list[Json] = [{"image": "picture"}, {"strength": rng.choice(("slight", "normal", "strong"))}]
    wrong.append({"mask": None if args["mask"] else "m99"})
    return {"name": right["name"], "args": args | rng.choice(wrong)}


def record_pair(ir: Path, vi: Path, steps: int, rng: Random, settings: Settings) -> Recorder:
    """Run so many random steps on a pair."""
    recorder = Recorder(rng)
    with tempfile.TemporaryDirectory(prefix="wordfuse-record-") as folder:
        Session.create(Path(folder) / "run", ir, vi, ["a step at random"] * steps, settings, model=recorder).run()
    return recorder


def pairs_of(data: Path) -> list[tuple[Path, Path]]:
    """The pairs of every set in a folder that has both sources, set by set in turn."""
    sets = []
    for folder in sorted(data.iterdir()):
        sources = folder / "ir", folder / "vi"
        if not is_hidden(Path(folder.name)) and all(source.is_dir() for source in sources):
            sets.append([(files.infrared, files.visible) for files in match_stems(*sources)])
    longest = max((len(pairs) for pairs in sets), default=0)
    return [pairs[number] for number in range(longest) for pairs in sets if number < len(pairs)]


def _act_case(messages: Sequence[Message], right: Json) -> Json:
    question = question_of(messages)
    heard = []
    for said, answer in zip(messages[2::2], messages[3::2], strict=True):
        heard.append({"call": json.loads(said["content"]), "answer": answer["content"]})
    call = {"name": right["name"], "arguments": right["args"]}
    return {**question, "heard": heard, "call": call, "tags": [right["name"]]}


def _file_of(row: Json) -> str:
    """Which file of the suites a case belongs to."""
    if "table" in row:
        return "critique/recorded.jsonl"
    if not row["heard"]:
        return "act/opening.jsonl"
    wrong = any(heard["answer"].startswith("error") for heard in row["heard"])
    return "act/recovering.jsonl" if wrong else "act/following.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m wordfuse.evals.language.record_turns", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of sets with folders ir and vi")
    parser.add_argument("--out", type=Path, required=True, help="folder for act/ and critique/")
    parser.add_argument("--pairs", type=int, default=12, help="how many pairs")
    parser.add_argument("--steps", type=int, default=3, help="steps on each")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rng = Random(given.seed)
    settings = Settings(limits=Limits(attempts=3))
    chosen = pairs_of(given.data)
    files: dict[str, dict[str, None]] = {}
    for ir, vi in rng.sample(chosen, min(given.pairs, len(chosen))):
        try:
            recorder = record_pair(ir, vi, given.steps, rng, settings)
        except InputError:  # a pair that cannot be read is not what is recorded here
            continue
        for row in (*recorder.acts, *recorder.judgements):
            files.setdefault(_file_of(row), {})[json.dumps(row)] = None
        for name, rows in files.items():
            (given.out / name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes_atomic(given.out / name, "".join(f"{row}\n" for row in rows).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
