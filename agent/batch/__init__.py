"""Many pairs: script files, jobs, their folder, and how jobs are spread."""
