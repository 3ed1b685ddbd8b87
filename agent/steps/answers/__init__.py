"""Questions answered by calls that change nothing: what is found out for them, and how it is told."""
