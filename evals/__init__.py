"""Prompt-eval suites: datasets, scorers, baselines and benchmarks."""
