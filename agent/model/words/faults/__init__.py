"""Faults that people name and that no word of an effect stands for: what such words speak of."""
