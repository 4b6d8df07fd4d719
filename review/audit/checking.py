"""Checks that the log is whole, and that the decisions are those that were logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from review.audit.log import Tampered, verify
from review.audit.tables import Logged
from review.decisions.deciding import DECIDED, digest
from review.decisions.tables import Decision

_AT_ONCE = 1_000


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
    logged = session.scalars(_logged().execution_options(yield_per=_AT_ONCE))
    # Of two that are made at once the later number may be logged first: each is looked up by its number.
    count = sum(
        _check(session, [orjson.loads(what) for what in some]) for some in logged.partitions(_AT_ONCE)
    )
    if session.scalar(select(func.count()).select_from(Decision)) != count:
        known = {orjson.loads(what)["decision"] for what in session.scalars(_logged())}
        numbers = session.scalars(select(Decision.id).order_by(Decision.id))
        extra = next((number for number in numbers if number not in known), None)
        if extra is None:
            raise Tampered("a decision stands in the audit log more than once")
        raise Tampered(f"decision {extra} stands nowhere in the audit log")
    return Checked(sound.rows, count, sound.hash)


def _logged() -> Select[str]:
    return select(Logged.what).where(Logged.did == DECIDED).order_by(Logged.number)


def _check(session: Session, logged: Sequence[dict[str, Any]]) -> int:
    """Returns how many there were."""
    wanted = select(Decision).where(Decision.id.in_([said["decision"] for said in logged]))
    beside = (selectinload(Decision.beside), selectinload(Decision.quotes))
    there = {one.id: one for one in session.scalars(wanted.options(*beside))}
    for said in logged:
        decision = there.get(said["decision"])
        if decision is None:
            raise Tampered(f"decision {said['decision']} stands in the audit log and is not there")
        if digest(decision) != said["sha256"]:
            raise Tampered(f"decision {decision.id} is not as it was logged")
        if not decision.as_written:
            raise Tampered(f"the words beside decision {decision.id} are not as they were written")
    return len(logged)
