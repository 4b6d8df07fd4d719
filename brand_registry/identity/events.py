"""What happened to accounts: who signed in when, what was tried, which keys were made."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, refuse_unless
from brand_registry.identity.tables import AccountEvent
from storage.database import Database

PAGE = 100
"""Events that are told at once."""


class Happened(StrEnum):
    """The kinds of events."""

    FAILED = "failed"
    HELD_OFF = "held_off"
    """Not even looked at, after too many that failed."""
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    INVITED = "invited"
    ACCEPTED = "accepted"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_LINK = "password_link"  # noqa: S105
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    ROLE_TAKEN = "role_taken"
    LOCKED_OUT = "locked_out"
    """Needs a new password, as somebody else may know the one there was."""
    LEFT = "left"


def record(database: Database, kind: Happened, email: str, address: str, detail: str | None = None) -> int:
    """Keeps an event, and returns its number."""
    with database.writing(email) as session:
        event = note(session, kind, email, address, detail)
        session.flush()
        return event.id


def note(
    session: Session, kind: Happened, email: str, address: str, detail: str | None = None
) -> AccountEvent:
    """The same in a session that is open already."""
    event = AccountEvent(at=datetime.now(UTC), kind=kind, email=email, address=address, detail=detail)
    session.add(event)
    return event


def latest(
    session: Session, viewer: Viewer, *, email: str = "", before: int | None = None
) -> Sequence[AccountEvent]:
    """The last events, the newest first; of one address, or from before a number. Raises `NotAllowed`."""
    refuse_unless(viewer, Deed.SEE_ACCOUNTS)
    wanted = select(AccountEvent).order_by(AccountEvent.id.desc()).limit(PAGE)
    if email:
        wanted = wanted.where(AccountEvent.email == name_of(email))
    if before is not None:
        wanted = wanted.where(AccountEvent.id < before)
    return session.scalars(wanted).all()


def name_of(typed: str) -> str:
    """What was typed as an address, as it is kept; of anything else a hash, as it may be a password."""
    plain = typed.strip().lower()
    if len(plain) <= 320 and re.fullmatch(r"[^@\s\0]+@[^@\s\0]+", plain):
        return plain
    return "no address, sha256 " + hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
