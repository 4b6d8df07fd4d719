"""A brand with all that the registry keeps of it, as it comes in and goes out."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from detector import brand
from detector.categories import parts
from detector.harms import harms
from detector.result import Reason
from detector.sighting import AssetKind
from detector.thresholds import HIGHEST, LOWEST

MOST_THRESHOLDS = 200
"""By category and harm, of one brand."""

_ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Mark(brand.Mark):
    """A word mark as an office registered it, from `since` to `until`, both included."""

    registration_number: str | None = Field(default=None, max_length=50)
    holder: str | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"ends ({self.until}) before it begins ({self.since})")
        return self

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Licensee(_Model):
    """Who may put the marks on goods of their own; `brand` is the id of theirs where it is registered too."""

    name: _ShortText
    brand: _ShortText | None = None
    until: date | None = None


class Allowed(_Model):
    """What is not to be reported: a seller, a listing (by their ids), words of a text, what is like a mark,
    or anything.
    """

    scope: Literal["seller", "listing", "text", "mark", "brand"]
    value: Annotated[str, Field(min_length=1, max_length=500)]
    marketplace: str | None = None
    until: date | None = None
    why: str | None = None


class Policy(_Model):
    """What is done with one reason: shown, only counted, or not looked for; asked of a person from
    `threshold`.
    """

    reason: Reason
    mode: Literal["on", "shadow", "off"] = "on"
    threshold: float | None = Field(default=None, ge=LOWEST, le=HIGHEST)


class Threshold(_Model):
    """From which risk a person is asked about goods: those filed under a category, or those whose fakes do a
    harm; for any reason where none is given.
    """

    scope: Literal["category", "harm"]
    value: _ShortText
    reason: Reason | None = None
    threshold: float = Field(ge=LOWEST, le=HIGHEST)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.scope == "harm" and self.value not in harms():
            raise ValueError(f"names no harm; there are {', '.join(harms())}")
        if self.scope == "category" and not parts(self.value):
            raise ValueError("names no category; write it like Footwear > Sneakers")
        return self


class Record(brand.Brand):
    """A `Brand`, which is what is judged with, and what only the registry looks at."""

    marks: tuple[Mark, ...] = Field(default=(), max_length=brand.MOST_NAMES)
    licensees: tuple[Licensee, ...] = Field(default=(), max_length=brand.MOST_NAMES)
    allow: tuple[Allowed, ...] = ()
    policies: tuple[Policy, ...] = ()
    thresholds: tuple[Threshold, ...] = Field(default=(), max_length=MOST_THRESHOLDS)

    def in_force(self, day: date) -> "Record":
        """The brand without the marks that don't count on a day."""
        marks = tuple(mark for mark in self.marks if mark.in_force(day))
        return self if len(marks) == len(self.marks) else self.model_copy(update={"marks": marks})


def picture_paths(record: Record) -> list[tuple[AssetKind, int | None, str]]:
    """Kind, number of the product, and path of every picture that a record names."""
    found: list[tuple[AssetKind, int | None, str]] = [(AssetKind.LOGO, None, path) for path in record.logos]
    found += [(AssetKind.IMAGE, None, path) for path in record.images]
    return found + [
        (AssetKind.PRODUCT, number, path)
        for number, product in enumerate(record.products)
        for path in product.images
    ]
