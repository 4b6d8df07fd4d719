"""Whoever gave notice is told what was decided, and what they can do (Article 16(5) of Regulation (EU)
2022/2065).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from review.notices.tables import Notice, NoticeState
from review.platform import Platform
from review.retention.erasing import ERASED

SUBJECT = "Your notice {number}"
_HELD = "People looked at the listing, and found that it breaks what you said: {policy}."
_FELL = "People looked at the listing, and did not find that it breaks what you said: {policy}."
_TEXT = """On {filed} you gave notice {number} of this listing:
{where}

{outcome}
People decided, not a machine.

You may object to this free of charge: write to {contact}, with the number of your notice. You may also
turn to a certified out-of-court dispute settlement body (Article 21 of Regulation (EU) 2022/2065) or to a
court.
"""


def take_untold(
    session: Session, platform: Platform, at: datetime, most: int = 100
) -> list[tuple[int, str, str, str]]:
    """Numbers of notices, addresses, subjects and texts for those who were not told yet. Whoever is taken is
    not told again, whether or not the mail arrives; those that no server could be asked for go to `untell`.
    """
    rows: Sequence[Notice] = session.scalars(
        select(Notice)
        .where(
            Notice.state.in_([NoticeState.HELD, NoticeState.FELL]),
            Notice.told.is_(None),
            Notice.email != ERASED,
        )
        .order_by(Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    mails = []
    for one in rows:
        one.told = at
        outcome = (_HELD if one.state == NoticeState.HELD else _FELL).format(policy=one.policy)
        text = _TEXT.format(
            filed=one.filed.date().isoformat(), number=one.id, where=one.where, outcome=outcome,
            contact=platform.contact,
        )  # fmt: skip
        mails.append((one.id, one.email, SUBJECT.format(number=one.id), text))
    return mails


def untell(session: Session, numbers: Collection[int]) -> None:
    """Has those who gave these notices told at the next time."""
    session.execute(update(Notice).where(Notice.id.in_(numbers)).values(told=None))
