"""Whether anybody is there who may decide: without, cases queue up and nothing else says so."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brand_registry.access import MAY, Deed
from brand_registry.people import Person, RoleHeld
from detector.counted import counted
from review.queue.browsing import MOST_COUNTED
from review.queue.tables import Queued, Stage


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many people may review, and where there are none how many cases wait for one, up to `MOST_COUNTED`
    and one more."""

    reviewers: int
    waiting: int

    @property
    def said(self) -> str | None:
        """What is wrong with it, as a sentence without its full stop; None where somebody is there."""
        if self.reviewers:
            return None
        if not self.waiting:
            return "nobody may decide cases yet"
        most = self.waiting > MOST_COUNTED
        waiting = (
            f"more than {MOST_COUNTED:,} cases wait"
            if most
            else counted(self.waiting, "case waits", "cases wait")
        )
        return f"{waiting}, and nobody may decide"


NOBODY = Staffing(0, 0)


def staffing(session: Session) -> Staffing:
    may = (RoleHeld.role.in_(MAY[Deed.REVIEW]), Person.left.is_(None))
    people = session.scalar(select(func.count(Person.id.distinct())).join(RoleHeld).where(*may)) or 0
    if people:  # what waits is then nobody's question
        return Staffing(people, 0)
    waits = Queued.stage.in_([stage for stage in Stage if stage is not Stage.DONE])
    some = select(Queued.case_id).where(waits).limit(MOST_COUNTED + 1)
    return Staffing(0, session.scalar(select(func.count()).select_from(some.subquery())) or 0)
