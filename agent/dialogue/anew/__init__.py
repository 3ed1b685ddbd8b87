"""What was done, done anew from where it began: less of it, on less, without something, or only some of it."""
