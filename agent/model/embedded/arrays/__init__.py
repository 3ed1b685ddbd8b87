"""The LLaMA in NumPy: its weights, read from the disk as they are needed, and what multiplies them."""
