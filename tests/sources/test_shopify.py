"""Shopify's products.json, against a marketplace that is really served."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sources.pulls import pull
from workers.demo.shop.server import Marketplace
from workers.fetching.errors import FetchFailed
from workers.sources.errors import BadSource
from workers.sources.shopify import Shopify, ShopifySettings

_QUICK: dict[str, Any] = {"delay": 0, "first_wait": 0.01, "page": 10}


def _settings(market: Marketplace, path: str = "", **more: Any) -> ShopifySettings:
    return ShopifySettings(name="demo", kind="shopify", url=market.url + path, **{**_QUICK, **more})


def test_a_product_becomes_a_listing(market: Marketplace) -> None:
    listing = pull(_settings(market), market).listings[0]
    goods = market.shelf.goods[0]
    assert listing == {
        "id": "1",
        "marketplace": "demo",
        "url": f"{market.url}/products/item-1",
        "title": goods["title"],
        "description": goods["description"],
        "brand": goods["brand"],
        "category": goods["category"],
        "price": goods["price"],
        "seller": {"id": "77", "name": "Demo shop", "country": "DE"},
        "images": [f"{market.url}/images/0.png"],
        "attributes": {"sku": goods["id"], "tags": "; ".join(goods["attributes"].values())},
    }


def test_every_product_comes_once(market: Marketplace) -> None:
    pulled = pull(_settings(market), market)
    assert pulled.ids == [str(n) for n in range(1, 57 + 1)]
    assert pulled.counts.repeats == 0


def test_a_shop_that_knows_no_ids_is_walked_by_pages(market: Marketplace) -> None:
    pulled = pull(_settings(market, "/bad/no-ids"), market)
    assert pulled.ids == [str(n) for n in range(1, 57 + 1)]


def test_pages_that_move_lose_nothing(market: Marketplace) -> None:
    """Walked by page numbers, while something is sold behind the walk after each page."""
    settings = _settings(market, "/bad/no-ids")
    pulled = pull(
        settings, market, {"page": 1}, between=lambda _: market.shelf.sell(len(market.shelf.sold) + 1)
    )
    assert {*pulled.ids} == {str(n) for n in range(1, 57 + 1)}


def test_a_pull_goes_on_from_its_cursor(market: Marketplace) -> None:
    first = pull(_settings(market), market, pages=2)
    rest = pull(_settings(market), market, first.cursor)
    assert first.ids + rest.ids == [str(n) for n in range(1, 57 + 1)]


def test_the_next_pull_brings_what_has_changed(market: Marketplace) -> None:
    first = pull(_settings(market), market)
    market.shelf.edit(7, datetime(2027, 1, 1, tzinfo=UTC), title="Another title")
    second = pull(_settings(market), market, first.cursor)
    # The newest of the last pull may have a twin in the same second, so it comes again.
    assert second.ids == ["7", str(57)]
    assert second.listings[0]["title"] == "Another title"


def test_what_is_no_product_is_a_reject(market: Marketplace) -> None:
    from workers.fetching.fetcher import Fetcher
    from workers.sources.web import Web

    settings = _settings(market, currency="EUR")
    source = Shopify(settings, Web(settings, Fetcher()))
    rows = source._rows([5, None, {"id": 1}, {"id": 2, "title": "Mug", "variants": "none", "images": [1]}], 0)
    assert [row.problem is None for row in rows] == [False, False, True, True]


@pytest.mark.parametrize("path", ["/api/pages", "/wp-json/wc/store/v1"])
def test_another_kind_of_shop_is_said(market: Marketplace, path: str) -> None:
    with pytest.raises((BadSource, FetchFailed), match=r"products\.json"):
        pull(_settings(market, path, attempts=1), market)
