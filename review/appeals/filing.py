"""A seller objects, and reads what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from detector.listing import Listing
from review.appeals.links import OPEN_FOR, decision_of
from review.appeals.tables import Appeal
from review.audit.log import log
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.email import is_email
from review.errors import AgainstTheRules, TooLate
from review.tables import Case

LONGEST, SHORTEST = 5_000, 20
"""Characters of an objection."""
SELLER = "the seller"
"""What the audit log calls them: who they are is told by the case."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A decision as its seller sees it, and what they said against it, if anything."""

    decision: Decision
    listing: Listing
    until: datetime
    appeal: Appeal | None


def objection_of(session: Session, token: str) -> Objection:
    """Raises `NotThere`."""
    number = decision_of(session, token)
    decision = session.get(Decision, number)
    undone = select(Decision.id).where(Decision.undoes == number)
    if decision is None or decision.outcome != Outcome.CONFIRMED or session.scalar(undone) is not None:
        raise NotThere("this link is none of ours")
    appeal = session.scalar(select(Appeal).where(Appeal.decision_id == number))
    version = session.get_one(Case, decision.case_id).version
    listing = Listing.model_validate_json(version.data)
    return Objection(decision, listing, decision.at + OPEN_FOR, appeal)


def file_appeal(session: Session, token: str, text: str, contact: str, at: datetime) -> Appeal:
    """Keeps an objection; sent twice, it is kept once.

    Raises `NotThere`, `TooLate` after six months, `AgainstTheRules`.
    """
    about = objection_of(session, token)
    if about.appeal is not None:
        return about.appeal
    if at > about.until:
        raise TooLate(f"one could object until {about.until:%d %B %Y}; the time for it is over")
    said, where = text.replace("\0", "").strip(), contact.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise AgainstTheRules(f"say in {SHORTEST} to {LONGEST:,} characters why the decision is wrong")
    if where and not is_email(where):
        raise AgainstTheRules("this is no e-mail address; correct it, or leave it out")
    appeal = Appeal(decision_id=about.decision.id, text=said, contact=where or None, filed=at)
    try:
        with session.begin_nested():
            session.add(appeal)
    except IntegrityError:  # the same form, sent twice at once
        return session.scalars(select(Appeal).where(Appeal.decision_id == about.decision.id)).one()
    log(session, at, SELLER, "objected", about.decision.case_id, appeal=appeal.id, decision=about.decision.id)
    return appeal
