"""``report.html``: one self-contained page that shows a run; nothing is loaded from elsewhere."""

import base64
from html import escape
from pathlib import Path

from agent.state import Json
from tools.types import Region

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>wordfuse: {title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
.strip {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .5rem; }}
figure {{ margin: 0; }} img {{ width: 100%; height: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .2rem .6rem; vertical-align: top; }}
tr {{ border-bottom: 1px solid #8884; }}
</style></head><body>
<h1>{title}</h1>
<div class="strip">{pictures}</div>
{instructions}
<h2>Metrics</h2>{metrics}
<p>{footer}</p>
</body></html>
"""


def render_report(record: Json, folder: Path) -> str:
    """The page of one run: pictures, each step with its attempts, and metrics.

    Words, names and reasons come from users and models: each is escaped.

    Args:
        record: the run record, as ``run.json`` holds it.
        folder: the run folder, whose pictures go into the page.
    """
    pictures = [("fused", "fused.png"), ("result", "result.png")]
    words = " / ".join(instruction["text"] for instruction in record["instructions"])
    llm = record["llm"]
    footer = (
        f"Language model {llm['name']}: {llm['calls']} calls, "
        f"{llm['prompt_tokens']} + {llm['completion_tokens']} tokens. Infrared {record['ir']}, visible {record['vi']}, "
        f"seed {record['settings']['seed']}. {record['seconds']:.0f} s."
    )
    return PAGE.format(
        title=escape(words),
        pictures="".join(_figure(folder, file, caption) for caption, file in pictures),
        instructions="".join(_instruction(instruction, folder) for instruction in record["instructions"]),
        metrics=_metrics(record["metrics"]),
        footer=escape(footer),
    )


def _figure(folder: Path, file: str, caption: str) -> str:
    data = base64.b64encode((folder / file).read_bytes()).decode()
    text = escape(caption)
    return f'<figure><img alt="{text}" src="data:image/png;base64,{data}"><figcaption>{text}</figcaption></figure>'


def _instruction(instruction: Json, folder: Path) -> str:
    head = f"<h2>{escape(instruction['text'])}</h2>"
    if instruction["refusal"]:
        return head + f"<p>Not done: {escape(instruction['refusal'])}</p>"
    return head + "".join(_step(step, folder) for step in instruction["steps"])


def _step(step: Json, folder: Path) -> str:
    title = f"{step['task']} {step['direction'] or ''} ({step['strength']}): {Region.model_validate(step['region'])}"
    if step["missing"]:
        title += f" (not found: {', '.join(step['missing'])})"
    verdict = "satisfied" if step["satisfied"] else step["notice"] or "goal not reached"
    rows = "".join(
        _row(str(number), check, f"{attempt['verdict']}: {attempt['reason']}")
        for number, attempt in enumerate(step["attempts"], start=1)
        for check in attempt["checks"]
    )
    heads = "".join(
        f"<th>{head}</th>" for head in ("attempt", "measured", "before &rarr; after", "goal", "", "verdict")
    )
    table = f"<table><tr>{heads}</tr>{rows}</table>"
    files = [(file, caption) for file, caption in ((step["mask"], "mask"), (step["output"], "after")) if file]
    strip = "".join(_figure(folder, file, caption) for file, caption in files)
    return f'<h3>{escape(title)}</h3><p>{escape(verdict)}</p>{table}<div class="strip">{strip}</div>'


def _row(attempt: str, check: Json, verdict: str) -> str:
    cells = (
        attempt,
        escape(check["name"]),
        f"{check['before']:.3f} &rarr; {check['after']:.3f}",
        f"{'at most' if check['at_most'] else 'at least'} {check['target']:.3f}",
        "met" if check["met"] else "missed",
        escape(verdict),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _metrics(metrics: Json) -> str:
    names = list(metrics["fused"])
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{metrics['fused'][name]:.4f}</td><td>{metrics['result'][name]:.4f}</td></tr>"
        for name in names
    )
    return f"<table><tr><th></th><th>fused</th><th>result</th></tr>{rows}</table>"
