"""Shopify shops, by the `products.json` that each of them shows to everybody."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from workers.catalogue import Row
from workers.fetching.errors import FetchFailed
from workers.sources.errors import BadSource
from workers.sources.listing import attributes, filled, objects, plain, price, row, some, text, utc
from workers.sources.paging import looked_back
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SourceSettings
from workers.sources.web import Web


class ShopifySettings(HttpSettings):
    """`url` is the shop's address, or a collection's (`https://shop.example/collections/shoes`)."""

    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    """What its prices are in; without it the shop is asked."""
    page: int = Field(default=250, ge=1, le=250)


class Shopify:
    """Walks by id where the shop can, so that nothing moves under it; else by page numbers, looking back.

    The cursor: `after` is the last id, or `page` the next page; `since` is the newest change of the pull
    before, `newest` of this one. Products that have not changed since are left out.
    """

    Settings: ClassVar[type[SourceSettings]] = ShopifySettings

    def __init__(self, settings: ShopifySettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web
        self._base = settings.url.rstrip("/")
        self._shop: Mapping[str, Any] = {}
        self._newest = ""
        self._since = ""

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        cursor = since or {}
        self._since, self._newest = str(cursor.get("since", "")), str(cursor.get("newest", ""))
        self._shop = await self._about()
        if "page" in cursor:
            async for page in self._by_page(int(cursor["page"])):
                yield page
            return
        after, number = int(cursor.get("after", 0)), 0
        while True:
            products = await self._products({"since_id": after})
            ids = _rising(products, after)
            if ids is None:
                # This shop does not walk by id.
                async for page in self._by_page(1):
                    yield page
                return
            rows = self._rows(products, number)
            number += len(products)
            if not products:
                yield Page(rows, self._done())
                return
            after = ids[-1]
            yield Page(rows, self._going({"after": after}))

    async def _by_page(self, first: int) -> AsyncIterator[Page]:
        async def at(number: int) -> list[Any]:
            return await self._products({"page": number})

        count = 0
        async for number, products, last in looked_back(at, first):
            rows = self._rows(products, count)
            count += len(products)
            yield Page(rows, self._done() if last else self._going({"page": number + 1}))

    async def _products(self, query: Mapping[str, object]) -> list[Any]:
        changed = {"updated_at_min": self._since or None}
        found, _ = await self._web.json(
            f"{self._base}/products.json", {"limit": self._settings.page, **query, **changed}
        )
        products = found.get("products") if isinstance(found, Mapping) else None
        if not isinstance(products, list):
            raise BadSource(
                f"{self.name}: {self._base}/products.json names no products; is it a Shopify shop?"
            )
        return products

    async def _about(self) -> Mapping[str, Any]:
        """What the shop says of itself; nothing where it does not, as it is only for the currency."""
        if self._settings.currency:
            return {"currency": self._settings.currency}
        try:
            about, _ = await self._web.json(f"{self._base.partition('/collections/')[0]}/meta.json")
        except FetchFailed:
            return {}
        return about if isinstance(about, Mapping) else {}

    def _going(self, place: Mapping[str, object]) -> Cursor:
        return {**place, **({"since": self._since} if self._since else {}), "newest": self._newest}

    def _done(self) -> Cursor:
        return {"since": max(self._newest, self._since)} if self._newest or self._since else {}

    def _rows(self, products: list[Any], before: int) -> tuple[Row, ...]:
        rows = []
        for number, product in enumerate(products, start=before + 1):
            changed = _changed(product)
            self._newest = max(self._newest, changed)
            if not (self._since and changed and changed < self._since):
                rows.append(row(number, product, self._listing))
        return tuple(rows)

    def _listing(self, product: Mapping[str, Any]) -> Mapping[str, Any]:
        variants = objects(product.get("variants"))
        prices = [
            found
            for one in variants
            if (found := price(one.get("price"), self._shop.get("currency"), exact=True))
        ]
        tags = product.get("tags")
        return {
            "id": text(product.get("id")),
            "marketplace": self._settings.shown_as,
            "url": f"{self._base.partition('/collections/')[0]}/products/{product.get('handle')}",
            "title": text(product.get("title")),
            "description": plain(product.get("body_html")),
            "brand": text(product.get("vendor")),
            "category": text(product.get("product_type")),
            "price": min(prices, key=lambda found: float(found["amount"]), default=None),
            "seller": filled({field: text(self._shop.get(field)) for field in ("id", "name", "country")}),
            "images": [one["src"] for one in objects(product.get("images")) if text(one.get("src"))],
            "attributes": attributes(
                {
                    "sku": [one.get("sku") for one in variants],
                    "gtin": [one.get("barcode") for one in variants],
                    "variants": [one.get("title") for one in variants if one.get("title") != "Default Title"],
                    "tags": tags if isinstance(tags, list) else text(tags),
                    **{
                        str(option.get("name")): some(option.get("values"))
                        for option in objects(product.get("options"))
                        if option.get("name") != "Title"
                    },
                }
            ),
        }


def _rising(products: list[Any], after: int) -> list[int] | None:
    """Their ids, where each is beyond the one before it; else None."""
    ids = [product.get("id") if isinstance(product, Mapping) else None for product in products]
    numbers = [one for one in ids if isinstance(one, int) and not isinstance(one, bool)]
    rising = all(one > before for before, one in zip([after, *numbers], numbers, strict=False))
    return numbers if rising and len(numbers) == len(products) else None


def _changed(product: object) -> str:
    """When it last changed or came to be seen, as ISO 8601 in UTC, which compares as text."""
    if not isinstance(product, Mapping):
        return ""
    return max(utc(product.get("updated_at")), utc(product.get("published_at")))
