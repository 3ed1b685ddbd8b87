"""The embedded language model: a small LLaMA with an adapter of ours, run in this process."""
