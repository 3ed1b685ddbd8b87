"""Serving a language model with vLLM, set up as the agent needs it."""
