"""A baseline: what a model once got right and where it did harm, and whether it now does significantly worse.

Both times the same cases are asked, so only those count whose outcome changed. Of these, the share that got worse has a
95% interval (Clopper and Pearson, "The use of confidence or fiducial limits", 1934); where even its lower end is above
a half, that is a regression: with nothing mended, six newly broken cases are. Harm is held down by the same test.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from scipy.stats import binomtest

from wordfuse import prompts
from wordfuse.agent.model.embedded.marked import file_sha256
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json

BASELINES = Path(__file__).resolve().parents[1] / "baselines"
CONFIDENCE = 0.95
ALL = "all"

T = TypeVar("T")


class Identity(BaseModel):
    """What decides the answers besides the cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    prompts: str
    """SHA-256 of all prompts."""
    adapter: str | None
    """SHA-256 of the adapter's weights; None where another model is asked."""


class TagShare(BaseModel):
    """How a tag stood; for people and git, not compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: int
    exact: float
    harm: float | None = None
    """None where nothing can do harm, or nobody looked."""


class Baseline(BaseModel):
    """Outcomes of all cases of a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    identity: Identity
    tags: dict[str, TagShare]
    cases: dict[str, bool]
    """Whether each case was exact, by its id."""
    harmful: list[str] | None = None
    """The ids of the cases whose answers did harm, sorted; None where harm was not looked for, as in older files."""


@dataclass(frozen=True)
class Comparison:
    """A tag beside the baseline, on the cases that both have.

    Attributes:
        tag: the tag.
        of: what is counted: cases that are exact, or cases where harm is done.
        cases: how many both have.
        before: the share of those that are counted, then.
        now: the same now.
        low: lower end of the 95% interval of the difference.
        high: its upper end.
    """

    tag: str
    of: Literal["exact", "harm"]
    cases: int
    before: float
    now: float
    low: float
    high: float

    @property
    def regressed(self) -> bool:
        """Whether it is worse, beyond what chance explains."""
        return self.low > 0 if self.of == "harm" else self.high < 0


def identity(model: str, adapter: Path | None) -> Identity:
    """Who answers now: a model by its name, our prompts, and an adapter's folder where one is used."""
    weights = file_sha256(adapter / "adapter_model.safetensors") if adapter is not None else None
    return Identity(model=model, prompts=prompts.digest(compact=adapter is not None), adapter=weights)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: it cannot be read, or is none.
    """
    try:
        return Baseline.model_validate(read_json(file))
    except (InputError, ValidationError) as error:
        reason = error.problem if isinstance(error, InputError) else brief(error)
        raise InputError(
            f"not a baseline ({reason})", subject=file, remedy=f"make one with {argument_named('update_baseline')}"
        ) from error


def write_baseline(file: Path, baseline: Baseline) -> None:
    """Write a baseline, whole or not at all, with a case a line so that changes of it can be read."""
    raw: dict[str, Any] = baseline.model_dump(mode="json", exclude_defaults=True)
    raw["cases"] = dict(sorted(raw["cases"].items()))
    write_bytes_atomic(file, (json.dumps(raw, indent=1) + "\n").encode())


def by_tag(items: Iterable[T], tags: Callable[[T], Iterable[str]]) -> dict[str, list[T]]:
    """All items, then those of each tag."""
    groups: dict[str, list[T]] = {ALL: []}
    for item in items:
        for tag in (ALL, *tags(item)):
            groups.setdefault(tag, []).append(item)
    return groups


def compare(baseline: Baseline, now: Mapping[str, bool], tags: Mapping[str, Iterable[str]]) -> list[Comparison]:
    """Every tag beside the baseline, and all cases together first: which share is exact.

    Args:
        baseline: outcomes then.
        now: outcomes now, by case id.
        tags: the tags of each case.
    """
    return _all_compared("exact", baseline.cases, now, tags)


def compare_harm(baseline: Baseline, now: Mapping[str, bool], tags: Mapping[str, Iterable[str]]) -> list[Comparison]:
    """The same of harm: in which share of the cases it is done. Nothing where the baseline does not say.

    Args:
        baseline: outcomes then.
        now: whether harm is done now, by id, of the cases that can do any.
        tags: the tags of each case.
    """
    if baseline.harmful is None:
        return []
    harmful = set(baseline.harmful)
    return _all_compared("harm", {name: name in harmful for name in baseline.cases}, now, tags)


def _all_compared(
    of: Literal["exact", "harm"],
    then: Mapping[str, bool],
    now: Mapping[str, bool],
    tags: Mapping[str, Iterable[str]],
) -> list[Comparison]:
    common = [name for name in now if name in then]
    return [
        _compared(tag, of, [(then[name], now[name]) for name in names])
        for tag, names in by_tag(common, tags.__getitem__).items()
        if names
    ]


def _compared(tag: str, of: Literal["exact", "harm"], outcomes: list[tuple[bool, bool]]) -> Comparison:
    count = len(outcomes)
    gained = sum(now and not then for then, now in outcomes)
    changed = sum(then != now for then, now in outcomes)
    low = high = 0.0
    if changed:
        more = binomtest(gained, changed).proportion_ci(CONFIDENCE, method="exact")
        low, high = (changed / count * (2 * share - 1) for share in (more.low, more.high))
    return Comparison(
        tag,
        of,
        count,
        before=sum(then for then, _ in outcomes) / count,
        now=sum(now for _, now in outcomes) / count,
        low=low,
        high=high,
    )
