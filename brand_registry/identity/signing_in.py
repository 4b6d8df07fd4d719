"""Signing in with a password: attempts are counted before they are looked at."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.identity import sessions
from brand_registry.identity.errors import SignInRefused, TooManyAttempts
from brand_registry.identity.passwords import matches
from brand_registry.identity.tables import AccountEvent
from brand_registry.people import Person
from storage.database import Database

WINDOW = timedelta(minutes=15)
AT_ONE_PLACE, OF_ONE_NAME, OF_ONE_PLACE = 5, 20, 50
"""Failures within the window after which nobody may try: for one name from one address; for one name from
anywhere, which a stranger must not reach easily, as it keeps out the person too; from one address for any.
"""

FAILED, SIGNED_IN = "failed", "signed_in"


def sign_in(database: Database, email: str, password: str, address: str) -> str:
    """The token of a new session. Raises `SignInRefused` and `TooManyAttempts`."""
    name = name_of(email)
    attempt = record(database, FAILED, name, address)
    _refuse_too_many(database, name, address)
    with database.reading() as session:
        person = session.scalar(
            select(Person)
            .where(Person.email == name, Person.left.is_(None))
            .options(selectinload(Person.roles))
        )
        kept = person.password if person else None
    if not matches(kept, password) or person is None:
        raise SignInRefused("the address or the password is wrong")
    with database.writing(name) as session:
        session.get_one(AccountEvent, attempt).kind = SIGNED_IN
        return sessions.begin(session, person.id, address)


def record(database: Database, kind: str, email: str, address: str, detail: str | None = None) -> int:
    """Keeps an event of an account, and returns its number."""
    with database.writing(email) as session:
        event = note(session, kind, email, address, detail)
        session.flush()
        return event.id


def note(session: Session, kind: str, email: str, address: str, detail: str | None = None) -> AccountEvent:
    """The same in a session that is open already."""
    event = AccountEvent(at=datetime.now(UTC), kind=kind, email=email, address=address, detail=detail)
    session.add(event)
    return event


def name_of(typed: str) -> str:
    """What was typed as an address, as it is kept; of anything else a hash, as it may be a password."""
    plain = typed.strip().lower()
    if len(plain) <= 320 and re.fullmatch(r"[^@\s]+@[^@\s]+", plain):
        return plain
    return "no address, sha256 " + hashlib.sha256(plain.encode()).hexdigest()


def _refuse_too_many(database: Database, name: str, address: str) -> None:
    # The attempt at hand is counted already, and committed: of many at once none slips through.
    event = AccountEvent
    since = datetime.now(UTC) - WINDOW
    with database.reading() as session:

        def failures(*which: ColumnElement[bool]) -> tuple[int, datetime | None]:
            told = select(func.count(), func.min(event.at)).where(event.kind == FAILED, *which)
            count, first = session.execute(told).one()
            return count, first

        mine = (event.email == name, event.address == address)
        got_in = session.scalar(select(func.max(event.at)).where(event.kind == SIGNED_IN, *mine))
        after = max(since, got_in) if got_in else since
        for most, (count, first) in (
            (AT_ONE_PLACE, failures(*mine, event.at > after)),
            (OF_ONE_NAME, failures(event.email == name, event.at > since)),
            (OF_ONE_PLACE, failures(event.address == address, event.at > since)),
        ):
            if count > most and first is not None:
                wait = max(1, int((first + WINDOW - datetime.now(UTC)).total_seconds()))
                raise TooManyAttempts(
                    f"too many attempts to sign in; try again in {wait // 60 + 1} minutes", wait
                )
