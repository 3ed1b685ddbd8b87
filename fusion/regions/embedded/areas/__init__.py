"""Areas mended: their holes, pavements beside roads, and one tree or building of many."""
