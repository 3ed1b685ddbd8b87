"""``report.html`` of a run and the index page of a batch: self-contained; nothing is loaded from elsewhere."""

from agent.reporting.index import render_index
from agent.reporting.page import render_report

__all__ = ["render_index", "render_report"]
