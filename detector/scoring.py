"""How evidence becomes a risk: a table of features and qualifiers with their weights, in log-odds.

risk = 1 / (1 + exp(-(BASE + sum of weights))). A case is for a person to see from 0.5 on. The strongest
evidence of each kind counts whole, more of the same kind adds a little; a qualifier counts once, and of
those that the seller only has to write the strongest alone. The weights are set by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from detector.result import Evidence, Qualification, Qualifier, Reason

FLAG_FROM = 0.5
BASE = -3.0
"""Without evidence: one listing in twenty, among those in which a brand is named at all."""

FEATURES: dict[Reason, float] = {
    # What the name is written like. Times the likeness, 0 to 1.
    Reason.LOOKALIKE_CHARACTERS: 6.0,  # no honest seller mixes alphabets inside a name
    Reason.MISSPELLING: 5.0,
    Reason.SPLIT_OR_PADDED: 5.0,
    Reason.OTHER_SCRIPT: 4.0,  # shops of other countries also transliterate
    Reason.SOUNDS_ALIKE: 4.2,
    # What is said with the name. Times the term's strength and closeness.
    Reason.COUNTERFEIT_TERMS: 5.5,
    # Where the name stands. Times how surely it was read, or how plainly it is claimed.
    Reason.HIDDEN_TEXT: 4.5,
    # What a picture shows of the brand's. Times how surely it was recognised: what is recognised at all, with
    # 0.5, errs in one of a hundred pictures, and is for a person to see.
    Reason.LOGO: 6.2,
    Reason.IMAGE_COPY: 6.2,
    Reason.PRODUCT_LOOKALIKE: 6.2,
    Reason.OBSCURED_LOGO: 4.0,
    Reason.BRAND_CLAIM: 4.5,
    Reason.SELLER_IMPERSONATION: 5.0,
}

AGAIN = 0.4
"""For every further piece of evidence of the same kind, up to `MOST_AGAIN` of them."""
MOST_AGAIN = 3

QUALIFIERS: dict[Qualifier, float] = {
    Qualifier.AUTHORISED_SELLER: -6.0,
    Qualifier.LICENSED_PRODUCT: -1.5,  # anybody can write it
    Qualifier.COMPATIBLE_WITH: -1.5,  # honest of the open name, an excuse beside a disguised one
    Qualifier.GENUINE_RESALE: -0.5,
    Qualifier.DESCRIPTIVE_OR_GENERIC: -3.0,
    Qualifier.OTHER_BRAND: -1.5,
    Qualifier.HOMAGE_OWN_BRAND: -0.5,
}


SELF_DECLARED = frozenset(
    {
        Qualifier.LICENSED_PRODUCT,
        Qualifier.COMPATIBLE_WITH,
        Qualifier.GENUINE_RESALE,
        Qualifier.HOMAGE_OWN_BRAND,
    }
)
"""What a seller only has to write: of these the strongest counts, or a few sentences would acquit anybody."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One line of the sum: what counted, and by how much."""

    name: str
    weight: float

    def __str__(self) -> str:
        return f"{self.name} {self.weight:+.1f}"


def explain(evidence: Iterable[Evidence], qualifiers: Iterable[Qualification]) -> list[Weight]:
    """The sum behind a risk, line by line, its base first."""
    lines = [Weight("base", BASE)]
    by_kind: dict[Reason, list[Evidence]] = {}
    for item in evidence:
        by_kind.setdefault(item.kind, []).append(item)
    for kind, items in by_kind.items():
        first, *more = sorted(items, key=lambda e: -e.score)
        lines.append(Weight(f"{kind.value} in {first.where}", FEATURES[kind] * first.score))
        if more:
            lines.append(Weight(f"{kind.value} again", AGAIN * min(len(more), MOST_AGAIN)))
    kinds = dict.fromkeys(q.kind for q in qualifiers)
    said = [kind for kind in kinds if kind in SELF_DECLARED]
    strongest = min(said, key=lambda kind: QUALIFIERS[kind], default=None)
    lines += [Weight(kind.value, QUALIFIERS[kind]) for kind in kinds if kind not in said or kind is strongest]
    return lines


def risk(evidence: Iterable[Evidence], qualifiers: Iterable[Qualification]) -> float:
    """The probability, 0 to 1, that the listing abuses the brand."""
    return 1 / (1 + exp(-sum(line.weight for line in explain(evidence, qualifiers))))
