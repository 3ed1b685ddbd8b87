"""``wordfuse eval``: a prompt-eval regression suite."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wordfuse.cli.guard import complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options import measuring as m
from wordfuse.cli.options.taking import everywhere
from wordfuse.fusion.errors import BackendUnreachable, InputError, argument_named

if TYPE_CHECKING:
    from wordfuse.evals.language.cases import Suite

BELOW_BASELINE = 100


@everywhere
@guarded
def evaluate_suite(
    *,
    suite: m.SuiteName,
    baseline: m.BaselineFile = None,
    update_baseline: m.UpdateBaseline = False,
    at_least: m.AtLeast = 0.0,
    repeat: m.Repeat = 1,
    every: m.EveryCase = 1,
    data: m.RealPairs = None,
    junit: m.Junit = None,
    out: m.EvalFolder = None,
    chosen: g.EvalSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Ask a suite of cases and compare with what the model once got right. Exit code 100: it got worse."""
    _need_inspect()
    from wordfuse.agent.context import connect_model
    from wordfuse.agent.model.embedded.embedded import DEFAULT_ADAPTER
    from wordfuse.agent.terminal.console import counting, downloading, messages, print_json
    from wordfuse.evals.language import report as eval_report
    from wordfuse.evals.language.asking import Asker
    from wordfuse.evals.language.baseline import identity, read_baseline, write_baseline
    from wordfuse.evals.language.cases import read_suite
    from wordfuse.evals.language.evaluation import REPORT, evaluate
    from wordfuse.fusion.files.atomic import write_bytes_atomic

    if update_baseline and every > 1:
        raise InputError(
            f"{argument_named('update_baseline')} with {argument_named('every')}: a baseline needs every case",
            remedy=f"leave {argument_named('every')} out",
        )
    whole = read_suite(suite)
    rendered = whole.without_real_pairs()
    left_out = len(whole.listed) - len(rendered.listed)
    if data is None and left_out:
        left = f"{left_out} of {len(whole.listed)} cases need real pairs and are left out"
        if update_baseline:
            raise InputError(f"a baseline needs every case: {left}", argument="data", remedy="name their folder")
        complain(f"{left}; name their folder with {argument_named('data')} DIR")
        whole = rendered
    settings = chosen.settings()
    file = _baseline_file(whole, baseline, settings.llm, needed=update_baseline)
    for name, written in (("baseline", file if update_baseline else None), ("junit", junit)):
        if written is not None and (written.is_dir() or not written.parent.is_dir()):
            raise InputError(
                "is a folder, or in one that does not exist", argument=name, subject=written, remedy="name a file"
            )
    earlier = read_baseline(file) if file is not None and file.exists() and not update_baseline else None
    if baseline is not None and earlier is None and not update_baseline:
        raise InputError(
            "does not exist",
            argument="baseline",
            subject=baseline,
            remedy=f"make it with {argument_named('update_baseline')}",
        )
    if earlier is not None and not {one.case.name for one in whole.listed} & set(earlier.cases):
        raise InputError(
            f"is the baseline of {earlier.suite} and knows no case of {whole.name}", subject=file, remedy="name another"
        )
    console = messages(quiet)
    with downloading(console) as progress:
        connected = connect_model(settings, progress)
    asker = Asker(connected, settings, data)
    asker.check(whole)
    embedded = settings.llm == "embedded" and connected.style == "compact"
    who = identity(connected.name, (settings.adapter or DEFAULT_ADAPTER) if embedded else None)
    with counting(console) as count:
        evaluation = evaluate(
            whole.every(every),
            asker,
            who,
            out or Path("runs") / f"eval-{whole.name}",
            repeat=repeat,
            # Whole runs share the machine's random numbers, and the embedded model answers one at a time.
            at_once=1 if settings.llm == "embedded" or whole.runs else 4,
            conditions=settings.model_dump(mode="json", include={"seed", "regions", "device"}),
            progress=count,
        )
    if earlier is not None and earlier.identity.model != connected.name:
        complain(f"{file} is of the model {earlier.identity.model}; this is {connected.name}")
    verdict = eval_report.judge(evaluation, earlier, at_least)
    folder = evaluation.folder
    write_bytes_atomic(folder / "report.md", eval_report.markdown(verdict).encode())
    if junit is not None:
        write_bytes_atomic(junit, eval_report.junit(verdict).encode())
    report = eval_report.as_json(verdict)
    # ASCII: broken Unicode in a model's answer must not break the report.
    write_bytes_atomic(folder / REPORT, (json.dumps(report, indent=1) + "\n").encode())
    if as_json:
        print_json(report)
    else:
        eval_report.show(verdict, console)
        console.print(f"  {folder / 'report.md'}\n  {folder / REPORT}", soft_wrap=True)
    if evaluation.errors:
        raise BackendUnreachable(
            f"{len(evaluation.errors)} of {len(evaluation.results)} cases could not be asked "
            f"({evaluation.errors[0].error})",
            remedy="the same command asks them again",
        )
    if update_baseline and not verdict.regressed:
        assert file is not None
        write_baseline(file, eval_report.baseline_of(evaluation))
        complain(f"wrote {file}: {evaluation.exact:.1%} exact; commit it with what changed")
    elif earlier is None and not update_baseline:
        complain("no baseline to compare with; make one with --update-baseline")
    elif earlier is not None and earlier.harmful is None and any("harm" in one.marks for one in evaluation.answered):
        complain(f"{file} says nothing of harm, which is not compared; make it anew with --update-baseline")
    if verdict.regressed:
        complain("worse than the baseline or threshold: " + "; ".join(verdict.regressed))
        raise typer.Exit(BELOW_BASELINE)


def _baseline_file(suite: "Suite", chosen: Path | None, llm: str, *, needed: bool) -> Path | None:
    """The baseline of a suite: the chosen one, ours for our suites and the embedded model, or one beside a file."""
    from wordfuse.evals.language.baseline import BASELINES
    from wordfuse.evals.language.cases import SUITES

    if chosen is not None:
        return chosen
    if llm == "embedded":
        if suite.source.parent == SUITES:
            return BASELINES / f"{suite.name}.json"
        return suite.source.with_name(f"{suite.name}.baseline.json")
    if needed:
        raise InputError(
            f"{argument_named('update_baseline')} with {argument_named('llm')} URL: name the baseline of that server "
            f"with {argument_named('baseline')} FILE"
        )
    return None


def _need_inspect() -> None:
    from importlib.util import find_spec

    if find_spec("inspect_ai") is None:
        raise InputError("wordfuse eval needs inspect-ai", remedy="install it with: pip install 'wordfuse[evals]'")
