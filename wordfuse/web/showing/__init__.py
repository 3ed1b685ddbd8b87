"""What a page shows of a run, as JSON and pictures: read off its folder and its record."""
