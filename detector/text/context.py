"""What the words around a mention say of it: 'fits', 'pre-owned', 'licensed', 'better than', an everyday
sense.

The phrases are `data/contexts.tsv`. `position` says on which side of the mark the phrase stands, and `reach`
how many words may come between; other marks, and what lists them ('for Canon, Nikon and Sony'), don't count.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import ahocorasick

from detector.result import Qualifier, Span
from detector.text.edges import gap, overlap, unspaced, whole_word
from detector.text.folding import fold
from detector.text.mention import Mention
from detector.text.tables import phrases, rows
from detector.text.tokens import lower, words_of

WINDOW = 300
STOP = "stop"
"""The kind of words that end the reach of a phrase before them: 'for men Acme', 'for phones by Acme'."""

_BREAKS = re.compile(r"[.!?;|](?:\s|$)|[。！？；\n]|\s[-–—]\s")
"""What ends the reach of any phrase. A dot inside '3.5' doesn't."""
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_LISTS = tuple("/,、&+")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase says of a mention, and where it stands."""

    kind: Qualifier
    span: Span
    detail: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of `contexts.tsv`."""

    kind: str
    text: str
    position: str
    reach: int
    detail: str


class Context:
    """The phrases, ready to be found; `company` maps an everyday word to what shows that it is one."""

    def __init__(self, known: Sequence[Phrase], company: Mapping[str, re.Pattern[str]]) -> None:
        alike: dict[str, list[Phrase]] = {}
        for phrase in known:
            alike.setdefault(lower(phrase.text), []).append(phrase)
        self._automaton = ahocorasick.Automaton()
        for text, same in alike.items():
            self._automaton.add_word(text, (len(text), same))
        self._automaton.make_automaton()
        self._company = company

    def around(self, text: str, mention: Mention, mentions: Sequence[Mention] = ()) -> list[Sense]:
        """What is said of `mention`, one of the `mentions` in `text`: each kind once, the nearest first.

        The mentions go from left to right. Only `WINDOW` characters on either side are read, so that a long
        text costs no more than a short one.
        """
        start, end = mention.span
        at = max(0, start - WINDOW)
        near = text[at : end + WINDOW]
        here = _moved(mention, -at)
        first = bisect_left(mentions, at, key=lambda m: m.span[0])
        last = bisect_left(mentions, end + WINDOW, key=lambda m: m.span[0])
        others = [_moved(m, -at) for m in mentions[first:last]]
        return [
            Sense(sense.kind, (sense.span[0] + at, sense.span[1] + at), sense.detail)
            for sense in self._nearest(near, here, others)
        ]

    def _nearest(self, text: str, mention: Mention, mentions: Sequence[Mention]) -> list[Sense]:
        senses = [*self._said(text, mention, mentions), *self._everyday(text, mention)]
        nearest: dict[Qualifier, Sense] = {}
        for sense in sorted(senses, key=lambda s: (gap(s.span, mention.span), s.span[0] - s.span[1])):
            nearest.setdefault(sense.kind, sense)
        return list(nearest.values())

    def _said(self, text: str, mention: Mention, mentions: Sequence[Mention]) -> Iterator[Sense]:
        hits = list(self._hits(text))
        stops = [span for span, phrase in hits if phrase.kind == STOP]
        for span, phrase in hits:
            if phrase.kind == STOP or overlap(span, mention.span):
                continue
            between = _between(span, phrase, mention.span)
            if phrase.position == "anywhere" or (
                between is not None and _reaches(text, between, phrase.reach, stops, mentions)
            ):
                yield Sense(Qualifier(phrase.kind), span, phrase.detail)

    def _hits(self, text: str) -> Iterator[tuple[Span, Phrase]]:
        for last, (length, same) in self._automaton.iter(lower(text)):
            start, end = last - length + 1, last + 1
            if whole_word(text, start, end):
                for phrase in same:
                    yield (start, end), phrase

    def _everyday(self, text: str, mention: Mention) -> Iterator[Sense]:
        """'apple juice', 'target practice': the ordinary word in its ordinary company."""
        company = self._company.get(mention.found.lower())
        if company and (found := company.search(text)):
            yield Sense(
                Qualifier.DESCRIPTIVE_OR_GENERIC, found.span(), f"the everyday word beside '{found[0]}'"
            )


@cache
def default_context() -> Context:
    """The phrases that come with the detector."""
    known = [
        Phrase(row["kind"], row["phrase"], row["position"], int(row["reach"]), row["detail"] or row["phrase"])
        for row in rows("contexts.tsv")
    ]
    company = {row["word"]: _any_of(row["company"].split(",")) for row in rows("everyday_uses.tsv")}
    return Context(known, company)


@cache
def telling_words() -> frozenset[str]:
    """The folded words of the phrases, which imitate no mark."""
    said = (fold(row["phrase"]).plain.text for row in rows("contexts.tsv"))
    return frozenset(word for phrase in said for word in words_of(phrase))


def _moved(mention: Mention, by: int) -> Mention:
    return replace(mention, span=(mention.span[0] + by, mention.span[1] + by)) if by else mention


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})(?:e?s)?\b", re.IGNORECASE)


def _between(span: Span, phrase: Phrase, mention: Span) -> Span | None:
    """The stretch from phrase to mark, None where the mark stands on the wrong side."""
    if phrase.position == "before" and span[1] <= mention[0]:
        return span[1], mention[0]
    if phrase.position == "after" and mention[1] <= span[0]:
        return mention[1], span[0]
    return None


def _reaches(
    text: str, between: Span, reach: int, stops: Sequence[Span], mentions: Sequence[Mention]
) -> bool:
    """Whether few enough words stand between, and nothing that ends the reach."""
    stretch = text[slice(*between)]
    if _BREAKS.search(stretch) or any(between[0] <= s and e <= between[1] for s, e in stops):
        return False
    count = 0.0
    for word in _WORD.finditer(stretch):
        place = between[0] + word.start(), between[0] + word.end()
        listed = stretch[: word.start()].rstrip().endswith(_LISTS)
        if listed or word[0].lower() in phrases("and") or any(overlap(place, m.span) for m in mentions):
            continue
        count += len(word[0]) / 2 if unspaced(word[0][0]) else 1
    return count <= reach
