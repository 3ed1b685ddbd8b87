"""Whether infrared and visible picture lie on each other: how far one is shifted, and how it is brought in place."""
