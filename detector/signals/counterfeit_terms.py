"""Words that offer a counterfeit, beside the brand that they counterfeit.

| needs | finds | why it counts |
| --- | --- | --- |
| a mention of a brand, open or disguised, in any text or picture | a term of the list (`replica`, `高仿`, `primeira linha`) near the mention, or anywhere in the listing where the term is unmistakable | the seller says it; the same word without a brand, or in another sense (AAA batteries, a museum's replica), says nothing |
"""

from collections.abc import Iterator

from detector.result import Evidence, Reason, Span
from detector.signals.protocol import Finding
from detector.text.mention import Mention
from detector.text.terms import Term
from detector.view import Passage, View

BESIDE = 80
"""Characters between a term and a brand that it stands beside."""
CLOSE = 25
"""Characters within which nobody can take the term for something else."""


class CounterfeitTerms:
    reasons = (Reason.COUNTERFEIT_TERMS,)

    def find(self, view: View) -> Iterator[Finding]:
        for passage, terms in view.terms:
            for term in terms:
                for brand, mention, closeness in _brands(view, passage, term):
                    yield Finding(brand, _evidence(passage, term, mention, closeness))


def _brands(view: View, passage: Passage, term: Term) -> Iterator[tuple[str, Mention, float]]:
    """The brands the term speaks of, a mention of each, and how close it stands, 0 to 1.

    Beside several brands it speaks of all of them, but of an everyday word ('max') only where no plain brand stands
    there. Where none stands beside it, an unmistakable term speaks of those of the first text that names any.
    """
    beside = [
        (m, gap)
        for m in passage.mentions
        if not _overlap(m.span, term.span) and (gap := _gap(m.span, term.span)) <= BESIDE
    ]
    if not beside and term.needs == "anywhere":
        first = next((p for p in view.passages if p.mentions and p is not passage), None)
        beside = [(m, BESIDE) for m in first.mentions] if first else []
    beside.sort(key=lambda found: (found[0].everyday, found[1]))
    brands: dict[str, tuple[Mention, int]] = {}
    for mention, gap in beside:
        if brands and mention.everyday:
            break
        brands.setdefault(mention.brand, (mention, gap))
    for brand, (mention, gap) in brands.items():
        yield brand, mention, 1.0 if gap <= CLOSE else 0.9


def _evidence(passage: Passage, term: Term, mention: Mention, closeness: float) -> Evidence:
    return Evidence(
        kind=Reason.COUNTERFEIT_TERMS,
        where=passage.where,
        found=term.found,
        score=term.strength * closeness,
        span=None if passage.line else term.span,
        box=passage.line.box if passage.line else None,
        mark=mention.mark,
        detail=f"{term.sense}: {term.entry} ({term.language})",
    )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _gap(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)
