"""Which names that were read in a picture were read well enough to be named.

A registry has thousands of marks and a picture dozens of readings, most of them texture, cut words, or words
the wrong way round. So the doubt that a reading may leave shrinks with the chances it had to match by
accident: with every letter that a short name lacks, with the ways round that were tried before it read so,
and with letters that differ from the name's.
"""

from detector.reading import TextLine
from detector.text.mention import Likeness, Mention

DOUBT = 0.5
"""One minus the recogniser's score: what may be left of an upright line that says the name as it is."""

DOUBT_OF_ANOTHER = 0.1
"""And where letters differ: a line read so surely has those other letters, and a seller put them there."""

FULL = 6
"""Letters from which a name hardly ever arises in junk."""

FEWEST = 5
"""Letters of a name that may differ from what was read."""

SHRINKS = 3.0
"""How many times likelier junk is to say a name that has one letter less than FULL."""

WAYS = 4
"""Ways round that a line is tried in: nearly all writing stands upright, junk reads best any way."""

TILTED = 45
"""Degrees up to which writing still stands upright."""

SAME = 0.9
"""`Mention.score` from which look-alike characters are what a reader of pictures can't tell apart."""

ALIKE = 0.8
"""How like the name other letters must be: one letter misread, seldom two."""

WHOLE = 0.7
"""How much of the name they must be: a scrap is near a part of some long name or other."""

AS_READ = frozenset({Likeness.EXACT, Likeness.LOOKALIKE_CHARACTERS})
"""How a name stands in a picture that shows it openly."""


def well_read(line: TextLine, mention: Mention) -> bool:
    """Whether a mention in a picture's line is the name's and not the reading's."""
    letters = _letters(mention.mark)
    if mention.likeness in AS_READ and mention.score >= SAME:
        doubt = DOUBT / SHRINKS ** max(FULL - letters, 0)
    elif mention.score >= ALIKE and letters >= FEWEST and _letters(mention.found) >= WHOLE * letters:
        doubt = DOUBT_OF_ANOTHER
    else:
        return False
    return 1 - line.score <= (doubt if _upright(line) else doubt / WAYS)


def _upright(line: TextLine) -> bool:
    return not line.mirrored and min(line.turn, 360 - line.turn) <= TILTED


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
