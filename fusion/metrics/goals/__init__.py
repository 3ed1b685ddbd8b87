"""One measure a file: what the goals of edits are stated in."""
