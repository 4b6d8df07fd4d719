"""Whether a picture shows what another brand registered before: one picture can't stand for two brands.

Those of another owner count as soon as that owner is verified; its own are then held against the others'.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brand_registry.looks import Look, of_asset
from brand_registry.related import related_names
from brand_registry.states import PASSED
from brand_registry.tables import Asset
from detector.packing import unpacked_looks
from detector.sighting import AssetKind
from storage.blobs import Blobs

_AT_ONCE = 4_000
_KINDS = ((AssetKind.LOGO,), (AssetKind.IMAGE, AssetKind.PRODUCT))
"""Marks are compared with marks, pictures and products with each other."""


def packed_sketches(sketches: Sequence[NDArray[np.float32]]) -> bytes:
    """What `Look.sketches` holds: rows of `detector.image.taken.sketch`."""
    return np.stack(sketches).astype("<f4").tobytes()


def likely(session: Session, assets: Sequence[Asset], engine: str) -> dict[int, list[int]]:
    """For the number of each asset those of other brands that may show the same, the likest first: of all
    that passed the gates, and of these themselves.
    """
    from detector.image.taken import pairs_alike

    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for kinds in _KINDS:
        own = [asset.id for asset in assets if asset.kind in kinds]
        mine = next(_sketches(session, engine, Asset.id.in_(own)), None) if own else None
        if mine is None:
            continue
        brands, numbers, rows = mine
        there = or_(Asset.state.in_(PASSED), Asset.id.in_(own))
        for others, theirs, their_rows in _sketches(session, engine, there, Asset.kind.in_(kinds)):
            for one, other, alike in pairs_alike(rows, their_rows, kinds[0]):
                if brands[one] != others[other]:
                    found[numbers[one]].append((-alike, theirs[other]))
    return {
        number: list(dict.fromkeys(other for _, other in sorted(pairs))) for number, pairs in found.items()
    }


def why_taken(session: Session, blobs: Blobs, asset: Asset, others: Sequence[int], engine: str) -> str | None:
    """What its owner is told of a picture that one of the others, likely ones, keeps from being used."""
    from detector.image.taken import COMPARED

    compared = 0
    for other in filter(None, (session.get(Asset, number) for number in others)):
        if other.state not in PASSED or not _counts(other, asset):
            continue
        if related_names(other.brand.name, asset.brand.name):
            continue
        if compared == COMPARED:
            break
        compared += 1
        if asset.kind == AssetKind.LOGO or _copied(session, blobs, other, asset, engine):
            return _said(asset, other)
    return None


def _counts(other: Asset, asset: Asset) -> bool:
    # Whoever has not shown any rights yet could take anybody's picture by being the first to send it.
    return other.brand.owner_id == asset.brand.owner_id or other.brand.owner.verified


def _said(asset: Asset, other: Asset) -> str:
    if asset.brand.owner_id != other.brand.owner_id:
        # Nobody may learn from it what others have registered.
        return (
            "somebody has to look at this picture and at your rights in it first; ask the house for it, and "
            "say which mark it shows"
        )
    return (
        f"it shows the same as {other.path} of the brand {other.brand.name}, which was registered first, and "
        "one picture can't stand for two brands; take it out of one of them"
    )


def _copied(session: Session, blobs: Blobs, reference: Asset, picture: Asset, engine: str) -> bool:
    from detector.image.copies import compare

    one, two = (
        unpacked_looks(blobs.get(blob))
        for blob in (
            session.scalars(select(Look.blob).where(of_asset(engine), Asset.id == asset.id)).one()
            for asset in (reference, picture)
        )
        if blob is not None
    )
    return any(compare(ours, theirs) for ours in one for theirs in two)


def _sketches(
    session: Session, engine: str, *which: Any
) -> Iterator[tuple[list[int], list[int], NDArray[np.float32]]]:
    """Brands, assets and sketches, a row each, in handfuls."""
    wanted = (
        select(Asset.brand_id, Asset.id, Look.sketches)
        .join(Look, of_asset(engine))
        .where(Look.sketches.is_not(None), *which)
        .execution_options(yield_per=_AT_ONCE)
    )
    for rows in session.execute(wanted).partitions():
        brands: list[int] = []
        assets: list[int] = []
        for brand, asset, sketches in rows:
            count = len(sketches or b"") // (4 * _NUMBERS)
            brands += [brand] * count
            assets += [asset] * count
        numbers = np.frombuffer(b"".join(row.sketches for row in rows), "<f4").reshape(-1, _NUMBERS)
        yield brands, assets, numbers


_NUMBERS = 257
"""Of a sketch."""
