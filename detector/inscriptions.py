"""What is read where a mark was seen: other words than the brand's name speak against it.

Letters resemble letters: every third photo of a sign or a shop front was taken to show somebody's mark that
is a name in large letters. What is read there tells them apart. A package's dress was found by points that
all lay on the letters of another name, in the typeface of the brand's own.
"""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from detector.reading import TextLine
from detector.result import Box
from detector.sighting import Seen, Sighting
from detector.text.folding import fold
from detector.text.ocr_names import area_of, frame_of, shared_area, upright

SURELY = 0.9
"""How sure the recogniser has to be of the words."""
COVERED = 0.2
"""The share of the place that they have to cover: what a mark stands beside are its neighbour's words."""
LIKE_THE_NAME = 60
"""How like a part of one the other may be, of 100, and still be the name misread."""
FEWEST = 3
"""Different letters of what counts as a word: textures are read as `TTTT`."""
TRUSTED = 15
"""Points that agree from which the mark itself is there, whatever it says."""
OTHER_WORDS = 0.4
"""What is left of a mark on which other words are read: too little to flag alone."""
AROUND = 0.15
"""How far from a line, in its height, a point may lie and still be of its letters."""


def weighed(seen: Sighting, lines: Iterable[TextLine], names: Iterable[str]) -> Sighting | None:
    """The sighting, a mark's less sure where other words than the brand's `names` are read on it; None of a
    product where all that agrees with its picture are the letters of such words.
    """
    if seen.seen is Seen.PRODUCT and _is_of_letters(seen, lines, names):
        return None
    if seen.seen is Seen.MARK and _says_otherwise(seen, lines, names):
        return replace(seen, score=OTHER_WORDS * seen.score)
    return seen


def _is_of_letters(seen: Sighting, lines: Iterable[TextLine], names: Iterable[str]) -> bool:
    known = _comparable(names)
    other = [line.box for line in lines if _is_read(line) and known and not _may_be(line.text, known)]
    points = [(x, y) for _, _, x, y in seen.pairs]
    return bool(points) and all(any(_lies_on(point, box) for box in other) for point in points)


def _lies_on(point: tuple[float, float], box: Box) -> bool:
    left, top, right, bottom = frame_of(box)
    room = AROUND * (bottom - top)
    x, y = point
    return left - room <= x <= right + room and top - room <= y <= bottom + room


def _comparable(names: Iterable[str]) -> list[str]:
    return [name for name in map(_letters, names) if name.isascii() and len(name) >= FEWEST]


def _is_read(line: TextLine) -> bool:
    """Whether it is surely a word, as it stands."""
    return line.score >= SURELY and upright(line) and _is_word(line.text)


def _says_otherwise(seen: Sighting, lines: Iterable[TextLine], names: Iterable[str]) -> bool:
    """Whether the lines of the picture cover enough of the place with words, none of which may be a name of
    the brand.
    """
    if len(seen.pairs) >= TRUSTED:
        return False
    known = _comparable(names)
    there = [(line, share) for line in lines if (share := _share(seen.box, line.box)) > 0]
    if not known or any(_may_be(line.text, known) for line, _ in there):
        return False
    words = (share for line, share in there if _is_read(line))
    return sum(words) >= COVERED


def _may_be(text: str, names: Iterable[str]) -> bool:
    read = _letters(text)
    return len(read) >= FEWEST and any(fuzz.partial_ratio(name, read) >= LIKE_THE_NAME for name in names)


def _is_word(text: str) -> bool:
    return len({letter for letter in _letters(text) if letter.isalpha()}) >= FEWEST


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text).plain.text))


def _share(place: Box, words: Box) -> float:
    """How much of the upright frame of a place another one covers."""
    return shared_area(place, words) / max(area_of(place), 1e-9)
