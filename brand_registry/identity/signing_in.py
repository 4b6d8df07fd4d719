"""Signing in with a password: attempts are counted before they are looked at."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from brand_registry.identity import sessions
from brand_registry.identity.errors import SignInRefused, TooManyAttempts
from brand_registry.identity.events import Happened, name_of, record
from brand_registry.identity.passwords import matches
from brand_registry.identity.tables import AccountEvent
from brand_registry.people import Person
from storage.database import Database

WINDOW = timedelta(minutes=15)
AT_ONE_PLACE, OF_ONE_NAME, OF_ONE_PLACE = 5, 20, 50
"""Failures within the window after which nobody may try: for one name from one address; for one name from
anywhere, which a stranger must not reach easily, as it keeps out the person too; from one address for any.
"""


def sign_in(database: Database, email: str, password: str, address: str) -> str:
    """The token of a new session. Raises `SignInRefused` and `TooManyAttempts`."""
    person = confirm(database, email, password, address)
    with database.writing(name_of(email)) as session:
        return sessions.begin(session, person, address)


def confirm(database: Database, email: str, password: str, address: str) -> int:
    """The number of the person whose password this is; it is written down that they showed it.

    Raises `SignInRefused` and `TooManyAttempts`.
    """
    name = name_of(email)
    attempt = record(database, Happened.FAILED, name, address)
    try:
        _refuse_too_many(database, name, address)
    except TooManyAttempts:
        # It was no attempt: who goes on trying must not keep the person out for longer.
        _say(database, attempt, Happened.HELD_OFF)
        raise
    with database.reading() as session:
        person = session.scalar(select(Person).where(Person.email == name, Person.left.is_(None)))
        kept = person.password if person else None
    if not matches(kept, password) or person is None:
        raise SignInRefused("the address or the password is wrong")
    _say(database, attempt, Happened.SIGNED_IN)
    return person.id


def _say(database: Database, attempt: int, what: Happened) -> None:
    with database.writing("sign-in") as session:
        session.get_one(AccountEvent, attempt).kind = what


def _refuse_too_many(database: Database, name: str, address: str) -> None:
    # The attempt at hand is counted already, and committed: of many at once none slips through.
    event = AccountEvent
    since = datetime.now(UTC) - WINDOW
    with database.reading() as session:

        def failures(*which: ColumnElement[bool]) -> tuple[int, datetime | None]:
            told = select(func.count(), func.min(event.at)).where(event.kind == Happened.FAILED, *which)
            count, first = session.execute(told).one()
            return count, first

        mine = (event.email == name, event.address == address)
        got_in = session.scalar(select(func.max(event.at)).where(event.kind == Happened.SIGNED_IN, *mine))
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
