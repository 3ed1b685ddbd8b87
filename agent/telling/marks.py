"""What the lines are called that tell what the agent does, by the kinds of its events."""

MARKS = {
    "understood": "understood",
    "calling": "tool",
    "doubted": "warning",
    "answered": "answer",
    "measured": "measured",
    "judged": "verdict",
    "advanced": "step",
}
