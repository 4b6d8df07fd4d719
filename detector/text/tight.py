"""Names in scripts that put no spaces between words: found inside longer runs, and with a character
changed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import ahocorasick
from anyascii import anyascii

from detector.text import lexicon
from detector.text.mention import Likeness
from detector.text.names import Name
from detector.text.shelves import shelved
from detector.text.tokens import Token, is_tight
from detector.text.wording import Hit

_LONGEST = 12


class TightNames:
    """The names of a registry that are written in such scripts."""

    def __init__(self, names: Sequence[Name]) -> None:
        tight = ((name.key, name) for name in names if is_tight(name.key))
        self._names = shelved({}, (), tight)
        self._automaton = ahocorasick.Automaton()
        self._with: dict[str, set[str]] = defaultdict(set)
        for key in self._names:
            if len(key) > 1:
                self._automaton.add_word(key, key)
                for character in key:
                    self._with[_sound(character)].add(key)
        if self._names:
            self._automaton.make_automaton()

    def changed(self, gone: Sequence[Name], come: Sequence[Name]) -> "TightNames":
        """The names of another registry, which lacks brands whose names are `gone` and has those that have
        `come`. They are few, so they are made anew.
        """
        brands = {name.brand for name in gone if is_tight(name.key)}
        if not brands and not any(is_tight(name.key) for name in come):
            return self
        stay = (name for names in self._names.values() for name in names if name.brand not in brands)
        return TightNames([*stay, *come])

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, Hit]]:
        """Where a name stands in a folded text, and what runs of their own come near one."""
        if not len(self._automaton):
            return
        for last, key in self._automaton.iter(text):
            start = last + 1 - len(key)
            if not _inside_a_word(text, start, last + 1):
                for name in self._names[key]:
                    yield start, last + 1, Hit(name, Likeness.EXACT, 1.0, name.everyday)
        for word, start, end in tokens:
            if 1 < len(word) <= _LONGEST and is_tight(word) and word not in self._names:
                for hit in self._near(word):
                    yield start, end, hit

    def _near(self, word: str) -> Iterator[Hit]:
        best: tuple[float, str, str] | None = None
        for key in sorted(set().union(*(self._with.get(_sound(character), ()) for character in word))):
            if abs(len(key) - len(word)) <= 1 and not (len(key) > 2 and len(word) == 1):
                share, detail = _apart(word, key)
                if share <= 1 and (best is None or share < best[0]):
                    best = share, key, detail
        if best and not lexicon.is_word_of_its_script(word):
            share, key, detail = best
            for name in self._names[key]:
                yield Hit(name, Likeness.MISSPELLING, 0.95 - 0.2 * share, False, detail)


def _apart(wrote: str, meant: str) -> tuple[float, str]:
    """How much of a name is changed, against the half that may be, and where; sounds alike counts a third.

    A change made twice, as in 粤利粤, is one change.
    """
    if len(wrote) == len(meant):
        changed = {(a, b) for a, b in zip(wrote, meant, strict=True) if a != b}
        cost = sum(0.35 if _sound(a) == _sound(b) else 1.0 for a, b in changed)
        return cost / (0.5 * len(meant)), ", ".join(f"{a} for {b}" for a, b in sorted(changed))
    shorter, longer = sorted((wrote, meant), key=len)
    for at in range(len(longer)):
        if longer[:at] + longer[at + 1 :] == shorter:
            what = "added" if longer == wrote else "left out"
            return 1 / (0.5 * len(meant)), f"{longer[at]} {what}"
    return 2.0, ""


@lru_cache(maxsize=50_000)
def _sound(character: str) -> str:
    return str(anyascii(character)).lower()


def _inside_a_word(text: str, start: int, end: int) -> bool:
    """Whether the letters beside are of the same kana or Hangul word; Chinese words stand where they like."""

    def kind(at: int) -> str:
        c = text[at] if 0 <= at < len(text) else ""
        if "\u30a0" <= c <= "\u30ff":
            return "katakana"
        return "hangul" if "\uac00" <= c <= "\ud7a3" else "latin" if c.isascii() and c.isalnum() else ""

    before, first, last, after = kind(start - 1), kind(start), kind(end - 1), kind(end)
    return (bool(first) and before == first) or (bool(last) and after == last and last != "hangul")
