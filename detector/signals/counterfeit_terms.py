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
from detector.view import TITLE, Passage, View

BESIDE = 80
"""Characters between a term and a brand that it stands beside."""
CLOSE = 25
"""Characters within which nobody can take the term for something else."""
FURTHER, ELSEWHERE = 0.9, 0.75
"""What is left of a term further off, and of one in another text than the mark."""
EVERYDAY = 0.65
"""What is left of a term beside an everyday word in passing: 'imitation orange flavour'."""
ENOUGH = 0.5
"""The strength from which a term counts without others."""


class CounterfeitTerms:
    reasons = (Reason.COUNTERFEIT_TERMS,)

    def find(self, view: View) -> Iterator[Finding]:
        for passage, terms in view.terms:
            for term in terms:
                for where, mention, closeness in _spoken_of(view, passage, term):
                    if term.strength >= ENOUGH or _supported(view, term, mention):
                        score = term.strength * closeness * (EVERYDAY if _passing(mention) else 1.0)
                        evidence = _evidence(passage, term, mention, score)
                        yield Finding(mention.brand, evidence, _everyday_sense(view, where, mention))


Spoken = tuple[Passage, Mention, float]
"""A mark that a term speaks of, the text that it stands in, and how near the term stands, 0 to 1."""


def _spoken_of(view: View, passage: Passage, term: Term) -> Iterator[Spoken]:
    """The brands the term speaks of, each by its nearest mark.

    Beside several it speaks of all of them, but of an everyday word ('max') only where the text opens with
    it or no plain brand stands there.
    """
    near = sorted(
        (m.everyday, gap(m.span, term.span), at)
        for at, m in enumerate(passage.mentions)
        if not overlap(m.span, term.span) and _counts(m)
    )
    beside = [
        (passage, passage.mentions[at], 1.0 if away <= CLOSE else FURTHER)
        for _, away, at in near
        if away <= BESIDE
    ]
    brands: set[str] = set()
    for spoken in beside or _elsewhere(view, passage, term):
        mention = spoken[1]
        if mention.brand not in brands and not (brands and _passing(mention)):
            brands.add(mention.brand)
            yield spoken


def _elsewhere(view: View, passage: Passage, term: Term) -> Iterator[Spoken]:
    """An unmistakable term speaks of the first text that names a brand, others of what the title claims."""
    if term.needs == "anywhere":
        first = next((p for p in view.passages if p is not passage and any(map(_counts, p.mentions))), None)
        if first is not None:
            yield from ((first, mention, FURTHER) for mention in first.mentions if _counts(mention))
    elif term.strength >= ENOUGH and passage.where != TITLE:
        title = view.by_where[TITLE]
        for mention in title.mentions:
            if not mention.everyday and not view.qualifiers(title, mention):
                yield title, mention, ELSEWHERE


def _counts(mention: Mention) -> bool:
    """Whether a term can speak of the mark: a word that only resembles an everyday one is neither."""
    return mention.likeness is Likeness.EXACT or not mention.everyday


def _passing(mention: Mention) -> bool:
    """Whether the mark may be but a word in passing."""
    return mention.everyday and mention.span[0] > 0


def _everyday_sense(view: View, passage: Passage, mention: Mention) -> tuple[Qualification, ...]:
    """What shows that an everyday word is meant as such, in its text."""
    if not mention.everyday:
        return ()
    found = view.qualifiers(passage, mention)
    return tuple(q for q in found if q.kind is Qualifier.DESCRIPTIVE_OR_GENERIC)


def _supported(view: View, term: Term, mention: Mention) -> bool:
    """Whether a weak term is not alone: another term stands in the listing, or the brand in disguise."""
    if any(other.sense != term.sense for _, terms in view.terms for other in terms):
        return True
    return any(m.brand == mention.brand and m.likeness is not Likeness.EXACT for _, m in view.mentions())


def _evidence(passage: Passage, term: Term, mention: Mention, score: float) -> Evidence:
    return Evidence(
        kind=Reason.COUNTERFEIT_TERMS,
        where=passage.where,
        found=term.found,
        score=score,
        span=None if passage.line else term.span,
        box=passage.line.box if passage.line else None,
        mark=mention.mark,
        detail=f"{term.sense}: '{term.entry}' ({term.language})",
    )
