"""What the tools work on: the pictures, masks and groundings of a run."""
