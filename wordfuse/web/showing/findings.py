"""What ``inspect`` found, in words for a page, with the wish that would mend it."""

from wordfuse.agent.state import Json
from wordfuse.agent.telling.text import printable

# What is said for a task, so that the agent understands it; {where} is "the sky" or nothing.
_WISHES = {
    "denoise": "denoise {it}",
    "destripe": "remove the stripes",
    "sharpen": "sharpen {it}",
    "dehaze": "remove the haze",
    "relight brighter": "brighten {it}",
    "relight darker": "darken {it}",
    "contrast more": "more contrast in {it}",
    "recolour neutral": "remove the colour cast",
    "stand_out more": "make {it} stand out",
}
_FAULTS = {
    "noise": "It is noisy",
    "colour noise": "It has blotches of colour",
    "stripes": "It has stripes",
    "blur": "It is blurred",
    "haze": "There is haze",
    "underexposed": "It was exposed too little",
    "dark": "It is dark",
    "clipped": "Parts are solid black or white",
    "low contrast": "It is flat, with little contrast",
    "cast": "Its colours have a cast",
    "shift": "It does not lie exactly on the other picture",
    "dead pixels": "It has dead pixels",
    "frame": "It has a frame",
    "black hot": "What is hot is dark in it",
    "hard to see": "They are hard to see",
}
# The number behind a fault, without the name of its unit.
_MEASURED = {
    "noise": "noise: {} of 255",
    "colour noise": "blotches: {} of 255",
    "stripes": "stripes: {} of 255",
    "blur": "edges are spread over {} pixels",
    "haze": "haze: {} of 1",
    "underexposed": "nothing in it but sparks is brighter than {} of 255",
    "dark": "most of it is darker than {} of 255",
    "clipped": "{} % of it",
    "low contrast": "from dark to light it spans {} of 255",
    "cast": "colour cast: {}",
    "shift": "by {} % of the longer side",
    "dead pixels": "{} of a million pixels",
    "frame": "{} % of the picture",
    "black hot": "measured: {}",
    "hard to see": "difference to what is around: {}",
}
# What helps where no edit of the fused picture does.
_REMEDIES = {
    "shift": "begin anew, with 'Move, turn and scale the infrared picture onto the visible one'",
    "clipped": "what is lost there is in the other picture at best: say 'more infrared there', or 'more natural there'",
    "frame": "cut both pictures alike before they are opened",
    "black hot": "turn the infrared picture into its negative before it is opened",
    "dead pixels": "the fused picture hides most of them; 'denoise it' the rest",
}
_BADLY = ((0.66, "badly"), (0.33, "clearly"), (0.0, "slightly"))


def wish_for(finding: Json) -> Json:
    """A finding for the page.

    Args:
        finding: as the tool ``inspect`` gives it.

    Returns:
        What is wrong, where, how much, and the wish, or else what helps; both null where the fused picture hides it.
    """
    region = finding["region"]
    it = f"the {region}" if region else "the whole picture"
    wish = _WISHES.get(finding["task"] or "")
    mended = wish is not None and finding["where"] == "fused"
    hint = None if mended else _REMEDIES.get(finding["name"])
    severity = next(word for least, word in _BADLY if finding["severity"] >= least)
    return {
        "fault": _FAULTS.get(finding["name"], finding["name"]),
        "where": f"the {finding['where']} picture" + (f", {printable(region)}" if region else ""),
        "severity": severity,
        "share": finding["severity"],
        "measured": _MEASURED.get(finding["name"], "measured: {}").format(f"{finding['number']:.3g}"),
        "exact": f"{finding['number']:.3g} ({finding['unit']})",
        "wish": wish.format(it=it) if mended and wish else None,
        "remedy": hint,
        "box": finding["box"],
    }
