"""Texts in which no mark can stand, told at a glance: most of a catalogue, where few marks are sought.

A text of ASCII is gone through by what stands between its spaces. Each such piece is looked into once, and
known from then on; what a few pieces may make up together is asked for by all pieces at once. Whatever could
be a mark, or is not plain enough to tell, is for the index.

| of the index's ways to a mention | ruled out by |
| --- | --- |
| one word is a name, or like one | no word of any piece stands for anything |
| a word of a name beside one like the other | no word of such a name has that beside it |
| a sign that is read as a letter | no piece has one |
| words that make up a name when joined | no name stands in the text without all that is no letter or digit |
| a name cut into pieces of up to three letters | none of these runs makes up anything |
| a name cut by single signs into longer pieces | a longer piece between signs is a word of its own |
| a far imitation, or two, where a text opens | the first two words bring nothing to mind |
"""

import re
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import ahocorasick

from detector.text import lexicon
from detector.text.folding import is_leet
from detector.text.tokens import owners_of, tokens_of

if TYPE_CHECKING:
    from detector.text.phrases import Phrases
    from detector.text.wording import Words

_KEPT = 200_000
"""Pieces that are known at a time, some 20 MB."""
_CUT = 4
"""Letters of a name up to which all its pieces are short ones."""
_SHORT_RUNS = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,3}(?:[^a-z0-9]+[a-z0-9]{1,3})+(?![a-z0-9])")
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())
_OPENING = re.compile(r"[^a-z0-9]*([a-z0-9]+)(?:[^a-z0-9]+([a-z0-9]+))?")

Known = TypeVar("Known", set[str], dict[str, bool])


class Quiet:
    """Of the names of one index. It may be asked by one thread."""

    def __init__(self, words: "Words", phrases: "Phrases") -> None:
        self._words, self._phrases = words, phrases
        self._pieces: set[str] = set()
        self._shared: set[str] = set()
        self._coined: dict[str, bool] = {}
        self._runs: set[str] = set()
        self._names = ahocorasick.Automaton()
        for key in words.exact:
            if len(key) > _CUT and key.isascii():
                self._names.add_word(key, True)
        self._names.make_automaton()

    def is_quiet(self, text: str) -> bool:
        """Whether certainly no mark stands in the text. False says nothing."""
        if not text.isascii():
            return False
        low = text.lower()
        pieces = low.split()
        if not self._pieces.issuperset(pieces):
            if not all(map(self._is_quiet_piece, pieces)):
                return False
            if not self._shared.isdisjoint(pieces) and self._stand_together(low):
                return False
        if not self._opens_quietly(low):
            return False
        if len(self._names):
            joined = low.encode().translate(None, _NO_WORD).decode()
            if next(self._names.iter(joined), None) is not None:
                return False
        runs = _SHORT_RUNS.findall(low)
        return self._runs.issuperset(runs) or all(map(self._is_quiet_run, runs))

    def _is_quiet_piece(self, piece: str) -> bool:
        if piece in self._pieces or piece in self._shared:
            return True
        if is_leet(piece):
            return False
        tokens = tokens_of(piece)
        words = [word for word, _, _ in tokens]
        for word in words:
            if self._words.known[word]:
                return False
            if len(words) > 1 and len(word) > 3 and not self._is_itself(word):
                return False
        owners = [word for word, _, _ in owners_of(piece, tokens)]
        shared = any(self._phrases.meant[word] for word in (*words, *owners))
        _kept(self._shared if shared else self._pieces).add(piece)
        return True

    def _stand_together(self, low: str) -> bool:
        """Whether beside a word of a name there is what may be another one of it."""
        tokens = tokens_of(low)
        readings = (tokens, owners_of(low, tokens))
        return any(
            True for some in readings for at in range(len(some)) for _ in self._phrases.beside(some, at)
        )

    def _is_itself(self, word: str) -> bool:
        """As in `Phrases.holds_word`: what holds such a word was not cut."""
        return lexicon.is_word(word) or word in self._words.genuine

    def _opens_quietly(self, low: str) -> bool:
        opening = _OPENING.match(low)
        if opening is None:
            return True
        words = [word for word in opening.groups() if word]
        return not any(self._words.far[word] for word in words) and not (
            len(words) > 1 and all(map(self._is_coined, words))
        )

    def _is_coined(self, word: str) -> bool:
        """Whether two such words may bring a name of two to mind: as in `Words.pair`."""
        known = self._coined.get(word)
        if known is None:
            coined = len(word) > 3 and word.isalpha() and lexicon.is_unheard(word)
            known = _kept(self._coined)[word] = coined and word not in self._words.genuine
        return known

    def _is_quiet_run(self, run: str) -> bool:
        if run in self._runs:
            return True
        tokens = tokens_of(run)
        for first, end in combinations(range(len(tokens) + 1), 2):
            joined = "".join(word for word, _, _ in tokens[first:end])
            if joined in self._words.exact:
                return False
            if end == len(tokens) and end - first > 1 and self._stands_for_something(joined):
                return False
        _kept(self._runs).add(run)
        return True

    def _stands_for_something(self, joined: str) -> bool:
        return bool(self._words.alike(joined) or self._words.known[joined] or self._words.far[joined])


def _kept(known: Known) -> Known:
    if len(known) >= _KEPT:
        known.clear()
    return known
