"""Brands as they go out: what an import of it gives back the same."""

from typing import Any

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, brand_to_change, brands_by_id
from brand_registry.record import Record
from brand_registry.stored import Stored, stored


def exported(one: Stored) -> dict[str, Any]:
    """A brand's JSON, and its state beside it."""
    return as_json(one.record) | {"state": one.state}


def as_json(record: Record) -> dict[str, Any]:
    """A record as its JSON has it, without what was not given."""
    dumped: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True)
    return dumped


def one_stored(session: Session, viewer: Viewer, public_id: str) -> Stored:
    """The brand with an id. Raises `NotThere`."""
    brand_to_change(session, viewer, public_id)
    return next(stored(session, brands_by_id(viewer, public_id)))
