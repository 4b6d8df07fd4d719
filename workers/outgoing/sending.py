"""Sends what waits for hooks: each message at least once, signed, again and again for days where it fails.

| try | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| after | at once | 1 min | 5 min | 30 min | 2 h | 6 h | 12 h | 24 h |

Where an address leads is checked with every message, as pictures' are: nothing inside this network can be
reached.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from review.outgoing.signing import HEADER, signature
from review.outgoing.tables import Sending, SendState
from storage.database import Database
from workers.fetching.configured import configured_fetcher
from workers.fetching.errors import FetchFailed, Refused
from workers.fetching.fetcher import Fetcher, Limits

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1_440))
_LEASE = timedelta(minutes=3)
_AT_ONCE = 20
_LIMITS = Limits(bytes=64 * 2**10, seconds=20.0, silence=10.0, redirects=0)
_LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class _Message:
    id: int
    attempts: int
    url: str
    secret: str
    body: bytes
    ended: bool


@dataclass(frozen=True, slots=True)
class _Came:
    """`status` is what the other side answered, None where it didn't; `why` what went wrong, if anything."""

    status: int | None
    why: str


def send_due(database: Database, at: datetime | None = None) -> int:
    """Sends what is due, and returns how many messages arrived."""
    messages = _claim(database, at or datetime.now(UTC))
    if not messages:
        return 0
    came = asyncio.run(_post_all([one for one in messages if not one.ended]))
    arrived = 0
    with database.writing("deliver") as session:
        for one in messages:
            said = came.get(one.id, _Came(None, "the hook was ended"))
            arrived += not said.why
            session.execute(
                update(Sending)
                .where(
                    Sending.id == one.id, Sending.attempts == one.attempts, Sending.state == SendState.WAITING
                )
                .values(_outcome(one, said, datetime.now(UTC)))
                .execution_options(synchronize_session=False)
            )
    return arrived


def _claim(database: Database, at: datetime) -> list[_Message]:
    """Counts an attempt of each and lends it: whoever dies with one leaves it to be sent again."""
    with database.writing("deliver") as session:
        rows = session.scalars(
            select(Sending)
            .where(Sending.state == SendState.WAITING, Sending.due <= at)
            .order_by(Sending.due, Sending.id)
            .limit(_AT_ONCE)
            .options(selectinload(Sending.hook))
            .with_for_update(skip_locked=True, of=Sending)
        ).all()
        messages = []
        for row in rows:
            row.attempts += 1
            row.due = at + _LEASE
            hook = row.hook
            messages.append(
                _Message(
                    row.id, row.attempts, hook.url, hook.signs, row.body.encode(), hook.ended is not None
                )
            )
    return messages


async def _post_all(messages: Sequence[_Message]) -> dict[int, _Came]:
    async with configured_fetcher() as fetcher:
        came = await asyncio.gather(*(_post(fetcher, one) for one in messages))
    return dict(zip((one.id for one in messages), came, strict=True))


async def _post(fetcher: Fetcher, message: _Message) -> _Came:
    headers = {
        "Content-Type": "application/json",
        "Detector-Delivery": str(message.id),
        HEADER: signature(message.secret, message.body, int(time.time())),
    }
    try:
        async with fetcher.opened(message.url, headers=headers, body=message.body, limits=_LIMITS) as answer:
            return _Came(answer.status, "")
    except FetchFailed as failure:
        return _Came(failure.status if isinstance(failure, Refused) else None, str(failure)[:_LONGEST_WHY])


def _outcome(message: _Message, came: _Came, now: datetime) -> dict[str, object]:
    if not came.why:
        return {"state": SendState.SENT, "status": came.status, "why": None, "sent": now}
    told: dict[str, object] = {"status": came.status, "why": came.why}
    if message.ended or message.attempts > len(WAITS):
        return told | {"state": SendState.FAILED}
    return told | {"due": now + WAITS[message.attempts - 1]}
