"""Language models for tests, yours and ours: one with a table for a mind, and the rules by which it acts and judges.

A run needs no model and no server to be tested: ``Session.create(..., model=ScriptedModel({"warm the people": plan}))``
plans by the table, and acts and judges as a model that is always right. It is for Python only; ``--llm`` knows no name
for it. The rules record real trajectories and label what they are asked, too (``evals.language``).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool

from wordfuse.agent import critic, rules
from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.protocol import Message, Style, Usage
from wordfuse.agent.plan import Judgement, Plan, Step
from wordfuse.tools.means import Means

Json = dict[str, Any]
Twist = Callable[[int, Json], Json]  # number of the act turn (from 1) and the right call -> the call that is made
Verdict = Callable[[str, Judgement], Judgement]  # the table and the right verdict -> the one that is given


class ScriptedModel:
    """A language model with a table for a mind.

    It plans by looking the instruction up, acts by reading the prompt as a good model would, and judges by the rules of
    ``agent.critic``. ``twist`` and ``verdict`` make it misbehave; ``raises`` makes its N-th call (from 1, over all
    turns) fail.

    Attributes:
        acts: how often it was asked for a call.
        before: the plan of the turn before, as each plan turn was shown it.
        told: what tools answered, as the model saw it.
        tables: the measurements that it was asked to judge.
        questions: the opening of every act turn, parsed.
    """

    def __init__(
        self,
        plans: Mapping[str, Plan],
        *,
        twist: Twist | None = None,
        verdict: Verdict | None = None,
        raises: Mapping[int, Exception] | None = None,
        style: Style = "compact",
        plans_only: bool = False,
    ) -> None:
        """Plan by ``plans``: instruction by instruction.

        ``style`` as that of our adapter, or of any other model; ``plans_only`` as the embedded model is.
        """
        self.name = "scripted"
        self.plans_only = plans_only
        self.style: Style = style
        self.usage = Usage()
        self.plans, self.twist, self.verdict, self.raises = plans, twist, verdict, dict(raises or {})
        self.acts = 0
        self.before: list[Plan | None] = []
        self.told: list[str] = []
        self.tables: list[str] = []
        self.questions: list[Json] = []

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """The plan that stands in the table.

        Raises:
            AnswerError: there is none.
        """
        self._call()
        self.before.append(before)
        if instruction not in self.plans:
            raise AnswerError(f"the scripted model has no plan for {instruction!r}; it has {', '.join(self.plans)}")
        return self.plans[instruction]

    def act(self, messages: Sequence[Message], tools: Sequence[BaseTool]) -> Json:
        """The right call, or what ``twist`` makes of it."""
        self._call()
        self.acts += 1
        answers = [message["content"] for message in messages if message["role"] == "tool"]
        if answers:
            self.told.append(answers[-1])
        self.questions.append(question_of(messages))
        right = right_call(messages)
        return self.twist(self.acts, right) if self.twist else right

    def judge(self, table: str) -> Judgement:
        """The right verdict, or what ``verdict`` makes of it."""
        self._call()
        self.tables.append(table)
        right = right_verdict(table)
        return self.verdict(table, right) if self.verdict else right

    def _call(self) -> None:
        self.usage.calls += 1
        self.usage.prompt_tokens += 100
        self.usage.completion_tokens += 10
        if self.usage.calls in self.raises:
            raise self.raises[self.usage.calls]


def question_of(messages: Sequence[Message]) -> Json:
    """The opening of an act turn, parsed: step, image, mask, last, and means where there are any; "none" as None."""
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
    latest: Json = results[-1] if results and step.region.phrases and mask is None else {}
    means = None
    if "means" in question:
        tool, direction, strength, *amount = question["means"].split()
        tried = {"tool": tool, "image": question["image"], "direction": direction, "strength": strength}
        tried |= {"amount": float(amount[0])} if amount else {}
        means = Means.model_validate(tried)
    right = rules.next_call(
        step,
        image=question["image"],
        mask=latest.get("mask", mask),
        grounding=latest.get("grounding"),
        overshot=(question["last"] or "").startswith("adjust"),
        means=means,
    )
    return {"name": right.name, "args": right.args}


def right_verdict(table: str) -> Judgement:
    """The verdict that the printed measurements deserve."""
    attempt, attempts = map(int, re.findall(r"attempt: (\d+) of (\d+)", table)[0])
    lines = re.findall(r"^(\w+): (\S+) -> (\S+), goal (at most|at least) (\S+), (met|missed)$", table, re.MULTILINE)
    checks = tuple(
        critic.Check(name, float(before), float(after), float(target), limit == "at most", main=number == 0)
        for number, (name, before, after, limit, target, _) in enumerate(lines)
    )
    right = critic.expected(critic.Measured(checks), attempt, attempts)
    all_met = all(line[-1] == "met" for line in lines)  # of the guards only broken ones are told
    if all_met == (right.verdict == "satisfied"):
        return right
    # Met or missed by less than the table prints.
    if all_met:
        return Judgement(verdict="satisfied", reason=f"all goals met: {checks[0].name} {lines[0][2]}")
    return Judgement(verdict="again", reason="nearly")
