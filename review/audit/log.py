"""Adds to the audit log, and checks it.

Whoever can write to the database as its owner can drop the triggers and write the whole chain anew: that is
found by the hash of the last row alone, when it was noted elsewhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.errors import DetectorError
from review.audit.tables import Head, Logged

FIRST = "0" * 64
"""What stands before the first row."""


class Tampered(DetectorError):
    """A log that is not as it was written; the message names the first row that is not."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A log that is whole: how many rows it has, and the hash of the last."""

    rows: int
    hash: str


def log(session: Session, at: datetime, who: str, did: str, case_id: int | None = None, **what: Any) -> None:
    """Adds a row. Call it last in a transaction: until its end nobody else can add one."""
    session.flush()
    head = session.scalars(select(Head).with_for_update().execution_options(populate_existing=True)).one()
    row = Logged(number=head.number + 1, at=at, who=who, did=did, case_id=case_id, what=canonical(what))
    row.previous = head.hash
    row.hash = _hash(row)
    session.add(row)
    head.number, head.hash = row.number, row.hash
    session.flush()


def canonical(what: Mapping[str, Any]) -> str:
    """The same text for the same content."""
    return orjson.dumps(what, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def verify(session: Session, noted: str | None = None) -> Sound:
    """Goes through the whole log. `noted` is the hash of a row that somebody wrote down elsewhere.

    Raises `Tampered`.
    """
    number, before, seen = 0, FIRST, noted is None
    rows = select(Logged).order_by(Logged.number).execution_options(yield_per=1_000)
    for row in session.scalars(rows):
        if row.number != number + 1:
            raise Tampered(f"the audit log lacks row {number + 1}; the next there is is row {row.number}")
        if row.previous != before or row.hash != _hash(row):
            raise Tampered(
                f"row {row.number} of the audit log, of {row.at:%Y-%m-%d %H:%M}, is not as it was written"
            )
        number, before, seen = row.number, row.hash, seen or row.hash == noted
    head = session.scalars(select(Head)).one()
    if (head.number, head.hash) != (number, before):
        raise Tampered(f"the audit log ends with row {number}, and {head.number} were written")
    if not seen:
        raise Tampered("no row of the audit log has the hash that was noted; it was written anew")
    return Sound(number, before)


def _hash(row: Logged) -> str:
    at = row.at.astimezone(UTC).isoformat()
    written = [row.previous, row.number, at, row.who, row.did, row.case_id, row.what]
    return hashlib.sha256(orjson.dumps(written)).hexdigest()
