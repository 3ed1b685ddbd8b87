"""A language model that is always right about acting and judging, because it follows the rules that decide a run.

It records real trajectories, labels what it is asked, and stands in for a language model where the graph is tested.
"""

import json
import re
from collections.abc import Sequence

from wordfuse.agent import critic, rules
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.plan import Judgement, Step
from wordfuse.agent.state import Json


def question_of(messages: Sequence[Message]) -> Json:
    """The opening of an act turn, parsed: step, image, mask, last; "none" as None."""
    opening = next(message["content"] for message in messages if message["role"] == "user")
    fields: Json = dict(line.split(": ", 1) for line in opening.splitlines())
    asked: Json = {key: None if value == "none" else value for key, value in fields.items()}
    return asked | {"step": json.loads(fields["step"])}


def right_call(messages: Sequence[Message]) -> Json:
    """The call that carries the step on, ``{"name": ..., "args": ...}``, read from the conversation so far."""
    question = question_of(messages)
    step, mask = Step.model_validate(question["step"]), question["mask"]
    answers = [message["content"] for message in messages if message["role"] == "tool"]
    # What a tool gave may be followed by a remark.
    results = [json.JSONDecoder().raw_decode(answer)[0] for answer in answers if answer.startswith("{")]
    if step.region.phrases and mask is None:
        latest: Json = results[-1] if results else {}
        if "mask" in latest:
            mask = latest["mask"]
        elif "grounding" in latest:
            args = {"grounding": latest["grounding"], "invert": step.region.invert}
            return {"name": "segment", "args": args}
        else:
            return {"name": "ground", "args": {"phrases": list(step.region.phrases)}}
    overshot = (question["last"] or "").startswith("adjust")
    args = {"image": question["image"], "mask": mask}
    args |= {"direction": step.direction} if step.direction else {}
    return {
        "name": step.task,
        "args": args | {"strength": rules.WEAKER[step.strength] if overshot else step.strength},
    }


def right_verdict(table: str) -> Judgement:
    """The verdict that the printed measurements deserve."""
    attempt, attempts = map(int, re.findall(r"attempt: (\d+) of (\d+)", table)[0])
    lines = re.findall(r"^(\w+): (\S+) -> (\S+), goal (at most|at least) (\S+), (met|missed)$", table, re.MULTILINE)
    checks = tuple(
        critic.Check(name, float(before), float(after), float(target), limit == "at most", main=number == 0)
        for number, (name, before, after, limit, target, _) in enumerate(lines)
    )
    right = critic.expected(critic.Measured(checks), attempt, attempts)
    all_met = all(line[-1] == "met" for line in lines)
    if all_met == (right.verdict == "satisfied"):
        return right
    # Met or missed by less than the table prints.
    if all_met:
        return Judgement(verdict="satisfied", reason=f"all goals met: {checks[0].name} {lines[0][2]}")
    return Judgement(verdict="again", reason="nearly")
