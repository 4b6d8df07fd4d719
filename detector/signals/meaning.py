"""An offer of an imitation in words that no list has.

needs   a model of meaning, which costs some 10 ms a sentence; a sentence with a cue ('smells like',
        'identical', '一模一样'); a brand that is named in the text, or that the sentence calls by a nickname
        ('the three stripes')
finds   sentences that mean what counterfeit terms say: 'looks identical to the designer bag, at a tenth of
        the price'
counts  because the seller says it; less than a term of the list, since a model guesses

A sentence with a term of the list in it needs no model, and one that speaks of no brand in the registry
accuses nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import exp

import ahocorasick

from detector.brand import Brand
from detector.result import Evidence, Reason, Span
from detector.signals.protocol import Finding
from detector.text.coarse import coarse
from detector.text.edges import gap, overlap, whole_word, word_end
from detector.text.meaning import Cues, Meaning
from detector.text.tables import rows
from detector.view import SELLER, Passage, View

BELIEVED = 0.5
ALLUSION = 1.5
"""What a nickname adds, in log-odds: who means no harm has no need to name a brand without naming it."""
MOST = 8
"""Sentences of one listing that are asked about."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A sentence to ask about, the marks or nicknames of whom it may speak of, and how to put it."""

    passage: Passage
    span: Span
    brands: dict[str, str]
    text: str
    alludes: bool


class ImpliedImitation:
    reasons = (Reason.COUNTERFEIT_TERMS,)

    def __init__(self, meaning: Meaning, brands: Mapping[str, Brand]) -> None:
        self._meaning = meaning
        self._brands = brands
        self._cues = Cues.default()
        self._nicknames = Nicknames(brands)

    def find(self, view: View) -> Iterator[Finding]:
        asked = list(islice(self._questions(view), MOST))
        sure = self._meaning.offers_imitation([question.text for question in asked])
        for question, by_words in zip(asked, sure, strict=True):
            sureness = more_sure(by_words, ALLUSION) if question.alludes else by_words
            if sureness >= BELIEVED:
                for brand, mark in question.brands.items():
                    yield Finding(brand, _evidence(question, mark, sureness))

    def _questions(self, view: View) -> Iterator[_Question]:
        """The sentences worth asking about: with a cue, of a brand, and without a term of the list."""
        listed = {id(passage): terms for passage, terms in view.terms}
        for passage in view.texts:
            if passage.where == SELLER or passage.is_label:
                continue
            terms = listed.get(id(passage), ())
            for span in self._cues.sentences(passage.text):
                if any(overlap(span, term.span) and term.strength > BELIEVED for term in terms):
                    continue
                text = passage.text[slice(*span)].strip()
                if called := self._nicknames.find(text):
                    brands = {brand: text[slice(*at)] for brand, at in called.items()}
                    yield _Question(passage, span, brands, self._with_names(text, called), alludes=True)
                elif brands := _spoken_of(view, passage, span):
                    yield _Question(passage, span, brands, text, alludes=False)

    def _with_names(self, text: str, called: Mapping[str, Span]) -> str:
        """The sentence with the name for the nickname: a model knows that brands are copied, not stripes."""
        (start, end), brand = max((at, brand) for brand, at in called.items())
        return f"{text[:start]}{self._brands[brand].name}{text[end:]}"


def _spoken_of(view: View, passage: Passage, span: Span) -> dict[str, str]:
    """The marks in the sentence by their brands, else the nearest one of the text, else the listing's first.

    Everyday words are no marks here: a sentence is full of them.
    """
    plain = [m for m in passage.mentions if not m.everyday]
    inside = {m.brand: m.mark for m in plain if overlap(m.span, span)}
    if inside:
        return inside
    if plain:
        nearest = min(plain, key=lambda m: gap(m.span, span))
        return {nearest.brand: nearest.mark}
    first = next((m for _, m in view.mentions() if not m.everyday), None)
    return {first.brand: first.mark} if first else {}


class Nicknames:
    """What shoppers call the brands of a registry: `data/nicknames.tsv`, by the brands' names."""

    def __init__(self, brands: Mapping[str, Brand]) -> None:
        named: dict[str, list[str]] = {}
        for brand in brands.values():
            for name in brand.names():
                named.setdefault(name.casefold(), []).append(brand.id)
        self._automaton = ahocorasick.Automaton()
        for row in rows("nicknames.tsv"):
            owners = named.get(row["name"].casefold(), ())
            key = coarse(row["nickname"].removesuffix("*")).text
            if owners:
                self._automaton.add_word(key, (len(key), row["nickname"].endswith("*"), tuple(owners)))
        self._automaton.make_automaton()

    def find(self, text: str) -> dict[str, Span]:
        """Where a nickname stands in the text, by the brand."""
        found: dict[str, Span] = {}
        if not len(self._automaton):
            return found
        folded = coarse(text)
        for last, (length, stem, owners) in self._automaton.iter(folded.text):
            start, end = folded.span(last - length + 1, last + 1)
            end = word_end(text, end) if stem else end
            if whole_word(text, start, end):
                found |= dict.fromkeys(owners, (start, end))
        return found


def more_sure(probability: float, log_odds: float) -> float:
    """A probability with that much more in its favour."""
    odds = probability / max(1 - probability, 1e-9) * exp(log_odds)
    return odds / (1 + odds)


def _evidence(question: _Question, mark: str, sureness: float) -> Evidence:
    text = question.passage.text[slice(*question.span)]
    start = question.span[0] + len(text) - len(text.lstrip())
    return Evidence(
        kind=Reason.COUNTERFEIT_TERMS,
        where=question.passage.where,
        found=text.strip(),
        score=round(0.4 + 0.4 * sureness, 4),
        span=(start, start + len(text.strip())),
        mark=mark,
        detail=f"meaning: reads as an offer of an imitation, {sureness:.0%} sure",
    )
