"""Which pictures wait for the gates, and what becomes of them once they were looked at."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brand_registry.changes import Registry
from brand_registry.looks import Look, of_asset
from brand_registry.states import JUDGED, PASSED, AssetState, BrandState
from brand_registry.tables import Asset, Brand
from brand_registry.taken import likely, why_taken
from detector.sighting import AssetKind
from storage.blobs import Blobs
from storage.database import Database

WHO = "gates"
"""Stands in the history of what they changed."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is looked at: one file as one kind, however many brands and paths it stands under."""

    sha256: str
    kind: AssetKind


def waiting(session: Session, engine: str) -> list[int]:
    """The assets to decide on: those uploaded, and those for which `engine` has no look."""
    return list(session.scalars(_waiting(Asset.id, engine).order_by(Asset.id)))


def unread(session: Session, engine: str) -> list[Picture]:
    """What has to be looked at before all of them can be decided on."""
    return [Picture(sha256, AssetKind(kind)) for sha256, kind in session.execute(_unread(engine))]


def count_unread(session: Session, engine: str) -> int:
    """How many these are."""
    return session.scalar(select(func.count()).select_from(_unread(engine).subquery())) or 0


def lost(session: Session, engine: str) -> int:
    """How many assets that passed would be refused by what `engine` made of them."""
    of_it = select(func.count()).select_from(Asset).join(Look, of_asset(engine))
    of_it = of_it.join(Brand, Brand.id == Asset.brand_id).where(Brand.state.in_(JUDGED))
    return session.scalar(of_it.where(Asset.state.in_(PASSED), Look.blob.is_(None))) or 0


def keep(database: Database, look: Look) -> None:
    """Keeps what was made of a picture, unless somebody else has done so meanwhile."""
    with suppress(IntegrityError), database.writing(WHO) as session:
        session.add(look)


def decide(session: Session, blobs: Blobs, engine: str, assets: Sequence[int]) -> tuple[int, int]:
    """Lets assets through or refuses them, in this order; how many of each. Those without a look wait on."""
    # Writers come one after another, so that of two brands with one picture only one is the first.
    session.execute(select(Registry.revision).with_for_update())
    found = session.execute(
        select(Asset, Look)
        .join(Look, of_asset(engine))
        .where(Asset.id.in_(assets), Asset.state.in_([AssetState.UPLOADED, *PASSED]))
        .order_by(Asset.id)
    ).all()
    fresh = [asset for asset, look in found if look.blob and asset.state == AssetState.UPLOADED]
    others = likely(session, fresh, engine)
    passed = 0
    for asset, look in found:
        why = look.why
        if why is None and asset.id in others:
            why = why_taken(session, blobs, asset, others[asset.id], engine)
        if why is not None:
            asset.state, asset.why = AssetState.REFUSED.value, why
        elif asset.state not in PASSED:
            asset.state, asset.why = AssetState.CHECKED.value, None
        passed += why is None
    return passed, len(found) - passed


def _unread(engine: str) -> Select[Any]:
    looked_at = select(Look.id).where(of_asset(engine)).correlate(Asset).exists()
    return _waiting(Asset.sha256, engine).add_columns(Asset.kind).where(~looked_at).distinct()


def _waiting(what: Any, engine: str) -> Select[Any]:
    serves = select(Look.id).where(of_asset(engine), Look.blob.is_not(None)).correlate(Asset).exists()
    return (
        select(what)
        .select_from(Asset)
        .join(Brand, Brand.id == Asset.brand_id)
        .where(
            Brand.state != BrandState.RETIRED,
            or_(Asset.state == AssetState.UPLOADED, and_(Asset.state.in_(PASSED), ~serves)),
        )
    )
