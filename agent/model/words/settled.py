"""Words that a small model takes for others, put in words that it knows: "fainter", "blotchy", "mend what is wrong".

What each of them means, the rules of annotation settle, not the model: it met them seldom, and takes "the colours are
blotchy" for a wish for colour, and "duller" for its opposite. Names of regions come back in the person's words
(:class:`Mended`).
"""

import re
from typing import Final

from wordfuse.agent.model.words.spelling import Mended

HUES: Final = r"(?:red|orange|yellow|green|blue|purple|violet|pink|magenta|cyan|brown)"
_UNLIKE_AIR = r"(?:(?:red|purple|violet|pink|magenta|green)(?:dish|ish)?)"
_ALL_OVER = r"(?:roads?|streets?|grounds?|pavements?|floors?|snow|skies|sky|light|cast|tint|tinge|hue|side|half|part)"
_COLOURED = rf"(?:{HUES}(?:(?:, | and |, and |/){HUES})*|colou?r(?:ed|ful)?|chroma|chrominance|rainbow)"
_THAT = r"(?:all )?(?:the|that|this)"
_ITS = r"(?:the|that|this|those|these|my|his|her|all) "
_LOSE = r"(?:get rid of|remove|fix|correct|reduce|take out|take away|lose)"
_BLUR = r"(?:(?:the|that|this|any|all|some of the) )?(?:motion[- ]|camera[- ])?(?:blur|shake|blurriness)"
_TURN = r"(?:make|turn|show|put|convert|have|leave|give me)"
_ALL_BUT = r"(?:(?:everything|all) (?:but|except(?: for)?) )?"
_SIDE = r"(?:left|right|top|bottom|upper|lower|middle|other)"
_IT_IS, _HOT = r"it(?:['\u2019]?s| is)|things are", r"hot|hottest|warm|warmest|cold|coldest"
_WRONG = r"off|wrong|weird|strange|odd|unnatural|funny|false|fake|unreal|not right"
_SO = r"(?:(?:so|very|too|really|all|rather|quite|a bit|a little|still) )*"
_LIGHT = r"(?:lamp|light|headlight|headlamp|lantern|bulb|beam|glow|glare|sun|moon|flame|spotlight|reflection)s?"
_NOT_BESIDE = r"(?<!under the )(?<!by the )(?<!near the )(?<!beside the )(?<!behind the )(?<!below the )"
_BLOTCHES = r"(?:bl|spl)otch(?:es|iness)"

# Open wishes: whoever orders "save what can be saved" saves no file, and who has a picture repaired takes no edit back.
_MEND = r"(?:fix|mend|repair|correct|remedy|sort(?: out)?|put right|clean up|improve|rescue|salvage|restore|save)"
_MENDED = (
    r"(?:fix(?:ed|ing)|mend(?:ed|ing)|repair(?:ed|ing)?|correct(?:ed|ing)|improv(?:ed|ing)|sav(?:ed|ing)"
    r"|rescued|salvaged|restored|done)"
)
_BAD = r"(?:wrong|broken|bad|off|amiss|faulty|not (?:right|ok(?:ay)?|good|as it should be))"
_PICTURE = (
    r"(?:it|this|that|(?:the|this|that|my)(?: whole| entire)? (?:picture|image|photo|shot|frame|scene|pair|thing|mess))"
)
_WHATEVER = rf"{_MEND} (?:up )?(?:whatever|everything|anything|all|what)(?: that)?"
_THERE = rf"(?: (?:with|in|about|of|from) {_PICTURE})?"
_TREAT = rf"(?:{_MEND}|edit|change|process|adjust|treat|tune|tweak|retouch|clean|handle|do)(?: with)?"
_BETTER = "make it look better"
_IS = r"(?:'s| is| looks| seems)?"
_END = r"(?=\W*(?:please|for me|now|thanks?|thank you)?\W*$)"

#: What is said, and how the model is to read it; the first that fits counts.
_RULES: Final = tuple(
    (re.compile(said, re.IGNORECASE), read)
    for said, read in (
        # Grain that has colours is noise, whatever its size. Blotches of white are none: those are burnt out.
        (rf"(?:the )?colou?rs? (is|are|looks?|seems?) ({_SO})(?:blotchy|splotchy|mottled|noisy)", r"it \1 \2noisy"),
        (rf"{_COLOURED} (?:noise|grain|graininess|speckles?|specks|speckling|mottling|{_BLOTCHES})", "noise"),
        (rf"(?:white|black|bright|dark) {_BLOTCHES}", ""),
        (_BLOTCHES, "noise"),
        (r"blotchy|splotchy|mottled", "noisy"),
        (rf"{_NOT_BESIDE}({_LIGHT})\b(.*)\btoo faint", r"\1\2too dark"),
        (rf"{_NOT_BESIDE}({_LIGHT})\b(.*)\bfainter", r"\1\2dimmer"),
        (rf"fainter ({_LIGHT})", r"dimmer \1"),
        (r"too faint", "hard to see"),
        (r"fainter|subtler|more subtle|more subdued", "less conspicuous"),
        # Whether it is the light's or the infrared picture's doing is measured (``agent.steps.weighing``).
        (rf"(?:the|these|all) colou?rs (?:are|look|seem) {_SO}(?:{_WRONG})", "make the colours look natural"),
        (rf"(colou?rs?) (is|are|looks?|seems?) {_SO}(?:{_WRONG})", r"\1 \2 not natural"),
        (rf"(?:take|get|pull) {_THAT} {HUES}(?: tones?)? out(?=\W*$)", "take the colour cast out"),
        (rf"(?:remove|lose|kill|fix) {_THAT} {HUES}(?: tones?)?(?=\W*$)", "remove the colour cast"),
        # A small model takes the fault for the wish.
        (r"un-?blur|de-?blur", "sharpen"),
        (rf"{_LOSE} {_BLUR} (?:on|of|in|from|at) ({_ITS}[\w' -]+)", r"sharpen \1"),
        (rf"{_LOSE} {_BLUR}(?=\W*$|[,.;])", "sharpen it"),
        (rf"(?:separate|detach|distinguish) ({_ITS}[\w' -]+?) from", r"make \1 stand out from"),
        (
            rf"(?:i|we) (?:really )?(?:only|just) care about ({_ITS}(?:(?!so\b|and\b|but\b)[\w'-]+ ?)+?)(?=\W*$)",
            r"make \1 stand out",
        ),
        (rf"^\W*(?:{_TURN} )?{_PICTURE} in(?:to)? black and white", "make it black and white"),
        (rf"^\W*(?:{_TURN} )?({_ALL_BUT}{_ITS}[\w' -]+?) in(?:to)? black and white", r"make \1 grey"),
        (r"more realistic", "more natural"),
        (rf"make ({_ITS}[\w' -]+?) (redder|bluer|greener|yellower|pinker)", r"\1 \2"),
        (rf"{_MEND} ({_ITS}{_SIDE} (?:half|side|part|third|corner|edge)s?)", r"improve \1"),
        # Who asks where it is hot wants an answer, and the hottest places are one.
        (rf"show me where (?:{_IT_IS}) (?:the )?({_HOT})", r"where is it \1"),
        # Haze of such a colour is none of the air: it is light that lies over the picture.
        (rf"({_UNLIKE_AIR}) (?:haze|mist|fog|veil|smog)", r"\1 cast"),
        (r"but (?:please )?not too (?:much|strong(?:ly)?|hard|heavily|far)", "slightly"),
        (r"(more|some) structure", r"\1 texture"),
        (r"over-?processed|artificial|plasticky", "unnatural"),
        (
            rf"nothing (in|on|under|behind) ({_ITS}[\w' -]+?) (?:can be|is) (?:seen|visible|made out|recogni[sz]ed)",
            r"I can't see anything \1 \2",
        ),
        # What is dramatic is the contrast, not the light.
        (r"(too|so|very|less|more) dramatic", r"\1 contrasty"),
        (r"duller (colou?rs?)", r"less vivid \1"),
        (r"duller", "less colourful"),
        (r"(?:reduce|lower|decrease) (?:the |its )?sharpness of", "blur"),
        (r"(?:reduce|lower|decrease) (?:the |its )?sharpness", "blur it"),
        (r"deeper (shadows|blacks|darks)", r"darker \1"),
        (r"(shadows|blacks|darks) deeper", r"\1 darker"),
        # A thing that is called by its colour has no cast of it; of what lies all over, "less blue" may be said of one.
        (
            rf"(?P<hue>{HUES}) (?!{_ALL_OVER}\b)(\w[^.;]*?)\b(?:less|not (?:so|as|that)) (?P=hue)(?! that)",
            r"\g<hue> \2less colourful",
        ),
        (rf"(?:nicer|better|lovelier|prettier|fresher|juicier) ({HUES}s)", r"more vivid \1"),
        (r"(stands?|sticks?) out (?:(?:far|much|way|a bit|a little|rather) )?too little", r"hardly \1 out"),
        (r"too little (visible|noticeable|noticed|conspicuous|prominent|seen)", r"hardly \1"),
        (rf"{_WHATEVER}{_IS} {_BAD}(?: (?:with|in|about) {_PICTURE})", _BETTER),
        (
            rf"{_WHATEVER}{_IS} {_BAD} with ([^,.;!?]+?)(?=\s*(?:$|[,.;!?]|\b(?:and|but|then|so)\b))",
            r"make \1 look better",
        ),
        (rf"{_WHATEVER}{_IS} {_BAD}", _BETTER),
        (rf"{_WHATEVER} (?:needs? (?:it|(?:to be )?{_MENDED})|(?:can|could) (?:still )?be {_MENDED}){_THERE}", _BETTER),
        (rf"{_WHATEVER} (?:you can|is left|there is to (?:be )?sav(?:e|ed)){_THERE}{_END}", _BETTER),
        (
            rf"{_TREAT} {_PICTURE}(?: up| out)?,? (?:as|however|whichever way|whatever way|any way|the way|like) you "
            r"(?:think|see|like|find|feel|prefer|want|judge)"
            r"(?:(?: is| it| it's)? (?:best|fit|right|good|better|necessary))?",
            _BETTER,
        ),
        (rf"(?:repair|mend|rescue|salvage) {_PICTURE}{_END}", _BETTER),
    )
)
_ANY: Final = re.compile("|".join(rf"(?<![\w-])(?:{said.pattern})(?![\w-])" for said, _ in _RULES), re.IGNORECASE)


def settle(text: str) -> Mended:
    """An instruction in words that the model knows.

    Example:
        >>> settle("make the lamps fainter").text
        'make the lamps dimmer'
        >>> settle("purple blotches in the sky").text
        'noise in the sky'
        >>> settle("get rid of the purple haze in the sky").text
        'get rid of the purple cast in the sky'
        >>> settle("it is old, save what can be saved").text
        'it is old, make it look better'
    """
    typed: list[tuple[int, int, str]] = []
    parts: list[str] = []
    done = length = 0
    for found in _ANY.finditer(text):
        said = found.group()
        read = next((one.expand(put) for rule, put in _RULES if (one := rule.fullmatch(said)) is not None), "") or said
        start = length + found.start() - done
        typed.append((start, start + len(read), said))
        parts += [text[done : found.start()], read]
        done, length = found.end(), start + len(read)
    return Mended("".join(parts) + text[done:], tuple(typed))
