"""What an evidence pack holds: all of a case as it stands, up to one row of the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotAllowed, NotThere, Viewer
from review.audit.tables import Head, Logged
from review.decisions.tables import Decision
from review.queue.claiming import refuse_unless_reviewer
from review.queue.tables import Queued, Stage
from review.tables import Case, Listing, ListingVersion


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the listing: the original's sha256 and size in pixels, and, where it could be had, as we
    drew it (WebP) and with what was found in it (PNG).
    """

    place: int
    sha256: str | None
    why: str
    size: tuple[int, int] = (0, 0)
    drawn: bytes | None = None
    overlay: bytes | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """`listing` is the JSON text as it was judged, `said` the case, its evidence and its decisions as JSON;
    `custody` are the rows of the audit log about the case, up to row `upto`.
    """

    case: int
    version: int
    listing: str
    said: Mapping[str, Any]
    custody: Sequence[Logged]
    upto: int


def last_row(session: Session) -> int:
    """Of the audit log."""
    return session.scalars(select(Head.number)).one()


def gather(session: Session, viewer: Viewer, number: int, upto: int) -> Gathered:
    """Raises `NotThere`, and `NotAllowed` also while a second person is to look without knowing the first."""
    refuse_unless_reviewer(viewer)
    case = session.scalar(select(Case).where(Case.id == number, Case.shadow.is_(False)))
    if case is None:
        raise NotThere(f"there is no case {number}")
    if session.get_one(Queued, number).stage == Stage.SECOND:
        raise NotAllowed("a second person is to look at this case first, without knowing what was decided")
    version = session.get_one(ListingVersion, case.version_id)
    listing = session.get_one(Listing, case.listing_id)
    custody = session.scalars(
        select(Logged).where(Logged.case_id == number, Logged.number <= upto).order_by(Logged.number)
    ).all()
    decisions = session.scalars(select(Decision).where(Decision.case_id == number).order_by(Decision.id))
    said = {
        "case": number,
        "brand": case.brand,
        "state": case.state,
        "risk": case.risk,
        "reasons": case.reasons,
        "qualifiers": case.qualifiers,
        "opinion": case.opinion,
        "not_looked_at": case.missing,
        "versions": case.versions,
        "opened": case.opened.isoformat(),
        "changed": case.changed.isoformat(),
        "listing": {
            "source": listing.source, "key": listing.key, "version": version.number,
            "since": version.since.isoformat(), "sha256_of_content": version.content,
        },
        "evidence": [
            {"number": one.id, "found": one.since.isoformat(), "versions": one.versions, "what": one.what}
            for one in case.evidence
        ],
        "decisions": [
            {
                "number": one.id, "stage": one.stage, "outcome": one.outcome, "policy": one.policy,
                "reason": one.reason, "code": one.code, "note": one.note, "at": one.at.isoformat(),
                "by": one.who, "final": one.final, "undoes": one.undoes,
            }
            for one in decisions
        ],
    }  # fmt: skip
    return Gathered(number, version.id, version.data, said, custody, upto)
