"""Light that comes from a lamp: what it lies on, how much of it there is, and how it is turned down."""
