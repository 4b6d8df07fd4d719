"""What of the registry a snapshot holds, as one transaction sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from brand_registry.changes import Change
from brand_registry.looks import Look
from brand_registry.people import Owner
from brand_registry.snapshots.rows import ReferenceRow
from brand_registry.states import JUDGED, PASSED
from brand_registry.tables import Asset, Brand
from detector.sighting import AssetKind


@dataclass(frozen=True, slots=True)
class Head:
    """Of a brand that is judged with, what says whether its line is still the same."""

    revision: int
    owner: str
    state: str


def revision_of(session: Session) -> int:
    """The registry's at the last change of any brand."""
    last = select(Change.revision).where(Change.brand_id.is_not(None)).order_by(Change.revision.desc())
    return session.scalar(last.limit(1)) or 0


def heads(session: Session) -> Mapping[int, Head]:
    """By the brands' numbers, in their order."""
    rows = session.execute(
        select(Brand.id, Brand.revision, Owner.key, Brand.state)
        .join(Owner, Owner.id == Brand.owner_id)
        .where(Brand.state.in_(JUDGED))
        .order_by(Brand.id)
    )
    return {number: Head(revision, owner, state) for number, revision, owner, state in rows}


def brands_since(revision: int) -> Select[Brand]:
    """The brands that are judged with and changed after a revision."""
    return select(Brand).where(Brand.state.in_(JUDGED), Brand.revision > revision)


def references(session: Session, engine: str) -> Iterator[ReferenceRow]:
    """Everything that is compared with, marks and pictures among each other, brand by brand."""
    found = session.execute(
        _passed(Asset.id, Asset.brand_id, Asset.path, Asset.kind, Asset.product_position, Asset.sha256,
                Look.blob, Look.count)
        .join(Look, (Look.sha256 == Asset.sha256) & (Look.kind == Asset.kind))
        .where(Look.engine == engine, Look.blob.is_not(None))
        .order_by(Asset.brand_id, Asset.position)
    )  # fmt: skip
    for asset, brand, path, kind, product, picture, blob, count in found:
        for nth in range(count):
            yield ReferenceRow(asset, brand, path, AssetKind(kind), product, picture, blob, nth)


def pictures(session: Session) -> int:
    """How many pictures passed the gates."""
    return session.scalar(_passed(func.count())) or 0


def unread(session: Session, engine: str) -> int:
    """How many of them the engine has not read yet."""
    read = select(Look.id).where(Look.sha256 == Asset.sha256, Look.kind == Asset.kind, Look.engine == engine)
    return session.scalar(_passed(func.count()).where(~read.exists())) or 0


def _passed(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Asset)
        .join(Brand, Brand.id == Asset.brand_id)
        .where(Asset.state.in_(PASSED), Brand.state.in_(JUDGED))
    )
