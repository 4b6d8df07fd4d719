"""What fingers do to a name without meaning to."""

import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

from detector.text.letters import slipped
from detector.text.names import without_article


@lru_cache(maxsize=20_000)
def is_slip(found: str, mark: str) -> bool:
    """Whether one key too many, too few, beside or before another explains how a mark was written.

    Letters that its keyboard doesn't have or, vowels apart, that lie far from each other on it, digits for
    letters, signs within and capitals where the mark has small letters are meant.
    """
    wrote, meant = (unicodedata.normalize("NFC", without_article(text.strip())) for text in (found, mark))
    keys = {letter for letter in wrote if not (letter.isascii() and letter.isalpha())}
    if not keys <= set(meant):
        return False
    oddly = any(letter.isupper() for letter in wrote[1:]) and not (wrote.isupper() or meant.isupper())
    if oddly and not any(letter.isupper() for letter in meant[1:]):
        return False
    one, other = wrote.casefold(), meant.casefold()
    if len(one) == len(other):
        changed = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        if len(changed) == 1 and changed[0] not in slipped():
            return False
    return OSA.distance(one, other, score_cutoff=1) <= 1
