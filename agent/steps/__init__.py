"""How a step is worked on: what every node of the graph does, and steps that have means instead of a tool."""
