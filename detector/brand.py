"""A brand as its owner describes it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from detector.listing import Price

MOST_NAMES = 1_000
"""Aliases, or marks, of one brand."""


class _Model(BaseModel):
    # What is unknown is kept, so that a slip of the pen can be told of (brand_registry/unknown.py).
    model_config = ConfigDict(frozen=True, extra="allow")


class Mark(_Model):
    """A registered word mark. `classes` are Nice classes; `common_word` marks name everyday things too."""

    text: str = Field(min_length=1, max_length=200)
    classes: tuple[int, ...] = ()
    territories: tuple[str, ...] = ()
    common_word: bool = False


class AuthorisedSeller(_Model):
    """Someone the owner lets sell under the mark; `seller_id` is the marketplace's own."""

    marketplace: str | None = None
    seller_id: str | None = None
    name: str | None = None


class CategoryFloor(_Model):
    """What the brand's goods of a category cost at least, in a condition."""

    category: str = Field(min_length=1, max_length=200)
    condition: Literal["new", "used"] = "new"
    price_floor: Price


class Product(_Model):
    """A product of the brand, with what its package must say."""

    name: str
    sku: str | None = None
    gtin: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    serial_pattern: str | None = None
    price_floor: Price | None = None
    images: tuple[str, ...] = ()


class Brand(_Model):
    """A protected brand. Only `id` and `name` are required: a name alone gives text screening.

    `logos` and `images` are paths relative to the brand's folder.
    """

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    aliases: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=MOST_NAMES
    )
    marks: tuple[Mark, ...] = Field(default=(), max_length=MOST_NAMES)
    categories: tuple[str, ...] = ()
    logos: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    authorised_sellers: tuple[AuthorisedSeller, ...] = ()
    price_floor: Price | None = None
    category_floors: tuple[CategoryFloor, ...] = Field(default=(), max_length=MOST_NAMES)
    products: tuple[Product, ...] = ()
    certification_marks: tuple[str, ...] = ()

    def names(self) -> dict[str, bool]:
        """Every text the brand answers to, in the owner's spelling, and whether it is a common word."""
        names = dict.fromkeys((self.name, *self.aliases), False)
        return names | {mark.text: mark.common_word for mark in self.marks}


__all__ = ["AuthorisedSeller", "Brand", "CategoryFloor", "Mark", "Price", "Product"]
