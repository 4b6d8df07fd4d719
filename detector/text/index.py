"""All the marks of a registry, found in any text: openly, disguised or misspelt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp
from typing import Self

from detector.brand import Brand
from detector.text import lexicon
from detector.text.deletes import DeleteIndex
from detector.text.edits import align
from detector.text.folding import Reading, fold
from detector.text.lookalikes import skeleton
from detector.text.mention import Likeness, Mention
from detector.text.names import SHORTEST_EDITED, Name, names_of
from detector.text.tokens import Token, tokens_of

_CACHED = 100_000
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Hit:
    name: Name
    likeness: Likeness
    score: float
    detail: str = ""


class MarkIndex:
    """Finds the names of a whole registry in a text. Build it once; `find` may be called from one thread."""

    def __init__(self, names: list[Name]) -> None:
        self._names = names
        self._exact: dict[str, list[Name]] = defaultdict(list)
        self._skeletons: dict[str, list[Name]] = defaultdict(list)
        self._beginnings: set[str] = set()
        for name in names:
            self._exact[name.key].append(name)
            if len(name.key) >= SHORTEST_EDITED:
                self._skeletons[skeleton(name.key)].append(name)
            for end in range(2, len(name.words)):
                self._beginnings.add("".join(name.words[:end]))
        keys = [key for key in self._exact if len(key) >= SHORTEST_EDITED and key.isascii()]
        self._keys = keys
        self._near = DeleteIndex(keys, [max(n.edits for n in self._exact[key]) for key in keys])
        self._cache: dict[str, tuple[_Hit, ...]] = {}

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> Self:
        """Index every name, alias and mark of the brands."""
        return cls(list(names_of(brands)))

    def find(self, text: str) -> list[Mention]:
        """Every mark in the text, in the order in which they stand; where two overlap, the surer one.

        Several brands that answer to the same name are all reported, on the same span.
        """
        folded = fold(text)
        found = list(self._read(text, folded.plain))
        for other in (folded.look, folded.leet):
            if other:
                found.extend(self._read(text, other))
        return _surest(found)

    def _read(self, text: str, reading: Reading) -> Iterator[Mention]:
        tokens = list(tokens_of(reading.text))
        for at, token in enumerate(tokens):
            for hit in self._word(token.text):
                yield _mention(text, reading, token, token, hit)
            joined = token.text
            for last in tokens[at + 1 : at + 8]:
                if len(joined) > _LONGEST:
                    break
                joined += last.text
                if joined in self._exact:
                    for hit in self._joined(joined, tokens[at : tokens.index(last) + 1]):
                        yield _mention(text, reading, token, last, hit)
                elif joined not in self._beginnings:
                    break

    def _joined(self, joined: str, tokens: list[Token]) -> Iterator[_Hit]:
        for name in self._exact[joined]:
            yield _Hit(name, Likeness.EXACT, 1.0)

    def _word(self, word: str) -> tuple[_Hit, ...]:
        hits = self._cache.get(word)
        if hits is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            hits = self._cache[word] = tuple(self._look_up(word))
        return hits

    def _look_up(self, word: str) -> Iterator[_Hit]:
        if word in self._exact:
            for name in self._exact[word]:
                yield _Hit(name, Likeness.EXACT, 1.0)
            return
        if len(word) < SHORTEST_EDITED or len(word) > _LONGEST or lexicon.is_known(word):
            return
        for name in self._skeletons.get(skeleton(word), ()):
            yield _Hit(name, Likeness.LOOKALIKE_CHARACTERS, 0.97, str(align(word, name.key)))
        if sum(map(str.isdigit, word)) > len(word) // 3:
            return
        for at, apart in self._near.near(word, 1):
            for name in self._exact[self._keys[at]]:
                if not name.everyday and apart <= name.edits:
                    alignment = align(word, name.key)
                    yield _Hit(name, Likeness.MISSPELLING, exp(-alignment.cost / 4), str(alignment))


def _mention(text: str, reading: Reading, first: Token, last: Token, hit: _Hit) -> Mention:
    span = reading.span(first.start, last.end)
    return Mention(
        hit.name.brand,
        hit.name.mark,
        span,
        text[span[0] : span[1]],
        hit.likeness,
        hit.score,
        hit.name.everyday,
        hit.detail,
    )


def _surest(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(
        found, key=lambda m: (m.likeness is not Likeness.EXACT, m.span[0] - m.span[1], -m.score, m.span[0])
    ):
        start, end = mention.span
        if all(
            (start, end) == k.span
            and k.mark == mention.mark
            and k.brand != mention.brand
            or end <= k.span[0]
            or start >= k.span[1]
            for k in kept
        ):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.span)
