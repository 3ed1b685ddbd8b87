"""``report.html`` of a run and the index page of a batch: self-contained; nothing is loaded from elsewhere."""

from wordfuse.agent.report.index import render_index
from wordfuse.agent.report.page import render_report

__all__ = ["render_index", "render_report"]
