"""What the words around a mention say of it: 'fits', 'pre-owned', 'licensed', 'better than', or an everyday sense.

The phrases are `data/contexts.tsv`. `position` says on which side of the phrase the mention stands, and `reach` how
many words may come between; the names of other marks, and what lists them ('for Canon, Nikon and Sony'), don't count.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick

from detector.result import Qualifier, Span
from detector.text.mention import Likeness, Mention

DATA = Path(__file__).parent / "data"

_BREAKS = re.compile(r"[.!?;|。！？；\n](?:\s|$)|[。！？；]|\s[-–—]\s")
"""What ends the reach of a phrase. A dot inside '3.5' doesn't."""
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_LISTING = frozenset(
    "and or und oder et ou y e o и или ve veya i lub en of da och og ja và hoặc dan atau".split()
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase says of a mention, and where it stands."""

    kind: Qualifier
    span: Span
    detail: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    text: str
    position: str
    reach: int
    detail: str


class Context:
    """The phrases, ready to be found around a mention."""

    def __init__(self, phrases: Sequence[_Phrase], everyday_uses: dict[str, tuple[str, ...]]) -> None:
        known: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            known.setdefault(phrase.text.casefold(), []).append(phrase)
        self._automaton = ahocorasick.Automaton()
        for text, same in known.items():
            self._automaton.add_word(text, (len(text), same))
        self._automaton.make_automaton()
        self._everyday_uses = everyday_uses

    def around(self, text: str, mention: Mention, mentions: Sequence[Mention] = ()) -> list[Sense]:
        """What is said of `mention`, one of the `mentions` in `text`, each kind once, the nearest phrase first."""
        senses = [*self._phrases(text, mention, mentions), *self._everyday(text, mention)]
        senses.sort(key=lambda s: _gap(s.span, mention.span))
        first = {sense.kind: sense for sense in reversed(senses)}
        return list(dict.fromkeys(first[sense.kind] for sense in senses))

    def _phrases(self, text: str, mention: Mention, mentions: Sequence[Mention]) -> Iterator[Sense]:
        hits = list(self._hits(text))
        stops = [span for span, phrase in hits if phrase.kind == "stop"]
        for span, phrase in hits:
            if phrase.kind != "stop" and _governs(text, span, phrase, mention, mentions, stops):
                yield Sense(Qualifier(phrase.kind), span, phrase.detail)

    def _hits(self, text: str) -> Iterator[tuple[Span, _Phrase]]:
        lower = text.lower()
        if len(lower) != len(text):
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        for last, (length, phrases) in self._automaton.iter(lower):
            start, end = last - length + 1, last + 1
            if _stands_alone(text, start, end):
                yield from (((start, end), phrase) for phrase in phrases)

    def _everyday(self, text: str, mention: Mention) -> Iterator[Sense]:
        """'apple juice', 'target practice': the ordinary word in an ordinary company."""
        uses = self._everyday_uses.get(mention.found.lower())
        if uses:
            for pattern in uses:
                company = re.search(rf"\b{re.escape(pattern)}", text.lower())
                if company:
                    yield Sense(
                        Qualifier.DESCRIPTIVE_OR_GENERIC,
                        company.span(),
                        f"the everyday {mention.found.lower()}",
                    )
                    return


@cache
def default_context() -> Context:
    """The phrases that come with the detector."""
    phrases = [
        _Phrase(
            row["kind"], row["phrase"], row["position"], int(row["reach"]), row["detail"] or row["phrase"]
        )
        for row in _rows(DATA / "contexts.tsv")
    ]
    uses = {row["word"]: tuple(row["company"].split(",")) for row in _rows(DATA / "everyday_uses.tsv")}
    return Context(phrases, uses)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")


def _governs(
    text: str,
    span: Span,
    phrase: _Phrase,
    mention: Mention,
    mentions: Sequence[Mention],
    stops: Sequence[Span],
) -> bool:
    start, end = mention.span
    if _overlap(span, mention.span):
        return False
    if phrase.position == "anywhere":
        return True
    if phrase.position == "before" and span[1] <= start:
        between = span[1], start
    elif phrase.position == "after" and end <= span[0]:
        between = end, span[0]
    else:
        return False
    if any(between[0] <= s[0] and s[1] <= between[1] for s in stops):
        return False
    gap = text[slice(*between)]
    if _BREAKS.search(gap):
        return False
    return _words_between(gap, between[0], mentions) <= phrase.reach


def _words_between(gap: str, offset: int, mentions: Sequence[Mention]) -> int:
    """The words of a gap, without the marks in it and what lists them; without spaces, two characters are a word."""
    count = 0.0
    for word in _WORD.finditer(gap):
        place = offset + word.start(), offset + word.end()
        if word[0].lower() in _LISTING or any(_overlap(place, m.span) for m in mentions):
            continue
        if gap[: word.start()].rstrip().endswith(("/", ",", "、", "&", "+")) and count <= 1:
            continue
        count += len(word[0]) / 2 if _UNSPACED.search(word[0]) else 1
    return round(count)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return _edge(text, start, start - 1) and _edge(text, end - 1, end)


def _edge(text: str, inner: int, beyond: int) -> bool:
    if not 0 <= beyond < len(text) or not text[inner].isalnum() or _UNSPACED.match(text[inner]):
        return True
    return not text[beyond].isalnum() or _UNSPACED.match(text[beyond]) is not None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _gap(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


__all__ = ["Context", "Likeness", "Sense", "default_context"]
