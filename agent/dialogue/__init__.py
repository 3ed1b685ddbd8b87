"""What is said between a person and the agent: wishes, questions, answers, and why a turn ended as it did."""
