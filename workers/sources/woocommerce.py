"""WooCommerce shops, by the Store API that each of them shows to everybody."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from workers.sources.errors import BadSource
from workers.sources.listing import attributes, named, objects, plain, price, row, text
from workers.sources.paging import overlapped
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SourceSettings
from workers.sources.watch import Watch
from workers.sources.web import Web


class WooCommerceSettings(HttpSettings):
    """`url` is the shop's address."""

    page: int = Field(default=100, ge=10, le=100)


class WooCommerce:
    """Walks by id with pages that overlap.

    The cursor: `offset` and `tail`, the last ids before it; `since` is when the last whole pull began, after
    which a product must have changed to be given, `began` when this one did.
    """

    Settings: ClassVar[type[SourceSettings]] = WooCommerceSettings

    def __init__(self, settings: WooCommerceSettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web
        self._url = f"{settings.url.rstrip('/')}/wp-json/wc/store/v1/products"

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        watch, cursor = Watch.of(since), since or {}

        async def at(offset: int) -> list[Any]:
            return await self._products(offset, watch.since)

        number = 0
        walk = overlapped(at, _name, int(cursor.get("offset", 0)), list(cursor.get("tail", ())))
        async for products, offset, tail in walk:
            rows = tuple(row(number + n, one, self._listing) for n, one in enumerate(products, start=1))
            number += len(rows)
            done = not products
            yield Page(rows, watch.done() if done else watch.going({"offset": offset, "tail": tail}))

    async def _products(self, offset: int, since: str | None) -> list[Any]:
        query = {"per_page": self._settings.page, "offset": offset, "orderby": "id", "order": "asc"}
        changed = {"after": since, "date_column": "modified_gmt"} if since else {}
        found, _ = await self._web.json(self._url, {**query, **changed})
        if not isinstance(found, list):
            raise BadSource(f"{self.name}: {self._url} gives no list of products; is it a WooCommerce shop?")
        return found

    def _listing(self, product: Mapping[str, Any]) -> Mapping[str, Any]:
        described = [plain(product.get(name)) for name in ("short_description", "description")]
        return {
            "id": text(product.get("id")),
            "marketplace": self._settings.shown_as,
            "url": text(product.get("permalink")),
            "title": plain(product.get("name")),
            "description": "\n".join(filter(None, described)),
            "brand": next(map(named, objects(product.get("brands"))), None),
            "category": " > ".join(filter(None, map(named, objects(product.get("categories"))))),
            "price": _price(product.get("prices")),
            "images": [one["src"] for one in objects(product.get("images")) if text(one.get("src"))],
            "attributes": attributes(
                {
                    "sku": product.get("sku"),
                    "tags": [named(tag) for tag in objects(product.get("tags"))],
                    **{
                        str(one.get("name")): [named(term) for term in objects(one.get("terms"))]
                        for one in objects(product.get("attributes"))
                    },
                }
            ),
        }


def _name(product: Any) -> str:
    return str(product.get("id")) if isinstance(product, Mapping) else ""


def _price(prices: object) -> dict[str, str] | None:
    """Given in the currency's smallest unit, '1999' for 19.99."""
    if not isinstance(prices, Mapping):
        return None
    amount, unit = text(prices.get("price")), prices.get("currency_minor_unit", 2)
    if not (amount and amount.isascii() and amount.isdigit() and isinstance(unit, int) and 0 <= unit <= 6):
        return None
    digits = amount.rjust(unit + 1, "0")
    whole, cents = digits[: len(digits) - unit], digits[len(digits) - unit :]
    return price(f"{whole}.{cents}" if cents else whole, prices.get("currency_code"), exact=True)
