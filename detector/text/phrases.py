"""Names of several words: written together, written in pieces, or with one of the words put for another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import pairwise
from typing import NamedTuple, Self

from rapidfuzz.distance import OSA

from detector.text import lexicon
from detector.text.deletes import DeleteIndex
from detector.text.edits import align, align_within
from detector.text.kept import Kept
from detector.text.lookalikes import skeleton
from detector.text.mention import Likeness
from detector.text.names import SHORTEST_EDITED, Name, ends_of
from detector.text.shelves import shelved
from detector.text.tokens import Token
from detector.text.wording import ALIKE, Hit, score

_MOST_SHARING = 30
"""A word that more names share than these tells none of them."""

_MOST_WORDS = 4
_REACH, _REACH_OF_THREE, _REACH_IF_UNHEARD = 0.25, 0.34, 0.45
"""How dear the edits of a word may be, a letter, beside a word that stands as it is: of most words, of words
of three letters, and where a text opens with the name's first word and a second one that nobody ever
wrote."""

_LONGER = 2
"""Letters by which a word may be longer or shorter than the one it is put for."""

_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))

_OFTEN = 500
"""The rarity up to which a part of a name is a word of its own."""

APOSTROPHES = frozenset("'’`´")


_CACHED = 100_000


class _Sharing(NamedTuple):
    """Of a word in a name the way to the one beside it, 1 to the next or -1 to the one before, that other
    word, the word's own place, and the name."""

    step: int
    beside: str
    place: int
    name: Name

    @property
    def brand(self) -> str:
        return self.name.brand


class Phrases:
    """The names of a registry that have several words, by each of these.

    `meant` tells which words of names a word stands for: itself, or those for which it is a disguise with
    digits, or one slip, where nobody writes it.
    """

    def __init__(self, names: Sequence[Name], genuine: frozenset[str]) -> None:
        """`genuine` are the folded words of other names."""
        self._genuine = genuine
        self._exact: dict[str, list[Name]] = {}
        self.beginnings: Counter[str] = Counter()
        self._with: dict[str, list[_Sharing]] = {}
        self._skeletons: dict[str, list[str]] = {}
        self._deletes = DeleteIndex((), ())
        self._change((), names)

    def changed(self, gone: Sequence[Name], come: Sequence[Name]) -> Self:
        """The phrases of another registry, which lacks brands whose names are `gone` and has those that have
        `come`.
        """
        other = copy(self)
        other._change(gone, come)
        return other

    def _change(self, gone: Sequence[Name], come: Sequence[Name]) -> None:
        self._exact = shelved(
            self._exact, ((name.key, name) for name in gone), ((name.key, name) for name in come)
        )
        self.beginnings = self.beginnings.copy()
        self.beginnings.update(_beginnings(come))
        self.beginnings.subtract(left := Counter(_beginnings(gone)))
        for beginning in left:
            if not self.beginnings[beginning]:
                del self.beginnings[beginning]
        before, lost, new = self._with, list(_words(gone)), list(_words(come))
        self._with = shelved(before, lost, new)
        touched = dict.fromkeys(word for word, _ in (*lost, *new))
        went = [word for word in touched if word in before and word not in self._with]
        came = sorted(word for word in touched if word not in before and word in self._with)
        self._skeletons = shelved(
            self._skeletons,
            ((_worn(word), word) for word in went),
            ((_worn(word), word) for word in came),
            str,
        )
        self._deletes = self._deletes.changed(
            frozenset(went), came, [int(len(word) >= SHORTEST_EDITED) for word in came]
        )
        self.sharing = {
            word: sharing for word, sharing in self._with.items() if len(sharing) <= _MOST_SHARING
        }
        self.joints = frozenset(self._exact).union(self.beginnings)
        self.meant: Kept[str, tuple[str, ...]] = Kept(lambda word: tuple(self._meant_by(word)), _CACHED)
        self._likely: Kept[tuple[str, int, str], tuple[int, ...]] = Kept(
            lambda asked: tuple(self._may_follow(*asked)), _CACHED
        )

    def joined(self, text: str, joined: str, tokens: Sequence[Token]) -> Iterator[Hit]:
        """What several words stand for that make up a name when they are joined."""
        gaps = [text[before[2] : after[1]] for before, after in pairwise(tokens)]
        ends = ends_of([word for word, _, _ in tokens])
        cuts = {end for end, gap in zip(ends, gaps, strict=True) if gap not in APOSTROPHES}
        names = self._exact[joined]
        if any(cuts <= name.gaps for name in names):  # as an owner writes it
            yield from (Hit(name, Likeness.EXACT, 1.0, name.everyday) for name in names)
            return
        spaced = all(gap.isspace() or gap in APOSTROPHES for gap in gaps)
        dotted = all(gap == "." for gap in gaps)  # as nobody writes who means a name
        known = all(lexicon.rarity(word) <= lexicon.COMMON and len(word) > 2 for word, _, _ in tokens)
        for name in names:
            if spaced and cuts <= set(ends_of(name.words)):
                yield Hit(name, Likeness.EXACT, 1.0, name.everyday)
            elif not joined.isalpha() or (len(joined) < 5 and len(tokens) < len(joined) and spaced):
                continue
            elif (known and (spaced or name.everyday)) or (
                len(tokens) == 2 and (name.everyday or not dotted) and self._may_part(name, tokens)
            ):
                yield Hit(name, Likeness.EXACT, 1.0, True)
            elif len(joined) > 5 or not self.holds_word(tokens):
                everyday = name.everyday and len(joined) < 5
                yield Hit(
                    name, Likeness.SPLIT_OR_PADDED, 0.8 if known else 0.95, everyday, "written in pieces"
                )

    def _meant_by(self, word: str) -> Iterator[str]:
        if word in self.sharing:
            yield word
        elif not word.isalpha():
            alike = self._skeletons.get(_worn(word), ()) if _is_half_letters(word) else ()
            yield from (meant for meant in alike if meant in self.sharing and meant.isalpha())
        elif word.isascii() and len(word) >= SHORTEST_EDITED and self._is_unheard(word):
            yield from sorted(meant for meant, _ in self._deletes.near(word, 1) if meant in self.sharing)

    def beside(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int, Hit]]:
        """The names of which one word stands here, as it is or in disguise, and the others nearly so beside
        it; or all of them with a slip each.

        Yields the first and the last of the words, and what they stand for.
        """
        wrote = tokens[at][0]
        for word in self.meant[wrote]:
            likely: tuple[int, ...] = ()
            if at + 1 < len(tokens):
                likely += self._likely[word, 1, tokens[at + 1][0]]
            if at:
                likely += self._likely[word, -1, tokens[at - 1][0]]
            if likely:
                slipped = wrote != word and wrote.isalpha()
                yield from self._meant(
                    tokens, at, [self.sharing[word][one] for one in sorted(likely)], slipped
                )

    def _meant(
        self, tokens: Sequence[Token], at: int, likely: Iterable[_Sharing], slipped: bool
    ) -> Iterator[tuple[int, int, Hit]]:
        for _, _, place, name in likely:
            first = at - place
            last = first + len(name.words) - 1
            if first < 0 or last >= len(tokens):
                continue
            words = [word for word, _, _ in tokens[first : last + 1]]
            pairs: list[tuple[str, str]] = []
            for wrote, meant in zip(words, name.words, strict=True):
                if wrote != meant:
                    if not _may_be(wrote, meant):
                        pairs.clear()
                        break
                    pairs.append((wrote, meant))
            if not pairs or (slipped and not self._all_slipped(zip(words, name.words, strict=True))):
                continue
            loose = first == 0 and tokens[at][0] not in self._exact
            if hit := self._nearly(name, words, pairs, loose):
                yield first, last, hit

    def _all_slipped(self, words: Iterable[tuple[str, str]]) -> bool:
        """Whether every word that tells a name was changed by one key or by digits, into what nobody writes:
        two such words side by side are no accident. Where one stands as it is, that one tells the name."""
        return all(
            len(meant) < 3 or meant not in self.sharing
            if wrote == meant
            else _in_digits(wrote, meant) or (OSA.distance(wrote, meant) == 1 and self._is_unheard(wrote))
            for wrote, meant in words
        )

    def _may_follow(self, word: str, step: int, beside: str) -> Iterator[int]:
        """Which of the names that share a word may mean what stands after it, or before: of most words
        none."""
        for number, (way, meant, _, _) in enumerate(self.sharing[word]):
            if way == step and (beside == meant or _may_be(beside, meant)):
                yield number

    def _nearly(self, name: Name, words: list[str], pairs: list[tuple[str, str]], loose: bool) -> Hit | None:
        ordinary = all(map(lexicon.is_word, words))
        if not ordinary and not all(map(_is_telling, pairs)):
            return None
        loose = loose and all(wrote[0] == meant[0] and self._is_unheard(wrote) for wrote, meant in pairs)
        shares: list[float] = []
        details: list[str] = []
        for wrote, meant in pairs:
            if _in_digits(wrote, meant):
                details.append(str(align(wrote, meant)))
                continue
            reach = len(meant) * (
                _REACH_IF_UNHEARD if loose else _REACH_OF_THREE if len(meant) == 3 else _REACH
            )
            alignment = align_within(wrote, meant, reach)
            if alignment is None:
                return None
            shares.append(alignment.cost / reach)
            details.append(str(alignment))
        everyday = (
            ordinary
            or all(lexicon.is_word(wrote) and lexicon.is_word(meant) for wrote, meant in pairs)
            or (name.everyday and lexicon.is_word(pairs[0][0]))
        )
        detail = ", ".join(details)
        if not shares:
            return Hit(name, Likeness.LOOKALIKE_CHARACTERS, ALIKE, everyday, detail)
        return Hit(name, Likeness.MISSPELLING, score(max(shares)), everyday, detail)

    def _may_part(self, name: Name, tokens: Sequence[Token]) -> bool:
        """Whether a name is written in two words by who knows it little, not to hide it: uni-ball."""
        words = [word for word, _, _ in tokens]
        return not name.famous and all(
            lexicon.rarity(word) <= _OFTEN and (len(word) > 2 or (at == 0 and len(word) == 1))
            for at, word in enumerate(words)
        )

    def all_known(self, tokens: Sequence[Token]) -> bool:
        """Whether every one of the words is an ordinary one or a word of another name."""
        return all(
            len(word) > 1 and (lexicon.rarity(word) <= lexicon.COMMON or word in self._genuine)
            for word, _, _ in tokens
        )

    def holds_word(self, tokens: Sequence[Token]) -> bool:
        """Whether one of the words is long enough to be meant as itself."""
        return any(
            len(word) > 3 and (lexicon.is_word(word) or word in self._genuine) for word, _, _ in tokens
        )

    def _is_unheard(self, word: str) -> bool:
        return lexicon.is_unheard(word) and word not in self._genuine


def _beginnings(names: Iterable[Name]) -> Iterator[str]:
    """Of names of three words and more the first ones joined, the last left out."""
    for name in names:
        for end in range(2, len(name.words)):
            yield "".join(name.words[:end])


def _words(names: Iterable[Name]) -> Iterator[tuple[str, _Sharing]]:
    for name in names:
        if 1 < len(name.words) <= _MOST_WORDS and name.key.isascii():
            for at, word in enumerate(name.words):
                if len(word) > 2:
                    step = 1 if at + 1 < len(name.words) else -1
                    yield word, _Sharing(step, name.words[at + step], at, name)


def _may_be(wrote: str, meant: str) -> bool:
    """Whether two words are worth aligning, as most are not."""
    if abs(len(wrote) - len(meant)) > _LONGER or len(meant) < 3:
        return False
    if not wrote.isalpha():
        return _in_digits(wrote, meant)
    most = (len(meant) + 1) // 2
    return OSA.distance(wrote, meant, score_cutoff=most) <= most


def _in_digits(wrote: str, meant: str) -> bool:
    """Whether digits stand for letters in a word, half of it at most: n0rth, bu11."""
    return _is_half_letters(wrote) and meant.isalpha() and _worn(wrote) == _worn(meant)


def _is_half_letters(word: str) -> bool:
    """Whether a word has digits and as many letters, unlike numbers and most of what names a model."""
    return not word.isalpha() and word.isascii() and 2 * len(word.translate(_NO_DIGITS)) >= len(word) > 2


def _worn(word: str) -> str:
    """Its skeleton, in which f0od and food are one: a letter that repeats may be a digit once."""
    return skeleton(skeleton(word))


def _is_telling(pair: tuple[str, str]) -> bool:
    """Whether a word is long enough to tell what another was put for it; of three letters only those that
    were turned round, or stand as digits, into what is no word."""
    wrote, meant = pair
    if len(meant) > 3 or _in_digits(wrote, meant):
        return True
    return sorted(wrote) == sorted(meant) and not lexicon.is_word(wrote)
