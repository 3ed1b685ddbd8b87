"""The parts of what is said in one wish: each is done, kept out, or told as not done."""
