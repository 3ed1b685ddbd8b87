"""What an evaluation says: a table for the terminal, Markdown, JSON, and JUnit for CI servers."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wordfuse.agent.telling.text import printable
from wordfuse.evals.language.baseline import Baseline, Comparison, TagShare, by_tag, compare, compare_harm
from wordfuse.evals.language.evaluation import CaseResult, Evaluation, share_exact
from wordfuse.evals.language.marking import OUTCOMES


@dataclass(frozen=True)
class Verdict:
    """An evaluation beside its baseline and threshold.

    Attributes:
        evaluation: the results.
        comparisons: each tag beside the baseline; empty without one.
        harms: the same of harm; empty where the baseline does not say where it was done.
        broken: cases that were right in the baseline and are not now.
        harmed: cases that do harm now and did none in the baseline.
        mended: how many were wrong in it and are right now.
        new: how many of the cases the baseline does not know.
        at_least: the threshold, a share of exact cases.
    """

    evaluation: Evaluation
    comparisons: tuple[Comparison, ...]
    harms: tuple[Comparison, ...]
    broken: tuple[CaseResult, ...]
    harmed: tuple[CaseResult, ...]
    mended: int
    new: int
    at_least: float

    @property
    def regressed(self) -> list[str]:
        """What fell below the baseline or the threshold, in words."""
        said = [
            f"{one.tag}: {'harm ' if one.of == 'harm' else ''}{one.before:.1%} -> {one.now:.1%} of {one.cases} "
            f"(by {_difference(one)})"
            for one in (*self.comparisons, *self.harms)
            if one.regressed
        ]
        if self.evaluation.answered and self.evaluation.exact < self.at_least:
            said.append(f"{self.evaluation.exact:.1%} exact, at least {self.at_least:.1%} wanted")
        return said


def judge(evaluation: Evaluation, baseline: Baseline | None, at_least: float = 0.0) -> Verdict:
    """Hold an evaluation against its baseline; cases that could not be asked are left out."""
    asked = evaluation.answered
    tags = {one.name: one.tags for one in asked}
    now = {one.name: one.passed for one in asked}
    harm = {one.name: one.harmful for one in asked if "harm" in one.marks}
    then = baseline.cases if baseline is not None else {}
    known = then if baseline is not None and baseline.harmful is not None else {}
    harmful = set(baseline.harmful or ()) if baseline is not None else set()
    return Verdict(
        evaluation,
        tuple(compare(baseline, now, tags)) if baseline is not None else (),
        tuple(compare_harm(baseline, harm, tags)) if baseline is not None else (),
        broken=tuple(one for one in asked if then.get(one.name) and not one.passed),
        harmed=tuple(one for one in asked if one.harmful and one.name in known and one.name not in harmful),
        mended=sum(one.passed and then.get(one.name) is False for one in asked),
        new=sum(one.name not in then for one in asked) if baseline is not None else 0,
        at_least=at_least,
    )


def baseline_of(evaluation: Evaluation) -> Baseline:
    """The evaluation as the baseline of those to come."""
    planned = [one for one in evaluation.answered if "harm" in one.marks]
    return Baseline(
        suite=evaluation.suite,
        identity=evaluation.identity,
        tags={
            tag: TagShare(cases=len(results), exact=round(share_exact(results), 4), harm=_share_harmful(results))
            for tag, results in _tagged(evaluation).items()
        },
        cases={one.name: one.passed for one in evaluation.answered},
        harmful=sorted(one.name for one in planned if one.harmful) if planned else None,
    )


def _share_harmful(results: Sequence[CaseResult]) -> float | None:
    planned = [one for one in results if "harm" in one.marks]
    return round(sum(one.harmful for one in planned) / len(planned), 4) if planned else None


def _tagged(evaluation: Evaluation) -> dict[str, list[CaseResult]]:
    return by_tag(evaluation.answered, lambda one: one.tags)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Everything, for programs."""
    evaluation = verdict.evaluation
    whole = _row(evaluation.answered)
    return {
        "schema": 1,
        "suite": evaluation.suite,
        "identity": evaluation.identity.model_dump(),
        "repeat": evaluation.repeat,
        "out": str(evaluation.folder),
        "exact": evaluation.exact,
        **{name: whole[name] for name in ("right", "refused", "gain", "harm") if name in whole},
        **({"gain_interval": list(gained)} if (gained := gain_interval(evaluation.answered)) else {}),
        "tags": {tag: _row(results) for tag, results in _tagged(evaluation).items()},
        "confusion": {tag: dict(faults) for tag, faults in evaluation.faults().items()},
        "baseline": [asdict(one) | {"regressed": one.regressed} for one in verdict.comparisons],
        "baseline_harm": [asdict(one) | {"regressed": one.regressed} for one in verdict.harms],
        "broken": [one.name for one in verdict.broken],
        "harmed": [one.name for one in verdict.harmed],
        "mended": verdict.mended,
        "new": verdict.new,
        "flaky": [one.name for one in evaluation.answered if one.flaky],
        "regressed": verdict.regressed,
        "errors": [{"name": one.name, "error": one.error} for one in evaluation.errors],
        "cases": [asdict(one) | {"passed": one.passed, "harmful": one.harmful} for one in evaluation.results],
    }


def markdown(verdict: Verdict) -> str:
    """Everything worth reading, for people."""
    evaluation = verdict.evaluation
    marks = _marks(evaluation)
    parts = [
        f"# Suite {evaluation.suite}: {evaluation.exact:.1%} of {len(evaluation.answered)} exact",
        f"Model {evaluation.identity.model}, each case asked {evaluation.repeat}x.",
        _lines(
            ["tag", "cases", *marks],
            [[tag, str(len(results)), *_cells(_row(results), marks)] for tag, results in _tagged(evaluation).items()],
        ),
    ]
    if gained := _gained(evaluation.answered):
        parts.append(f"{gained}.")
    for title, comparisons in (("Beside the baseline", verdict.comparisons), ("Harm beside it", verdict.harms)):
        if comparisons:
            rows = [
                [one.tag, str(one.cases), f"{one.before:.1%}", f"{one.now:.1%}", _difference(one),
                 "**worse**" if one.regressed else ""]
                for one in comparisons
            ]  # fmt: skip
            parts += [f"## {title}", _lines(["tag", "cases", "then", "now", "difference, 95%", ""], rows)]
    if verdict.comparisons:
        parts.append(_counted(verdict) + ".")
    if faults := evaluation.faults():
        rows = [
            [tag, ", ".join(f"{count}x {name}" for name, count in kinds.most_common())] for tag, kinds in faults.items()
        ]
        parts += ["## What goes wrong", _lines(["tag", "faults"], rows)]
    for title, results in (
        ("Broken since the baseline", verdict.broken),
        ("Harm since the baseline", verdict.harmed),
        ("Harm", [one for one in evaluation.answered if one.harmful and one not in verdict.harmed]),
        ("Not exact", [one for one in evaluation.answered if not one.passed and one not in verdict.broken]),
        ("Sometimes right, sometimes wrong", [one for one in evaluation.answered if one.flaky]),
    ):
        if results:
            rows = [[one.tags[0], one.asked, one.wanted, one.got] for one in results]
            parts += [f"## {title}", _lines(["tag", "case", "wanted", "got"], rows)]
    if evaluation.errors:
        rows = [[one.tags[0], one.asked, one.error or ""] for one in evaluation.errors]
        parts += ["## Could not be asked", _lines(["tag", "case", "error"], rows)]
    return "\n\n".join(parts) + "\n"


def junit(verdict: Verdict) -> str:
    """Everything as JUnit XML.

    A failure is a case that broke since the baseline, or does harm since then (without one: any wrong answer), an error
    one that could not be asked; what was wrong before is skipped.
    """
    evaluation = verdict.evaluation
    wrong = [one for one in evaluation.answered if not one.passed]
    failed = [one for one in wrong if one in verdict.broken or one in verdict.harmed] if verdict.comparisons else wrong
    suite = ElementTree.Element(
        "testsuite",
        name=f"wordfuse eval {evaluation.suite}",
        tests=str(len(evaluation.results)),
        failures=str(len(failed)),
        skipped=str(len(wrong) - len(failed)),
        errors=str(len(evaluation.errors)),
    )
    for one in evaluation.results:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{evaluation.suite}.{one.tags[0]}", name=printable(f"{one.name} {one.asked}")
        )
        if one.error is not None:
            ElementTree.SubElement(case, "error", message=printable(one.error))
        elif not one.passed:
            # What was wrong in the baseline too is no news, and does not make a build red.
            if not verdict.comparisons:
                kind, since = "failure", "no baseline"
            elif one in verdict.broken:
                kind, since = "failure", "right in the baseline"
            elif one in verdict.harmed:
                kind, since = "failure", "harmless in the baseline"
            else:
                kind, since = "skipped", "wrong in the baseline too"
            failure = ElementTree.SubElement(case, kind, message=f"{one.fault or 'not exact'} ({since})")
            failure.text = f"wanted: {printable(one.wanted)}\ngot: {printable(one.got)}"
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def show(verdict: Verdict, console: Console) -> None:
    """The tables, and sentence by sentence what broke."""
    evaluation = verdict.evaluation
    marks = [name for name in _marks(evaluation) if any(name in OUTCOMES[one.task] for one in evaluation.answered)]
    table = Table(title=f"{evaluation.suite}: {evaluation.exact:.1%} exact", header_style="bold")
    for heading in ("tag", "cases", *marks):
        table.add_column(heading, justify="left" if heading == "tag" else "right")
    columns = {"baseline": verdict.comparisons, "harm then": verdict.harms}
    then = {heading: {one.tag: one for one in known} for heading, known in columns.items() if known}
    for heading in then:
        table.add_column(heading, justify="right")
    for tag, results in _tagged(evaluation).items():
        cells = _cells(_row(results), marks)
        cells += [_then(earlier[tag]) if tag in earlier else "" for earlier in then.values()]
        table.add_row(_shown(tag), str(len(results)), *cells)
    console.print(table)
    if gained := _gained(evaluation.answered):
        console.print(gained)
    wrong = verdict.broken if then else [one for one in evaluation.answered if not one.passed]
    title = "broken since the baseline" if then else "not exact"
    for heading, listed in ((title, wrong), ("harm since the baseline", verdict.harmed)):
        if listed:
            console.print(f"[bold]{heading}[/bold]")
        for one in listed:
            console.print(
                f"  {_shown(one.asked)}\n    wanted  {_shown(one.wanted)}\n    got     {_shown(one.got)}",
                soft_wrap=True,
            )
    if then:
        console.print(f"{_counted(verdict)} since the baseline")
    flaky = [one for one in evaluation.answered if one.flaky]
    for one in flaky:
        console.print(f"flaky: right {one.exact} of {one.answers} times: {_shown(one.asked)}", soft_wrap=True)
    for one in evaluation.errors[:5]:
        console.print(f"[red]could not be asked[/red]: {_shown(one.asked)}: {_shown(one.error or '')}", soft_wrap=True)
    if len(evaluation.errors) > 5:
        console.print(f"... and {len(evaluation.errors) - 5} more")


def gain_interval(results: Sequence[CaseResult]) -> tuple[float, float] | None:
    """The 95% interval of the mean gain (bootstrap over the tasks); None of fewer than two tasks with a gain."""
    gains = [one.marks["gain"] for one in results if "gain" in one.marks]
    if len(gains) < 2:
        return None
    drawn = np.random.default_rng(0).choice(gains, (9999, len(gains))).mean(axis=1)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def _gained(results: Sequence[CaseResult]) -> str:
    """The same in words; nothing where there is no interval."""
    if (between := gain_interval(results)) is None:
        return ""
    low, high = between
    return f"Gain: {_row(results)['gain']:.1%} of the search's, 95%: {low:.1%} to {high:.1%}"


def _then(earlier: Comparison) -> str:
    share = f"{earlier.before:.1%}"
    return f"[red]{share}[/red]" if earlier.regressed else share


def _difference(one: Comparison) -> str:
    return f"{one.low:+.1%} to {one.high:+.1%}"


def _counted(verdict: Verdict) -> str:
    """How many cases changed, in words."""
    told = [f"{len(verdict.broken)} broken", f"{verdict.mended} mended", f"{verdict.new} new"]
    if verdict.harms:
        told.insert(1, f"{len(verdict.harmed)} harmful")
    return ", ".join(told)


def _marks(evaluation: Evaluation) -> list[str]:
    return list(dict.fromkeys(name for one in evaluation.answered for name in one.marks))


def _row(results: Sequence[CaseResult]) -> dict[str, float]:
    """Mean marks of a tag, and the number of its cases."""
    names = dict.fromkeys(name for one in results for name in one.marks)
    row: dict[str, float] = {"cases": len(results)}
    for name in names:
        values = [one.marks[name] for one in results if name in one.marks]
        row[name] = sum(values) / len(values)
    return row


def _cells(row: dict[str, float], marks: Sequence[str]) -> list[str]:
    """Marks as shares; empty where the cases of a tag have no such mark."""
    return [f"{row[name]:.1%}" if name in row else "" for name in marks]


def _lines(headings: list[str], rows: list[list[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(printable(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(headings), line(["---"] * len(headings)), *map(line, rows)])


def _shown(text: str) -> str:
    return escape(printable(text))
