"""The terminal: the conversation, its commands, tables, progress and pictures."""
