"""Characters that are not what they seem, and a shape for those that have none."""

import unicodedata
from collections.abc import Iterator

_LIKE_LATIN = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET", "HEBREW"})
"""Scripts with letters that pass for Latin ones. Japanese and Korean mix with Latin letters honestly."""


_JOINER = "\u200d"
_MODIFIERS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What stands between an emoji and the joiner behind it: that it is in colour, and of which skin."""
_STYLES = ("<wide>", "<font>", "<circle>", "<square>", "<super>", "<sub>")


def visible(char: str) -> str:
    """The character itself, or its number where it has no shape of its own or would act: '⟨U+200B⟩'."""
    if char == "\n":
        return "⏎"
    return char if char.isprintable() else f"⟨U+{ord(char):04X}⟩"


def all_visible(text: str) -> str:
    """A text of strangers in which nothing is invisible, and nothing turns what stands behind it around; what
    joins emoji into one stays.
    """
    if text.isprintable():
        return text
    return "".join(char if joins_emoji(text, at) else visible(char) for at, char in enumerate(text))


def joins_emoji(text: str, at: int) -> bool:
    """Whether a zero width joiner stands between two emoji, as in that of a family, and hides nothing."""
    if text[at] != _JOINER:
        return False
    before = text[max(at - 3, 0) : at].rstrip(_MODIFIERS)[-1:]
    return all(char and unicodedata.category(char) == "So" for char in (before, text[at + 1 : at + 2]))


def strange(text: str) -> Iterator[tuple[int, str, str]]:
    """Position, character and Unicode name of what is invisible or of another kind than its word.

    Of another kind: a letter of a script like Latin, or a combining mark, in a word that has Latin letters; a
    letter in a special style (full-width, mathematical, in a circle, a small capital).
    """
    for start, word in _words(text):
        if word.isascii() and word.isprintable():
            continue
        latin = any(_script(char) == "LATIN" for char in word)
        for offset, char in enumerate(word):
            foreign = latin and (unicodedata.combining(char) or _script(char) in _LIKE_LATIN)
            if foreign or not (char.isprintable() or joins_emoji(word, offset)) or _styled(char):
                yield start + offset, char, unicodedata.name(char, f"U+{ord(char):04X}, no name")


def _words(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end, char in enumerate(text + " "):
        if char.isspace():
            if end > start:
                yield start, text[start:end]
            start = end + 1


def _script(char: str) -> str:
    return unicodedata.name(char, "").split(" ", 1)[0]


def _styled(char: str) -> bool:
    if "SMALL CAPITAL" in unicodedata.name(char, ""):
        return True
    return unicodedata.decomposition(char).startswith(_STYLES)
