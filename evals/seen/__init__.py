"""Benchmarks of what eyes see: blind sheets with their votes, and guards against the faults that eyes mind."""
