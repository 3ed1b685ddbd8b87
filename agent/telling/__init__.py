"""What goes out of a run, and to whom: the terminal, the debug log, the network. Nothing else does."""
