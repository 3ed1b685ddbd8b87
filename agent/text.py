"""Text of others - instructions, a model's words, names of files - made fit for a terminal."""


def printable(text: str) -> str:
    """One line without line breaks and control characters; those left after joining show as escapes such as ``\\x1b``."""
    words = " ".join(part.strip() for part in text.splitlines() if part.strip())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in words)
