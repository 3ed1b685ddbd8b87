"""Many pairs at once: the cores and the memory of this machine shared out among them."""
