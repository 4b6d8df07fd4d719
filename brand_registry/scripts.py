"""In which script a name is written."""

import unicodedata

MIXED = "mixed"
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
"""Scripts that share words."""


def script_of(text: str) -> str:
    """'Latin', 'Cyrillic', 'Katakana' …, or `mixed`; '' of a text without letters."""
    scripts = _scripts(text)
    if len(scripts) > 1 and scripts <= _TOGETHER:
        return "Hangul" if "HANGUL" in scripts else "CJK"
    if len(scripts) > 1:
        return MIXED
    script = next(iter(scripts), "")
    return script if script == "CJK" else script.capitalize()


def mixed_word(text: str) -> str | None:
    """The first word that mixes scripts which are never mixed honestly: a Latin one with a Cyrillic o."""
    for word in text.split():
        scripts = _scripts(word)
        if len(scripts) > 1 and not scripts & _TOGETHER:
            return word
    return None


def _scripts(text: str) -> set[str]:
    names = (unicodedata.name(char, "").split(" ", 1)[0] for char in text if char.isalpha())
    # Full-width letters and the like are of a script all the same, named behind.
    return {name.split("-", 1)[0] for name in names if name not in {"", "FULLWIDTH", "HALFWIDTH", "MODIFIER"}}
