"""All the marks of a registry, found in any text: openly, disguised or misspelt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from detector.brand import Brand
from detector.text import lexicon
from detector.text.disguise import disguise
from detector.text.edits import align
from detector.text.folding import Reading, fold
from detector.text.mention import Likeness, Mention
from detector.text.names import Name, names_of
from detector.text.tight import TightNames
from detector.text.tokens import Token, is_tight, tokens_of
from detector.text.wording import Hit, Words

_LONGEST = 60
_MOST_PIECES = 24
_MOST_SHARING = 50
"""A word that more names share than these tells none of them."""

_JOINERS = frozenset("'’`´-–—·&")


class MarkIndex:
    """Finds the names of a whole registry in a text. Build it once; `find` may be called from one thread."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._words = Words(names)
        self._exact = self._words.exact
        self._tight = TightNames([name for name in names if is_tight(name.key)])
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
    def build(cls, brands: Iterable[Brand]) -> Self:
        """Index every name, alias and mark of the brands."""
        return cls(list(names_of(brands)))

    def find(self, text: str) -> list[Mention]:
        """Every mark in the text, in the order in which they stand; where two overlap, the surer one.

        Several brands that answer to the same name are all reported, on the same span.
        """
        folded = fold(text)
        found = list(self._read(text, folded.plain, edits=True))
        if folded.look:
            found.extend(self._read(text, folded.look, edits=True))
        if folded.leet:
            found.extend(self._read(text, folded.leet, edits=False))
        return _surest(found) if found else found

    def _read(self, text: str, reading: Reading, edits: bool) -> Iterator[Mention]:
        tokens = tokens_of(reading.text)
        for at, (word, start, end) in enumerate(tokens):
            opening = at < 2
            for hit in self._words.of(word):
                if (edits or hit.likeness is not Likeness.MISSPELLING) and (opening or not hit.opening):
                    yield _mention(text, reading, start, end, hit)
            if opening and edits:
                for hit in self._words.far(word):
                    yield _mention(text, reading, start, end, hit)
            for last, hit in self._windows(reading.text, tokens, at):
                yield _mention(text, reading, start, tokens[last][2], hit)
            if word in self._sharing:
                for first, last, hit in self._neighbours(tokens, at):
                    yield _mention(text, reading, tokens[first][1], tokens[last][2], hit)
        if not reading.text.isascii():
            for start, end, hit in self._tight.find(reading.text, tokens):
                yield _mention(text, reading, start, end, hit)

    def _windows(self, text: str, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Hit]]:
        """The names that begin with a word and go on in the next ones, or were cut into pieces there."""
        joined, pieces, in_pieces = tokens[at][0], 1, True
        for last in range(at + 1, min(len(tokens), at + _MOST_PIECES)):
            word, start, end = tokens[last]
            tight = start - tokens[last - 1][2] == 1 and not text[start - 1].isspace()
            in_pieces = in_pieces and (tight or max(len(word), len(tokens[last - 1][0])) <= 3)
            joined += word
            pieces += 1
            if len(joined) > _LONGEST:
                break
            if joined in self._exact:
                yield from ((last, hit) for hit in self._joined(text, joined, tokens[at : last + 1]))
            elif in_pieces and len(joined) >= 5 and joined.isalpha() and not _all_known(tokens[at : last + 1]):
                hits = self._words.alike(joined)
                if at == 0 and tight and not hits:
                    hits = self._words.of(joined) or self._words.far(joined)
                yield from ((last, hit) for hit in hits)
            elif at == 0 and pieces == 2 and joined.isalpha() and not _all_known(tokens[:2]):
                yield from ((last, hit) for hit in self._words.of(joined) or self._words.far(joined))
            if not in_pieces and joined not in self._beginnings:
                break

    def _joined(self, text: str, joined: str, tokens: Sequence[Token]) -> Iterator[Hit]:
        cuts = {len("".join(word for word, _, _ in tokens[:n])) for n in range(1, len(tokens))}
        separators = {text[before[2] : after[1]] for before, after in zip(tokens, tokens[1:], strict=False)}
        for name in self._exact[joined]:
            ends = [len("".join(name.words[:n])) for n in range(1, len(name.words))]
            if cuts <= set(ends) or separators <= _JOINERS and all(s in "'’`´" for s in separators):
                yield Hit(name, Likeness.EXACT, 1.0, name.everyday)
            elif len(joined) >= 4 and joined.isalpha():
                honest = all(
                    lexicon.rarity(word) <= lexicon.COMMON and len(word) > 2 for word, _, _ in tokens
                )
                if honest:
                    yield Hit(name, Likeness.EXACT, 1.0, True)
                elif len(joined) >= 5 or len(tokens) == len(joined) or separators.isdisjoint({" "}):
                    yield Hit(name, Likeness.SPLIT_OR_PADDED, 0.95, name.everyday, "written in pieces")

    def _neighbours(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int, Hit]]:
        """The names of several words of which one stands here as it is, and the others nearly so beside it."""
        word = tokens[at][0]
        sharing = self._sharing[word]
        if len(sharing) > _MOST_SHARING:
            return
        for name in sharing:
            first = at - name.words.index(word)
            last = first + len(name.words) - 1
            if first < 0 or last >= len(tokens):
                continue
            wrote = [text for text, _, _ in tokens[first : last + 1]]
            if sum(map(len, wrote)) - len(name.key) not in (-2, -1, 0, 1, 2):
                continue
            pairs = [(a, b) for a, b in zip(wrote, name.words, strict=True) if a != b]
            if not pairs or any(len(b) < 4 or not a.isalpha() for a, b in pairs):
                continue
            alignments = [align(a, b) for a, b in pairs]
            share = max(a.cost / (0.34 * len(b)) for a, (_, b) in zip(alignments, pairs, strict=True))
            if share <= 1:
                everyday = (
                    all(lexicon.is_word(a) for a in wrote) or lexicon.is_word(pairs[0][0]) and name.everyday
                )
                detail = ", ".join(map(str, alignments))
                yield first, last, Hit(name, Likeness.MISSPELLING, 0.95 - 0.2 * share, everyday, detail)


def _all_known(tokens: Sequence[Token]) -> bool:
    return all(len(word) > 1 and (lexicon.rarity(word) <= lexicon.COMMON or lexicon.is_name(word)) for word, _, _ in tokens)


def _mention(text: str, reading: Reading, start: int, end: int, hit: Hit) -> Mention:
    span = reading.span(start, end)
    found = text[span[0] : span[1]]
    likeness, score, detail = hit.likeness, hit.score, hit.detail
    if likeness is Likeness.EXACT:
        likeness, detail = disguise(text, span, hit.name, reading)
        score = 1.0 if likeness is Likeness.EXACT else 0.98
    return Mention(hit.name.brand, hit.name.mark, span, found, likeness, score, hit.everyday, detail)


def _surest(found: list[Mention]) -> list[Mention]:
    """Of mentions that overlap, the exact, then the longer, then the surer; equals on one span stay together."""
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
