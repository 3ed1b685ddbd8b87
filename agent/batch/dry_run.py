"""What a script would do: the plans of its words, without touching a picture."""

from collections.abc import Iterator, Sequence

from wordfuse.agent.batch.carrying import Models
from wordfuse.agent.batch.job import Job
from wordfuse.agent.dialogue.understanding import plan_before
from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.planning import held_to_words
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.plan import Plan
from wordfuse.agent.state import Json
from wordfuse.tools.calls.spelling import dashed


def plans_of(say: Sequence[str], model: LanguageModel, doubt: float) -> list[Plan]:
    """The plan of each instruction, turn by turn, as a run would have it.

    Raises:
        BackendUnreachable: the language model cannot be reached.
    """
    plans: list[Plan] = []
    for text in say:
        before = plan_before(text, plans)
        try:
            plans.append(held_to_words(model.plan(text, before), model, text, before, doubt))
        except AnswerError as error:
            plans.append(Plan(steps=[], refusal=error.told(dashed)[:200]))
    return plans


def dry_run(jobs: Sequence[Job], models: Models) -> Iterator[Json]:
    """One line for all jobs that say the same to the same language model: numbers, names, words and plans."""
    alike: dict[tuple[int, float, tuple[str, ...]], list[Job]] = {}
    for job in jobs:
        alike.setdefault((id(models.of(job.settings)), job.settings.doubt, job.say), []).append(job)
    for group in alike.values():
        settings = group[0].settings
        plans = plans_of(group[0].say, models.of(settings), settings.doubt)
        yield {
            "jobs": [job.number for job in group],
            "say": list(group[0].say),
            "plans": [plan.model_dump() for plan in plans],
            "words": [str(plan) for plan in plans],
            "names": [job.name for job in group],
        }
