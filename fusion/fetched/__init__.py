"""What is fetched once from where others publish it, and kept in the user's cache."""
