"""Announcements become messages: of each decision that can no longer be taken back, one to each hook."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brand_registry.tables import Brand
from review.decisions.tables import Announcement, Decision
from review.notices.filing import settle_notices
from review.outgoing.tables import Hook, Sending
from review.tables import Case, ListingVersion

AT_ONCE = 200
EVENT = "case.decided"


def tell_due(session: Session, at: datetime) -> int:
    """Takes up what is due and returns how much: the announcement goes, and its messages are there, in one
    transaction.
    """
    due = session.scalars(
        select(Announcement)
        .where(Announcement.due <= at)
        .order_by(Announcement.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for one in due:
        decision = session.get_one(Decision, one.decision_id)
        case = session.get_one(Case, decision.case_id)
        body = orjson.dumps(message_of(session, decision, case)).decode()
        for hook in _hooks_of(session, case):
            session.add(Sending(hook_id=hook.id, decision_id=decision.id, body=body, due=at))
        settle_notices(session, decision)
        session.delete(one)
    return len(due)


def message_of(session: Session, decision: Decision, case: Case) -> dict[str, Any]:
    """What is said of a decision. Nobody is named: who decided stays here, and who sells is told by the
    listing, which the marketplace knows.
    """
    version = session.get(ListingVersion, decision.seen["version"]) or case.version
    listing = orjson.loads(version.data)
    return {
        "event": EVENT,
        "decision": decision.id,
        "case": case.id,
        "decided": decision.at.isoformat(),
        "on_appeal": decision.stage == "appeal",
        "brand": case.brand,
        "outcome": decision.outcome,
        "policy": decision.policy,
        "reason": decision.reason,
        "code": decision.code,
        "listing": {
            "source": case.listing.source,
            "id": listing["id"],
            "marketplace": listing.get("marketplace"),
            "url": listing.get("url"),
        },
    }


def _hooks_of(session: Session, case: Case) -> list[Hook]:
    owner = session.scalar(select(Brand.owner_id).where(Brand.id == case.brand_id)) if case.brand_id else None
    whose = Hook.owner_id.is_(None) if owner is None else or_(Hook.owner_id.is_(None), Hook.owner_id == owner)
    return list(session.scalars(select(Hook).where(Hook.ended.is_(None), whose).order_by(Hook.id)))
