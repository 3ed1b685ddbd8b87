"""Who sees things twice: "the cyclist is doubled", "double edges", "the pictures do not line up".

That is no edit's business: the sources do not lie on each other.
"""

import re
from typing import Final

_NOT: Final = r"(?:do not|don'?t|does not|doesn'?t|are not|aren'?t|is not|isn'?t|not)"
_SOURCE: Final = r"(?:infra-?red|thermal|visible|pictures?|images?|photos?|sources?|cameras?)"
_DOUBLED: Final = re.compile(
    r"\b(?:is|are|looks?|seems?|appears?|comes? out|see(?:ing)?) (?:\w+ )?"
    r"(?:doubled?|duplicated|twice)(?! (?:as|the)\b)\b"
    r"|\bdouble[- ](?:edges?|outlines?|contours?|images?|exposures?|vision|lines?|borders?|silhouettes?)\b"
    r"|\bghosting\b|\bghosted\b|\bghost (?:images?|copy|copies|outlines?|edges?|contours?)\b"
    r"|\ba ghost of\b.*\b(?:beside|next to|behind|over)\b"
    r"|\b(?:shadow|second|faint|ghostly) copy\b|\b(?:two|second) outlines?\b|\bcop(?:y|ies) of \w+ (?:beside|next to)\b"
    rf"|\b{_NOT} (?:quite |really )?(?:line up|match up|aligned?|overlap|lie on)\b"
    r"|\bmis-?(?:aligned|alignment|registered|registration)\b|\bout of register\b"
    rf"|\b{_SOURCE} (?:one )?(?:is|are|looks?|seems?) (?:\w+ )?(?:shifted|displaced|offset|off by)\b",
    re.IGNORECASE,
)


def doubled(text: str) -> bool:
    """Whether a wish finds that things are seen twice.

    Example:
        >>> doubled("the cyclist is doubled"), doubled("make it twice as bright"), doubled("double the contrast")
        (True, False, False)
    """
    return _DOUBLED.search(text.replace("\u2019", "'")) is not None
