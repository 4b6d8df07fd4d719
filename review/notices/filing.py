"""Notices come in, and are told what became of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from brand_registry.notices import may_file, record_filed, record_outcome
from brand_registry.people import OF_ONE_OWNER
from detector.errors import DetectorError
from review.decisions.rules import Outcome
from review.decisions.tables import ON_APPEAL, Decision
from review.errors import AgainstTheRules
from review.notices.complete import Given, lacks
from review.notices.placing import place
from review.notices.tables import Notice, NoticeState

_SHOWN = 100


class Incomplete(DetectorError):
    """A notice that lacks something; `lacking` says what, by field."""

    def __init__(self, lacking: dict[str, str]) -> None:
        super().__init__("the notice is not complete: " + "; ".join(lacking.values()))
        self.lacking = lacking


def file_notice(session: Session, given: Given, viewer: Viewer | None, at: datetime) -> Notice:
    """Keeps a notice, and puts it into a case where its listing and brand are known.

    Raises `Incomplete`, and `AgainstTheRules` for an owner whose notices were wrong too often of late.
    """
    if lacking := lacks(given):
        raise Incomplete(dict(lacking))
    notice = Notice(
        name=given.name.strip(), email=given.email.strip(), where=given.where.strip(),
        brand=given.brand.strip(), policy=given.policy, filed=at, looked=at,
        explanation=given.explanation.replace("\0", "").strip(), state=NoticeState.UNPLACED,
        owner_id=_owner(viewer),
    )  # fmt: skip
    if notice.owner_id is not None:
        if (why := may_file(session, notice.owner_id)) is not None:
            raise AgainstTheRules(why)
        record_filed(session, notice.owner_id)
    session.add(notice)
    session.flush()
    place(session, notice, at)
    return notice


def notices_of(session: Session, viewer: Viewer) -> Sequence[Notice]:
    """What the viewer's owners gave notice of, the newest first."""
    owners = [owner for role, owner in viewer.held if role in OF_ONE_OWNER]
    mine = select(Notice).where(Notice.owner_id.in_(owners)).order_by(Notice.id.desc()).limit(_SHOWN)
    return session.scalars(mine).all()


def settle_notices(session: Session, decision: Decision) -> None:
    """Tells notices what was decided of their case, and counts it for whoever gave them."""
    held = decision.outcome == Outcome.CONFIRMED
    if not held and decision.outcome != Outcome.NOT_INFRINGING:
        return
    states = [NoticeState.OPEN, *([NoticeState.HELD] if decision.stage == ON_APPEAL else [])]
    for notice in session.scalars(
        select(Notice).where(Notice.case_id == decision.case_id, Notice.state.in_(states)).with_for_update()
    ):
        notice.state, notice.told = NoticeState.HELD if held else NoticeState.FELL, None
        if notice.owner_id is not None:
            record_outcome(session, notice.owner_id, held)


def gave_notice(session: Session, case_id: int, before: datetime) -> bool:
    """Whether anybody had given notice of a case when it was decided."""
    given = select(Notice.id).where(Notice.case_id == case_id, Notice.filed <= before).limit(1)
    return session.scalar(given) is not None


def _owner(viewer: Viewer | None) -> int | None:
    """Whose notices somebody's count among: those of the one owner that they speak for."""
    owners = {owner for role, owner in viewer.held if role in OF_ONE_OWNER} if viewer else set()
    return owners.pop() if len(owners) == 1 else None
