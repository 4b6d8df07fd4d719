"""A notice finds its listing, and goes into the one open case of the listing and the brand."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import structlog
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from review.by_hand import live_brand, open_by_hand
from review.decisions.rules import NOTICE
from review.notices.tables import Notice, NoticeState
from review.retention.erasing import ERASED
from review.tables import Listing, ListingVersion

_MOST_LISTINGS, _MOST_KEYS = 50, 30
_log = structlog.get_logger()


def place(session: Session, notice: Notice, at: datetime) -> bool:
    """Whether the notice is in a case now: its listing and its brand are known."""
    brand, version = live_brand(session, notice.brand), _listing(session, notice.where)
    if brand is None or version is None:
        return False
    case = open_by_hand(
        session, version, brand, kind=NOTICE, where=notice.place, found=notice.policy,
        detail=notice.explanation, at=at,
    )  # fmt: skip
    notice.case_id, notice.state = case.id, NoticeState.OPEN
    return True


def place_waiting(session: Session, at: datetime, most: int = 50) -> int:
    """Looks again for listings that were not known when somebody gave notice of them: first for those that
    were looked for longest ago, so that all have their turn. One that fails stops no other.
    """
    waiting = select(Notice).where(waits())
    placed = 0
    for one in session.scalars(waiting.order_by(Notice.looked, Notice.id).limit(most)).all():
        one.looked = at
        number = one.id
        try:
            with session.begin_nested():
                placed += place(session, one, at)
        except Exception as error:
            _log.warning("a notice was not placed", notice=number, why=type(error).__name__)
    return placed


def waits() -> ColumnElement[bool]:
    """Whether a notice waits for its listing; what it said was not erased."""
    return and_(Notice.state == NoticeState.UNPLACED, Notice.email != ERASED)


def _listing(session: Session, where: str) -> ListingVersion | None:
    """The newest version of the listing with an address: its key stands in it, as marketplaces write it."""
    # An address may spell what no database keeps.
    keys = [one for one in _keys(where) if "\0" not in one]
    rows = session.scalars(
        select(ListingVersion)
        .join(Listing, (Listing.id == ListingVersion.listing_id) & (Listing.version == ListingVersion.number))
        .where(Listing.key.in_(keys[:_MOST_KEYS]))
        .order_by(Listing.seen.desc())
        .limit(_MOST_LISTINGS)
    )
    wanted = _plain(where)
    return next((one for one in rows if _plain(str(orjson.loads(one.data).get("url") or "")) == wanted), None)


def _keys(where: str) -> Iterator[str]:
    parts = urlsplit(where.strip())
    yield where.strip()[:500]
    for piece in reversed(unquote(parts.path).split("/")):
        stem = piece.rpartition(".")[0] or piece
        for one in (piece, stem, stem.rpartition("-")[2], stem.rpartition("_")[2]):
            if one:
                yield one[:500]
    yield from (value[:500] for _, value in parse_qsl(parts.query))


def _plain(where: str) -> str:
    """The address without what makes no difference: scheme, `www.`, a slash at its end, a fragment. What is
    none, as a listing may say, is itself.
    """
    try:
        parts = urlsplit(where.strip())
    except ValueError:
        return where
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
