"""The commands, grouped as a user meets them; ``agent.cli`` puts them together."""
