"""Infrared and visible image fusion: pictures, networks, fine-tuning, regions and metrics."""
