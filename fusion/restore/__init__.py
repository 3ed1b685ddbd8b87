"""What is put right, or hidden, inside a region without a network: one method a file, each aims at a measured goal."""
