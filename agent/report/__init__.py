"""``report.html`` of a run and the index page of a batch: self-contained; nothing is loaded from elsewhere."""
