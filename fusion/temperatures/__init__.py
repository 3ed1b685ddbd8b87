"""Temperatures of an infrared picture: what its numbers mean in degrees, corrected, carried along, and told."""
