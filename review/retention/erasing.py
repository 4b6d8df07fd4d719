"""Takes out what listings, notices and objections said, and leaves what was decided.

| of a listing | what is left |
| --- | --- |
| its versions | its key, the sha256 of what each said |
| its cases | brand, risk, reasons, what was decided, by whom, when, and the audit log about it |
| evidence | its kind, place and score, the mark, the brand's own picture that it is like |
| queue, groups, notes, answers of training, messages | nothing that the listing or anybody said |
| notices and objections | that there was one, its outcome, and the hash of the answer in the audit log |

A listing without a case goes as a whole. Pictures, what was read of them, results and shards are the workers'
to erase: `ErasedVersion` tells them what of.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, selectinload

from detector.counted import counted
from review.appeals.tables import Appeal, AppealState
from review.audit.log import log
from review.decisions.rules import NOTICE
from review.decisions.tables import Decision, DecisionNote, DecisionQuotes
from review.groups.tables import Tie
from review.notices.tables import Notice
from review.outgoing.tables import Sending
from review.queue.tables import Queued
from review.recall.tables import Cleared
from review.retention.tables import ErasedVersion, Erasure
from review.tables import Case, CaseEvidence, Listing, ListingVersion
from review.training.tables import Exercise, Gold

ERASED = "[erased]"
BY_RULE = "rule"
_LEFT = ("kind", "where", "score", "mark", "asset")


@dataclass(slots=True)
class Erased:
    """How much was."""

    listings: int = 0
    cases: int = 0
    notices: int = 0
    appeals: int = 0

    def __str__(self) -> str:
        return ", ".join(counted(count, name.removesuffix("s")) for name, count in asdict(self).items())

    def add(self, more: "Erased") -> None:
        self.listings += more.listings
        self.cases += more.cases
        self.notices += more.notices
        self.appeals += more.appeals

    def __bool__(self) -> bool:
        return bool(self.listings or self.cases or self.notices or self.appeals)


def erase_listings(session: Session, listings: Sequence[int], who: str, why: str, at: datetime) -> Erased:
    """Erases these, which `due` or somebody's request named and nothing holds."""
    done = Erased()
    rows = session.scalars(
        select(Listing).where(Listing.id.in_(listings)).order_by(Listing.id).with_for_update()
    )
    for row in rows.all():
        cases = session.scalars(
            select(Case)
            .where(Case.listing_id == row.id)
            .options(selectinload(Case.evidence))
            .order_by(Case.id)
            .with_for_update(of=Case)
        ).all()
        _empty(session, row, at)
        if cases:
            numbers = [case.id for case in cases]
            done.notices += erase_notices(session, Notice.case_id.in_(numbers))
            done.appeals += _erase_said(session, cases)
            for case in cases:
                log(session, at, who, "erased", case.id, why=why)
        done.listings += 1
        done.cases += len(cases)
    return done


def note_erasure(session: Session, done: Erased, who: str, why: str, at: datetime) -> None:
    """Writes down how much was erased; nothing where nothing was."""
    if done:
        counts = asdict(done)
        session.add(Erasure(at=at, who=who, why=why, **counts))
        log(session, at, who, "erased in all", why=why, **counts)


def erase_notices(session: Session, which: ColumnElement[bool]) -> int:
    """Who gave notices, and what they said, in their cases too; what came of them stays."""
    notices = session.scalars(select(Notice).where(which, Notice.email != ERASED).with_for_update()).all()
    for one in notices:
        one.name = one.email = one.where = one.explanation = ERASED
        said_in = select(CaseEvidence).where(CaseEvidence.case_id == one.case_id, CaseEvidence.kind == NOTICE)
        for item in session.scalars(said_in):
            if item.what["where"] == one.place:
                item.what = {name: said for name, said in item.what.items() if name != "detail"}
    return len(notices)


def erase_appeals(session: Session, which: ColumnElement[bool]) -> int:
    """What sellers said against decisions, and what they were answered; those that wait are left."""
    emptied = update(Appeal).where(which, Appeal.state != AppealState.OPEN, Appeal.text != ERASED)
    gone = emptied.values(text=ERASED, contact=None, note=ERASED)
    done = session.execute(gone.execution_options(synchronize_session=False))
    return done.rowcount  # type: ignore[attr-defined, no-any-return]


def _empty(session: Session, row: Listing, at: datetime) -> None:
    # Whatever comes in under this key again is new.
    row.content, row.seller = "", None
    nothing = orjson.dumps({"id": row.key, "title": ERASED}).decode()
    versions = session.scalars(
        select(ListingVersion).where(ListingVersion.listing_id == row.id, ListingVersion.erased.is_(None))
    )
    for version in versions:
        version.data, version.erased = nothing, at
        session.add(ErasedVersion(version_id=version.id))


def _erase_said(session: Session, cases: Collection[Case]) -> int:
    """Returns how many objections there were."""
    numbers = [case.id for case in cases]
    for case in cases:
        case.qualifiers = [{name: one[name] for name in _LEFT if name in one} for one in case.qualifiers]
        case.missing = []
        if case.opinion is not None:
            case.opinion = {**case.opinion, "why": ERASED}
        for item in case.evidence:
            item.what = {name: item.what[name] for name in _LEFT if name in item.what}
    decisions = select(Decision.id).where(Decision.case_id.in_(numbers)).scalar_subquery()
    for gone in (
        update(Queued).where(Queued.case_id.in_(numbers)).values(title=ERASED, note=None, seller=None),
        update(Cleared).where(Cleared.case_id.in_(numbers)).values(note=None),
        update(Exercise).where(Exercise.case_id.in_(numbers)).values(note=None),
        # An erased listing is no question to anybody: what was answered stays, as the scores count it.
        delete(Gold).where(Gold.case_id.in_(numbers)),
        delete(Exercise).where(Exercise.case_id.in_(numbers), Exercise.answered.is_(None)),
        delete(Tie).where(Tie.case_id.in_(numbers)),
        delete(Sending).where(Sending.decision_id.in_(decisions)),
        delete(DecisionNote).where(DecisionNote.decision_id.in_(decisions)),
        delete(DecisionQuotes).where(DecisionQuotes.decision_id.in_(decisions)),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
    return erase_appeals(session, Appeal.decision_id.in_(decisions))
