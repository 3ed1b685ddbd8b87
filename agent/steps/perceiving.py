"""Open wishes ("make it look better", "I can't see anything"): the picture is inspected, and what it needs is done.

What was measured last in a picture's making is undone first (``fusion.inspect.remedies``). After each step the picture
is inspected anew: a remedy moves other numbers than its own. Where nothing is wrong, nothing is done, and that is said.
"""

from collections.abc import Collection, Iterable

from wordfuse.agent.budget import Update, make_call, spent
from wordfuse.agent.context import Context, Event
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Instruction, instructions_in
from wordfuse.agent.state import RunState, fresh_step
from wordfuse.agent.steps.node import node
from wordfuse.agent.steps.planned import as_todo, instruction_in_work, with_todo
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.inspect import Finding, InspectResult, remedies_in

MOST = 4  # steps for one wish
COVERED = 0.6  # of the noise taken out: what so much noise covered, no sharpening brings back


@node
def perceive(state: RunState, context: Context) -> Update:
    """Inspect the picture and put the step that it needs most before the open wish, or close that wish."""
    over = spent(state, context)
    if over:
        return {"notice": over}
    context.notify(Event("calling", "inspect"))
    called = make_call(state, context, "inspect", {"image": state["image"], "mask": state["mask"]})
    update: Update = {"usage": called.usage.model_dump()}
    if called.answer.result is None:
        return update | {"notice": called.answer.error}
    instruction = instruction_in_work(state)
    if instruction is None:
        raise RuntimeError("no instruction is in work: the graph's routing is broken")
    place, steps = state["step"], list(instruction.planned)
    wish = steps[place]
    done = _chosen_before(steps[:place], wish)
    step = None
    if len(done) < MOST:
        inspected = InspectResult.model_validate(called.answer.result)
        lit = _lit(instructions_in(state["records"]), wish) and not _exposed(state, context)
        step = next_step(wish, inspected, done, lit=lit)
    if step is not None:
        context.notify(Event("understood", f"what it needs: {step}"))
        steps[place:place] = [as_todo(step, chosen=True)]
        update["messages"] = []  # those so far are of the wish; a model that acts is told of the step that was chosen
    elif done:
        del steps[place]
        update |= fresh_step()  # what comes next has a region of its own
    else:
        notice = "nothing to gain here: inspected, and nothing is wrong that an edit would mend"
        return update | {"move": "accept", "notice": notice}
    told = with_todo(instruction, steps).model_dump(mode="json")
    records = [*state["records"][:-1], told]
    left = place < len(steps)
    return update | {"records": records, "instruction": state["instruction"] + (0 if left else 1)}


def next_step(wish: Step, inspected: InspectResult, done: Collection[Step], *, lit: bool = False) -> Step | None:
    """The step that a picture needs most.

    Args:
        wish: the open wish: where, and how far.
        inspected: the picture as it is now.
        done: what was done for the wish already; a task is tried once.
        lit: whether the picture was made brighter before, but not by exposing it as it should have been. What was too
            dark is pale when it is brought up, which looks like haze; haze is found before or not at all.

    Returns:
        None where nothing is left to mend.
    """
    useless = {step.task for step in done}
    if any(step.task == "denoise" and (step.amount or 0) >= COVERED for step in done):
        useless.add("sharpen")
    if lit:
        useless.add("dehaze")
    for finding in remedies_in(inspected, whole=not wish.region.phrases):
        step = _step_for(wish, finding)
        if step.task not in useless:
            return step
    return None


def _lit(instructions: Iterable[Instruction], wish: Step) -> bool:
    """Whether what a wish is about was made brighter in this run."""
    return any(
        step.output is not None and (step.task, step.direction, step.region) == ("relight", "brighter", wish.region)
        for said in instructions
        for step in said.steps
    )


def _exposed(state: RunState, context: Context) -> bool:
    """Whether what a wish is about was exposed as it should be, which makes nothing pale."""
    work = context.work
    lit = work.catalogue.states.get(work.state_key("relight", "brighter", state["mask"]))
    return lit is not None and lit.where == "visible"


def _step_for(wish: Step, finding: Finding) -> Step:
    task, _, direction = (finding.task or "").partition(" ")
    share = wish.amount or EFFECTS["improve"].amounts[wish.strength]
    amount = _within(finding, share)
    return Step.model_validate(
        {"task": task, "direction": direction or None, "region": wish.region, "strength": "normal", "amount": amount}
    )


def _within(finding: Finding, share: float) -> float:
    amount = (finding.amount or 0.5) * share
    return round(min(0.95, amount) if finding.falls else min(3.0, amount), 2)


def _chosen_before(steps: Collection[Step], wish: Step) -> list[Step]:
    """The steps that were chosen for the wish in work: those just before it, but for those of another wish."""
    chosen: list[Step] = []
    for step in reversed(list(steps)):
        if not getattr(step, "chosen", False) or step.region != wish.region:
            break
        chosen.append(step)
    return chosen
