"""Checks that the log is whole, and that the decisions are those that were logged."""

from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from review.audit.log import Tampered, verify
from review.audit.tables import Logged
from review.decisions.deciding import DECIDED, digest
from review.decisions.tables import Decision


@dataclass(frozen=True, slots=True)
class Checked:
    """A log that is whole: its rows, the decisions that stand in it, and the hash of the last row."""

    rows: int
    decisions: int
    hash: str


def verify_all(session: Session, noted: str | None = None) -> Checked:
    """Raises `Tampered` for the first row that is not as it was written. `noted` is a hash of an earlier
    check.
    """
    sound = verify(session, noted)
    logged = session.scalars(
        select(Logged.what)
        .where(Logged.did == DECIDED)
        .order_by(Logged.number)
        .execution_options(yield_per=1_000)
    )
    decisions = session.scalars(
        select(Decision)
        .order_by(Decision.id)
        .options(selectinload(Decision.beside))
        .execution_options(yield_per=1_000)
    )
    count = 0
    for what in logged:
        said, decision = orjson.loads(what), next(decisions, None)
        if decision is None or decision.id != said["decision"]:
            raise Tampered(f"decision {said['decision']} stands in the audit log and is not there")
        if digest(decision) != said["sha256"]:
            raise Tampered(f"decision {decision.id} is not as it was logged")
        if decision.beside is not None and decision.beside.hash != decision.noted:
            raise Tampered(f"the note of decision {decision.id} is not as it was written")
        count += 1
    if (extra := next(decisions, None)) is not None:
        raise Tampered(f"decision {extra.id} stands nowhere in the audit log")
    return Checked(sound.rows, count, sound.hash)
