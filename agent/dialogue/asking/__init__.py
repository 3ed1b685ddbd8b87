"""What the agent asks in a conversation, and what the answers change."""
