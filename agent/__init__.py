"""The agent: from an instruction to a plan, to tool calls, to a checked result."""
