"""Text of strangers, made safe to print and plain to see: no character in it acts on the terminal or
hides.
"""

import unicodedata
from collections.abc import Iterator

_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(char: str) -> str:
    """The character itself, or its number where it has no shape of its own or would act: '⟨U+200B⟩'."""
    if char == "\n":
        return "⏎"
    if unicodedata.category(char) in _NEVER_SHOWN or (unicodedata.combining(char) and ord(char) > 0x36F):
        return f"⟨U+{ord(char):04X}⟩"
    return char


def plain(text: str) -> str:
    """The whole text, made visible."""
    return "".join(map(visible, text))


def strange(text: str) -> Iterator[tuple[int, str, str]]:
    """Position, character and Unicode name of what is invisible, combining, or of another kind than its word.

    Of another kind: a letter of a script other than Latin in a word that has Latin letters too, or a letter
    in a special style (full-width, mathematical, small capital).
    """
    for start, word in _words(text):
        latin = any(_script(char) == "LATIN" for char in word)
        for offset, char in enumerate(word):
            if visible(char) != char or unicodedata.combining(char) or _styled(char):
                odd = char not in "\n\r\t"
            else:
                odd = latin and char.isalpha() and _script(char) != "LATIN"
            if odd:
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
    return unicodedata.decomposition(char).startswith(
        ("<wide>", "<font>", "<circle>", "<square>", "<super>", "<sub>")
    )
