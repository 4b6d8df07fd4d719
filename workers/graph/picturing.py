"""Which pictures a listing shows, by their addresses: each is fetched once a pull, whoever shows it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workers.graph.claims import lease, now
from workers.graph.counting import UNSETTLED, new_rows, want_readings
from workers.graph.outbox import announce
from workers.graph.tables import Lane, Picture, Shown, State
from workers.graph.wanted import wanted_reading

INLINE = "sha256:"
"""What the reference of a picture begins with that came with its listing; the rest is its sha256."""


def show(
    session: Session,
    versions: Sequence[tuple[int, Sequence[str]]],
    folder: str | None,
    *,
    since: datetime,
    lane: str,
) -> None:
    """Notes which pictures the versions of listings show, and has those fetched that were not since then."""
    places = {
        reference: _folder(reference, folder, lane) for _, references in versions for reference in references
    }
    if not places:
        return
    keys = {reference: _key(reference, place) for reference, place in places.items()}
    at = now()
    # In one order for all, so that no two wait for each other.
    rows = [
        {"key": key, "folder": places[reference], "reference": reference, "lane": lane}
        | {"state": State.WAITING, "attempts": 0, "due": at + lease(), "validators": {}}
        for reference, key in sorted(keys.items(), key=lambda pair: pair[1])
    ]
    fresh = set(session.scalars(new_rows(session, Picture, ["key"], Picture.id), rows))
    there = {
        row.key: row
        for row in session.execute(
            select(Picture.id, Picture.key, Picture.state, Picture.fetched, Picture.sha256).where(
                Picture.key.in_(keys.values())
            )
        )
    }
    stale = [
        row.id
        for row in there.values()
        if row.state not in UNSETTLED and (row.fetched is None or row.fetched < since)
    ]
    if stale:
        again = update(Picture).where(Picture.id.in_(stale))
        session.execute(again.values(state=State.WAITING, attempts=0, due=at + lease(), lane=lane))
    announce(session, "fetch", sorted([*fresh, *stale]), lane)
    session.execute(
        insert(Shown),
        [
            {"version_id": version, "position": position, "picture_id": there[keys[reference]].id}
            for version, references in versions
            for position, reference in enumerate(references)
        ],
    )
    known = [row.sha256 for row in there.values() if row.state == State.DONE and row.id not in stale]
    kind, engine = wanted_reading(session)
    want_readings(session, [sha256 for sha256 in known if sha256], kind, engine, lane)


def _folder(reference: str, folder: str | None, lane: str) -> str | None:
    """Where a file lies; None of what is none, an address or a picture that came with its listing."""
    if reference.lower().startswith(("http://", "https://")):
        return None
    if reference.startswith(INLINE):
        # A catalogue's listing that says so names a blob that may be anybody's: it is taken for a path, and
        # refused as one.
        return None if lane == Lane.CHECK else folder or "."
    return folder


def _key(reference: str, folder: str | None) -> str:
    return hashlib.sha256(f"{folder or ''}\0{reference}".encode("utf-8", "surrogatepass")).hexdigest()
