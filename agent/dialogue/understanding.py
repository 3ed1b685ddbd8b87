"""From words to a plan, also where a question and its answer lie between."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wordfuse.agent.budget import Answered, ask_model, spent, usage_of
from wordfuse.agent.confirming import confirmed
from wordfuse.agent.context import Context, Event
from wordfuse.agent.dialogue.anew.forgetting import forgotten
from wordfuse.agent.dialogue.anew.keeping import kept, without
from wordfuse.agent.dialogue.anew.lessening import lessened
from wordfuse.agent.dialogue.anew.narrowing import narrowed
from wordfuse.agent.dialogue.anew.returning import returned
from wordfuse.agent.dialogue.anew.sparing import spared
from wordfuse.agent.dialogue.asking import answers, questions
from wordfuse.agent.dialogue.asking.choosing import Box
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.asking_less import less_wanted
from wordfuse.agent.dialogue.correcting import Planning, corrected, turned_down, without_declined
from wordfuse.agent.dialogue.following import asked_of, mended, other_of, repeated, shown, still
from wordfuse.agent.dialogue.parts.piecemeal import by_parts
from wordfuse.agent.dialogue.parts.staying import with_what_stays
from wordfuse.agent.dialogue.settled import settled
from wordfuse.agent.dialogue.why import parts_told
from wordfuse.agent.model.gist.left_out import left_out
from wordfuse.agent.model.planning import held_to_words
from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.model.words.inherited import complains, without_lost
from wordfuse.agent.plan import Doubted, Plan, Undecided, Unknown
from wordfuse.agent.record import Asked, Instruction
from wordfuse.agent.state import RunState, Usage
from wordfuse.tools.calls.spelling import dashed

# Neither "it" alone nor "there", which point to nothing in "it is too dark" and "there is too much noise".
_POINTING_BACK = re.compile(
    r"\b(them|they|he|she|him|her|those|these|that one|this one|(from|of|on|in|at|around|behind|under|with) it)\b",
    re.IGNORECASE,
)
# "That's too much", "a bit less, it looks smeared": after an edit they ask for less of it.
_LESS = re.compile(
    r"(?:(?:hm+|no|ok|okay|well|wow|now|but|oh)\W+)*(?:(?:that|this|it)(?:'?s| is| was| looks)? )?"
    r"(?:(?:a|just|way|far|much|still|now|bit|little) )*"
    r"(?:too (?:much|strong|heavy|intense|harsh)|less|weaker|gentler|softer)\b(?! \w)"
    r"[\s,.!;:-]*(?:(?:it|that|this|they)?(?:'?s)? ?(?:is |looks? |got |became )?(?:now |all |so |too )?\w*)?[\s.!]*",
    re.IGNORECASE,
)
# What is done anew from where it began, by the words for it.
_ANEW = (returned, lessened, kept, without, narrowed, spared, forgotten)
# A wish, and how what it is for is to be then.
_FIRST = re.compile(
    r"(?P<wish>[^,;.!?]+)[,;.!]\s*(?:they|it|he|she|those|these)(?:'d)?(?: all| both)? "
    r"(?:should|must|needs? to|ought to|has to|have to) (?:really |all )?be\b(?! not\b)",
    re.IGNORECASE,
)
MOST_ASKED = 2  # questions about what one wish means


@dataclass(frozen=True)
class Understood:
    """What an instruction means.

    Attributes:
        plan: steps or a refusal.
        usage: of the run, with what was asked of the model.
        meant: the wish that the person's answer made clear, where there was one.
        question: what the person is asked before anything is done.
        start: the picture that its steps begin at; None: the one that there is.
        chosen: of the objects that its regions name, those that are meant, by the region; {}: all.
        not_done: the parts of it that no step carries out.
    """

    plan: Plan
    usage: Usage
    meant: str = ""
    question: Question | None = None
    start: str | None = None
    chosen: Mapping[str, list[Box]] = field(default_factory=dict)
    not_done: tuple[str, ...] = ()


def understood(
    state: RunState,
    context: Context,
    text: str,
    before: Plan | None,
    asked: Sequence[Asked] = (),
    told: Sequence[Instruction] = (),
) -> Understood:
    """Ask the model what an instruction means, unless it is clear without that nothing comes of it.

    Args:
        state: of the run; ``clarified`` is what the person answered.
        context: with the model.
        text: the instruction.
        before: the plan of the turn before.
        asked: what was asked about the instruction so far.
        told: the instructions before.
    """
    usage, answer = usage_of(state), state["clarified"]
    over = spent(state, context) or (None if answer else nothing_less(text, last_wish(told)))
    if over:
        return Understood(_refused(over), usage)
    if answer is None:
        clear = _without_a_model(state, context, text, before, told)
        if clear is not None:
            return clear

    def planning(usage: Usage, words: str, before: Plan | None) -> Answered[Plan]:
        return ask_model(usage, context, "plan", lambda: context.model.plan(words, before))

    if answer is None:
        answered, meant = planning(usage, text, before), ""
    else:
        instead = turned_down(answer) if asked and asked[-1].reading is not None else None
        offered = asked[-1].reading if asked else None
        if offered is None or instead is None:
            answered, meant = clarified(planning, usage, text, answer, before)
        else:
            answered, meant = corrected(planning, usage, text, instead, offered, before)
    if answered.error is not None:
        plan, meant = _refused(answered.error.told(dashed)), ""
    else:
        plan = held_to_words(answered.got(), context.model, f"{text} {answer or ''}", before, context.settings.doubt)
        plan = without_declined(plan, asked)
        if told:
            lost = [name for step in told[-1].steps if not step.found for name in step.missing]
            plan = without_lost(plan, f"{text} {answer or ''}", told[-1].plan, lost)
    words, not_done = meant or text, tuple[str, ...]()
    used = answered.usage
    if answer is None and answered.error is None:
        plan, used = confirmed({**state, "usage": used.model_dump()}, context, text, plan)

    def read(clause: str, after: Plan | None) -> Plan | None:
        nonlocal used
        alone = planning(used, clause, after)
        used = alone.usage
        return alone.answer and held_to_words(alone.answer, context.model, clause, after, context.settings.doubt)

    parts = by_parts(words, plan, before, read) if answered.error is None else None
    if parts is not None:
        plan, not_done = parts.plan, parts.not_done
    plan, unknown = with_what_stays(plan, words)
    question, first = None, _FIRST.match(text)
    if isinstance(plan, Doubted) and answer is None and first is not None:
        # "Make them pop, they should be really bright": its first half alone is another way of saying it.
        answered = planning(used, first["wish"], before)
        used = answered.usage
        alike = answered.answer is not None and _same_effects(plan.reading, answered.answer)
        if alike and [step.region for step in answered.got().steps] == [step.region for step in plan.reading.steps]:
            plan = plan.reading
    if isinstance(plan, Doubted) and asked and _same_effects(plan.reading, asked[-1].reading):
        # Two ways of saying it were read alike; what neither names is not done all the same.
        plan = plan if inferred(plan.reading, f"{text} {answer or ''}", before) else plan.reading
    elif context.asks and isinstance(plan, Undecided) and len(asked) < MOST_ASKED:
        question = questions.about_wishes(answer or text, plan.wishes)
    elif context.asks and isinstance(plan, Doubted) and len(asked) < MOST_ASKED:
        question = questions.about_reading(answer or text, plan.reading)
    elif context.asks and answer is None and plan.refusal is not None and questions.is_unclear(plan.refusal):
        question = questions.about_effect(text, plan.refusal if isinstance(plan, Unknown) else None)
    left = dict.fromkeys([*not_done, *unknown, *left_out(words, plan)] if plan.steps else [])
    return Understood(plan, used, meant, question, not_done=tuple(left))


def _without_a_model(
    state: RunState, context: Context, text: str, before: Plan | None, told: Sequence[Instruction]
) -> Understood | None:
    """What follows from the words and the turns before alone; None where a model is to read them."""
    usage = usage_of(state)
    ways = (way(text, told) for way in _ANEW)
    anew = next((one for one in ways if one is not None), None)
    if anew is not None:
        return Understood(anew.plan, usage, start=anew.start)
    plan = shown(text, told) or mended(text, told) or asked_of(text, told) or still(text, before) or settled(text, told)
    if plan is not None:
        return Understood(plan, usage)
    other, last = other_of(text, before), last_wish(told)
    if other is None or before is None or last is None:
        return None
    found, usage = answers.not_done_yet(state, context, other.phrases, last)
    for phrase, boxes in found.items():
        if len(boxes) == 1 or other.several:
            return Understood(repeated(before, phrase), usage, chosen={phrase: boxes})
    # Where there is no other, the same one is not to have twice of it: "other car" is found by nobody, and asked about.
    phrase = next(iter(found), f"other {other.phrases[0]}")
    return Understood(repeated(before, phrase), usage)


def _same_effects(one: Plan, other: Plan | None) -> bool:
    """Whether two readings are of the same effects, wherever and however strong."""
    effects = [[(step.task, step.direction) for step in plan.steps] for plan in (one, other) if plan is not None]
    return len(effects) == 2 and bool(effects[0]) and effects[0] == effects[1]


def as_agreed(instruction: Instruction, question: Question, context: Context) -> Instruction:
    """An instruction whose reading, which a question offered, is what is meant."""
    plan, unknown = with_what_stays(Plan.model_validate(question.reading), question.about)
    not_done = tuple(dict.fromkeys([*unknown, *left_out(question.about, plan)]))
    tell_not_done(context, not_done)
    return instruction.model_copy(update={"plan": plan, "refusal": None, "not_done": not_done})


def tell_not_done(context: Context, parts: Sequence[str]) -> None:
    """Tell, before anything is done, for which parts of a wish nothing will be."""
    for told in parts_told(parts):
        context.notify(Event("doubted", told))


def plan_before(text: str, earlier: Sequence[Plan]) -> Plan | None:
    """The plan that an instruction may follow on: the last one with steps.

    "Make them stand out" after "how many people are there?" follows on the question: so where a word points back to
    several or to somebody, the last question that names a region goes before older steps.
    """
    for plan in reversed(earlier):
        asked = plan.question
        if plan.steps or (asked is not None and asked.region.phrases and _POINTING_BACK.search(text)):
            return plan
    return None


def last_wish(told: Sequence[Instruction]) -> Instruction | None:
    """The wish that "less" may be about: the last that was no question and no control.

    Where it had nothing to gain, what it would have done stands already: then it is the one that did it.
    """
    wishes = [said for said in told if said.plan.question is None and said.plan.control is None]
    gained = [said for said in wishes if not said.steps or any(step.reason != "already" for step in said.steps)]
    return gained[-1] if gained else None


def nothing_less(text: str, last: Instruction | None) -> str | None:
    """What is said to who wants less of a wish that changed nothing; None where something can be less.

    Args:
        text: the instruction.
        last: the one before it.
    """
    if last is None or any(step.output for step in last.steps):
        return None
    if not _LESS.fullmatch(text.strip()) and less_wanted(text) is None:
        return None
    return (
        f"The wish before, '{last.text[:80]}', changed nothing, so there is nothing to be made less. "
        "Say 'undo' to take back what was done before it, or what should change, and where."
    )


def clarified(
    planning: Planning, usage: Usage, wish: str, answer: str, before: Plan | None
) -> tuple[Answered[Plan], str]:
    """The plan of a wish that was not clear, with the answer to what is to be done.

    The answer may be a wish of its own ("brighten the cars"); else it is what to do with the region of the wish.

    Args:
        planning: asks the language model: what was used so far, the words, and the plan of the turn before.
        usage: what was used so far.
        wish: what was not clear.
        answer: what was answered.
        before: the plan of the turn before.

    Returns:
        The plan, and the words that it is the plan of.
    """
    alone = planning(usage, answer, None)  # "less noise" is no follow-up here: the region is in the wish
    meant = alone.answer
    read = meant.reading if isinstance(meant, Doubted) else meant
    if read is None or read.question or read.control or any(step.region.phrases for step in read.steps):
        return alone, answer
    if read.steps and complains(answer):  # "it's grainy now" is another wish, and no answer
        return alone, answer
    words = f"{wish.rstrip(' .!?:')}: {answer}"
    together = planning(alone.usage, words, before)
    if together.answer is None or together.answer.steps:
        return together, words
    return Answered(together.usage, alone.answer), answer


def _refused(why: str) -> Plan:
    return Plan(refusal=why[:300])
