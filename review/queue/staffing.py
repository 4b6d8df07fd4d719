"""Whether anybody is there who may decide: without, cases queue up and nothing else says so."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brand_registry.access import MAY, Deed
from brand_registry.people import Person, RoleHeld
from detector.counted import counted
from review.queue.browsing import MOST_COUNTED, waiting


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many people may review, and where there are none how many cases wait for one, as far as they are
    counted."""

    reviewers: int
    waiting: int

    @property
    def said(self) -> str | None:
        """What is wrong with it, as a sentence without its full stop; None where somebody is there."""
        if self.reviewers:
            return None
        if not self.waiting:
            return "nobody may decide cases yet"
        if self.waiting > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,} cases wait, and nobody may decide"
        return f"{counted(self.waiting, 'case waits', 'cases wait')}, and nobody may decide"


NOBODY = Staffing(0, 0)


def staffing(session: Session) -> Staffing:
    may = (RoleHeld.role.in_(MAY[Deed.REVIEW]), Person.left.is_(None))
    people = session.scalar(select(func.count(Person.id.distinct())).join(RoleHeld).where(*may)) or 0
    if people:  # what waits is then nobody's question
        return Staffing(people, 0)
    return Staffing(0, sum(one.cases for one in waiting(session)))
