"""What ``import wordfuse`` gives: pictures, single tools, runs and conversations from Python."""
