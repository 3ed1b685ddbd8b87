"""Training of the fusion network: data, loop and checkpoints."""
