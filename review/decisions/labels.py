"""What people decided, as labelled cases: one line of JSON each, for evaluations and training."""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.tables import Case, CaseEvidence, ListingVersion

_TOLD = (Outcome.CONFIRMED, Outcome.NOT_INFRINGING)


def labelled_cases(session: Session, after: int = 0) -> Iterator[dict[str, Any]]:
    """The cases that were decided for good as infringing or not, in the order of their decisions; those
    `after` a decision. What an appeal changed is told as it is now. Who decided is left out, and so is
    what was erased.
    """
    wanted = (
        select(Decision, Case.brand, ListingVersion.data)
        .join(Case, Case.id == Decision.case_id)
        .join(ListingVersion, ListingVersion.id == Case.version_id)
        .where(
            Decision.id > after,
            Decision.outcome.in_(_TOLD),
            Decision.stands(),
            ListingVersion.erased.is_(None),
        )
        .order_by(Decision.id)
        .execution_options(yield_per=500)
    )
    for decision, brand, judged_last in session.execute(wanted):
        seen = decision.seen
        version = session.get(ListingVersion, seen["version"])
        if version is not None and version.erased is not None:
            continue
        numbers = [one["id"] for one in seen["evidence"]]
        evidence = session.scalars(
            select(CaseEvidence.what).where(CaseEvidence.id.in_(numbers)).order_by(CaseEvidence.id)
        ).all()
        yield {
            "decision": decision.id,
            "decided": decision.at.date().isoformat(),
            "brand": brand,
            "infringing": decision.outcome == Outcome.CONFIRMED,
            "policy": decision.policy,
            "reason": decision.reason,
            "code": decision.code,
            "risk": seen["risk"],
            "reasons": seen["reasons"],
            "qualifiers": seen["qualifiers"],
            "evidence": list(evidence),
            "versions": seen["versions"],
            "listing": orjson.loads(version.data if version else judged_last),
        }
