"""The command line: commands, their options, and how they speak and leave."""

from wordfuse.cli.garbage import collected_late

collected_late()  # before anything else is imported
