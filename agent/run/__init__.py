"""One run: its folder on disk, the graph that works in it, and the conversation about it."""
