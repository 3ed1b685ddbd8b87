"""A conversation wherever it is held: what is said is read, followed and told the same at a terminal and on a page."""
