"""Trials that wait for more than a text: a picture is read as all others are, a catalogue gone through."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.editing import stored_brand
from brand_registry.looks import Look, of_asset
from brand_registry.previews import make_preview
from brand_registry.states import PASSED
from brand_registry.stored import public_id
from brand_registry.tables import Asset, Brand
from brand_registry.trials import Trial, TrialState, told
from brand_registry.trying import Trier
from detector.errors import DetectorError, PictureRefused
from detector.listing import Listing
from detector.packing import unpacked, unpacked_looks
from detector.reading import PictureReading
from detector.result import Missing, Verdict
from detector.sighting import AssetKind, Reference
from review.tables import Listing as ListingRow
from review.tables import ListingVersion
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from workers.graph.counting import want_readings
from workers.graph.outbox import announcing
from workers.graph.tables import Lane, Picture, Reading, Shown, State
from workers.reading import LOOK, engine_key, look_engine

if TYPE_CHECKING:
    from detector.image.references import ReferenceIndex

AT_ONCE = 10
MOST_ATTEMPTS = 3
MOST_LISTINGS, MOST_SHOWN = 5_000, 50
"""Of a catalogue: the latest are looked at, the gravest of those flagged are shown."""
LONGEST = 90.0
"""Seconds for a catalogue: what was not come to by then is left out, and the count says so."""


def try_waiting(database: Database, blobs: Blobs) -> int:
    """Does what can be done now for the trials that wait; returns how many ended.

    May be killed at any moment, and called by several at once: the worst is that one is done twice.
    """
    waiting = select(Trial).where(Trial.state == TrialState.WAITING).order_by(Trial.id).limit(AT_ONCE)
    with database.reading() as session:
        if session.scalar(waiting) is None:
            return 0
    with announcing(database, "trials") as session:
        trials = session.scalars(waiting).all()
        pictures = [trial.picture for trial in trials if trial.picture]
        want_readings(session, pictures, LOOK, engine_key(), Lane.CHECK)
        ready = [trial.id for trial in trials if trial.picture is None or _reading(session, trial.picture)]
        for trial in trials:
            trial.attempts += trial.id in ready
    for number in ready:
        _try(database, blobs, number)
    return len(ready)


def _try(database: Database, blobs: Blobs, number: int) -> None:
    state, result, why = TrialState.DONE, None, None
    with database.reading() as session:
        trial = session.get_one(Trial, number)
        listing, picture, attempts = trial.listing, trial.picture, trial.attempts
    try:
        if attempts > MOST_ATTEMPTS:
            state, why = (
                TrialState.FAILED,
                "whoever worked on it was killed, three times; try another",
            )
        elif listing is None:
            result = _catalogue(database, blobs, number)
        else:
            result = _listing(database, blobs, number, listing, picture)
    except (DetectorError, StorageError) as error:
        state, why = TrialState.FAILED, str(error)
    with database.writing("trials") as session:
        trial = session.get_one(Trial, number)
        if trial.state == TrialState.WAITING:
            trial.state, trial.result, trial.why = state, result, why


def _listing(
    database: Database, blobs: Blobs, number: int, listing: dict[str, Any], picture: str | None
) -> dict[str, Any]:
    readings: dict[int, PictureReading] = {}
    missing: list[Missing] = []
    with database.reading() as session:
        trier = _trier(session, blobs, session.get_one(Trial, number).brand)
        reading = _reading(session, picture) if picture else None
        if reading is not None and reading.state == State.DONE and reading.blob:
            readings[0] = unpacked(blobs.get(reading.blob))
        elif reading is not None:
            missing.append(Missing("image:0", reading.why or "it could not be read"))
    if picture and readings:
        try:
            make_preview(database, blobs, picture)
        except PictureRefused as refusal:
            missing.append(Missing("image:0", str(refusal)))
    return told(trier.of(Listing.model_validate(listing), readings, missing))


def _catalogue(database: Database, blobs: Blobs, number: int) -> dict[str, Any]:
    looked = flagged = unread = 0
    found: list[tuple[float, dict[str, Any]]] = []
    until = time.monotonic() + LONGEST
    with database.reading() as session:
        trier = _trier(session, blobs, session.get_one(Trial, number).brand)
        for listing, readings in _latest(session, blobs):
            if time.monotonic() > until:
                break
            looked += 1
            unread += len(listing.images) - trier.seen_of(readings)
            ruled = trier.of(listing, readings)
            if ruled.shown.verdict is Verdict.FLAG:
                flagged += 1
                fields = listing.model_dump(mode="json", exclude_defaults=True)
                found.append((ruled.shown.risk, {"listing": fields} | told(ruled)))
                found = sorted(found, key=lambda one: -one[0])[:MOST_SHOWN]
    shown = [one for _, one in found]
    return {"looked": looked, "unread": unread, "flagged": flagged, "found": shown}


def _latest(session: Session, blobs: Blobs) -> Iterator[tuple[Listing, Mapping[int, PictureReading]]]:
    """The listings that were pulled last, as they are now, with what was read of their pictures."""
    latest = select(ListingVersion).join(ListingVersion.listing)
    newest = latest.where(ListingVersion.number == ListingRow.version).order_by(ListingVersion.id.desc())
    rows = session.scalars(newest.limit(MOST_LISTINGS)).all()
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        read = _readings(session, blobs, [row.id for row in some])
        for row in some:
            yield Listing.model_validate_json(row.data), read[row.id]


def _readings(
    session: Session, blobs: Blobs, versions: Sequence[int]
) -> Mapping[int, Mapping[int, PictureReading]]:
    shown = session.execute(
        select(Shown.version_id, Shown.position, Reading.blob, Reading.kind)
        .join(Picture, Picture.id == Shown.picture_id)
        .join(Reading, Reading.sha256 == Picture.sha256)
        .where(Shown.version_id.in_(versions), Reading.engine == engine_key(), Reading.state == State.DONE)
        .order_by(Reading.kind != LOOK)
    )
    found: dict[int, dict[int, PictureReading]] = defaultdict(dict)
    for version, position, blob, _ in shown:
        if blob and position not in found[version]:
            found[version][position] = unpacked(blobs.get(blob))
    return found


def _trier(session: Session, blobs: Blobs, brand: Brand) -> Trier:
    return Trier(stored_brand(session, brand), _references(session, blobs, brand))


def _references(session: Session, blobs: Blobs, brand: Brand) -> "ReferenceIndex | None":
    """The brand's own pictures that passed the gates."""
    from detector.image.references import ReferenceIndex

    engine = look_engine()
    looks = session.execute(
        select(Asset.path, Asset.kind, Asset.product_position, Look.blob)
        .join(Look, of_asset(engine))
        .where(Asset.brand_id == brand.id, Asset.state.in_(PASSED), Look.blob.is_not(None))
        .order_by(Asset.position)
    ).all()
    name, products = public_id(brand.owner.key, brand.key), brand.products
    references = []
    for path, kind, product, blob in looks:
        shows = products[product] if product is not None and product < len(products) else None
        named = None if shows is None else shows.sku or shows.name
        for look in unpacked_looks(blobs.get(blob or "")):
            references.append(Reference(name, path, AssetKind(kind), look, named))
    return ReferenceIndex(references) if references else None


def _reading(session: Session, sha256: str) -> Reading | None:
    """What was read of a picture, or that it can't be; None while it is not settled."""
    return session.scalar(
        select(Reading).where(
            Reading.sha256 == sha256,
            Reading.kind == LOOK,
            Reading.engine == engine_key(),
            Reading.state.in_([State.DONE, State.REFUSED]),
        )
    )
