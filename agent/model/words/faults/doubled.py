"""Who sees things twice: "the cyclist is doubled", "double edges", "the pictures do not line up".

That is no edit's business: the sources do not lie on each other.
"""

import re
from typing import Final

_NOT: Final = r"(?:do not|don'?t|does not|doesn'?t|are not|aren'?t|is not|isn'?t|not)"
_SOURCE: Final = r"(?:infra-?red|thermal|visible|pictures?|images?|photos?|sources?|cameras?)"
_DOUBLED: Final = re.compile(
    r"\b(?:is|are|looks?|seems?|appears?|comes? out|see(?:ing)?) (?:\w+ )?(?:doubled|duplicated|there twice)\b"
    r"|\bsee(?:ing)? [\w' ]+ (?:twice|double)(?! (?:as|the)\b)\b"
    r"|\bdouble[- ](?:edges?|outlines?|contours?|images?|exposures?|vision|borders?|silhouettes?)\b"
    r"|\bghosting\b|\bghosted\b|\bghost (?:images?|copy|copies|outlines?|edges?|contours?)\b"
    r"|\ba ghost of\b.*\b(?:beside|next to|behind|over)\b"
    r"|\b(?:shadow|second|faint|ghostly) copy\b|\b(?:two|second) outlines?\b|\bcop(?:y|ies) of \w+ (?:beside|next to)\b"
    rf"|\b{_NOT} (?:quite |really )?(?:line up|match up|aligned?|overlap|lie on)\b"
    r"|\bmis-?(?:aligned|alignment|registered|registration)\b|\bout of register\b"
    rf"|\b{_SOURCE} (?:one )?(?:is|are|looks?|seems?) (?:\w+ )?(?:shifted|displaced|offset|off by)\b",
    re.IGNORECASE,
)
#: Who orders something beside it, or takes it for a shaken camera, is to have that.
_OTHERWISE: Final = re.compile(
    r"\b(?:sharp\w*|crisp\w*|soft\w*|blur\w*|dark\w*|dim\w*|bright\w*|contrast|noise|stand out|readable|weak\w*|more"
    r"|less|pull|keep|use|prefer|substitute|only|just|from|weight|daylight|ordinary|shook|shak\w+)\b",
    re.IGNORECASE,
)


def doubled(text: str) -> bool:
    """Whether a wish finds that things are seen twice.

    Example:
        >>> doubled("the cyclist is doubled"), doubled("make it twice as bright"), doubled("double the contrast")
        (True, False, False)
    """
    return _DOUBLED.search(text.replace("\u2019", "'")) is not None and not _OTHERWISE.search(text)
