"""How a call is read, and how mistakes in it are told."""
