"""The first step: listings come in page by page, and those that say something new begin their way.

A page is kept with the cursor after it in one transaction, so that a pull that dies goes on where it was and
keeps nothing twice.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from detector.errors import DetectorError
from detector.listing import Listing
from review.sellers import seller_key
from review.tables import Listing as ListingRow
from review.tables import ListingVersion, Pulled
from storage.database import Database
from workers.catalogue import Rejected, Row, parse_listing
from workers.fetching.errors import FetchFailed
from workers.graph.claims import claim, failed, held, lease, now, quarantine, settle
from workers.graph.counting import UNSETTLED, free
from workers.graph.outbox import announce, announcing
from workers.graph.pages import pages_of
from workers.graph.picturing import show
from workers.graph.tables import Item, Lane, Picture, Reading, Run, State
from workers.sources.protocol import Page
from workers.sources.pulling import is_bounded, of_the_next_pull

AT_A_STRETCH = 20.0
"""Seconds after which a pull makes room for others, and goes on behind them."""
FULL = 2_000
"""Pictures and readings that wait from which on no more listings are pulled."""
_SHOWN_OF_ROW = 10_000
_STARTING = 5_417
"""Any number, of no other lock in the database."""


def start(session: Session, source: str, whole: bool = False) -> int:
    """A pull of a source, from where the last one ended, or of the `whole` of it; where one is going on, that
    one. One that did not come to its end is gone on with in any case.
    """
    one_at_a_time(session, source)
    going = moving(session, source)
    if going is not None:
        return going
    last = session.execute(
        select(Run.cursor, Run.state, Run.whole).where(Run.source == source).order_by(Run.id.desc()).limit(1)
    ).one_or_none()
    ended = last is None or last.state == State.DONE
    since = None if last is None or (whole and ended) else of_the_next_pull(last.cursor)
    run = Run(
        source=source, cursor=since, state=State.WAITING, started=now(), due=now() + lease(),
        whole=not since or (last is not None and last.whole and not ended),
    )  # fmt: skip
    session.add(run)
    session.flush()
    announce(session, "pull", [run.id])
    return run.id


def one_at_a_time(session: Session, source: str) -> None:
    """Lets nobody else begin to pull a source before this session has ended. In SQLite nobody else writes."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_STARTING, func.hashtext(source))))


def moving(session: Session, source: str) -> int | None:
    """The pull of a source that has not come to its end."""
    return session.scalar(select(Run.id).where(Run.source == source, Run.state.in_(UNSETTLED)).limit(1))


def pull(database: Database, numbers: Sequence[int], again: bool = False) -> None:
    """Goes on with these pulls, each for a while."""
    for number in numbers:
        with announcing(database, "pull") as session:
            run = next(iter(claim(session, Run, [number], again)), None)
            if run is None:
                continue
            source, cursor, page_number = run.source, run.cursor, run.pages
        try:
            # A feed may be hours on its way before it gives its first page.
            with held(database, Run, number):
                _stretch(database, number, source, cursor, page_number)
        except DetectorError as error:
            after = error.after if isinstance(error, FetchFailed) else None
            with announcing(database, "pull") as session:
                failed(session, Run, number, str(error), after=after)


def _stretch(database: Database, number: int, source: str, cursor: Any, page_number: int) -> None:
    until = time.monotonic() + AT_A_STRETCH
    with closing(pages_of(source, cursor)) as pages:
        for page in pages:
            with announcing(database, "pull") as session:
                if not _keep(session, number, source, page, page_number):
                    return  # somebody else goes on with it
                page_number += 1
                full = waiting(session) >= FULL
                if full or time.monotonic() > until:
                    due = now() + lease() if not full else now()
                    settle(session, Run, number, State.WAITING, attempts=0, due=due)
                    if not full:
                        announce(session, "pull", [number])
                    return
    with announcing(database, "pull") as session:
        if settle(session, Run, number, State.DONE, ended=now(), why=None):
            _note_end(session, session.get_one(Run, number))


def _note_end(session: Session, run: Run) -> None:
    """Takes down how far the source is known now."""
    pulled = session.get(Pulled, run.source)
    if pulled is None:
        session.add(pulled := Pulled(source=run.source))
    pulled.began = run.started
    # A shop that gives nothing at all is out of order sooner than empty.
    if run.whole and run.rows and not is_bounded(run.cursor):
        pulled.whole = run.started


def waiting(session: Session) -> int:
    """How many pictures and readings wait, counted as far as it matters; not those that a host put off, or
    one that asks for an hour would hold up everybody's.
    """
    soon = now() + lease()
    some = [
        select(kind.id).where(kind.state.in_(UNSETTLED), kind.due <= soon).limit(FULL).subquery()
        for kind in (Picture, Reading)
    ]
    return sum(session.scalar(select(func.count()).select_from(one)) or 0 for one in some)


def _keep(session: Session, number: int, source: str, page: Page, page_number: int) -> bool:
    """Whether this page was kept: not where another process had kept it."""
    good, bad = _parsed(page.rows)
    moved = session.execute(
        update(Run)
        .where(Run.id == number, Run.pages == page_number, Run.state == State.WORKING)
        .values(pages=page_number + 1, cursor=dict(page.cursor), due=now() + lease(), attempts=1)
        .values(rows=Run.rows + len(page.rows), rejected=Run.rejected + len(bad))
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    quarantine(session, number, "row", bad)
    folder = str(page.folder) if page.folder is not None else None
    unchanged = take(session, Arrival(number, source, folder), good)
    if unchanged:
        session.execute(update(Run).where(Run.id == number).values(unchanged=Run.unchanged + unchanged))
    return True


@dataclass(frozen=True, slots=True)
class _New:
    key: str
    listing: Listing
    content: str
    data: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How listings came: in which run, from which source, with pictures relative to which folder. `key` files
    a single one under another name than its id.
    """

    run: int
    source: str
    folder: str | None = None
    lane: str = Lane.CATALOGUE
    key: str | None = None

    def key_of(self, listing: Listing) -> str:
        return self.key or listing.id


def take(session: Session, arrival: Arrival, listings: Sequence[Listing]) -> int:
    """Has new and changed listings read and judged; returns how many had not changed."""
    at = now()
    latest = {arrival.key_of(one): one for one in listings}
    known = {
        row.key: row
        for row in session.execute(
            select(ListingRow.id, ListingRow.key, ListingRow.content, ListingRow.version).where(
                ListingRow.source == arrival.source, ListingRow.key.in_(latest)
            )
        )
    }
    new, same = [], []
    for key, listing in latest.items():
        data = listing.model_dump_json(exclude_defaults=True)
        content = hashlib.sha256(data.encode()).hexdigest()
        before = known.get(key)
        if before is not None and before.content == content:
            same.append(before.id)
        else:
            new.append(_New(key, listing, content, data))
    if same:
        session.execute(update(ListingRow).where(ListingRow.id.in_(same)).values(seen=at))
    if new:
        _begin(session, arrival, new, known)
    return len(same)


def _begin(session: Session, arrival: Arrival, new: Sequence[_New], known: Mapping[str, Any]) -> None:
    at = now()
    first = [one for one in new if one.key not in known]
    numbers = {key: (row.id, row.version) for key, row in known.items()}
    if first:
        rows = [
            {
                "source": arrival.source,
                "key": one.key,
                "content": one.content,
                "version": 1,
                "seen": at,
                "seller": seller_key(one.listing),
            }
            for one in first
        ]
        made = session.execute(insert(ListingRow).returning(ListingRow.id, ListingRow.key), rows)
        numbers |= {row.key: (row.id, 0) for row in made}
    changed = [
        {"id": numbers[one.key][0], "content": one.content, "seen": at, "seller": seller_key(one.listing)}
        | {"version": numbers[one.key][1] + 1}
        for one in new
        if one.key in known
    ]
    if changed:
        session.execute(update(ListingRow), changed)
    versions = [
        {"listing_id": numbers[one.key][0], "number": numbers[one.key][1] + 1}
        | {"content": one.content, "data": one.data, "since": at}
        for one in new
    ]
    ids = session.scalars(
        insert(ListingVersion).returning(ListingVersion.id, sort_by_parameter_order=True), versions
    ).all()
    started = session.scalar(select(Run.started).where(Run.id == arrival.run)) or at
    for_pictures = [(version, one.listing.images) for version, one in zip(ids, new, strict=True)]
    show(session, for_pictures, arrival.folder, since=started, lane=arrival.lane)
    items = session.scalars(
        insert(Item).returning(Item.id),
        [
            {"run_id": arrival.run, "version_id": version, "lane": arrival.lane, "state": State.BLOCKED}
            | {"due": at + lease(), "attempts": 0, "step": "judge"}
            for version in ids
        ],
    ).all()
    free(session, items)


def _parsed(rows: Sequence[Row]) -> tuple[list[Listing], list[tuple[int, str, str | None]]]:
    good: list[Listing] = []
    bad: list[tuple[int, str, str | None]] = []
    for row in rows:
        try:
            if row.data is not None:
                good.append(parse_listing(row.data))
                continue
            why = row.problem or "holds no listing"
        except Rejected as problem:
            why = str(problem)
        shown = row.raw[:_SHOWN_OF_ROW].decode("utf-8", errors="replace").replace("\0", "�")
        bad.append((row.number, why, shown))
    return good, bad
