"""The instructions and plans that the adapter is trained on, made from phrases."""
