"""What the files of a run folder are called: apart from the code that writes them, and as light as that."""

RECORD, RESULT = "run.json", "result.png"
SESSION, CHECKPOINTS, LOCK = "session.json", "checkpoints.sqlite", "run.lock"
