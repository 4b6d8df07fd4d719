"""A notice finds its listing, and goes into the one open case of the listing and the brand."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from brand_registry.people import Owner
from brand_registry.states import BrandState
from brand_registry.stored import public_id
from brand_registry.tables import Brand
from review.cases import key_of
from review.decisions.rules import NOTICE
from review.notices.tables import Notice, NoticeState
from review.queue.entering import follow
from review.tables import Case, CaseEvidence, CaseState, Listing, ListingVersion

_SAID = 500
_MOST_LISTINGS, _MOST_KEYS = 50, 30
_AS_LIKELY_AS_NOT = 0.5
"""The risk of a case that a notice alone opens: nothing was found, and somebody is sure."""


def place(session: Session, notice: Notice, at: datetime) -> bool:
    """Whether the notice is in a case now: its listing and its brand are known."""
    brand, version = _brand(session, notice.brand), _listing(session, notice.where)
    if brand is None or version is None:
        return False
    row, public = brand
    session.execute(select(Listing.id).where(Listing.id == version.listing_id).with_for_update())
    case = session.scalar(
        select(Case)
        .where(Case.listing_id == version.listing_id, Case.brand == public, Case.state == CaseState.OPEN)
        .with_for_update()
    )
    if case is None:
        case = Case(
            listing_id=version.listing_id, version_id=version.id, brand=public, brand_id=row.id,
            state=CaseState.OPEN, shadow=False, risk=_AS_LIKELY_AS_NOT, reasons=[NOTICE], qualifiers=[],
            missing=[], versions={}, opened=at, changed=at,
        )  # fmt: skip
        session.add(case)
    case.shadow, case.changed = False, at
    if NOTICE not in case.reasons:
        case.reasons = [*case.reasons, NOTICE]
    detail = " ".join(notice.explanation.split())[:_SAID]
    what = {
        "kind": NOTICE,
        "where": f"notice {notice.id}",
        "found": notice.policy,
        "detail": detail,
        "score": case.risk,
    }
    case.evidence.append(
        CaseEvidence(
            key=key_of(what), kind=NOTICE, score=case.risk, what=what, versions={}, first_id=version.id,
            last_id=version.id, since=at,
        )
    )  # fmt: skip
    session.flush()
    follow(session, [case])
    notice.case_id, notice.state = case.id, NoticeState.OPEN
    return True


def place_waiting(session: Session, at: datetime, most: int = 50) -> int:
    """Looks again for listings that were not known when somebody gave notice of them: the newest first."""
    waiting = select(Notice).where(Notice.state == NoticeState.UNPLACED).order_by(Notice.filed.desc())
    return sum(place(session, one, at) for one in session.scalars(waiting.limit(most)))


def _brand(session: Session, named: str) -> tuple[Brand, str] | None:
    """A live brand by its id, or by its name where one alone has it."""
    rows = session.execute(
        select(Brand, Owner.key)
        .join(Owner)
        .where(
            Brand.state == BrandState.LIVE,
            or_(
                Brand.key == named.strip().rpartition("/")[2], func.lower(Brand.name) == named.strip().lower()
            ),
        )
        .limit(20)
    ).all()
    known = [(brand, public_id(key, brand.key)) for brand, key in rows]
    exact = [one for one in known if one[1] == named.strip()]
    found = exact or [one for one in known if one[0].name.lower() == named.strip().lower()]
    return found[0] if len(found) == 1 else None


def _listing(session: Session, where: str) -> ListingVersion | None:
    """The newest version of the listing with an address: its key stands in it, as marketplaces write it."""
    rows = session.scalars(
        select(ListingVersion)
        .join(Listing, (Listing.id == ListingVersion.listing_id) & (Listing.version == ListingVersion.number))
        .where(Listing.key.in_(list(_keys(where))[:_MOST_KEYS]))
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
    """The address without what makes no difference: scheme, `www.`, a slash at its end, a fragment."""
    parts = urlsplit(where.strip())
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
