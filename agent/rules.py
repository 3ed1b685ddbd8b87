"""What the model may do in a step: its calls are data, and only what the words of the instruction grant is done.

The words grant a kind of change in a region. A model that only plans, or that our adapter made, is held to the step as
it stands. A served model acts freely within the grant: it may measure and inspect in between, choose how far an edit
goes where no number was named, and start from the picture that the step began with or from any attempt at it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wordfuse.agent.critic import Measured
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Attempt, ToolCallMade, Tried
from wordfuse.agent.state import Chosen, Judged
from wordfuse.tools.aims import SEEN
from wordfuse.tools.effects import EFFECTS, thingness
from wordfuse.tools.means import Means
from wordfuse.tools.registry import TOOLS
from wordfuse.tools.types import Direction, Strength, Task

LOOKS = tuple(tool.name for tool in TOOLS.values() if tool.looks_only)
WARN_AFTER, STOP_AFTER = 3, 5  # the same call so often in one attempt
MISTAKES = 6  # calls in one attempt that could not be made

# One notch weaker, after an attempt that went too far.
WEAKER: dict[Strength, Strength] = {"strong": "normal", "normal": "slight", "slight": "slight"}
LEAST_MORE, MOST_MORE = 0.4, 1.5  # times as much on top, where nobody saw what was done
OF_AMOUNT = 0.6  # and so much of an amount that a person named: as from one strength to the next


def problem_with(
    step: Step,
    name: str,
    args: Mapping[str, Any],
    *,
    image: str,
    mask: str | None,
    overshot: bool,
    groundings: Mapping[str, Sequence[str]] | None = None,
    best: str | None = None,
    free: bool = False,
    attempts: Sequence[str] = (),
) -> str | None:
    """Why a call does not carry out the step, in words that the model can act on; None if it does.

    The tools check that arguments are valid; this checks that they are those of the step, so that a confused model can
    waste a call but never edit something else than what was asked for. ``groundings`` are the phrases of each grounding
    of the run: one of an earlier step must not become the mask of this one. A task without a tool of its own is carried
    out by any of its means, at any strength, from ``image`` or from ``best``, its best attempt so far. A model that is
    ``free`` looks around as it likes, and chooses strengths and, of ``image`` and the pictures of ``attempts``, where
    to start.
    """
    wanted = step.region.phrases
    if free and name in LOOKS:
        return None
    if name in ("ground", "segment") and not wanted:
        return f"the step is about the whole image: nothing to {name}; call the edit with mask null"
    excepted = step.region.exceptions
    if name == "ground":
        if not _same_phrases(args.get("without", []), excepted):
            return f"without is to be the except of the step: {excepted}"
        return None if _same_phrases(args.get("phrases"), wanted) else f"the phrases of the step are {wanted}"
    if name == "segment":
        if args.get("invert") != step.region.invert:
            return f"invert of the step is {str(step.region.invert).lower()}"
        phrases = (groundings or {}).get(str(args.get("grounding")))
        if phrases is not None and not _same_phrases(phrases, [*wanted, *excepted]):
            told = f"{wanted} except {excepted}" if excepted else f"{wanted}"
            return f"the grounding {args['grounding']} is of other phrases; ground those of the step: {told}"
        return None
    means = EFFECTS[step.task].means
    if name not in ([tool for tool, _ in means] or [step.task]):
        options = "; ".join(f"{tool} {direction}" for tool, direction in means)
        return (
            f"{step.task} is no tool; its means are: {options}"
            if means
            else f"the step asks for {step.task}; call that"
        )
    if mask is None and step.region.phrases:
        return "the region has no mask yet: ground its phrases, then segment the grounding"
    if means:
        starts = list(dict.fromkeys([best or image, image]))
        wrong = [] if args.get("image") in starts else [f"image of the step is {' or '.join(starts)}"]
        wrong += [] if args.get("mask") == mask else [f"mask of the step is {mask or 'null'}"]
        wrong += _amount_of_means(name, args.get("direction"), args.get("amount"))
        return "; ".join(wrong) or None
    wanted_args = {"image": image, "mask": mask, **how_far(step, overshot=overshot)}
    if free:
        known = args.get("image") in attempts
        wanted_args = {"image": args["image"] if known else image, "mask": mask}
        if step.amount is not None:
            wanted_args["amount"] = how_far(step, overshot=overshot)["amount"]
    if step.direction is not None:
        wanted_args["direction"] = step.direction
    wrong = [key for key, value in wanted_args.items() if args.get(key) != value]
    return "; ".join(f"{key} of the step is {wanted_args[key] or 'null'}" for key in wrong) or None


def _amount_of_means(tool: Task, direction: Direction | None, amount: object) -> list[str]:
    """What is wrong with an amount: one that was named is of the task, and its means only go less far by one."""
    if amount is None or direction not in EFFECTS[tool].goals:
        return []
    most = EFFECTS[tool].way(direction).as_share(EFFECTS[tool].amount(direction, "strong"))
    within = isinstance(amount, int | float) and 0 < amount <= most
    return [] if within else [f"amount of a means is null, or at most {most:.3g}"]


def next_call(
    step: Step, *, image: str, mask: str | None, grounding: str | None, overshot: bool, means: Means | None
) -> Chosen:
    """The call that carries a step on.

    Args:
        step: what is to be done.
        image: the picture that the attempt starts from.
        mask: of the step's region, once it is drawn.
        grounding: of its phrases, once they are found.
        overshot: an attempt went too far: one notch weaker.
        means: what is to be tried, of a step that has no tool of its own.
    """
    region = step.region
    if region.phrases and mask is None:
        if grounding is not None:
            return Chosen(name="segment", args={"grounding": grounding, "invert": region.invert})
        left_out = {"without": list(region.exceptions)} if region.exceptions else {}
        return Chosen(name="ground", args={"phrases": list(region.phrases), **left_out})
    if means is not None:
        return Chosen(
            name=means.tool,
            args=means.model_dump(exclude={"tool"}, exclude_none=True) | {"mask": mask},
        )
    args = {"image": image, "mask": mask} | ({"direction": step.direction} if step.direction else {})
    wanted = how_far(step, overshot=overshot)
    return Chosen(name=step.task, args=args | {key: value for key, value in wanted.items() if value is not None})


def how_far(step: Step, *, overshot: bool) -> dict[str, Any]:
    """The arguments that say how far the edit of a step goes: less far, once it went too far."""
    effect = EFFECTS[step.task]
    if overshot and step.amount is None and effect.mended is not None:
        # Both strengths may go as far as a strong fault asks for; a number goes no further than it says.
        return {"strength": step.strength, "amount": round(OF_AMOUNT * effect.amounts[step.strength], 4)}
    if step.amount is None:
        return {"strength": WEAKER[step.strength] if overshot else step.strength, "amount": None}
    return {"strength": step.strength, "amount": round(OF_AMOUNT * step.amount, 4) if overshot else step.amount}


def carried_out(step: Step, attempts: Sequence[Attempt]) -> Step:
    """The step as its next attempt carries it out, where that is otherwise than it stands."""
    if step.amount is not None or not attempts:
        return step
    if went_on(attempts):
        return _further(step, attempts[-1])
    return _less_far(step, attempts)


def went_on(attempts: Sequence[Attempt]) -> bool:
    """Whether a step goes on from an attempt that reached its goal, as nobody would see that."""
    return bool(attempts) and attempts[-1].move == "again" and Measured(attempts[-1].checks).unseen


def starts_at(image: str, attempts: Sequence[Judged]) -> str:
    """The picture that the next attempt starts from: that of the step, or the one that is to go further."""
    return attempts[-1].output if went_on(attempts) else image


def _further(step: Step, last: Attempt) -> Step:
    """So much more of it as an eye missed."""
    effect, first = EFFECTS[step.task], last.main.before
    way = effect.way(step.direction)
    amount = way.seen(effect.amount(step.direction, step.strength, first=first, area=area_of(last)), first)
    (seen,) = (check for check in last.checks if check.name == SEEN.name)
    more = min(max(seen.target / max(seen.after, 1e-3) - 1, LEAST_MORE), MOST_MORE)
    return step.model_copy(update={"amount": round(way.as_share(amount) * more, 4)})


def _less_far(step: Step, attempts: Sequence[Attempt]) -> Step:
    """Before ``how_far`` takes it a notch weaker, where an attempt overshot.

    Of a thing that goes far, a notch less may be too far as well: then it is another, and in the end an amount.
    """
    times = sum(attempt.move == "adjust" for attempt in attempts)
    if not times or not goes_far(step, attempts[-1]):
        return step
    strength, left = step.strength, times - 1
    while left and WEAKER[strength] != strength:
        strength, left = WEAKER[strength], left - 1
    if WEAKER[strength] != strength:
        return step.model_copy(update={"strength": strength})
    effect, first = EFFECTS[step.task], attempts[-1].main.before
    amount = effect.amount(step.direction, strength, first=first, area=area_of(attempts[-1]))
    share = effect.way(step.direction).as_share(amount) * OF_AMOUNT**left
    return step.model_copy(update={"strength": strength, "amount": round(share, 4)})


def may_be_weaker(step: Step, attempt: Tried) -> bool:
    """Whether there is something weaker to try than an attempt that went too far."""
    return goes_far(step, attempt) or how_far(step, overshot=True) != how_far(step, overshot=False)


def goes_far(step: Step, attempt: Tried) -> bool:
    """Whether the region of an attempt is a thing, which goes further by this step than what things stand in."""
    return EFFECTS[step.task].things is not None and thingness(area_of(attempt)) > 0


def area_of(attempt: Tried) -> float:
    """The share of the picture that its region covers; the whole of it, where a run of before did not measure that."""
    return attempt.before.get("area", 1.0)


def overshot(attempts: Sequence[Attempt]) -> bool:
    """Whether an attempt at this step went too far, so that the step is now tried one notch weaker."""
    return any(attempt.move == "adjust" for attempt in attempts)


def times_called(calls: Sequence[ToolCallMade], name: str, args: Mapping[str, Any]) -> int:
    """How often exactly this call was made or tried in this attempt."""
    return sum(call.name == name and call.args == args for call in calls)


def _same_phrases(given: object, wanted: Sequence[str]) -> bool:
    """Whether a model's answer, which may be anything, names these phrases, in any order."""
    return (
        isinstance(given, list) and all(isinstance(phrase, str) for phrase in given) and sorted(given) == sorted(wanted)
    )
