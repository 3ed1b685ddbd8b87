"""The embedded language model: its base weights, adapter, constrained decoding, corpus and training."""
