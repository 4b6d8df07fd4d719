"""What fakes of a brand do to people, where a lead says it: the worse of it and of the goods' kind counts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from brand_registry.access import Deed, Viewer, refuse_unless
from brand_registry.tables import Brand
from detector.harms import NO_HARM, harm_of, harms
from detector.listing import Listing
from review.audit.log import log
from review.errors import AgainstTheRules
from review.queue.ranking import rank, reach_of
from review.queue.tables import Queued, Stage
from review.queue.teams import team_for, teams
from review.tables import Case, ListingVersion
from storage.database import Base, Time

_AT_ONCE = 500


class BrandHarm(Base):
    """`brand` is its id in results."""

    __tablename__ = "brand_harms"

    brand: Mapped[str] = mapped_column(String(400), primary_key=True)
    harm: Mapped[str] = mapped_column(String(30))
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(Time)


def said(session: Session) -> Sequence[BrandHarm]:
    """All that was said of brands."""
    return session.scalars(select(BrandHarm).order_by(BrandHarm.brand)).all()


def of_brands(session: Session, brands: Collection[str]) -> Mapping[str, str]:
    """The harm of those of which one is said."""
    rows = session.execute(select(BrandHarm.brand, BrandHarm.harm).where(BrandHarm.brand.in_(brands)))
    return dict(rows.all())


def worse(listing: Listing, categories: Collection[str], of_brand: str | None) -> tuple[str, float]:
    """The harm of a case and its weight: by the listing, or by what is said of the brand."""
    harm, weight = harm_of(listing, categories)
    known = harms().get(of_brand or "")
    return (known.name, known.weight) if known and known.weight > weight else (harm, weight)


def say(session: Session, viewer: Viewer, brand: str, harm: str, at: datetime) -> None:
    """A lead says it, or with no harm takes it back; what waits of the brand is ranked anew.

    Raises `NotAllowed`, `AgainstTheRules`.
    """
    refuse_unless(viewer, Deed.LEAD)
    named = brand.strip()
    if harm not in {*harms(), NO_HARM}:
        raise AgainstTheRules(f"{harm[:40]!r} is none of the harms: {', '.join(harms())}")
    if session.scalar(select(Case.id).where(Case.brand == named).limit(1)) is None:
        raise AgainstTheRules(f"there is no case of the brand {named[:100]!r}; give its id as cases name it")
    there = session.get(BrandHarm, named)
    if there is not None:
        session.delete(there)
        session.flush()
    if harm != NO_HARM:
        session.add(BrandHarm(brand=named, harm=harm, who=viewer.name, at=at))
    session.flush()
    _rank_anew(session, named, None if harm == NO_HARM else harm)
    log(session, at, viewer.name, "set harm", brand=named, harm=harm)


def _rank_anew(session: Session, brand: str, harm: str | None) -> None:
    known = teams(session)
    rows = session.execute(
        select(Queued, Case.risk, ListingVersion.data, Brand.categories)
        .join(Case, Case.id == Queued.case_id)
        .join(ListingVersion, ListingVersion.id == Case.version_id)
        .outerjoin(Brand, Brand.id == Case.brand_id)
        .where(Queued.stage != Stage.DONE, Queued.brand == brand)
        .order_by(Queued.case_id)
        .with_for_update(of=Queued)
        .execution_options(yield_per=_AT_ONCE)
    )
    for place, risk, data, categories in rows:
        listing = Listing.model_validate_json(data)
        place.harm, weight = worse(listing, categories or (), harm)
        place.rank = rank(risk, weight, reach_of(listing), place.opened)
        place.team = team_for(known, place)
