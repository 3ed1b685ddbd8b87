"""How the agent's words name an argument: as the command line does.

``fusion`` names arguments as Python does. Whatever becomes words for a user or a language model (errors, reasons,
warnings) is spelled here, before it is stored in a run or shown.
"""


def dashed(name: str) -> str:
    """An argument as the command line spells it: ``--max-pixels`` for ``max_pixels``."""
    return f"--{name.replace('_', '-')}"
