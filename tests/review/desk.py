"""The review of one database, a transaction an act, and what people say of cases."""

from itertools import count

from review.decisions.deciding import Said, decide
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.queue.claiming import Wish, claim, claim_next
from review.queue.tables import Queued
from review.tables import Case
from tests.review.conftest import AT

CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling")
RESALE = Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE)
CANNOT = Ruling(Outcome.CANNOT_TELL, note="the pictures are gone")
ESCALATE = Ruling(Outcome.ESCALATE, note="is this a licence?")
_tokens = count()


def never() -> float:
    return 1.0


def always() -> float:
    return 0.0


class Desk:
    """The review of one database, a transaction an act."""

    def __init__(self, database) -> None:
        self.database = database

    def next(self, viewer, at=AT, **wish):
        with self.database.writing(viewer.name) as session:
            return claim_next(session, viewer, at, Wish(**wish))

    def decide(self, viewer, case, ruling=CONFIRMED, at=AT, token=None, seen=None, chance=never) -> Said:
        with self.database.writing(viewer.name) as session:
            seen = seen or session.get_one(Case, case).lock
            token = token or f"token{next(_tokens)}"
            return decide(session, viewer, case, ruling, seen=seen, token=token, at=at, chance=chance)

    def take_and_decide(self, viewer, case, ruling=CONFIRMED, **more) -> Said:
        self.do(claim, viewer, case)
        return self.decide(viewer, case, ruling, **more)

    def do(self, what, viewer, *arguments, at=AT):
        with self.database.writing(viewer.name) as session:
            return what(session, viewer, *arguments, at)

    def stage(self, case) -> str:
        with self.database.reading() as session:
            return session.get_one(Queued, case).stage

    def state(self, case) -> str:
        with self.database.reading() as session:
            return session.get_one(Case, case).state

    def count(self, kind) -> int:
        with self.database.reading() as session:
            return session.query(kind).count()
