"""Words that offer a counterfeit, beside the brand that they counterfeit.

needs   a mention of a brand, open or disguised, in any text or picture
finds   a term of the list ('replica', '高仿', 'primeira linha') near the mention, or anywhere in the listing
        where the term is unmistakable
counts  because the seller says it; the same word without a brand, or in another sense (AAA batteries, a
        museum's replica), says nothing, and neither does a weak term ('AAA', 'inspired by') with nothing
        else beside it
"""

from collections.abc import Iterator

from detector.result import Evidence, Qualification, Qualifier, Reason
from detector.signals.protocol import Finding
from detector.text.edges import gap, overlap
from detector.text.mention import Likeness, Mention
from detector.text.terms import Term
from detector.view import Passage, View

BESIDE = 80
"""Characters between a term and a brand that it stands beside."""
CLOSE = 25
"""Characters within which nobody can take the term for something else."""


EVERYDAY = 0.65
"""What is left of a term beside an everyday word in passing: 'imitation orange flavour'."""
ENOUGH = 0.5
"""The strength from which a term counts without others."""


class CounterfeitTerms:
    reasons = (Reason.COUNTERFEIT_TERMS,)

    def find(self, view: View) -> Iterator[Finding]:
        for passage, terms in view.terms:
            for term in terms:
                for mention, away in _spoken_of(view, passage, term):
                    if term.strength >= ENOUGH or _supported(view, term, mention):
                        evidence = _evidence(passage, term, mention, away)
                        yield Finding(mention.brand, evidence, _everyday_sense(view, mention))


def _spoken_of(view: View, passage: Passage, term: Term) -> Iterator[tuple[Mention, int]]:
    """The brands the term speaks of, by their nearest mention, and how many characters away that stands.

    Beside several brands it speaks of all of them, but of an everyday word ('max') only where the text opens
    with it or no plain brand stands there. Where none stands beside it, an unmistakable term speaks of those
    of the first text that names any.
    """
    beside = [(m, gap(m.span, term.span)) for m in passage.mentions if not overlap(m.span, term.span)]
    beside = [(m, away) for m, away in beside if away <= BESIDE]
    if not beside and term.needs == "anywhere":
        first = next((p for p in view.passages if p.mentions and p is not passage), None)
        beside = [(m, BESIDE) for m in first.mentions] if first else []
    beside.sort(key=lambda found: (found[0].everyday, found[1]))
    brands: set[str] = set()
    for mention, away in beside:
        if brands and _passing(mention):
            continue
        if mention.brand not in brands:
            brands.add(mention.brand)
            yield mention, away


def _passing(mention: Mention) -> bool:
    """Whether the mark may be but a word in passing."""
    return mention.everyday and mention.span[0] > 0


def _everyday_sense(view: View, mention: Mention) -> tuple[Qualification, ...]:
    """What shows that an everyday word is meant as such, in the text that it stands in."""
    if not mention.everyday:
        return ()
    passage = next(p for p in view.passages if any(m is mention for m in p.mentions))
    found = view.qualifiers(passage, mention)
    return tuple(q for q in found if q.kind is Qualifier.DESCRIPTIVE_OR_GENERIC)


def _supported(view: View, term: Term, mention: Mention) -> bool:
    """Whether a weak term is not alone: another term stands in the listing, or the brand in disguise."""
    if any(other.sense != term.sense for _, terms in view.terms for other in terms):
        return True
    return any(m.brand == mention.brand and m.likeness is not Likeness.EXACT for _, m in view.mentions())


def _evidence(passage: Passage, term: Term, mention: Mention, away: int) -> Evidence:
    return Evidence(
        kind=Reason.COUNTERFEIT_TERMS,
        where=passage.where,
        found=term.found,
        score=term.strength * (1.0 if away <= CLOSE else 0.9) * (EVERYDAY if _passing(mention) else 1.0),
        span=None if passage.line else term.span,
        box=passage.line.box if passage.line else None,
        mark=mention.mark,
        detail=f"{term.sense}: '{term.entry}' ({term.language})",
    )
