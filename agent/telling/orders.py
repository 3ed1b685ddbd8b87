"""Words that tell somebody to do something, and that name no thing in a picture."""

from typing import Final

#: Verbs that a wish, a question or a control begins with; those that are nouns as well ("light", "box") are not here.
ORDERS: Final = frozenset(
    """
    make brighten lighten darken dim denoise despeckle remove reduce delete erase increase turn highlight emphasise
    emphasize accentuate clean smooth improve enhance undo redo revert reset restart show give bring lift tone crop
    rotate replace zoom enlarge magnify sharpen soften blur destripe dehaze deblur desaturate saturate recolour recolor
    mute hide fix correct restore boost raise lower count find tell say read measure compare save export explain
    describe list move put get add keep leave let do repeat go come stop help see throw scrap bring scratch stretch
    strengthen weaken intensify equalise equalize colorize colourise swap convert apply start begin continue
    """.split()
)
