"""What the words of a region mean: their grammar, a lexicon, and nouns of WordNet."""
