"""How a brand comes from draft to live, and who may bring it there."""

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, brand_to_change
from brand_registry.people import Owner
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from detector.errors import DetectorError


class NotVerified(DetectorError):
    """An owner whose rights nobody has seen yet, and whose brands can't go live."""


def not_verified(owner: Owner) -> NotVerified:
    return NotVerified(
        f"the owner {owner.key!r} is not verified, so its brands can't go live; they can be drafts or in "
        "shadow until an administrator has seen its rights"
    )


def set_state(session: Session, viewer: Viewer, public_id: str, state: BrandState) -> Brand:
    """Brings a brand into a state. Raises `NotThere` and `NotVerified`."""
    brand = brand_to_change(session, viewer, public_id)
    if state is BrandState.LIVE and not brand.owner.verified:
        raise not_verified(brand.owner)
    brand.state = state
    return brand
