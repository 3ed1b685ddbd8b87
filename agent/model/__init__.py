"""Language models: what one is, what it is shown, how its answers are read, and how a server of one is reached."""
