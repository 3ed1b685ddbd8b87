"""Prompt-eval suites: datasets, scorers, baselines and benchmarks."""

import fusion as fusion  # before torch: it says how torch's threads wait
