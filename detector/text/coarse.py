"""A coarse fold for lists of words: list and text both go through it, so that it may lose a lot.

Marks are matched by the finer readings of the mark index. Here a word of a list has to survive 'r3plica',
'Réplica', 're-plica' and Cyrillic letters that look Latin, and a plain ASCII text must cost next to nothing.
"""

from functools import lru_cache

from detector.text.folding import Reading, look, reading

_ALIKE = str.maketrans("013457@$!|i-_./·*\t\n\r,", "oleastaslll" + " " * 10)
_ASCII = {code: chr(code).lower().translate(_ALIKE) for code in range(128)}


def coarse(text: str) -> Reading:
    """A text in lower case, its letters as the Latin ones that they look like, digits and signs as the
    letters that they stand for, and what separates words as spaces.
    """
    return Reading(text.translate(_ASCII), None) if text.isascii() else reading(text, _coarse)


@lru_cache(maxsize=20_000)
def _coarse(character: str) -> str:
    return "".join(map(look, character.lower())).translate(_ALIKE)
