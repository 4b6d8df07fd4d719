"""What happened, mailed every so many days to those who want to know."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, selectinload

from brand_registry.access import Deed, Viewer, viewer_of, visible_brands
from brand_registry.people import Person
from brand_registry.tables import Brand
from review.appeals.tables import Appeal, AppealState
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.queue.tables import Queued, Stage
from review.tables import Case
from storage.database import Base, Time

EVERY = (1, 7)
"""Days between two digests that one may choose from."""
_MOST_BRANDS = 50


class Digest(Base):
    """That somebody wants mail every so many `days`; `told` is until when they know."""

    __tablename__ = "digests"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    days: Mapped[int]
    due: Mapped[datetime] = mapped_column(Time, index=True)
    told: Mapped[datetime] = mapped_column(Time)


def want(session: Session, person: int, days: int, at: datetime) -> None:
    """Every day or week, or with 0 no more. Raises `AgainstTheRules`."""
    there = session.get(Digest, person)
    if days == 0:
        if there is not None:
            session.delete(there)
        return
    if days not in EVERY:
        raise AgainstTheRules(f"choose {' or '.join(map(str, EVERY))} days")
    if there is None:
        session.add(Digest(person_id=person, days=days, due=at + timedelta(days=days), told=at))
    else:
        there.days, there.due = days, there.told + timedelta(days=days)


def take_due(session: Session, at: datetime, most: int = 100) -> list[tuple[tuple[int, datetime], str, str]]:
    """Whose digests are due now and until when they knew, addresses and texts; those that nothing happened
    for get no mail. Whoever is taken is due again after their days, whether or not the mail arrives; those
    that no server could be asked for go to `put_back`.
    """
    due = session.scalars(
        select(Digest)
        .where(Digest.due <= at)
        .order_by(Digest.due)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    mails = []
    for one in due:
        person = session.scalars(
            select(Person).where(Person.id == one.person_id).options(selectinload(Person.roles))
        ).one()
        text = "\n".join(_lines(session, viewer_of(person), one.told, at))
        if text and person.left is None:
            mails.append(((one.person_id, one.told), person.email, text))
        one.told, one.due = at, at + timedelta(days=one.days)
    return mails


def put_back(session: Session, taken: Iterable[tuple[int, datetime]], at: datetime) -> None:
    """Has these digests due at once, from where they began."""
    for person, told in taken:
        if (there := session.get(Digest, person)) is not None:
            there.told, there.due = told, at


def _lines(session: Session, viewer: Viewer, since: datetime, at: datetime) -> Iterator[str]:
    if viewer.may_somewhere(Deed.KEEP_HOOKS):
        yield from _of_brands(session, viewer, since, at)
    if viewer.may_somewhere(Deed.LEAD):
        yield from _of_queue(session)


def _of_brands(session: Session, viewer: Viewer, since: datetime, at: datetime) -> Iterator[str]:
    brands = visible_brands(viewer).with_only_columns(Brand.id, Brand.name).order_by(Brand.name)
    names: dict[int, str] = dict(session.execute(brands).all())
    shown = (Case.brand_id.in_(names), Case.shadow.is_(False))
    opened = dict(
        session.execute(
            select(Case.brand_id, func.count())
            .where(*shown, Case.opened > since, Case.opened <= at)
            .group_by(Case.brand_id)
        ).all()
    )
    decided: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(Case.brand_id, Decision.outcome, func.count())
        .join(Case, Case.id == Decision.case_id)
        .where(*shown, Decision.at > since, Decision.at <= at, Decision.stands())
        .group_by(Case.brand_id, Decision.outcome)
    )
    for brand, outcome, count in rows:
        if brand is not None:
            decided.setdefault(brand, {})[outcome] = count
    for number in [one for one in names if one in opened or one in decided][:_MOST_BRANDS]:
        outcomes = "".join(
            f", {count} {outcome.replace('_', ' ')}"
            for outcome, count in sorted(decided.get(number, {}).items())
        )
        yield f"{' '.join(names[number].split())}: {opened.get(number, 0)} new{outcomes}"


def _of_queue(session: Session) -> Iterator[str]:
    waiting = dict(
        session.execute(
            select(Queued.stage, func.count()).where(Queued.stage != Stage.DONE).group_by(Queued.stage)
        ).all()
    )
    appeals = session.scalar(select(func.count()).where(Appeal.state == AppealState.OPEN)) or 0
    if waiting or appeals:
        said = ", ".join(
            f"{waiting.get(stage, 0)} {stage}" for stage in (Stage.FIRST, Stage.SECOND, Stage.LEAD)
        )
        yield f"Cases that wait: {said}; appeals: {appeals}"
