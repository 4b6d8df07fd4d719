"""One word of a text against the names of a registry: the same, alike, misspelt, or with something stuck to it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from detector.text import lexicon
from detector.text.deletes import DeleteIndex
from detector.text.edits import HEARD, SEEN, VOWEL, Alignment, align
from detector.text.famous import FamousNames
from detector.text.lookalikes import skeleton
from detector.text.mention import Likeness
from detector.text.names import SHORTEST_EDITED, Name, distinctive_parts

_LONGEST = 40
_CACHED = 200_000
_FAR = 0.25
"""What an edit that nothing excuses may cost for each letter of a famous name where a brand's name is expected."""

_JUMBLED = 0.9
_PADDING = frozenset(
    {"com", "www", "net", "shop", "store", "online", "official", "original", "new", "buy", "my", "the"}
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that a word or a few words may stand for. `opening` hits count only where a text begins."""

    name: Name
    likeness: Likeness
    score: float
    everyday: bool
    detail: str = ""
    opening: bool = False


class Words:
    """The names of a registry, to compare single words (or words that were joined) with."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.exact: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            self.exact[name.key].append(name)
        self._near: dict[str, list[Name]] = defaultdict(list)
        for name in chain(names, chain.from_iterable(map(distinctive_parts, names))):
            if name.edits:
                self._near[name.key].append(name)
        self._skeletons: dict[str, list[str]] = defaultdict(list)
        for key in self._near:
            self._skeletons[skeleton(key)].append(key)
        self._keys = list(self._near)
        self._deletes = DeleteIndex(self._keys, [found[0].edits for found in self._near.values()])
        self._famous = FamousNames(
            [key for key, found in self._near.items() if len(key) >= 6 and any(name.famous for name in found)]
        )
        self._cache: dict[str, tuple[Hit, ...]] = {}
        self._far_cache: dict[str, tuple[Hit, ...]] = {}

    def of(self, word: str) -> tuple[Hit, ...]:
        """What a word stands for. Cached: a catalogue uses few words often."""
        hits = self._cache.get(word)
        if hits is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            hits = self._cache[word] = tuple(self._look_up(word))
        return hits

    def far(self, word: str) -> tuple[Hit, ...]:
        """What famous name a word that no list knows brings to mind; for where a brand's name is expected."""
        hits = self._far_cache.get(word)
        if hits is None:
            if len(self._far_cache) >= _CACHED:
                self._far_cache.clear()
            hits = self._far_cache[word] = tuple(self._look_afar(word))
        return hits

    def alike(self, word: str) -> tuple[Hit, ...]:
        """The names that a word passes for at a glance, without any edit."""
        return (
            tuple(self._alike(word, lexicon.is_word(word)))
            if SHORTEST_EDITED <= len(word) <= _LONGEST
            else ()
        )

    def _look_up(self, word: str) -> Iterator[Hit]:
        if word in self.exact:
            for name in self.exact[word]:
                yield Hit(name, Likeness.EXACT, 1.0, name.everyday)
            return
        if not SHORTEST_EDITED <= len(word) <= _LONGEST or not word.isascii():
            return
        everyday = lexicon.is_word(word)
        if not everyday and lexicon.is_name(word):
            return
        digits = sum(map(str.isdigit, word))
        alike = list(self._alike(word, everyday)) if digits <= len(word) // 3 else []
        if alike:
            yield from alike
            return
        if digits > 1 and digits * 3 >= len(word) or digits and len(word) < 6:
            yield from self._padded(word)
            return
        found = list(self._misspelt(word, everyday or lexicon.rarity(word) <= lexicon.UNCOMMON))
        yield from found or self._padded(word)

    def _alike(self, word: str, everyday: bool) -> Iterator[Hit]:
        for key in self._skeletons.get(skeleton(word), ()):
            if key == word:
                return
            alignment = align(word, key)
            likeness = (
                Likeness.LOOKALIKE_CHARACTERS
                if any(e.wrote and e.meant for e in alignment.edits)
                else Likeness.SPLIT_OR_PADDED
            )
            for name in self._near[key]:
                yield Hit(name, likeness, 0.97, everyday, str(alignment))

    def _misspelt(self, word: str, everyday: bool) -> Iterator[Hit]:
        best: tuple[float, list[Name], Alignment] | None = None
        for at, _ in self._deletes.near(word):
            names = self._near[self._keys[at]]
            alignment = align(word, self._keys[at])
            reach = max(_reach(name, everyday, True) for name in names)
            if reach and alignment.cost <= reach:
                share = alignment.cost / reach
                if best is None or share < best[0]:
                    best = share, names, alignment
        if best:
            for hit in _misspellings(word, *best, everyday):
                yield replace(hit, opening=best[2].cost > _reach(hit.name, everyday, False))

    def _look_afar(self, word: str) -> Iterator[Hit]:
        if not 5 <= len(word) <= _LONGEST or not word.isalpha() or not word.isascii():
            return
        if lexicon.rarity(word) < lexicon.UNKNOWN or lexicon.is_name(word):
            return
        close = [(align(word, key), key) for key in self._famous.resembling(word)]
        close += [(Alignment(_JUMBLED, ()), key) for key in self._famous.jumbled(word)]
        if close:
            alignment, key = min(close, key=lambda c: c[0].cost / len(c[1]))
            share = alignment.cost / (_FAR * len(key))
            if share <= 1:
                found = _misspellings(word, share, self._near[key], alignment, False)
                yield from (replace(hit, opening=True) for hit in found)

    def _padded(self, word: str) -> Iterator[Hit]:
        for cut in range(5, len(word)):
            for key, rest in ((word[:cut], word[cut:]), (word[-cut:], word[:-cut])):
                names = self.exact.get(key)
                if names and (rest.isdigit() and cut > 5 or rest in _PADDING):
                    for name in names:
                        if not name.everyday:
                            yield Hit(name, Likeness.SPLIT_OR_PADDED, 0.8, False, f"{rest} added")


def _reach(name: Name, everyday: bool, opening: bool) -> float:
    """How dear the edits may be that lie between a name and its imitation, by what the name is and where it is."""
    length = len(name.key)
    if everyday:
        return 0.22 * length if name.famous and length >= 5 else 0
    if name.everyday:
        return 0 if length < 6 else 1.0 if opening else 0.5
    if length >= 6:
        return 1.0 + 0.05 * (length - 6) if opening else 0.8 + 0.05 * (length - 6)
    if length == 5:
        return (0.85 if name.famous else 0.6) if opening else 0.5
    return (0.8 if name.famous else 0.35) if opening else 0


def _misspellings(
    word: str, share: float, names: list[Name], alignment: Alignment, everyday: bool
) -> Iterator[Hit]:
    reasons = {edit.why for edit in alignment.edits}
    likeness = Likeness.MISSPELLING
    if reasons == {SEEN}:
        likeness = Likeness.LOOKALIKE_CHARACTERS
    elif reasons and reasons <= {HEARD, VOWEL}:
        likeness = Likeness.SOUNDS_ALIKE
    detail = str(alignment) or "the same letters in another order"
    for name in names:
        yield Hit(name, likeness, 0.95 - 0.2 * share, everyday, detail)
