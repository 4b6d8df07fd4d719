"""What shards are made of, from the database and the blobs."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from detector.listing import Listing as Said
from detector.packing import unpacked
from detector.reading import PictureReading
from detector.view import texts_of
from review.tables import ListingVersion, current_versions
from storage.blobs import Blobs
from storage.errors import StorageError
from workers.graph.tables import Reading, State
from workers.shards.content import Looks, Texts, looks_from, texts_from
from workers.shards.tables import Holds


def texts_between(session: Session, first: int, last: int, most: int | None = None) -> Texts:
    """What the listings say whose current versions have these numbers, `most` of them from the lowest on."""
    rows = session.execute(
        current_versions()
        .add_columns(ListingVersion.data)
        .where(ListingVersion.id.between(first, last))
        .order_by(ListingVersion.id)
        .limit(most)
    )
    return _texts((number, data) for number, data in rows)


def texts_of_versions(session: Session, versions: Sequence[int]) -> Texts:
    """What these versions say, current or not."""
    rows = session.execute(
        select(ListingVersion.id, ListingVersion.data)
        .where(ListingVersion.id.in_(versions))
        .order_by(ListingVersion.id)
    )
    return _texts((number, data) for number, data in rows)


def _texts(rows: Iterable[tuple[int, str]]) -> Texts:
    return texts_from(
        (number, [text for _, text in texts_of(Said.model_validate_json(data))]) for number, data in rows
    )


def looks_between(session: Session, blobs: Blobs, first: int, last: int, most: int | None = None) -> Looks:
    """What was read of pictures, by the numbers of the readings; a reading that is lost is left out, as it is
    read again when somebody needs it.
    """
    rows = session.execute(
        select(Reading.id, Reading.sha256, Reading.engine, Reading.blob)
        .where(Reading.id.between(first, last), Reading.state == State.DONE, Reading.blob.is_not(None))
        .order_by(Reading.id)
        .limit(most)
    ).all()

    def readings() -> Iterator[tuple[int, str, str, PictureReading]]:
        for number, sha256, engine, blob in rows:
            try:
                yield number, sha256, engine, unpacked(blobs.get(blob or ""))
            except StorageError:
                continue

    return looks_from(readings())


def count_alive(session: Session, holds: Holds, first: int, last: int) -> int:
    """How many rows with these numbers count now: versions that are current, readings that are there."""
    return session.scalar(_alive(holds, first, last).with_only_columns(func.count())) or 0


def alive(session: Session, holds: Holds, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these rows, by their rising numbers, still count."""
    if not len(ids):
        return np.zeros(0, bool)
    there = np.fromiter(session.scalars(_alive(holds, int(ids[0]), int(ids[-1]))), np.int64)
    return np.isin(ids, there)


def was_erased(session: Session, holds: Holds, ids: NDArray[np.int64]) -> bool:
    """Whether any of these rows was erased by now; what a newer version has overtaken was not."""
    if not len(ids):
        return False
    between = (int(ids[0]), int(ids[-1]))
    there = select(Reading.id).where(Reading.id.between(*between))
    if holds == Holds.TEXTS:
        there = select(ListingVersion.id).where(
            ListingVersion.id.between(*between), ListingVersion.erased.is_(None)
        )
    return not np.isin(ids, np.fromiter(session.scalars(there), np.int64)).all()


def _alive(holds: Holds, first: int, last: int) -> Select[int]:
    if holds == Holds.LOOKS:
        return select(Reading.id).where(Reading.id.between(first, last), Reading.state == State.DONE)
    return current_versions().where(ListingVersion.id.between(first, last))
