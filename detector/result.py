"""What is said of a listing: a verdict, and a case a brand with evidence that a person can check."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import orjson

Span = tuple[int, int]
"""Start and end in characters of the original text, end excluded."""

Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Four corners (x, y) in pixels of the original picture, clockwise from the top left."""


class Verdict(StrEnum):
    FLAG = "flag"
    CLEAR = "clear"
    INCOMPLETE = "incomplete"


class Reason(StrEnum):
    """Why a listing is suspected."""

    MISSPELLING = "misspelling"
    LOOKALIKE_CHARACTERS = "lookalike_characters"
    SPLIT_OR_PADDED = "split_or_padded"
    OTHER_SCRIPT = "other_script"
    SOUNDS_ALIKE = "sounds_alike"
    HIDDEN_TEXT = "hidden_text"
    LOGO = "logo"
    OBSCURED_LOGO = "obscured_logo"
    IMAGE_COPY = "image_copy"
    PRODUCT_LOOKALIKE = "product_lookalike"
    BRAND_CLAIM = "brand_claim"
    COUNTERFEIT_TERMS = "counterfeit_terms"
    SELLER_IMPERSONATION = "seller_impersonation"
    PRICE_ANOMALY = "price_anomaly"
    MISMATCH = "mismatch"
    HIDDEN_LINK = "hidden_link"


class Qualifier(StrEnum):
    """What speaks for the seller."""

    AUTHORISED_SELLER = "authorised_seller"
    COMPATIBLE_WITH = "compatible_with"
    GENUINE_RESALE = "genuine_resale"
    DESCRIPTIVE_OR_GENERIC = "descriptive_or_generic"
    OTHER_BRAND = "other_brand"
    LICENSED_PRODUCT = "licensed_product"
    HOMAGE_OWN_BRAND = "homage_own_brand"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing found. `where` names a field (`title`, `attributes.model`) or a picture (`image:0`).

    `found` is the text, and None where something was seen instead: then `asset` is the reference's path as
    the brand gave it, `product` the SKU or name of the product it shows.
    """

    kind: Reason
    where: str
    found: str | None
    score: float
    span: Span | None = None
    box: Box | None = None
    mark: str | None = None
    asset: str | None = None
    product: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """One thing that speaks for the seller, and the words that show it."""

    kind: Qualifier
    where: str
    found: str
    span: Span | None = None
    box: Box | None = None
    detail: str | None = None


class Answer(StrEnum):
    """What a model in the middle takes a doubtful case for."""

    IMITATION = "imitation"
    COMPATIBLE_ACCESSORY = "compatible_accessory"
    GENUINE_RESALE = "genuine_resale"
    LICENSED_PRODUCT = "licensed_product"
    ANOTHER_MEANING = "another_meaning"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model in the middle said of a case, and the log-odds that it counted: no more than it may.

    `prompt` is the version of the question, `why` the model's own words, 0 to 1 how sure it says it is.
    """

    answer: Answer
    sureness: float
    weight: float
    model: str
    prompt: str
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that one listing does to one brand."""

    brand: str
    risk: float
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[Qualification, ...] = ()
    opinion: Opinion | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The kinds of evidence, strongest first, each once."""
        ranked = sorted(self.evidence, key=lambda e: -e.score)
        return tuple(dict.fromkeys(e.kind for e in ranked))


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the listing that could not be had or read, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What is said of one listing. `risk` is the highest of its cases, 0 where there is none."""

    listing_id: str
    verdict: Verdict
    risk: float
    cases: tuple[Case, ...] = ()
    missing: tuple[Missing, ...] = ()
    versions: Mapping[str, str] | None = None

    def to_json(self) -> bytes:
        """One line of JSON without its newline; what is unknown is left out."""
        return orjson.dumps(
            {
                "listing_id": self.listing_id,
                "verdict": self.verdict,
                "risk": round(self.risk, 4),
                "cases": [
                    {
                        "brand": case.brand,
                        "risk": round(case.risk, 4),
                        "reasons": case.reasons,
                        "qualifiers": [_known(q) for q in case.qualifiers],
                        "evidence": [_known(e) for e in case.evidence],
                        **({} if case.opinion is None else {"opinion": _known(case.opinion)}),
                    }
                    for case in self.cases
                ],
                "missing": [_known(m) for m in self.missing],
                "versions": dict(self.versions or {}),
            }
        )


def _known(record: Any) -> dict[str, Any]:
    values = ((f.name, getattr(record, f.name)) for f in fields(record))
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in values if v is not None}
