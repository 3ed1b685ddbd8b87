"""Damage of known amounts, done to clean pictures."""
