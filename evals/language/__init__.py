"""Prompt-eval suites: cases, marks, baselines and reports."""
