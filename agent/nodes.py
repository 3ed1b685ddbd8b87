"""What happens in each state of the graph. Every node reads the state and returns what it changes of it."""

from typing import cast

from langgraph.types import interrupt

from wordfuse.agent import critic, older, rules
from wordfuse.agent.budget import STOPPED, Update, ask_model, make_call, plain, spent, usage_of
from wordfuse.agent.context import Context, Event
from wordfuse.agent.dialogue.anew.lessening import NO_LESS, is_no_less
from wordfuse.agent.dialogue.asking import answers, questions
from wordfuse.agent.dialogue.asking.answers import Change
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.parting import not_followed
from wordfuse.agent.dialogue.understanding import as_agreed, plan_before, tell_not_done, understood
from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.template import compact
from wordfuse.agent.model.turns import call_message, grounding_in
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Asked, Instruction, ToolCallMade, instructions_in, kept_of
from wordfuse.agent.report.outcome import write_outcome
from wordfuse.agent.state import Chosen, Edit, Json, Judged, RunInput, RunState, Unjudged, fresh, fresh_step
from wordfuse.agent.steps import judging, means, weighing
from wordfuse.agent.steps.node import node
from wordfuse.agent.steps.planned import closed, current_step, said_now, with_step, worth_keeping
from wordfuse.agent.steps.ways import hint
from wordfuse.agent.telling.text import plainly
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.edits.editing import EditResult
from wordfuse.tools.evaluate import EvaluateResult
from wordfuse.tools.ground import GroundResult
from wordfuse.tools.registry import EDITS, ToolAnswer, as_langchain
from wordfuse.tools.segment import SegmentResult
from wordfuse.tools.store.catalogue import Catalogue


@node
def fuse(given: RunState, context: Context) -> Update:
    """Fuse the pair; every other part of the state starts here."""
    state = fresh(RunInput(ir=given["ir"], vi=given["vi"], out=given["out"], instructions=given["instructions"]))
    context.work.catalogue = Catalogue()  # on LangGraph's server a thread may have had a run before
    context.notify(Event("calling", "fuse"))
    called = make_call(state, context, "fuse", {})
    return {**state, "usage": called.usage.model_dump()}


@node
def understand(state: RunState, context: Context) -> Update:
    """Ask the model what the next instruction means."""
    number, (text, words, marked) = state["instruction"], said_now(state)
    told, again = instructions_in(state["records"][:number]), instructions_in(state["records"][number : number + 1])
    asked = again[0].asked if again else ()
    before = plan_before(words, [said.plan for said in told if not questions.was_left(said)])
    meaning = understood(state, context, words, before, asked, told)
    plan, question = meaning.plan, meaning.question
    if question is None and not (plan.refusal and context.asks):  # whoever holds a conversation tells of refusals
        context.notify(Event("understood", str(plan)))
    if question is None:
        tell_not_done(context, meaning.not_done)
        left = not_followed(words, plan) if plan.steps and not meaning.not_done else None
        if left is not None:
            context.notify(Event("doubted", left))
    if asked and meaning.meant:
        asked = (*asked[:-1], asked[-1].model_copy(update={"meant": meaning.meant}))
    instruction = Instruction(
        text=text, plan=plan, steps=(), refusal=plan.refusal, asked=asked, marked=marked, not_done=meaning.not_done
    )
    return {
        **fresh_step(),
        "step": 0,
        "question": question.model_dump() if question else None,
        "usage": meaning.usage.model_dump(),
        "image": meaning.start or state["image"],
        "back": state["image"] if meaning.start else None,
        "chosen": state["chosen"] | dict(meaning.chosen),
        "records": [*state["records"][:number], instruction.model_dump(mode="json")],
    }


@node
def ask(state: RunState, context: Context) -> Update:
    """Ask the person, wait for the answer and make of it what can be made of it."""
    if state["question"] is None:
        raise RuntimeError("there is no question: the graph's routing is broken")
    question = Question.model_validate(state["question"])
    # Where nobody can be asked any more, no answer is an answer too.
    answer = str(interrupt(state["question"]))[:500] if context.asks and not context.stopped else ""
    context.trace.write("asked", 0.0, question=question.text, answer=answer)
    if context.stopped:
        change = Change({"notice": STOPPED})
    elif question.kind == "effect" and questions.agreed(answer) and question.reading is not None:
        change = Change({})
    elif question.kind == "effect":
        change = Change({"clarified": None if questions.declined(answer) else answer})
    elif question.kind == "region":
        change = answers.other_region(state, _step(state), context, question, answer)
    else:
        change = answers.chosen(state, _step(state), context, question, answer)
    (instruction,) = instructions_in(state["records"][-1:])
    if change.step is not None:
        instruction = with_step(instruction, state["step"], change.step)
    if question.reading is not None and questions.agreed(answer):
        instruction = as_agreed(instruction, question, context)
    asked = question.model_dump(include={"kind", "about", "reading"})
    one = Asked.model_validate(asked | {"question": question.text, "answer": answer, "mask": change.mask})
    told = instruction.model_copy(update={"asked": (*instruction.asked, one)})
    return {"question": None, **change.update, "records": [*state["records"][:-1], told.model_dump(mode="json")]}


@node
def act(state: RunState, context: Context) -> Update:
    """Ask the model for the next tool call."""
    over = spent(state, context)
    if over:
        return {"output": None, "notice": over}
    messages = state["messages"]
    update: Update = {"output": None}
    if not messages:
        weighed = weighing.weighed(state, context, _step(state))
        if weighed is not None:
            update |= weighed
            state = cast(RunState, state | weighed)
            if state["notice"]:
                return update
        messages, more = means.opening(state, context, _carried_out(state))
        update |= more
        if not messages:
            return update
    if context.model.plans_only or _step(state).task == "improve":  # of that only its region is looked for
        attempts, _ = older.attempts_of(state)
        chosen = rules.next_call(
            _carried_out(state),
            image=rules.starts_at(state["image"], attempts),
            mask=state["mask"],
            grounding=grounding_in(messages),
            overshot=rules.overshot(attempts),
            means=means.to_try(state | update),
        )
    else:
        offered = as_langchain(context.work)
        asked = ask_model(usage_of(state), context, "act", lambda: plain(context.model.act(messages, offered)))
        update["usage"] = asked.usage.model_dump()
        if asked.error is not None:
            return update | {"notice": asked.error.told(dashed)}
        chosen = Chosen.model_validate(asked.answer)
    return update | {
        "chosen_call": chosen.model_dump(),
        "messages": [*messages, call_message(chosen.name, chosen.args)],
    }


@node
def call_tool(state: RunState, context: Context) -> Update:
    """Make the call that the model chose, if it carries out the step."""
    if context.stopped:
        return {"notice": STOPPED}
    step, chosen = _carried_out(state), older.chosen_call(state)
    attempts, _ = older.attempts_of(state)
    problem = rules.problem_with(
        step,
        chosen.name,
        chosen.args,
        image=rules.starts_at(state["image"], attempts),
        mask=state["mask"],
        overshot=rules.overshot(attempts),
        groundings={
            key: [record.phrase for record in records] for key, records in context.work.catalogue.groundings.items()
        },
        best=(state.get("means") or {}).get("image"),
        free=context.model.style == "full",
        attempts=[made.output for made in attempts],
    )
    by_means = means.carried_out_by_others(step) and chosen.name in EDITS
    context.notify(Event("calling", f"{chosen.name} {compact(chosen.args)}"))
    update: Update = {"chosen_call": None}
    if problem:
        answer = ToolAnswer(error=problem)
    else:
        called = make_call(state, context, chosen.name, chosen.args)
        answer, update["usage"] = called.answer, called.usage.model_dump()
    made = ToolCallMade(name=chosen.name, args=chosen.args, seconds=round(answer.seconds, 3), error=answer.error)
    told = _told(answer.result) if answer.result is not None else f"error: {answer.error}"
    calls = [ToolCallMade.model_validate(call) for call in state["calls"]]
    times = rules.times_called(calls, chosen.name, chosen.args) + 1
    if answer.result is not None:
        update |= _outcome(state, context, step, made, answer.result)
    elif answer.final and not by_means:
        update["notice"] = answer.error
    failed = state["nudged"] + (answer.error is not None)
    if "output" not in update and "notice" not in update:
        # Calls that work count as well: grounding the same phrases again and again leads nowhere.
        if times >= rules.STOP_AFTER or failed >= rules.MISTAKES:
            update["notice"] = f"the language model kept making calls that lead nowhere; the last answer was: {told}"
        elif times >= rules.WARN_AFTER:
            told += f" (this call was made {times} times: choose another)"
    # With a mask, or where one of its means failed, there is more to tell of a step without a tool of its own; and with
    # a mask it can be measured what a step needs.
    to_tell = means.carried_out_by_others(step) or weighing.to_be_weighed(state, step)
    anew = (by_means and answer.final) or ("mask" in update and to_tell)
    return update | {
        "nudged": failed,
        "calls": [*state["calls"], made.model_dump()],
        "messages": [] if anew else [*state["messages"], {"role": "tool", "content": told}],
    }


@node
def evaluate(state: RunState, context: Context) -> Update:
    """Measure the attempt inside its region."""
    edit = older.edit_made(state)
    args = {"before": state["image"], "after": edit.image, "mask": state["mask"]}
    called = make_call(state, context, "evaluate_metrics", args)
    if called.answer.result is None:
        raise AnswerError(f"the attempt {edit.image} cannot be measured: {called.answer.error}")
    values = EvaluateResult.model_validate(called.answer.result)
    calls = [ToolCallMade.model_validate(made) for made in state["calls"]]
    measuring = ToolCallMade(name="evaluate_metrics", args=args, seconds=called.answer.seconds, error=None)
    measured = Unjudged(
        tool_calls=(*calls, measuring),
        output=edit.image,
        epochs=edit.epochs,
        stopped=edit.stopped,
        saturated=edit.saturated,
        seconds=edit.seconds,
        before=values.before,
        after=values.after,
    )
    return {"edit": None, "measured": measured.model_dump(mode="json"), "usage": called.usage.model_dump()}


@node
def critique(state: RunState, context: Context) -> Update:
    """Ask the model for a verdict and hold it against the measured goal."""
    step = _step(state)
    attempts, attempt = older.attempts_of(state)
    if attempt is None:
        raise RuntimeError("no attempt waits for its verdict: the graph's routing is broken")
    edit = attempt.edit
    by = None if edit is None else (edit.name, edit.args.get("direction"))
    result = critic.measured(step, attempt.before, attempt.after, by)
    context.notify(Event("measured", plainly("; ".join(critic.lines(result)))))
    asked = judging.verdict(state, context, step, attempts, attempt, result)
    judgement = asked.got()
    move, notice = judging.next_move(context, step, attempts, attempt, result, judgement)
    context.notify(Event("judged", plainly(f"{judgement.verdict}: {judgement.reason}")))
    judged = Judged(
        **attempt.model_dump(),
        verdict=judgement.verdict,
        reason=judgement.reason,
        checks=result.checks,
        goal_met=result.met,
        progress=round(result.progress, 4),
        move=move,
    )
    if move == "undo" and judged.edit is not None:
        # The state that led the wrong way is dropped: the next attempt starts from the picture again.
        context.work.forget(judged.edit.name, judged.edit.args.get("direction"), state["mask"])
    attempts = [*attempts, judged]
    if move == "stop" and means.carried_out_by_others(step):
        notice = notice or means.how_far(attempts)
    # Once an attempt went too far, all that follow are weaker, whatever the verdict on the last one.
    advice = "adjust" if rules.overshot(attempts) else move
    return {
        "attempts": [made.model_dump(mode="json") for made in attempts],
        "measured": None,
        "move": move,
        "notice": notice or state["notice"],
        "last": f"{advice}: {judgement.reason}",
        "messages": [],
        "calls": [],
        "nudged": 0,
        "usage": asked.usage.model_dump(),
    }


@node
def advance(state: RunState, context: Context) -> Update:
    """Keep the best attempt of the step and move on to what comes next."""
    step, satisfied = current_step(state), state["move"] == "accept"
    if step is None:  # a refusal has no step to close
        return {"instruction": state["instruction"] + 1, **fresh_step()}
    attempts, _ = older.attempts_of(state)
    # Without an attempt there was nothing to try: nothing was found to be wrong.
    kept = kept_of(attempts, satisfied=satisfied)
    already = satisfied and (kept is None or critic.Measured(kept.checks).already)
    update: Update = {}
    output = None
    at_its_end = bool(attempts) and attempts[-1].saturated
    if kept is not None and not already and (satisfied or worth_keeping(kept, at_its_end=at_its_end)):
        name = f"{state['accepted'] + 1:03d}"
        output = context.work.accept(kept.output, name)
        update = {"accepted": state["accepted"] + 1, "image": name}
    mask = state["mask"]
    ended_step = closed(
        step,
        found=not step.region.phrases or bool(state["found"]),
        notice=state["notice"],
        missing=tuple(state["missing"]),
        mask=context.work.catalogue.masks[mask] if mask else None,
        area=context.work.area(mask),
        confidence=context.work.catalogue.confidences.get(mask or ""),
        satisfied=satisfied,
        reason="already" if already else None,
        output=output,
        attempts=tuple(made.recorded() for made in attempts),
    )
    worse = None if kept is None or kept.progress <= 0 else critic.Measured(kept.checks).worse
    left_be = "nothing was changed" if worse is None else f"nothing was changed, {critic.looks_worse(worse)}"
    (instruction,) = instructions_in(state["records"][-1:])
    done = (*instruction.steps, ended_step)
    left = instruction.planned[len(done) :]
    back = state.get("back")
    no_less = back and not left and is_no_less(instruction.words, done, instructions_in(state["records"][:-1]))
    if no_less:
        done = tuple(made.model_copy(update={"output": None, "satisfied": False, "notice": NO_LESS}) for made in done)
        output = None
    short = f"{state['notice'] or 'goal not reached'}; {'kept as far as it came' if output else left_be}"
    remarked = already or (kept and critic.Measured(kept.checks).gentle)
    ended = (state["notice"] if remarked else "satisfied") if satisfied else short
    if state["found"] and state["missing"]:
        ended = f"{ended}, but for what was not found: {', '.join(state['missing'])}"
    ended = NO_LESS if no_less else f"{ended}{hint(step, ended_step, instructions_in(state['records']))}"
    context.notify(Event("advanced", f"{step}: {ended}", file=output))
    if context.stopped:
        done += tuple(closed(planned, found=False, notice=STOPPED) for planned in left)
        left = []
    told = instruction.model_copy(update={"steps": done})
    if back and not left and not any(made.output or made.satisfied for made in done):
        update["image"] = back  # nothing came of what was to be done anew: what was there stays
    return {
        **fresh_step(),
        **update,
        "records": [*state["records"][:-1], told.model_dump(mode="json")],
        "step": state["step"] + 1,
        "instruction": state["instruction"] + (0 if left else 1),
    }


@node
def report(state: RunState, context: Context) -> Update:
    """Write the result, the record and the report."""
    write_outcome(state, context)
    return {}


def _step(state: RunState) -> Step:
    step = current_step(state)
    if step is None:
        raise RuntimeError("no step is in work: the graph's routing is broken")
    return step


def _carried_out(state: RunState) -> Step:
    """The step in work as its next attempt carries it out."""
    return rules.carried_out(_step(state), older.attempts_of(state)[0])


def _told(result: Json) -> str:
    """What the language model reads of a result: confidences are for the person, no call depends on them."""
    return compact({name: value for name, value in result.items() if name != "confidence"})


def _outcome(state: RunState, context: Context, step: Step, made: ToolCallMade, result: Json) -> Update:
    """What a successful call changes."""
    if made.name == "ground":
        grounded = GroundResult.model_validate(result)
        answers.narrow(context, grounded.grounding, state["chosen"])  # also what was chosen in an earlier turn
        records = context.work.grounding(grounded.grounding)
        update: Update = {"found": grounded.found, "missing": grounded.missing}
        question = answers.to_be_asked(state, context, step, grounded.grounding)
        if question is not None:
            return update | {"question": question.model_dump()}
        for doubt in filter(None, (record.doubt for record in records)):
            context.notify(Event("doubted", doubt))
        reasons = [record.reason for record in records if not record.found]
        unclear = [record.unclear for record in records if record.unclear]
        enough = answers.enough(step, grounded.found, grounded.missing) and not unclear
        return update if enough else update | {"notice": "; ".join([*reasons, *unclear])}
    if made.name == "segment":
        return {"mask": SegmentResult.model_validate(result).mask}
    if made.name in rules.LOOKS:
        return {}
    edited = EditResult.model_validate({name: result[name] for name in EditResult.model_fields})
    edit = Edit(**edited.model_dump(), seconds=made.seconds)
    return {"output": edit.image, "edit": edit.model_dump()}
