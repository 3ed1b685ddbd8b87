"""Several things of one kind, held against each other: which comes first, which is warm."""
