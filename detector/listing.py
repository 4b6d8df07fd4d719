"""A marketplace listing as it comes in: hostile until validated."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from detector.errors import DetectorError

LONGEST_TITLE = 10_000
LONGEST_TEXT = 200_000
MOST_IMAGES = 100
MOST_ATTRIBUTES = 500


class NulInText(DetectorError, ValueError):
    """A NUL character, which no shop's text holds and no database keeps."""


def _no_nul(value: object) -> object:
    if isinstance(value, str) and "\0" in value:
        raise NulInText("holds a NUL character; remove it at the source")
    return value


Text = Annotated[str, BeforeValidator(_no_nul), Field(max_length=LONGEST_TEXT)]
ShortText = Annotated[str, BeforeValidator(_no_nul), Field(max_length=LONGEST_TITLE)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=False)


class Price(_Model):
    """An amount of money; `currency` is an ISO 4217 code."""

    amount: Decimal = Field(ge=0, le=10**12, allow_inf_nan=False)
    currency: Annotated[str, StringConstraints(min_length=3, max_length=3, to_upper=True)]


class Seller(_Model):
    """Who offers the listing, as the marketplace names them."""

    id: ShortText | None = None
    name: ShortText | None = None
    country: ShortText | None = None


class Listing(_Model):
    """One listing. Only `id` and `title` are required.

    `images` are paths relative to the catalogue, or http(s) URLs, in the order in which the shop shows them.
    """

    id: Annotated[str, BeforeValidator(_no_nul), Field(min_length=1, max_length=500)]
    title: ShortText
    description: Text = ""
    brand: ShortText | None = None
    category: ShortText | None = None
    condition: ShortText | None = None
    marketplace: ShortText | None = None
    url: ShortText | None = None
    price: Price | None = None
    seller: Seller | None = None
    images: tuple[ShortText, ...] = Field(default=(), max_length=MOST_IMAGES)
    attributes: dict[ShortText, Text] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.title.strip():
            raise ValueError("title is empty")
        return self
