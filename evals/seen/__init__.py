"""Benchmarks of what eyes see: blind sheets with their votes, and the guards against faults that eyes take offence at."""
