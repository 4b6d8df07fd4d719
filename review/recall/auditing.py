"""People look at what was cleared: what they find becomes a case, and tells how much is missed."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brand_registry.access import NotThere, Viewer
from review.audit.log import log
from review.by_hand import live_brand, open_by_hand
from review.decisions.rules import AUDIT, Policy
from review.errors import AgainstTheRules, TooLate
from review.queue.claiming import LEASE, refuse_unless_reviewer
from review.recall.tables import Cleared, Verdict
from review.tables import ListingVersion

LONGEST_NOTE = 2_000
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody says of a cleared listing; `brand` and `policy` where it infringes, empty else."""

    verdict: Verdict
    brand: str = ""
    policy: str = ""
    note: str = ""


def draw(
    session: Session, versions: Iterable[int], share: float, at: datetime,
    chance: Callable[[], float] = _CHANCE.random,
) -> int:  # fmt: skip
    """Draws some of these versions, which were cleared just now; returns how many. One that is judged again
    is not drawn twice.
    """
    chosen = [version for version in versions if chance() < share]
    if not chosen:
        return 0
    there = set(session.scalars(select(Cleared.version_id).where(Cleared.version_id.in_(chosen))))
    new = [version for version in chosen if version not in there]
    session.add_all(Cleared(version_id=version, drawn=at, share=share) for version in new)
    return len(new)


def next_cleared(session: Session, viewer: Viewer, at: datetime) -> Cleared | None:
    """The one that the viewer has, or the oldest that nobody has; None where none waits."""
    refuse_unless_reviewer(viewer)
    waiting = (
        select(Cleared)
        .join(ListingVersion, ListingVersion.id == Cleared.version_id)
        .where(Cleared.verdict.is_(None), ListingVersion.erased.is_(None))
        .order_by(Cleared.id)
        .limit(1)
        .with_for_update(of=Cleared, skip_locked=True)
    )
    one = session.scalar(waiting.where(Cleared.holder == viewer.name, Cleared.until > at)) or session.scalar(
        waiting.where(or_(Cleared.until.is_(None), Cleared.until <= at))
    )
    if one is not None:
        one.holder, one.until = viewer.name, at + LEASE
        log(session, at, viewer.name, "saw cleared", cleared=one.id)
    return one


def cleared_of(session: Session, viewer: Viewer, number: int) -> Cleared:
    """One that the viewer has, or had and nobody took since. Raises `NotThere`, `TooLate`."""
    refuse_unless_reviewer(viewer)
    one = session.get(Cleared, number)
    if one is None:
        raise NotThere(f"there is no cleared listing {number} to be looked at")
    if one.verdict is not None or one.holder != viewer.name:
        raise TooLate(
            "somebody else has looked at this listing; nothing of yours was kept, take the next one"
        )
    return one


def say(session: Session, viewer: Viewer, number: int, found: Found, at: datetime) -> Cleared:
    """Keeps what the viewer says; what infringes becomes a case.

    Raises `NotThere`, `NotAllowed`, `TooLate`, `AgainstTheRules`.
    """
    session.execute(select(Cleared.id).where(Cleared.id == number).with_for_update())
    one = cleared_of(session, viewer, number)
    if len(found.note) > LONGEST_NOTE:
        raise AgainstTheRules(f"a note may have {LONGEST_NOTE:,} characters at most")
    if found.verdict is Verdict.INFRINGES:
        if found.policy not in set(Policy):
            raise AgainstTheRules("choose what it breaks")
        brand = live_brand(session, found.brand)
        if brand is None:
            raise AgainstTheRules("name a live brand, by its id or its name")
        case = open_by_hand(
            session, session.get_one(ListingVersion, one.version_id), brand, kind=AUDIT,
            where=f"audit {one.id}", found=found.policy, detail=found.note, at=at,
        )  # fmt: skip
        one.case_id = case.id
    one.verdict, one.who, one.at, one.note = found.verdict, viewer.name, at, found.note.strip() or None
    log(session, at, viewer.name, "audited", one.case_id, cleared=one.id, verdict=found.verdict)
    return one
