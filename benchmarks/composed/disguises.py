"""Names written so that they are read, and not found: made here, apart from the detector's own tables."""

import re
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
_BY_EAR = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("c(?=[eiy])", "s"), ("c(?![eiykh])", "k"),
    ("ee|ea|ie", "i"), ("i(?![aeiou])", "ee"), ("oo|ou", "u"), ("u(?![aeiou])", "oo"), ("au", "o"),
    ("y$", "ie"), ("y(?!$)", "i"), ("z", "s"), ("(?<=[aeiou])s(?=[aeiou])", "z"), ("v", "w"), ("w", "v"),
    (r"(?<=([b-df-hj-np-tv-z]))\1", ""), ("(?<=[aeiou])l(?=[aeiou])", "ll"), ("a$", "ah"),
    ("e$", ""), ("o$", "oh"), ("k(?![sw])", "c"), ("f(?!f)", "ph"), ("d$", "t"), ("t(?=[aeiou])", "tt"),
)  # fmt: skip
"""How sounds are written otherwise."""


@cache
def typos(name: str) -> tuple[str, ...]:
    """All slips of a keyboard in one lower-case word; none of what no keyboard's letters alone spell."""
    if not (name.isascii() and name.isalnum()):
        return ()
    fuzzer = dnstwist.Fuzzer(f"{name}.com")
    fuzzer.generate(fuzzers=list(TYPOS))
    made = (one["domain"].removesuffix(".com") for one in fuzzer.domains)
    return tuple(sorted({one for one in made if one != name and one.isalpha()}))


def misspelt(name: str, dice: Random) -> str | None:
    """One slip in the longest word."""
    word = max(name.split(), key=len)
    made = typos(word.lower())
    return name.replace(word, dice.choice(made).capitalize()) if made else None


def look_alike(name: str, dice: Random, count: int | None = None) -> str | None:
    """One to three letters, or `count`, replaced by characters that UTS #39 calls confusable with them."""
    letters = list(name)
    places = [at for at, letter in enumerate(letters) if letter.isalpha()]
    for at in dice.sample(places, min(len(places), count or dice.randint(1, 3))):
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


def padded(name: str, dice: Random, count: int | None = None) -> str | None:
    """One to three letters, or `count`, written two or three times."""
    letters = list(name)
    places = [at for at, letter in enumerate(letters) if letter.isalpha()]
    for at in dice.sample(places, min(len(places), count or dice.randint(1, 3))):
        letters[at] *= dice.randint(2, 3)
    return "".join(letters)


def slips(name: str, dice: Random, count: int) -> str | None:
    """So many slips of the keyboard, one after the other, each in the word that is the longest then."""
    written: str | None = name
    for _ in range(count):
        written = misspelt(written, dice) if written else None
    return written


def cut(name: str, dice: Random, count: int) -> str | None:
    """Cut in so many places, by the same thing each time; None where it has fewer."""
    if count >= len(name):
        return None
    between = dice.choice((*_BETWEEN, *_INSIDE))
    places = set(dice.sample(range(1, len(name)), count))
    return "".join(between + letter if at in places else letter for at, letter in enumerate(name))


def by_ear(name: str, dice: Random, count: int) -> str | None:
    """So many of its sounds written otherwise; None where it has fewer that can be."""
    written = name.lower()
    sounds = [(m.start(), m.end(), to) for sound, to in _BY_EAR for m in re.finditer(sound, written)]
    dice.shuffle(sounds)
    taken: list[tuple[int, int, str]] = []
    for start, end, to in sounds:
        if len(taken) < count and all(end <= a or b <= start for a, b, _ in taken):
            taken.append((start, end, to))
    for start, end, to in sorted(taken, reverse=True):
        written = written[:start] + to + written[end:]
    return written.capitalize() if len(taken) == count else None


def cyrillic(name: str, _: Random) -> str | None:
    """Letter by letter, as a shop would write it that doesn't ask how it is spoken."""
    made, at, low = "", 0, name.lower()
    while at < len(low):
        two = _CYRILLIC.get(low[at : at + 2])
        made += two or _CYRILLIC.get(low[at], low[at])
        at += 2 if two else 1
    return made.capitalize()
