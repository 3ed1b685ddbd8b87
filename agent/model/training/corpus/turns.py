"""The act and judge turns of the training corpus: a step becomes tool calls, measurements become a verdict.

What is right is asked of the code that decides it in a run (``agent.rules``, ``agent.critic``). Half of the rows are
made up, for variety; the other half were recorded from real runs on training pairs, mistakes included
(``python -m wordfuse.evals.language.record_turns``, in ``trajectories``).
"""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from wordfuse.agent import critic, rules
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.template import compact
from wordfuse.agent.model.training.corpus import plans
from wordfuse.agent.model.training.corpus.effects import Effect
from wordfuse.agent.model.training.corpus.regions import Picker
from wordfuse.agent.model.turns import act_messages, call_message, judge_messages
from wordfuse.agent.plan import Step
from wordfuse.tools.aims import Keeps
from wordfuse.tools.effects import EFFECTS, SEEN, Line


class _Talk:
    """A conversation that grows, and which of its messages are to be learnt."""

    def __init__(self, opening: list[Message]) -> None:
        self.messages, self.learn = opening, list[int]()

    def call(self, name: str, arguments: dict[str, Any], *, learnt: bool = True) -> None:
        if learnt:
            self.learn.append(len(self.messages))
        self.messages.append(call_message(name, arguments))

    def answer(self, content: str) -> None:
        self.messages.append({"role": "tool", "content": content})


TRAJECTORIES = Path(__file__).parents[1] / "trajectories"
RECORDED = 0.5
"""Share of the rows that are of real runs."""


@cache
def recorded(turn: str) -> tuple[dict[str, Any], ...]:
    """What was asked in real runs, and what was right."""
    files = sorted((TRAJECTORIES / turn).glob("*.jsonl"))
    return tuple(json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())


def act(picker: Picker) -> tuple[list[Message], list[int]]:
    """A conversation of the act turn, and which of its messages are to be learnt."""
    return _recorded_act(picker) if picker.chance(RECORDED) else _made_up_act(picker)


def judge(picker: Picker) -> tuple[list[Message], list[int]]:
    """A conversation of the judge turn, and which of its messages are to be learnt."""
    return _recorded_judgement(picker) if picker.chance(RECORDED) else _made_up_judgement(picker)


def _recorded_act(picker: Picker) -> tuple[list[Message], list[int]]:
    row = picker.rng.choice(recorded("act"))
    step = Step.model_validate(row["step"])
    talk = _Talk(act_messages(step, row["image"], row["mask"], row["last"], "compact", row.get("means")))
    for heard in row["heard"]:
        talk.call(heard["call"]["name"], heard["call"]["arguments"], learnt=False)  # it may have been a mistake
        talk.answer(heard["answer"])
    talk.call(row["call"]["name"], row["call"]["arguments"])
    return talk.messages, talk.learn


def _recorded_judgement(picker: Picker) -> tuple[list[Message], list[int]]:
    row = picker.rng.choice(recorded("critique"))
    opening = judge_messages(row["table"], "compact")
    answer = compact({"verdict": row["verdict"], "reason": row["reason"]})
    return [*opening, {"role": "assistant", "content": answer}], [len(opening)]


def _made_up_act(picker: Picker) -> tuple[list[Message], list[int]]:
    rng = picker.rng
    step, image = _any_step(picker), _image_id(rng)
    if EFFECTS[step.task].means:
        return _by_means(picker, step, image)
    mask = _mask_id(picker) if step.region.phrases and rng.random() < 0.4 else None
    last = _last(picker) if (mask or not step.region.phrases) and rng.random() < 0.6 else None
    overshot = bool(last and last.startswith("adjust"))
    talk = _Talk(act_messages(step, image, mask, last, "compact"))
    if step.region.phrases and mask is None:
        mask = _ground_and_segment(rng, step, talk)
    right: dict[str, Any] = {"image": image, "mask": mask}
    if step.direction is not None:
        right["direction"] = step.direction
    right["strength"] = rules.WEAKER[step.strength] if overshot else step.strength
    if rng.random() < 0.2:
        wrong = _mistaken(rng, step, right)
        problem = rules.problem_with(step, step.task, wrong, image=image, mask=mask, overshot=overshot, groundings={})
        talk.call(step.task, wrong, learnt=False)
        talk.answer(f"error: {problem}")
    talk.call(step.task, right)
    return talk.messages, talk.learn


def _by_means(picker: Picker, step: Step, image: str) -> tuple[list[Message], list[int]]:
    """An act turn of a step without a tool of its own: its mask is made, or, with the mask, the means are tried."""
    rng = picker.rng
    if step.region.phrases and rng.random() < 0.25:
        talk = _Talk(act_messages(step, image, None, None, "compact"))
        _ground_and_segment(rng, step, talk)
        talk.messages.pop()  # with the mask that it told, the turn is opened anew
        return talk.messages, talk.learn
    mask = _mask_id(picker) if step.region.phrases else None
    tool, direction = rng.choice(EFFECTS[step.task].means)
    strength = rng.choice(plans.STRENGTHS)
    last = _last(picker) if rng.random() < 0.5 else None
    talk = _Talk(act_messages(step, image, mask, last, "compact", f"{tool} {direction} {strength}"))
    right = {"image": image, "mask": mask, "direction": direction, "strength": strength}
    if rng.random() < 0.15:
        wrong = right | rng.choice(({"image": "picture"}, {"mask": f"m{rng.randint(61, 90)}"}))
        name = rng.choice((tool, step.task))
        problem = rules.problem_with(step, name, wrong, image=image, mask=mask, overshot=False)
        talk.call(name, wrong, learnt=False)
        talk.answer(f"error: {problem}")
    talk.call(tool, right)
    return talk.messages, talk.learn


def _any_step(picker: Picker) -> Step:
    # More often than it is asked for: its turns differ from those of all other tasks.
    effect: Effect = (
        ("stand_out", picker.rng.choice(("more", "less"))) if picker.chance(0.2) else plans.any_effect(picker)
    )
    return plans.step(effect, plans.any_region(picker), picker.rng.choice(plans.STRENGTHS))


def _image_id(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.45:
        return "fused"
    return f"{rng.randint(1, 30):03d}" if roll < 0.75 else f"a{rng.randint(1, 60)}"


def _mask_id(picker: Picker) -> str:
    return f"m{picker.rng.randint(1, 60)}" if picker.chance(0.8) else picker.word("mask_names")


def _last(picker: Picker) -> str:
    """What an attempt that was not accepted left behind."""
    wanted = picker.rng.choice(("adjust", "adjust", "again", "undo"))
    while True:
        result, number, limit = _attempt(picker, _any_step(picker))
        judgement = critic.expected(result, number, limit)
        if judgement.verdict == wanted:
            return f"{judgement.verdict}: {judgement.reason}"


def _ground_and_segment(rng: Random, step: Step, talk: _Talk) -> str:
    """The calls that make the step's mask; returns its id."""
    number = rng.randint(1, 40)
    grounding, mask = f"g{number}", f"m{number + rng.randint(1, 2)}"
    phrases = list(step.region.phrases)
    found = phrases
    if len(phrases) > 1 and rng.random() < 0.25:
        found = phrases[: rng.randint(1, len(phrases) - 1)]
    talk.call("ground", {"phrases": phrases})
    missing = [one for one in phrases if one not in found]
    talk.answer(compact({"grounding": grounding, "found": found, "missing": missing}))
    if rng.random() < 0.08:
        other = f"g{number + rng.randint(1, 9)}"
        talk.call("segment", {"grounding": other, "invert": step.region.invert}, learnt=False)
        talk.answer(f"error: unknown grounding {other!r}; known: {grounding}")
    talk.call("segment", {"grounding": grounding, "invert": step.region.invert})
    talk.answer(compact({"mask": mask, "area": round(rng.uniform(0.001, 0.7), 4)}))
    return mask


def _mistaken(rng: Random, step: Step, right: dict[str, Any]) -> dict[str, Any]:
    """The right arguments with one that is not those of the step."""
    wrong = dict(right)
    kind = rng.choice(("image", "mask", "strength", "direction"))
    if kind == "mask" and right["mask"] is not None:
        wrong["mask"] = rng.choice((None, f"m{rng.randint(61, 90)}"))
    elif kind == "strength":
        wrong["strength"] = rng.choice([one for one in plans.STRENGTHS if one != right["strength"]])
    elif kind == "direction" and step.direction is not None:
        opposite = {"infrared": "visible", "visible": "infrared", "brighter": "darker", "darker": "brighter"}
        wrong["direction"] = opposite[step.direction]
    else:
        wrong["image"] = rng.choice(("image", "picture", "x", f"{rng.randint(31, 99):03d}"))
    return wrong


def _made_up_judgement(picker: Picker) -> tuple[list[Message], list[int]]:
    step = _any_step(picker)
    result, number, limit = _attempt(picker, step)
    answer = critic.expected(result, number, limit)
    opening = judge_messages(critic.table(step, result, number, limit), "compact")
    talk = [*opening, {"role": "assistant", "content": compact(answer.model_dump())}]
    return talk, [len(opening)]


def _attempt(picker: Picker, step: Step) -> tuple[critic.Measured, int, int]:
    """Measurements of an attempt, its number and how many are allowed."""
    rng = picker.rng
    limit = 3 if rng.random() < 0.85 else rng.randint(1, 5)
    # How far the main line came on its way: there, almost, part of it, the wrong way, nowhere.
    way = rng.choice(
        (
            rng.uniform(1.0, 1.9),
            rng.uniform(1.0, 1.4),
            rng.uniform(0.12, 0.97),
            rng.uniform(-0.6, -0.03),
            rng.uniform(0, 0.08),
        )
    )
    kept = rng.random() < (0.65 if way >= 1 else 0.9)
    guards = [one for one in EFFECTS[step.task].goals[step.direction][1:] if one is not SEEN]
    chosen = sorted(rng.sample(range(len(guards)), 1 if kept or rng.random() < 0.7 else 2))
    lines = [_guard_line(rng, guards[index], kept) for index in chosen]
    return critic.Measured((_main_line(rng, step, way), *lines)), rng.randint(1, limit), limit


def _main_line(rng: Random, step: Step, way: float) -> critic.Check:
    name, low, high = {
        "incline": ("distance", 8, 95),
        "relight": ("luma", 20, 200),
        "denoise": ("noise", 1.5, 30),
        "stand_out": ("difference", 2, 45),
    }[step.task]
    share = {"slight": rng.uniform(0.06, 0.2), "normal": rng.uniform(0.15, 0.4), "strong": rng.uniform(0.3, 0.7)}
    rises = step.direction in ("brighter", "more")
    before = rng.uniform(low, high)
    target = before * (1 + share[step.strength] if rises else 1 - share[step.strength])
    after = max(0.1, before + way * (target - before))
    return critic.Check(name, before, after, target, at_most=not rises, main=True)


def _guard_line(rng: Random, line: Line, kept: bool) -> critic.Check:
    """One of a step's guards; the model is shown those that are broken."""
    before = rng.uniform(0.1, 0.9) if isinstance(line.aim, Keeps) else 0.0 if line.at_most else 1.0
    limit = line.aim.limit(before, 0.0, 1.0)
    if line.at_most:
        after = limit * (rng.uniform(0.0, 0.98) if kept else rng.uniform(1.02, 5.0))
    else:
        after = limit * (rng.uniform(1.0, 1.1) if kept else rng.uniform(0.3, 0.99))
    return critic.Check(line.name, before, after, limit, at_most=line.at_most, main=False)
