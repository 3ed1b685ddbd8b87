"""Restoring beside classical methods, on damage whose clean counterpart is known: ``wordfuse bench restore``."""
