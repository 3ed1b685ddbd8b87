"""Things that people name and no class or pixel tells, each with the nearest that can be found; and what names none.

They are looked at here before anything is taken for a typing error: a plate is no plant, a river no driver.
"""

import re
from dataclasses import dataclass
from typing import Final

from wordfuse.fusion.regions.words.colours import COLOURS
from wordfuse.fusion.regions.words.nouns import find_noun
from wordfuse.fusion.regions.words.qualifiers import NUMBERS

_ROAD = r"\b(?:road|street|asphalt|tarmac|pavement|ground|lane)\b"
#: What names the thing, and the phrase that is nearest, which the regions understand; "" where nothing is near.
_NEAREST: Final = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), nearest)
    for said, nearest in (
        (r"(?:number|licen[cs]e|registration)[ -]?plates?|plates?", "cars"),
        (r"tail[ -]?lights?|rear lights?|brake[ -]?lights?|indicators?|blinkers?", "lights"),
        (r"wheels?|tyres?|tires?|windscreens?|windshields?|bonnets?|bumpers?|mirrors?", "cars"),
        (r"grilles?|badges?|registrations?|hub ?caps?|rims?|tailgates?|mudguards?|bodywork|dashboards?", "cars"),
        (r"windows?|doors?|balcon(?:y|ies)|chimneys?", "buildings"),
        (r"door ?ways?|entrances?|steps|stairs|stair(?:case|well)s?|awnings?|porch(?:es)?|arch(?:es)?", "buildings"),
        (r"bricks?|brickwork|eaves|gutters?|plaster|shutters?|facades?", "buildings"),
        (r"halos?|flares?|glare|glow|beams?", "overexposed areas"),
        (rf"reflections?(?=.*{_ROAD})", "bright road"),
        (r"reflections?", "overexposed areas"),
        (r"shadows?", "dark road"),
        (r"puddles?", "road"),
        (r"manholes?(?: covers?)?|drains?|potholes?|cracks?|tarmac seams?", "road"),
        (r"hands?|arms?|fingers?|skin|necks?|shoulders?|bodies", "people"),
        (r"hair|eyes?|beards?|foreheads?|cheeks?|chins?|glasses|helmets?|hats?|caps?|hoods?", "faces"),
        (
            r"bags?|handbags?|backpacks?|rucksacks?|umbrellas?|phones?|suitcases?|skirts?|dress(?:es)?|scar(?:f|ves)|gloves?",
            "people",
        ),
        (r"mountains?|hills?|hillsides?|ridges?|skylines?|horizons?|valleys?", "the distance"),
        (r"moons?|suns?|flames?|fires?|bonfires?|welding arcs?|torch(?:es)?|fireworks?", "bright areas"),
        (
            r"letters?|lettering|writing|inscriptions?|characters?|logos?|text|boards?|banners?|posters?|plaques?",
            "signs",
        ),
        (r"neons?", "lights"),
        (r"(?:overhead |power )(?:wires?|cables?|lines?)|wires|cables|pylons?|antennas?", "sky"),
        # Whatever is alive or runs is warm, and shows in the infrared picture.
        (
            r"dogs?|cats?|animals?|cows?|cattle|calf|calves|horses?|sheep|lambs?|goats?|pigs?|boars?|deer|stags?|fox(?:es)?"
            r"|wol(?:f|ves)|badgers?|hares?|rabbits?|birds?|owls?|herons?|ducks?|geese|swans?|rats?|hedgehogs?|seals?",
            "hot areas",
        ),
        (
            r"engines?|engine blocks?|exhausts?|motors?|radiators?|boilers?|pipes?|transformers?|insulators?|bearings?"
            r"|stoves?|ovens?|kilns?|heaters?|generators?|compressors?|pumps?|furnaces?",
            "hot areas",
        ),
        (r"(?:dark|darkness|black|gloom|shades?) (?:under|behind|around|between|along|below|beneath)", "dark areas"),
        (r"(?:road|lane|street)[ -]?markings?|markings?|zebra crossings?|crosswalks?", "road"),
        (r"grass|lawns?|meadows?|verges?|turf", "green areas"),
        (
            r"water|rivers?|lakes?|sea|ponds?|canals?|boats?|ships?",
            "",
        ),
    )
)


#: One of some that were not named: "the left one", "two on the left", "ones at the back".
_NO_ONE: Final = re.compile(r"\bno ones?\b|\bone (?:half|part|third|quarter|side|end|corner|edge)\b")
_ONE: Final = re.compile(r"\b(?P<one>one)\b|\bones\b")
_SOME: Final = re.compile(
    r"^(?:the |all |those |these )?(?:two|three|four|five|six|pair|trio)(?: of (?:them|those|these))?"
    r"(?=$| (?:on|in|at|by|near|with|who)\b)"
)


@dataclass(frozen=True)
class StandIn:
    """A phrase that says what another one leaves open.

    Attributes:
        phrase: with what is left open named.
        said: the word that leaves it open; None where it is a colour, of which nothing is left open.
    """

    phrase: str
    said: str | None


def stand_in(phrase: str) -> StandIn | None:
    """What a phrase without any noun is read as: of "the left one" the left person, of "red" the red areas.

    Example:
        >>> stand_in("the left one").phrase, stand_in("two on the left").phrase, stand_in("red").phrase
        ('left person', 'two people on the left', 'red areas')
    """
    words = " ".join(re.findall(r"[^\W_]+", phrase.casefold())).removeprefix("the ")
    if words in COLOURS:
        return StandIn(f"{words} areas", None)
    some = _SOME.match(words)
    if some is not None:
        number = next(word for word in some.group().split() if word in NUMBERS or word == "trio")
        number = {"pair": "two", "trio": "three"}.get(number, number)
        return StandIn(f"{number} people{words[some.end() :]}", some.group())
    found = _ONE.search(words)
    if _NO_ONE.search(words):
        return None
    if found is None or find_noun(words[: found.start()].split()) is not None or len(_ONE.findall(words)) > 1:
        return None
    named = "person" if found["one"] else "people"
    return StandIn(f"{words[: found.start()]}{named}{words[found.end() :]}", found.group())


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
