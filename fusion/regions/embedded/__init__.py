"""The region backend that needs nothing: a network of ours that sees both pictures."""
