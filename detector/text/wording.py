"""One word of a text against the names of a registry: the same, alike, misspelt, or with something stuck to
it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Self

from rapidfuzz import process
from rapidfuzz.distance import Hamming

from detector.text import lexicon
from detector.text.context import telling_words
from detector.text.deletes import DeleteIndex
from detector.text.edits import Alignment, align, align_within
from detector.text.famous import FamousNames
from detector.text.kept import Kept
from detector.text.letters import HEARD, SEEN, VOWEL, spoken
from detector.text.lookalikes import skeleton
from detector.text.mention import Likeness
from detector.text.names import SHORTEST_EDITED, Name, distinctive_parts
from detector.text.shelves import shelved

ALIKE = 0.97
"""The score of a word that passes for a name at a glance."""

_LONGEST = 40
_CACHED = 200_000

_PADDING = frozenset(
    ["com", "www", "net", "shop", "store", "online", "official", "original", "new", "buy", "my", "the"]
)

_FAMED = 560
"""The rarity up to which a name is so famous that a word may lie far from it."""

_SHORTEST_FAMED = 5
"""An everyday word imitates famous names alone, of at least so many letters."""

_LONG_TO_THE_EAR = 7
"""Names of fewer letters sound like too many words."""

_SHORT = 0.4
_PAIR = 0.25
_MOST_PAIRS = 5_000

_JUMBLED = 0.9
"""What it costs to write the letters of a name in another order."""

_FAR, _FAR_IF_ODD, _FARTHEST, _AHEAD = 0.17, 0.25, 0.33, 0.1
"""How far, in edits a letter, a word may lie from a famous name where a brand's name is expected: for a word
that anybody may have coined, for each nat of its oddness beyond that, and at most; and how much nearer it
must be to that name than to the next."""


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
    """The names of a registry, to compare single words (or words that were joined) with.

    `known` tells what a word stands for; `far` what famous name one that no list knows brings to mind, for
    where a brand's name is expected.
    """

    def __init__(self, names: Sequence[Name], genuine: frozenset[str]) -> None:
        """`genuine` are the folded words of other names, which are taken for what they are."""
        self.genuine = genuine
        self.exact: dict[str, list[Name]] = {}
        self._near: dict[str, list[Name]] = {}
        self._skeletons: dict[str, list[str]] = {}
        self._spoken: dict[str, list[str]] = {}
        self._deletes, self._famed = DeleteIndex((), ()), DeleteIndex((), ())
        self._famous_keys: frozenset[str] = frozenset()
        self._change((), names)

    def changed(self, gone: Sequence[Name], come: Sequence[Name]) -> Self:
        """The words of another registry, which lacks brands whose names are `gone` and has those that have
        `come`.
        """
        other = copy(self)
        other._change(gone, come)
        return other

    def _change(self, gone: Sequence[Name], come: Sequence[Name]) -> None:
        self.exact = shelved(self.exact, _by_key(gone), _by_key(come))
        before, left, fresh = self._near, list(_edited(gone)), list(_edited(come))
        near = self._near = shelved(before, left, fresh)
        touched = dict.fromkeys(key for key, _ in (*left, *fresh))
        lost = [key for key in touched if key in before and key not in near]
        new = [key for key in touched if key not in before and key in near]
        self._skeletons = shelved(self._skeletons, _filed(skeleton, lost), _filed(skeleton, new), str)
        self._spoken = shelved(
            self._spoken, _filed(spoken, filter(_is_heard, lost)), _filed(spoken, filter(_is_heard, new)), str
        )
        self._deletes = _misspellable(self._deletes, lost, new, near)
        was, famed = ({key for key in touched if _is_famed(names.get(key, ()))} for names in (before, near))
        self._famed = _misspellable(self._famed, was - famed, famed - was, near)
        self._famous_keys = self._famous_keys.difference(touched).union(filter(self._is_famous, touched))
        self._famous = FamousNames(sorted(self._famous_keys))
        pairs = ((found[0].rarity, key) for key, found in near.items() if len(found[0].words) == 2)
        self._pairs = FamousNames([key for _, key in sorted(pairs)[:_MOST_PAIRS]])
        self._acronyms = sorted(key for key in self.exact if len(key) == 3 and lexicon.is_famous_name(key))
        self.known: Kept[str, tuple[Hit, ...]] = Kept(lambda word: tuple(self._look_up(word)), _CACHED)
        self.far: Kept[str, tuple[Hit, ...]] = Kept(lambda word: tuple(self._look_afar(word)), _CACHED)

    def _is_famous(self, key: str) -> bool:
        return (
            key in self._near and key in self.exact and len(key) >= 6 and lexicon.is_famous_name(key, _FAMED)
        )

    def pair(self, first: str, second: str) -> Iterator[Hit]:
        """The name of two words that two words bring to mind neither of which is known."""
        if not all(
            len(w) > 3 and w.isalpha() and lexicon.is_unheard(w) and w not in self.genuine
            for w in (first, second)
        ):
            return
        word = first + second
        close = [
            (alignment, key)
            for key in self._pairs.resembling(word)
            if abs(len(self._near[key][0].words[0]) - len(first)) < 3
            and (alignment := align_within(word, key, _PAIR * len(key)))
        ]
        if close:
            alignment, key = min(close, key=lambda c: (c[0].cost, c[1]))
            share = alignment.cost / (_PAIR * len(key))
            yield from _misspellings(word, share, self._near[key], alignment, False)

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
        if len(word) == 3:
            yield from self._short(word)
        if not SHORTEST_EDITED <= len(word) <= _LONGEST or not word.isascii():
            return
        everyday = lexicon.is_ordinary(word)
        if not everyday and word in self.genuine:
            return
        if word[:-1].isalpha() and word[-1].isdigit() and word[:-1] in self.exact:
            yield from self._padded(word)
            return
        digits = sum(map(str.isdigit, word))
        alike = list(self._alike(word, everyday)) if digits <= len(word) // 3 else []
        if alike:
            yield from alike
            return
        if (digits > 1 and digits * 3 >= len(word)) or (digits and len(word) < 6):
            yield from self._padded(word)
            return
        found = list(self._misspelt(word, everyday))
        yield from found or self._spelt_by_ear(word, everyday) or self._padded(word)

    def _short(self, word: str) -> Iterator[Hit]:
        """The famous name of three letters, such as KFC, that a word which nobody writes looks or sounds
        like."""
        if word.isalpha() and lexicon.is_unheard(word) and word not in self.genuine:
            # Two edits cost more than that, one that changes the length leaves no three letters.
            near = process.extract_iter(word, self._acronyms, scorer=Hamming.distance, score_cutoff=1)
            for key, _, _ in near:
                alignment = align_within(word, key, _SHORT)
                if alignment:
                    for hit in _misspellings(word, 1.0, self.exact[key], alignment, False):
                        yield replace(hit, opening=True)

    def _alike(self, word: str, everyday: bool) -> Iterator[Hit]:
        for key in self._skeletons.get(skeleton(word), ()):
            if key == word:
                return
            if not everyday and lexicon.is_better_known(word, key):
                continue
            alignment = align(word, key)
            if any(e.wrote and e.meant for e in alignment.edits):
                likeness = Likeness.LOOKALIKE_CHARACTERS
            elif any(e.meant for e in alignment.edits):
                likeness = Likeness.MISSPELLING
            else:
                likeness = Likeness.SPLIT_OR_PADDED
            for name in self._near[key]:
                yield Hit(name, likeness, ALIKE, everyday, str(alignment))

    def _misspelt(self, word: str, everyday: bool) -> Iterator[Hit]:
        best: tuple[float, str, Alignment] | None = None
        for key, edits in (self._famed if everyday else self._deletes).near(word):
            if not everyday and lexicon.is_better_known(word, key):
                continue
            names = self._near[key]
            reach = max(_reach(name, word, everyday, True) for name in names)
            if edits > 1 and not everyday:
                reach *= 0.7
            alignment = align_within(word, key, reach) if reach else None
            if alignment and (best is None or (alignment.cost / reach, key) < best[:2]):
                best = alignment.cost / reach, key, alignment
        if best:
            share, key, alignment = best
            for hit in _misspellings(word, share, self._near[key], alignment, everyday):
                yield replace(hit, opening=alignment.cost > _reach(hit.name, word, everyday, False))

    def _spelt_by_ear(self, word: str, everyday: bool) -> list[Hit]:
        """The names that a coined word sounds just like, however far its letters are from theirs."""
        if everyday or len(word) < _LONG_TO_THE_EAR - 1 or not word.isalpha() or not lexicon.is_unheard(word):
            return []
        return [
            Hit(name, Likeness.SOUNDS_ALIKE, score(0.5), False, str(align(word, key)))
            for key in self._spoken.get(spoken(word), ())
            for name in self._near[key]
            if not name.everyday
        ]

    def _look_afar(self, word: str) -> Iterator[Hit]:
        if not 5 <= len(word) <= _LONGEST or not word.isalpha() or not word.isascii():
            return
        if lexicon.rarity(word) < lexicon.UNKNOWN or word in self.genuine or word in telling_words():
            return
        close = [
            (alignment.cost / len(key), key)
            for key in self._famous.resembling(word)
            if (alignment := align_within(word, key, (_FARTHEST + _AHEAD) * len(key)))
        ]
        close += [(_JUMBLED / len(key), key) for key in self._famous.jumbled(word)]
        if not close:
            return
        apart, key = min(close)
        reach = min(max(_FAR + _FAR_IF_ODD * (lexicon.oddness(word) - 2.4), _FAR - 0.02), _FARTHEST)
        rival = min((other for other, rival in close if rival != key), default=1.0)
        if apart <= reach and rival - apart >= _AHEAD:
            for hit in _misspellings(word, apart / reach, self._near[key], align(word, key), False):
                yield replace(hit, opening=True)

    def _padded(self, word: str) -> Iterator[Hit]:
        for cut in range(SHORTEST_EDITED, len(word)):
            for key, rest in ((word[:cut], word[cut:]), (word[-cut:], word[:-cut])):
                names = self.exact.get(key)
                if names and ((rest.isdigit() and cut > 5) or rest in _PADDING or _is_goods(key, rest)):
                    for name in names:
                        if not name.everyday and (cut > 4 or name.famous):
                            yield Hit(name, Likeness.SPLIT_OR_PADDED, 0.8, False, f"{rest} added")


def _by_key(names: Iterable[Name]) -> Iterator[tuple[str, Name]]:
    return ((name.key, name) for name in names)


def _edited(names: Iterable[Name]) -> Iterator[tuple[str, Name]]:
    """By their keys the names, and the words by which shoppers know them, that may be found by edits."""
    for name in names:
        for one in (name, *distinctive_parts(name)):
            if one.edits:
                yield one.key, one


def _filed(under: Callable[[str], str], keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((under(key), key) for key in keys)


def _misspellable(
    there: DeleteIndex, lost: Collection[str], new: Iterable[str], names: Mapping[str, Sequence[Name]]
) -> DeleteIndex:
    words = sorted(new)
    return there.changed(frozenset(lost), words, [names[word][0].edits for word in words])


def _is_heard(key: str) -> bool:
    return len(key) >= _LONG_TO_THE_EAR and key.isalpha()


def _is_famed(names: Sequence[Name]) -> bool:
    """Whether an everyday word may imitate one of these, which share a key."""
    return any(len(name.key) >= _SHORTEST_FAMED and name.famous for name in names)


def _is_goods(name: str, rest: str) -> bool:
    """Whether what sticks to a famous name is a common word in the plural, as goods are: adidassneakers."""
    return (
        len(rest) >= 5
        and rest.endswith("s")
        and lexicon.is_word(rest)
        and lexicon.is_word(rest[:-1])
        and lexicon.is_famous_name(name, _FAMED)
    )


def _reach(name: Name, word: str, everyday: bool, opening: bool) -> float:
    """How dear the edits may be that lie between a name and its imitation, by what the name is and where it
    is.

    A word that might well be coined by somebody else has to come nearer.
    """
    length = len(name.key)
    if everyday:
        return 0.22 * length if name.famous and length >= _SHORTEST_FAMED else 0
    if length < 6:
        if name.everyday:
            return 0
        if length == 5:
            return 0.6 if opening else 0.5
        if not (opening and lexicon.is_famous_name(name.key)):
            return 0
        return 0.8 if name.key in word and lexicon.is_unheard(word) else 0.55
    odd = lexicon.oddness(word) if word.isalpha() else 3.0
    reach = min(max(0.8 + 0.6 * (odd - 2.45), 0.8), 1.0) + 0.1 * (length - 6)
    return reach if opening else reach - (0.4 if name.everyday else 0.2)


def score(share: float) -> float:
    """How sure a misspelling is that needs this share of the edits that it may."""
    return 0.95 - 0.2 * share


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
        yield Hit(name, likeness, score(share), everyday, detail)
