"""Things that people name and no class or pixel tells, each with the nearest that can be found.

They are looked at here before anything is taken for a typing error: a plate is no plant, a river no driver.
"""

import re
from typing import Final

_ROAD = r"\b(?:road|street|asphalt|tarmac|pavement|ground|lane)\b"
#: What names the thing, and the phrase that is nearest, which the regions understand; "" where nothing is near.
_NEAREST: Final = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), nearest)
    for said, nearest in (
        (r"(?:number|licen[cs]e|registration)[ -]?plates?|plates?", "cars"),
        (r"tail[ -]?lights?|rear lights?|brake[ -]?lights?|indicators?|blinkers?", "lights"),
        (r"wheels?|tyres?|tires?|windscreens?|windshields?|bonnets?|bumpers?|mirrors?", "cars"),
        (r"windows?|doors?|balcon(?:y|ies)|chimneys?", "buildings"),
        (r"halos?|flares?|glare|glow|beams?", "overexposed areas"),
        (rf"reflections?(?=.*{_ROAD})", "bright road"),
        (r"reflections?", "overexposed areas"),
        (r"shadows?", "dark road"),
        (r"puddles?", "road"),
        (r"(?:road|lane|street)[ -]?markings?|markings?|zebra crossings?|crosswalks?", "road"),
        (
            r"grass|lawns?|meadows?|water|rivers?|lakes?|sea|ponds?|canals?|mountains?|boats?|ships?|dogs?|cats?|animals?",
            "",
        ),
    )
)


def nearest(phrase: str) -> str | None:
    """The nearest that can be found to a thing that cannot, as a phrase; "" where nothing is near.

    Returns:
        None for any other phrase.

    Example:
        >>> nearest("the number plate of the van")
        'cars'
        >>> nearest("reflections on the wet road")
        'bright road'
    """
    return next((near for said, near in _NEAREST if said.search(phrase)), None)
