"""A brand on its way from a draft to shadow, live and out of use."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, brand_to_change
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from detector.errors import DetectorError

NEXT: Mapping[BrandState, tuple[BrandState, ...]] = {
    BrandState.DRAFT: (BrandState.SHADOW, BrandState.RETIRED),
    BrandState.SHADOW: (BrandState.LIVE, BrandState.DRAFT, BrandState.RETIRED),
    BrandState.LIVE: (BrandState.SHADOW, BrandState.RETIRED),
    BrandState.RETIRED: (BrandState.SHADOW,),
}
"""Where a brand may go from where it is: none goes live that was not in shadow first."""


class NotYet(DetectorError):
    """A step that this brand can't take now; the message says what comes first."""


def move(
    session: Session, viewer: Viewer, public_id: str, to: BrandState, version: int | None = None
) -> Brand:
    """Puts a brand into a state; where it is in that already, nothing happens.

    Raises `NotThere`, `ChangedMeanwhile`, and `NotYet` where another step comes first.
    """
    brand = brand_to_change(session, viewer, public_id, version)
    now = BrandState(brand.state)
    if to is now:
        return brand
    if to not in NEXT[now]:
        ways = " or ".join(NEXT[now])
        raise NotYet(
            f"the brand is in the state {now.value!r}, from which it goes to {ways}, not to {to.value}"
        )
    if to is BrandState.LIVE and not brand.owner.verified:
        raise NotYet(
            f"{brand.owner.name} is not verified yet; hand in a document that proves its rights, and once an "
            "administrator has approved it the brand can go live"
        )
    brand.state = to
    return brand
