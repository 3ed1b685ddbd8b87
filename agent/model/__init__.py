"""A language model behind a URL: how its server is reached, what it is asked for, and how its answers are read."""
