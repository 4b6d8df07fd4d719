"""How pictures are to be read: as far as the registry has something to compare them with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.states import AssetState
from brand_registry.tables import Asset
from workers.reading import LOOK, TEXT, engine_key


def wanted_reading(session: Session) -> tuple[str, str]:
    """The kind of reading, and what reads."""
    serve = select(Asset.id).where(Asset.state.not_in([AssetState.REFUSED, AssetState.RETIRED])).limit(1)
    return (TEXT if session.scalar(serve) is None else LOOK), engine_key()
