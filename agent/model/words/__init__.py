"""Words: plans as lines, regions in the words of a person, slips of typing, what a refusal says."""
