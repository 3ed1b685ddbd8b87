"""Edits that put right what is wrong with a picture, each a pure function with a measured goal."""
