"""Edits that change colour and leave the light."""
