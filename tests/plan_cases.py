"""The plan cases of the suite that comes with wordfuse."""

from wordfuse.evals.language.cases import PlanCase, read_suite


def read_plan_cases() -> list[PlanCase]:
    """What language models are asked to plan, and what is right."""
    return [one.case for one in read_suite("plan").listed if isinstance(one.case, PlanCase)]
