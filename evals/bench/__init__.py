"""Measurements of fusion, fine-tuning, regions and speed, one file a benchmark."""
