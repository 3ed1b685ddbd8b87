"""Parts of things, found in the pixels of the whole: of people, cars, trees, roads."""
