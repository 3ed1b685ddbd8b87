"""Text of others - instructions, a model's words, names of files - made fit for a terminal, or for a sentence."""


def printable(text: str) -> str:
    """Join the lines of a text and write its control characters as escapes (a backslash, ``x1b``)."""
    words = " ".join(part.strip() for part in text.splitlines() if part.strip())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in words)


def sentence(text: str) -> str:
    """A text with a full stop, if it has no other end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
