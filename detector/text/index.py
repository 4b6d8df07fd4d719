"""All the marks of a registry, found in any text: openly, disguised or misspelt."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Self

from rapidfuzz.distance import OSA

from detector.brand import Brand
from detector.text import lexicon
from detector.text.disguise import disguise
from detector.text.edits import align
from detector.text.folding import Reading, fold
from detector.text.mention import Likeness, Mention
from detector.text.names import Name, ends_of, names_of
from detector.text.sound import Sounds
from detector.text.tight import TightNames
from detector.text.tokens import Token, is_tight, tokens_of
from detector.text.wording import Hit, Words

_LONGEST = 60
_MOST_PIECES = 16
_MOST_SHARING = 50
"""A word that more names share than these tells none of them."""

_MISSPELT = frozenset({Likeness.MISSPELLING, Likeness.SOUNDS_ALIKE})
_BESIDE_A_NAME = 0.88
"""How sure a misspelling has to be after the open name of another maker."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_APOSTROPHES = frozenset("'’`´")


class MarkIndex:
    """Finds the names of a whole registry in a text. Build it once; `find` may be called from one thread."""

    def __init__(self, names: Sequence[Name], genuine: frozenset[str]) -> None:
        self._words = Words(names, genuine)
        self._exact = self._words.exact
        self._tight = TightNames([name for name in names if is_tight(name.key)])
        self._sounds = Sounds(names)
        self._beginnings: set[str] = set()
        self._sharing: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            for end in range(2, len(name.words)):
                self._beginnings.add("".join(name.words[:end]))
            if 1 < len(name.words) <= 4 and name.key.isascii():
                for word in name.words:
                    if len(word) > 2:
                        self._sharing[word].append(name)

    @classmethod
    def build(cls, brands: Iterable[Brand], genuine: frozenset[str] | None = None) -> Self:
        """Index every name, alias and mark of the brands.

        `genuine` are folded words of other genuine names, which imitate nobody; by default those that ship.
        """
        return cls(list(names_of(brands)), lexicon.genuine_words() if genuine is None else genuine)

    def find(self, text: str) -> list[Mention]:
        """Every mark in the text, in the order in which they stand; where two overlap, the surer one.

        Several brands that answer to the same name are all reported, on the same span.
        """
        folded = fold(text)
        found = list(self._read(text, folded.plain, edits=True))
        if folded.look:
            found.extend(m for m in self._read(text, folded.look, edits=True) if _is_disguised(m))

        if not folded.plain.text.isascii():
            found.extend(self._heard(text, folded.plain))
        if folded.leet:
            found.extend(self._read(text, folded.leet, edits=False))
        return _surest(found) if found else found

    def _read(self, text: str, reading: Reading, edits: bool) -> Iterator[Mention]:
        tokens = tokens_of(reading.text)
        named = bool(tokens) and self._is_a_maker(tokens[0][0])
        for at, (word, start, end) in enumerate(tokens):
            opening = at == 0 or (at == 1 and lexicon.is_ordinary(tokens[0][0]))
            for hit in self._words.of(word):
                if hit.opening and not opening:
                    continue
                if hit.likeness in _MISSPELT and (not edits or (named and at and hit.score < _BESIDE_A_NAME)):
                    continue
                yield _mention(text, reading, start, end, hit)
            if opening and edits:
                for hit in self._words.far(word):
                    yield _mention(text, reading, start, end, hit)
            if at + 1 < len(tokens) and (at == 0 or self._goes_on(reading.text, tokens[at], tokens[at + 1])):
                for last, hit in self._windows(reading.text, tokens, at):
                    yield _mention(text, reading, start, tokens[last][2], hit)
            if word in self._sharing:
                for first, last, hit in self._neighbours(tokens, at):
                    yield _mention(text, reading, tokens[first][1], tokens[last][2], hit)
        if not reading.text.isascii():
            for start, end, hit in self._tight.find(reading.text, tokens):
                yield _mention(text, reading, start, end, hit)

    def _is_a_maker(self, word: str) -> bool:
        """Whether a word names somebody else openly: what follows is likelier a model of theirs than an
        imitation."""
        if word in self._exact:
            return not all(name.everyday for name in self._exact[word])
        return word in self._words.genuine and not lexicon.is_ordinary(word)

    def _heard(self, text: str, reading: Reading) -> Iterator[Mention]:
        for word, start, end in tokens_of(reading.text):
            if not word.isascii() and not _LATIN.search(word):
                first, last = reading.span(start, end)
                for hit in self._sounds.of(text[first:last]):
                    yield _mention(text, reading, start, end, hit)

    def _goes_on(self, text: str, token: Token, following: Token) -> bool:
        """Whether a name may begin with one word and go on in the next; asked of every word, so it is
        quick."""
        joined = token[0] + following[0]
        if (
            joined in self._exact
            or joined in self._beginnings
            or text[following[2] : following[2] + 1] in _APOSTROPHES
        ):
            return True
        if following[1] - token[2] == 1 and not text[token[2]].isspace():
            return True
        return len(token[0]) < 4 and len(following[0]) < 4

    def _windows(self, text: str, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Hit]]:
        """The names that begin with a word and go on in the next ones, or were cut into pieces there."""
        joined, pieces, in_pieces = tokens[at][0], 1, True
        for last in range(at + 1, min(len(tokens), at + _MOST_PIECES)):
            word, start, end = tokens[last]
            tight = start - tokens[last - 1][2] == 1 and not text[start - 1].isspace()
            in_pieces = in_pieces and _in_pieces(text, tokens, last)
            joined += word
            pieces += 1
            if len(joined) > _LONGEST:
                break
            if joined in self._exact:
                yield from ((last, hit) for hit in self._joined(text, joined, tokens[at : last + 1]))
            elif (
                in_pieces
                and (len(joined) >= 5 or pieces == len(joined) == 4)
                and 3 * sum(map(str.isdigit, joined)) <= len(joined)
                and not (last + 1 < len(tokens) and _in_pieces(text, tokens, last + 1))
                and not self._holds_word(tokens[at : last + 1])
                and not self._all_known(tokens[at : last + 1])
            ):
                hits = self._words.alike(joined)
                if at == 0 and tight and not hits:
                    hits = self._words.of(joined) or self._words.far(joined)
                yield from ((last, hit) for hit in hits)
            elif at == 0 and pieces == 2:
                yield from ((last, hit) for hit in self._words.pair(tokens[0][0], word))
            if not in_pieces and joined not in self._beginnings and text[end : end + 1] not in _APOSTROPHES:
                break

    def _all_known(self, tokens: Sequence[Token]) -> bool:
        return all(
            len(word) > 1 and (lexicon.rarity(word) <= lexicon.COMMON or word in self._words.genuine)
            for word, _, _ in tokens
        )

    def _unheard(self, word: str) -> bool:
        return lexicon.is_unheard(word) and word not in self._words.genuine

    def _holds_word(self, tokens: Sequence[Token]) -> bool:
        return any(
            len(word) > 3 and (lexicon.is_word(word) or word in self._words.genuine) for word, _, _ in tokens
        )

    def _joined(self, text: str, joined: str, tokens: Sequence[Token]) -> Iterator[Hit]:
        gaps = [text[before[2] : after[1]] for before, after in pairwise(tokens)]
        ends = ends_of([word for word, _, _ in tokens])
        cuts = {end for end, gap in zip(ends, gaps, strict=True) if gap not in _APOSTROPHES}
        spaced = all(gap.isspace() or gap in _APOSTROPHES for gap in gaps)
        known = all(lexicon.rarity(word) <= lexicon.COMMON and len(word) > 2 for word, _, _ in tokens)
        names = self._exact[joined]
        as_owned = any(cuts <= name.gaps for name in names)
        for name in names:
            if as_owned or (spaced and cuts <= set(ends_of(name.words))):
                yield Hit(name, Likeness.EXACT, 1.0, name.everyday)
            elif not joined.isalpha() or (len(joined) < 5 and len(tokens) < len(joined) and spaced):
                continue
            elif known and (spaced or name.everyday):
                yield Hit(name, Likeness.EXACT, 1.0, True)
            elif len(joined) > 5 or not self._holds_word(tokens):
                everyday = name.everyday and len(joined) < 5
                yield Hit(
                    name, Likeness.SPLIT_OR_PADDED, 0.8 if known else 0.95, everyday, "written in pieces"
                )

    def _neighbours(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int, Hit]]:
        """The names of several words of which one stands here as it is, and the others nearly so beside
        it."""
        word = tokens[at][0]
        sharing = self._sharing[word]
        if len(sharing) > _MOST_SHARING:
            return
        for name in sharing:
            first = at - name.words.index(word)
            last = first + len(name.words)
            if first < 0 or last > len(tokens):
                continue
            wrote = [text for text, _, _ in tokens[first:last]]
            pairs = [(a, b) for a, b in zip(wrote, name.words, strict=True) if a != b]
            if not pairs or not all(map(_may_be, pairs)):
                continue
            ordinary = all(map(lexicon.is_word, wrote))
            if any(len(b) == 3 for _, b in pairs) and not ordinary:
                continue
            loose = (
                first == 0
                and word not in self._exact
                and all(a[0] == b[0] and self._unheard(a) for a, b in pairs)
            )
            alignments = [align(a, b) for a, b in pairs]
            share = max(
                alignment.cost / ((0.45 if loose else 0.34 if len(b) == 3 else 0.25) * len(b))
                for alignment, (_, b) in zip(alignments, pairs, strict=True)
            )
            if share <= 1:
                everyday = (
                    ordinary
                    or all(lexicon.is_word(a) and lexicon.is_word(b) for a, b in pairs)
                    or (name.everyday and lexicon.is_word(pairs[0][0]))
                )
                detail = ", ".join(map(str, alignments))
                yield first, last - 1, Hit(name, Likeness.MISSPELLING, 0.95 - 0.2 * share, everyday, detail)


def _in_pieces(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether a word may go on what stands before it: without a space between them, or both of them short."""
    (before, _, ended), (word, start, _) = tokens[at - 1], tokens[at]
    return (start - ended == 1 and not text[ended].isspace()) or max(len(word), len(before)) <= 3


def _is_disguised(mention: Mention) -> bool:
    """Whether what was read by its looks is a disguise: letters of one other script are that script's own
    word, unless all of them are taken for a name's."""
    return (mention.likeness is Likeness.LOOKALIKE_CHARACTERS and mention.score > 0.97) or _holds_latin(
        mention.found
    )


def _holds_latin(text: str) -> bool:
    return bool(_LATIN.search(unicodedata.normalize("NFKC", text)))


def _may_be(pair: tuple[str, str]) -> bool:
    """Whether two words are worth aligning, as most are not."""
    wrote, meant = pair
    if len(meant) < 3 or abs(len(wrote) - len(meant)) > 2 or not wrote.isalpha():
        return False
    most = (len(meant) + 1) // 2
    return OSA.distance(wrote, meant, score_cutoff=most) <= most


def _mention(text: str, reading: Reading, start: int, end: int, hit: Hit) -> Mention:
    span = reading.span(start, end)
    found = text[span[0] : span[1]]
    name, likeness, score, everyday, detail = hit.name, hit.likeness, hit.score, hit.everyday, hit.detail
    if likeness is Likeness.EXACT:
        likeness, detail = disguise(text, span, name, reading)
        if likeness is not Likeness.EXACT:
            score = 0.98
            everyday = everyday and (len(name.key) < 4 or lexicon.is_accented_word(found))
    return Mention(name.brand, name.mark, span, found, likeness, score, everyday, detail)


def _surest(found: list[Mention]) -> list[Mention]:
    """Of mentions that overlap, the exact, then the longer, then the surer; equals on one span stay
    together."""
    kept: list[Mention] = []
    order = sorted(
        found, key=lambda m: (m.everyday, m.likeness is not Likeness.EXACT, m.span[0] - m.span[1], -m.score)
    )
    for mention in order:
        start, end = mention.span
        clashes = [k for k in kept if start < k.span[1] and k.span[0] < end]
        if not clashes or all(
            k.span == mention.span
            and k.score == mention.score
            and (k.brand, k.mark) != (mention.brand, mention.mark)
            for k in clashes
        ):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.span)
