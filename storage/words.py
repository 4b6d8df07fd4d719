"""The words of a text as somebody looks for them: without case, accents or what stands between them."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 60
"""Characters of a word that are kept; what is looked for is cut in the same way."""
_BETWEEN = re.compile(r"[\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters: what is written without spaces."""


def words_of(text: str) -> list[str]:
    """In the order in which they stand; of a text without letters or digits ('+++') what is there, as one."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))
    words = [word[:LONGEST] for word in _BETWEEN.split(plain) if word]
    if words:
        return words
    signs = "".join(one for one in plain if one.isprintable() and not one.isspace())
    return [signs[:LONGEST]] if signs else []


def findable(text: str) -> Iterator[str]:
    """What a text is found by the beginning of: its words, and what follows each character where no space
    tells words apart.
    """
    for word in words_of(text):
        yield word
        for at in range(1, len(word)):
            if _UNSPACED.match(word, at):
                yield word[at:]
