"""Whether an agent decides well: tasks on pictures whose truth is known, so that no wording can fool the score."""
