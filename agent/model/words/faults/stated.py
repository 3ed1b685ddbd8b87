"""A fault that is asked about only to have it mended: "why is it all orange, fix the colours"."""

import re
from typing import Final

from wordfuse.agent.telling.hearing import led_by

_MENDS: Final = (
    "fix|mend|correct|change|make|get rid of|remove|reduce|take|put|bring|give|tone|brighten|lighten|darken|dim|"
    "sharpen|clean|improve|sort|do something|stop|lose|lift|even"
)
_WHY: Final = re.compile(
    rf"(?P<lead>{led_by()})why (?P<verb>is|are|does|do) (?P<what>it|this|that|everything|they|"
    r"(?:the|my|this|that|these|those|his|her|their|all) \w+(?: \w+)?) "
    r"(?P<how>(?:all|so|too|such|that|look|looks|still|just|completely) [^,;.?!]+)"
    rf"(?P<end>[,;.?!]+ )(?P<rest>(?:(?:please|and|so|then|can you|could you) )*(?:{_MENDS})\b.*)",
    re.IGNORECASE,
)


def stated(text: str) -> str:
    """A wish whose question why something is so is told as the fault that it finds; any other text as it is.

    Example:
        >>> stated("why is it all orange, fix the colours")
        'it is all orange, fix the colours'
        >>> stated("why is the sky so dark?")
        'why is the sky so dark?'
    """
    found = _WHY.fullmatch(text.strip())
    if found is None:
        return text
    verb = f"{found['verb']} " if found["verb"].lower() in ("is", "are") else ""
    return f"{found['lead']}{found['what']} {verb}{found['how']}, {found['rest']}"
