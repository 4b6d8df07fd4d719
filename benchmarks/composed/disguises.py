"""Names written so that they are read, and not found: made here, apart from the detector's own tables."""

from collections.abc import Callable
from functools import cache
from random import Random

import confusable_homoglyphs.confusables as uts39
import dnstwist

Disguise = Callable[[str, Random], str | None]
"""From a name to it in disguise; None where the name gives no room for it."""

TYPOS = ("omission", "repetition", "transposition", "replacement", "insertion", "addition", "vowel-swap")
"""What dnstwist calls the slips of a keyboard."""
_CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwyz", "абкдефгхижклмнопкрстувюиз", strict=True)) | {
    "sh": "ш", "ch": "ч", "ya": "я", "yu": "ю", "zh": "ж", "ts": "ц", "x": "кс", "ck": "к", "ph": "ф",
    "th": "т", "ce": "се", "ci": "си", "cy": "си", "j": "дж", "w": "в", "qu": "кв", "oo": "у", "ee": "и",
}  # fmt: skip
_BETWEEN = (" ", ".", "-", "_", "*", "·")
_INSIDE = ("\u200b", "\u00ad", " ✨", "🌸", "~")


@cache
def typos(name: str) -> tuple[str, ...]:
    """All slips of a keyboard in one lower-case word."""
    fuzzer = dnstwist.Fuzzer(f"{name}.com")
    fuzzer.generate(fuzzers=list(TYPOS))
    made = (one["domain"].removesuffix(".com") for one in fuzzer.domains)
    return tuple(sorted({one for one in made if one != name and one.isalpha()}))


def misspelt(name: str, dice: Random) -> str | None:
    """One slip in the longest word."""
    word = max(name.split(), key=len)
    made = typos(word.lower())
    return name.replace(word, dice.choice(made).capitalize()) if made else None


def look_alike(name: str, dice: Random) -> str | None:
    """One to three letters replaced by characters that UTS #39 calls confusable with them."""
    letters = list(name)
    places = [at for at, letter in enumerate(letters) if letter.isalpha()]
    for at in dice.sample(places, min(len(places), dice.randint(1, 3))):
        known = uts39.is_confusable(letters[at], greedy=True, preferred_aliases=[])
        alike = [one["c"] for found in known or [] for one in found["homoglyphs"] if len(one["c"]) == 1]
        if alike:
            letters[at] = dice.choice(sorted(alike))
    return "".join(letters)


def split(name: str, dice: Random) -> str | None:
    """Cut between all of its letters, or by an emoji or an invisible character in one place."""
    if dice.random() < 0.5:
        return dice.choice(_BETWEEN).join(name.replace(" ", ""))
    at = dice.randint(2, len(name) - 2)
    return name[:at] + dice.choice(_INSIDE) + name[at:]


def padded(name: str, dice: Random) -> str | None:
    """One to three letters written two or three times."""
    letters = list(name)
    places = [at for at, letter in enumerate(letters) if letter.isalpha()]
    for at in dice.sample(places, dice.randint(1, 3)):
        letters[at] *= dice.randint(2, 3)
    return "".join(letters)


def cyrillic(name: str, _: Random) -> str | None:
    """Letter by letter, as a shop would write it that doesn't ask how it is spoken."""
    made, at, low = "", 0, name.lower()
    while at < len(low):
        two = _CYRILLIC.get(low[at : at + 2])
        made += two or _CYRILLIC.get(low[at], low[at])
        at += 2 if two else 1
    return made.capitalize()
