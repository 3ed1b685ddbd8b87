"""How the adapter of the embedded language model is trained."""
