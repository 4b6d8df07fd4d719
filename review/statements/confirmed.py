"""A confirmed decision with what lay before whoever made it: statements are made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from brand_registry.tables import Brand
from detector.listing import Listing
from review.decisions.rules import BY_PEOPLE, Outcome, Policy
from review.decisions.tables import Decision
from review.personal import without_personal_data
from review.tables import Case, CaseEvidence, ListingVersion
from review.tables import Listing as ListingRow

_LONG = 200


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`evidence` is JSON as in results. `brand` is the brand's name, `source` the listing's."""

    decision: Decision
    case: Case
    brand: str
    source: str
    listing: Listing
    first_seen: Any
    evidence: Sequence[Mapping[str, Any]]

    @property
    def policy(self) -> Policy:
        return Policy(self.decision.policy or "")

    @property
    def found_by_program(self) -> bool:
        """Whether it is not people alone who led to it."""
        return any(one["kind"] not in BY_PEOPLE for one in self.evidence)

    def plain(self, text: str, longest: int = _LONG) -> str:
        """A text of the listing without personal data, on one line, and no longer than that."""
        seller = self.listing.seller
        names = (seller.name, seller.id) if seller else ()
        said = without_personal_data(text, names, seller.country if seller else None)
        line = " ".join(said.split())
        return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def confirmed(session: Session, number: int) -> Confirmed:
    """The decision with a number, if it confirmed a listing for good and stands. Raises `NotThere`."""
    decision = session.scalar(
        select(Decision).where(
            Decision.id == number, Decision.outcome == Outcome.CONFIRMED, Decision.stands()
        )
    )
    if decision is None:
        raise NotThere(f"there is no decision {number} that confirmed a listing and stands")
    case = session.get_one(Case, decision.case_id)
    listing = session.get_one(ListingRow, case.listing_id)
    version = session.get(ListingVersion, decision.seen["version"]) or case.version
    first = session.scalar(
        select(ListingVersion.since)
        .where(ListingVersion.listing_id == case.listing_id)
        .order_by(ListingVersion.number)
        .limit(1)
    )
    numbers = [one["id"] for one in decision.seen["evidence"]]
    evidence = session.scalars(
        select(CaseEvidence.what)
        .where(CaseEvidence.id.in_(numbers))
        .order_by(CaseEvidence.score.desc(), CaseEvidence.id)
    ).all()
    brand = session.get(Brand, case.brand_id) if case.brand_id else None
    return Confirmed(
        decision, case, brand.name if brand else case.brand, listing.source,
        Listing.model_validate(orjson.loads(version.data)), first or version.since, evidence,
    )  # fmt: skip
