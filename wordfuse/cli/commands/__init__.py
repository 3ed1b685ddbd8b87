"""The commands, grouped as a user meets them; ``wordfuse.cli.app`` puts them together."""
