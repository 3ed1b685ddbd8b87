"""The conversations that the adapter is trained on: ``data`` holds the phrases, the modules put them together."""
