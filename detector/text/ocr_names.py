"""Which names that were read in a picture were read well enough to be named.

A registry has thousands of marks and a picture dozens of readings, most of them texture, cut words, or words
the wrong way round. So the doubt that a reading may leave shrinks with the chances it had to match by
accident: with every letter that a short name lacks, with the ways round that were tried before it read so,
and with letters that differ from the name's.
"""

from collections.abc import Iterable

from detector.reading import TextLine
from detector.result import Box
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

DOUBT_OF_A_WORD = 0.15
"""And where the name is an everyday word: pictures say those by intent too."""

ALIKE = 0.8
"""How like the name other letters must be: one letter misread, seldom two."""

WHOLE = 0.7
"""How much of the name they must be: a scrap is near a part of some long name or other."""

_OPENLY = frozenset({Likeness.EXACT, Likeness.LOOKALIKE_CHARACTERS})


def as_read(mention: Mention) -> bool:
    """Whether a picture shows the name openly: letters that a reader can't tell apart are no others."""
    return mention.likeness in _OPENLY and mention.score >= SAME


def well_read(line: TextLine, mention: Mention) -> bool:
    """Whether a mention in a picture's line is the name's and not the reading's."""
    letters = letters_of(mention.mark)
    if as_read(mention):
        doubt = DOUBT / SHRINKS ** max(FULL - letters, 0)
    elif mention.score >= ALIKE and letters >= FEWEST and letters_of(mention.found) >= WHOLE * letters:
        doubt = DOUBT_OF_ANOTHER
    else:
        return False
    if not upright(line):
        doubt /= WAYS
    return 1 - line.score <= (min(doubt, DOUBT_OF_A_WORD) if mention.everyday else doubt)


def contradicted(line: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether one of the other lines reads the same place with less than half of the doubt."""
    return any(
        2 * (1 - other.score) < 1 - line.score and _same_place(line.box, other.box) for other in others
    )


def letters_of(text: str) -> int:
    """How many letters and digits it has."""
    return sum(map(str.isalnum, text))


def _same_place(one: Box, other: Box) -> bool:
    """Whether the upright frames of two boxes share most of what either covers."""
    shared = shared_area(one, other)
    return shared > (area_of(one) + area_of(other) - shared) / 2


def area_of(box: Box) -> float:
    """Of the upright frame around a box, in square pixels."""
    left, top, right, bottom = frame_of(box)
    return (right - left) * (bottom - top)


def shared_area(one: Box, other: Box) -> float:
    """What the upright frames of two boxes both cover, in square pixels."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = frame_of(one), frame_of(other)
    across, down = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
    return max(across, 0.0) * max(down, 0.0)


def frame_of(box: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright frame around a box."""
    across, down = [x for x, _ in box], [y for _, y in box]
    return min(across), min(down), max(across), max(down)


def upright(line: TextLine) -> bool:
    """Whether it was read as writing nearly always stands."""
    return not line.mirrored and min(line.turn, 360 - line.turn) <= TILTED
