"""Every kind of source over the test marketplace, for tests that all of them must pass."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.demo.shop.rest import CLIENT_ID, CLIENT_SECRET, KEY
from workers.demo.shop.server import Marketplace
from workers.sources.configured import kind_of
from workers.sources.settings import SourceSettings

SECRETS = {"EBAY_ID": CLIENT_ID, "EBAY_SECRET": CLIENT_SECRET, "API_KEY": KEY}
_FIELDS = {
    "id": "id", "title": "title", "description": "description", "brand": "brand", "category": "category",
    "condition": "condition", "price": "price", "images": "images", "seller_id": "seller.id",
    "seller_name": "seller.name", "seller_country": "seller.country", "attributes.gtin": "attributes.gtin",
    "attributes.colour": "attributes.colour",
}  # fmt: skip
_EBAY = {"client_id": "${EBAY_ID}", "client_secret": "${EBAY_SECRET}", "query": "x", "page": 10}
_PAGES = {"include": "/item/", "sitemap": "/sitemap.xml"}
_TEN = {"size": 10, "size_param": "limit"}
_API = {"fields": _FIELDS, "items": "data.items", "headers": {"X-Api-Key": "${API_KEY}"}}


@dataclass(frozen=True, slots=True)
class Case:
    """One kind. `own_id` is the id it gives the n-th of the goods; `moves` whether offers may move while it
    walks. `calls` is a part of the path that its listings come from.
    """

    name: str
    kind: str
    path: str
    more: dict[str, Any]
    own_id: Callable[[int], str]
    calls: str
    moves: bool = True

    def settings(self, market: Marketplace, prefix: str = "", **more: Any) -> SourceSettings:
        quick = {"name": "demo", "delay": 0, "first_wait": 0.01, "attempts": 3}
        given = {**quick, "kind": self.kind, "url": market.url + prefix + self.path, **self.more, **more}
        if given.get("sitemap"):
            given["sitemap"] = market.url + prefix + given["sitemap"]
        return kind_of(self.kind).Settings.model_validate(given)


def _good(number: int) -> str:
    return f"G{number:07}"


CASES = (
    Case("shopify", "shopify", "", {"page": 10}, str, "products.json"),
    Case("woocommerce", "woocommerce", "", {"page": 10}, str, "store/v1/products"),
    Case("ebay", "ebay", "", _EBAY, lambda n: f"v1|{n}|0", "item_summary"),
    Case("feed in XML", "merchant", "/feed.xml", {}, _good, "feed.xml", moves=False),
    Case("feed in TSV", "merchant", "/feed.tsv", {}, _good, "feed.tsv", moves=False),
    Case("pages", "pages", "", _PAGES, _good, "/item/", moves=False),
    Case(
        "JSON by cursor", "json", "/api/listings",
        _API | {"paging": {**_TEN, "by": "cursor", "next": "next", "param": "cursor"}},
        _good, "api/listings",
    ),
    Case(
        "JSON by page", "json", "/api/pages",
        {"fields": _FIELDS, "paging": {**_TEN, "by": "page", "param": "page"}},
        _good, "api/pages",
    ),
    Case(
        "JSON by link", "json", "/api/pages",
        {"fields": _FIELDS, "paging": {**_TEN, "by": "link"}},
        _good, "api/pages", moves=False,
    ),
)  # fmt: skip


def written(path: Path, sources: list[dict[str, Any]]) -> Path:
    """A file of sources."""
    import yaml

    path.write_text(yaml.safe_dump({"sources": sources}))
    return path
