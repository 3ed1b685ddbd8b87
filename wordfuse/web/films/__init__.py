"""Films on a page: one conversation after the other, each about a frame, and what is made of them."""
