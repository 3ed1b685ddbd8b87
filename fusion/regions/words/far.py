"""Words for the far part of a picture: "the back", "the far end of the street", "the distance"."""

import re

_PLACES = r"picture|image|photo|scene|view|frame|street|road|car park|parking lot|lot|yard"
_FAR = re.compile(
    r"(?:the )?(?:very |far )?(?:back|rear|far end|far part|far side|distance|back part|back end)(?: (?:area|part))?"
    rf"(?: (?:of|in) (?:the |this )?(?:{_PLACES}))?"
    r"|(?:the )?(?:areas?|parts?|bits?|things?|stuff|everything|all)(?: that is)? (?:at|in|down) the "
    r"(?:back|rear|distance|far end)"
    r"|(?:the )?end of the (?:street|road|path|lane|alley|avenue)|(?:the )?(?:street|road)s? end"
    r"|far ?away|(?:way |far |right )?(?:down |at |in |up )?(?:the )?(?:back|far end|distance)",
    re.IGNORECASE,
)


def is_far(phrase: str) -> bool:
    """Whether a phrase is of the far part of the picture, and of no thing in it.

    Example:
        >>> is_far("the far end of the street"), is_far("people at the back")
        (True, False)
    """
    return _FAR.fullmatch(" ".join(phrase.split()).strip(" .,!?")) is not None
