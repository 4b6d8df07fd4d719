"""The registry's tables: brands, and what belongs to each.

A brand is changed as a whole: whatever of it changes, `version` grows, and who changed an older one is told.
Lists keep the order that their owner gave them (`position`).
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from brand_registry.people import Owner
from brand_registry.states import AssetState, BrandState
from storage.database import Base


def _of(kind: str) -> Any:
    return relationship(
        kind, back_populates="brand", cascade="all, delete-orphan", order_by=f"{kind}.position"
    )


class Brand(Base):
    """A brand. `key` is its id as the owner gave it, unique among the owner's alone.

    `revision` is the registry's at its last change: what changed since a snapshot is found by it.
    """

    __tablename__ = "brands"
    __table_args__ = (
        UniqueConstraint("owner_id", "key"),
        # A page of a hundred thousand brands is chosen from one of these alone.
        Index("ix_brands_name", "name", "id", "key", "owner_id", "state"),
        Index("ix_brands_owner_id", "owner_id", "name", "id", "key", "state"),
        # And counted from this one.
        Index("ix_brands_state", "state", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default=BrandState.LIVE)
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    floor_amount: Mapped[str | None] = mapped_column(String(50))
    """In decimal digits, as a floating-point number would change it."""
    floor_currency: Mapped[str | None] = mapped_column(String(3))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Fields that this program doesn't know, kept for whoever gave them."""
    revision: Mapped[int] = mapped_column(index=True, default=0)
    version: Mapped[int] = mapped_column()

    owner: Mapped[Owner] = relationship()
    aliases: Mapped[list["Alias"]] = _of("Alias")
    marks: Mapped[list["Mark"]] = _of("Mark")
    assets: Mapped[list["Asset"]] = _of("Asset")
    authorised_sellers: Mapped[list["Seller"]] = _of("Seller")
    licensees: Mapped[list["Licensee"]] = _of("Licensee")
    products: Mapped[list["Product"]] = _of("Product")
    certification_marks: Mapped[list["CertificationMark"]] = _of("CertificationMark")
    allow: Mapped[list["Allowed"]] = _of("Allowed")
    policies: Mapped[list["Policy"]] = _of("Policy")
    thresholds: Mapped[list["Threshold"]] = _of("Threshold")
    category_floors: Mapped[list["CategoryFloor"]] = _of("CategoryFloor")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it


class OfBrand:
    """What every row that belongs to a brand has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]

    @declared_attr
    def brand(cls) -> Mapped[Brand]:  # noqa: N805 - it is asked of the class
        return relationship(Brand, back_populates=cls.__tablename__)  # type: ignore[attr-defined]


class Alias(OfBrand, Base):
    """Another name that the brand goes by, as it is written."""

    __tablename__ = "aliases"

    text: Mapped[str] = mapped_column(String(200))


class Mark(OfBrand, Base):
    """A word mark. `script` is told from the text ('Latin', 'Cyrillic', 'mixed'); `classes` are Nice classes;
    `holder` is who stands in the office's register, `since` and `until` from when to when it does.
    """

    __tablename__ = "marks"

    text: Mapped[str] = mapped_column(String(200))
    script: Mapped[str] = mapped_column(String(20))
    classes: Mapped[list[int]] = mapped_column(JSON)
    territories: Mapped[list[str]] = mapped_column(JSON)
    common_word: Mapped[bool]
    registration_number: Mapped[str | None] = mapped_column(String(50), index=True)
    holder: Mapped[str | None] = mapped_column(Text)
    since: Mapped[date | None]
    until: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Seller(OfBrand, Base):
    """Somebody whom the owner lets sell under the mark; `seller_id` is the marketplace's own."""

    __tablename__ = "authorised_sellers"

    marketplace: Mapped[str | None] = mapped_column(Text)
    seller_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Licensee(OfBrand, Base):
    """Somebody who may put the mark on their own goods. `licensed` is the key of the same owner's brand that
    holds the licence, where it is one; licences never go in a circle.
    """

    __tablename__ = "licensees"

    name: Mapped[str] = mapped_column(String(200))
    licensed: Mapped[str | None] = mapped_column(String(200), index=True)
    until: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Product(OfBrand, Base):
    """An article of the brand. `gtin` is as the owner wrote it, `gtin14` the same in 14 digits."""

    __tablename__ = "products"

    name: Mapped[str] = mapped_column(Text)
    sku: Mapped[str | None] = mapped_column(Text)
    gtin: Mapped[str | None] = mapped_column(Text)
    gtin14: Mapped[str | None] = mapped_column(String(14), index=True)
    attributes: Mapped[dict[str, str]] = mapped_column(JSON)
    serial_pattern: Mapped[str | None] = mapped_column(Text)
    floor_amount: Mapped[str | None] = mapped_column(String(50))
    floor_currency: Mapped[str | None] = mapped_column(String(3))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Asset(OfBrand, Base):
    """A reference picture: a blob, under the path that the owner gave it.

    `kind` is `logo`, `image` or `product`; of a product `product_position` says which. `why` is what the
    gates said of one that they refused, `derived_from` the asset that it was cut from.
    """

    __tablename__ = "assets"

    sha256: Mapped[str] = mapped_column(String(64), index=True)
    path: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    product_position: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default=AssetState.UPLOADED, index=True)
    why: Mapped[str | None] = mapped_column(Text)
    derived_from: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="SET NULL"))


class CertificationMark(OfBrand, Base):
    """A safety or quality mark that the brand's goods carry."""

    __tablename__ = "certification_marks"

    text: Mapped[str] = mapped_column(Text)


class Allowed(OfBrand, Base):
    """What is not to be reported: `scope` says what `value` is, a seller, a listing, words of a text, a mark,
    or the brand itself.
    """

    __tablename__ = "allow"

    scope: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(Text)
    marketplace: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date | None]
    why: Mapped[str | None] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Policy(OfBrand, Base):
    """What is done with one reason of the brand's: `mode` is `on`, `shadow` or `off`; `threshold` the risk
    from which a person is asked, None for the house's.
    """

    __tablename__ = "policies"

    reason: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(10))
    threshold: Mapped[float | None]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Threshold(OfBrand, Base):
    """The risk from which a person is asked about goods: `scope` says what `value` is, a category or a harm;
    `reason` is None for any.
    """

    __tablename__ = "thresholds"

    scope: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(40))
    threshold: Mapped[float]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CategoryFloor(OfBrand, Base):
    """What the brand's goods of a category cost at least, in a condition (`new`, `used`)."""

    __tablename__ = "category_floors"

    category: Mapped[str] = mapped_column(String(200))
    condition: Mapped[str] = mapped_column(String(10))
    floor_amount: Mapped[str] = mapped_column(String(50))
    floor_currency: Mapped[str] = mapped_column(String(3))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
