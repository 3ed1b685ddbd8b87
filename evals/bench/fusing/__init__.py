"""Fusion of whole pictures, measured: the tables, what they cost, and what each part of the network is worth."""
