"""Pieces of a picture that a person can choose by number, where words do not name what is meant."""
