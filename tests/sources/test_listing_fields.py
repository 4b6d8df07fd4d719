"""What shops say, turned into fields: prices in any writing, HTML, times, and whatever else they send."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.catalogue import Rejected, parse_listing
from workers.sources.ebay import Ebay, EbaySettings
from workers.sources.listing import attributes, plain, price, row, utc
from workers.sources.product_page import fields, products
from workers.sources.rest import Rest, RestSettings
from workers.sources.shopify import Shopify, ShopifySettings
from workers.sources.woocommerce import WooCommerce, WooCommerceSettings

PRICES = [
    ("1.299,00 €", None, "1299.00", "EUR"),
    ("1,299.00 €", None, "1299.00", "EUR"),
    ("1 299,00 €", None, "1299.00", "EUR"),
    ("1\u202f299,00\u00a0€", None, "1299.00", "EUR"),
    ("€ 19,90", None, "19.90", "EUR"),
    ("19.90 EUR", None, "19.90", "EUR"),
    ("EUR 19.90", None, "19.90", "EUR"),
    ("$1,234.50", None, "1234.50", "USD"),
    ("£5", None, "5", "GBP"),
    ("¥12,800", None, "12800", "JPY"),
    ("1.299", "EUR", "1299", "EUR"),
    ("19,9", "EUR", "19.9", "EUR"),
    ("from 19.90", "eur", "19.90", "EUR"),
    (19.9, "EUR", "19.9", "EUR"),
    (1299, "EUR", "1299", "EUR"),
    ("0", "EUR", "0", "EUR"),
]


@pytest.mark.parametrize(("given_price", "currency", "amount", "code"), PRICES)
def test_prices(given_price: object, currency: str | None, amount: str, code: str) -> None:
    said = price(given_price, currency)
    assert said is not None
    assert (Decimal(said["amount"]), said["currency"]) == (Decimal(amount), code)


@pytest.mark.parametrize(
    ("given_price", "currency"),
    [("on request", "EUR"), ("", "EUR"), (None, "EUR"), (True, "EUR"), ("19.90", None), ("19.90", "¤¤"),
     ("-5", "EUR"), ("9" * 200, "EUR"), ([5], "EUR"), ({"amount": 5}, "EUR"), (float("nan"), "EUR")],
)  # fmt: skip
def test_what_is_no_price(given_price: object, currency: str | None) -> None:
    assert price(given_price, currency) is None


def test_a_machine_writes_three_places_where_a_person_means_thousands() -> None:
    assert price("19.900", "KWD", exact=True) == {"amount": "19.900", "currency": "KWD"}


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none()), st.one_of(st.none(), st.text()))
def test_any_price_is_one_or_none(amount: object, currency: str | None) -> None:
    said = price(amount, currency)
    if said is not None:
        assert Decimal(said["amount"]) >= 0
        assert len(said["currency"]) == 3


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<style>p {color: red}</style>x<SCRIPT>alert(1)</SCRIPT >y", "x y"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("plain  text\nnext", "plain text\nnext"),
        (17, "17"),
        (None, None),
        (["a"], None),
    ],
)
def test_html_as_a_person_reads_it(html: object, text: str | None) -> None:
    said = plain(html)
    assert (said or "").split() == (text or "").split()
    assert (said is None) == (text is None)


@pytest.mark.parametrize("html", ["<" * 100_000, "<script>" * 20_000, "<a " * 50_000 + ">", "&#" * 50_000])
def test_hostile_html_takes_no_time_to_speak_of(html: str) -> None:
    assert plain(html) is not None


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02", "2026-01-02T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", ""),
        ("yesterday", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_times(when: object, said: str) -> None:
    assert utc(when) == said


def test_attributes_are_texts() -> None:
    said = attributes({"a": ["x", "x", 5, None, True], "b": "", "c": {"d": 1}, " ": "x", "e": [{"f": 1}]})
    assert said == {"a": "x; 5"}


_WEB: Any = None
_URL = "https://shop.example/"
_MAPPED = {
    name: name for name in ("id", "title", "price", "currency", "images", "brand", "seller_name", "url")
}
_EBAY = {"name": "a", "kind": "ebay", "client_id": "${A}", "client_secret": "${B}"}
_WOO = {"name": "a", "kind": "woocommerce", "url": _URL}
_REST = {"name": "a", "kind": "json", "url": _URL, "fields": {**_MAPPED, "attributes.x": "sort(tags)"}}
_KINDS = {
    "shopify": Shopify(ShopifySettings(name="a", kind="shopify", url=_URL, currency="EUR"), _WEB)._listing,
    "woocommerce": WooCommerce(WooCommerceSettings.model_validate(_WOO), _WEB)._listing,
    "ebay": Ebay(EbaySettings.model_validate(_EBAY), _WEB)._listing,
    "json": Rest(RestSettings.model_validate(_REST), _WEB)._listing,
    "pages": lambda item: fields(item, _URL, 0, "a"),
}
_WORDS = """
    id title name variants price prices images image src brand brands offers tags attributes options seller
    itemId sku handle categories terms value priceCurrency currency_code currency_minor_unit url
    priceSpecification additionalProperty
"""
_NAMES = st.sampled_from(_WORDS.split())
_ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_NAMES, inner, max_size=6)),
    max_leaves=20,
)


@pytest.mark.parametrize("kind", _KINDS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(item=st.one_of(_ANY, st.dictionaries(_NAMES, _ANY, max_size=10)))
def test_whatever_a_shop_sends_is_a_listing_or_a_reject_with_a_reason(kind: str, item: object) -> None:
    one = row(1, item, _KINDS[kind])
    assert (one.data is None) != (one.problem is None)
    reason = one.problem or "none: it is a listing"
    if one.data is not None:
        try:
            parse_listing(one.data)
        except Rejected as why:
            reason = str(why)
    assert reason


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_page_has_products_or_none(html: bytes, content_type: str) -> None:
    assert isinstance(products(html, content_type, _URL), list)


PAGES = [
    ('{"@type": "Product", "name": "Mug"}', ["Mug"]),
    ('{"@type": ["Thing", "https://schema.org/Product"], "name": "Mug"}', ["Mug"]),
    ('[{"@type": "Product", "name": "A"}, {"@type": "Product", "name": "B"}]', ["A", "B"]),
    ('{"@graph": [{"@type": "WebPage", "mainEntity": {"@type": "Product", "name": "Mug"}}]}', ["Mug"]),
    ('{"@type": "ItemList", "itemListElement": [{"item": {"@type": "Product", "name": "Mug"}}]}', ["Mug"]),
    ('{"@type": "Article", "name": "Mug"}', []),
    ('{"@type": "Product", "name": "Mug"', []),
    ("", []),
    ('{"@graph": ' * 500, []),
]


@pytest.mark.parametrize(("data", "names"), PAGES)
def test_products_of_a_page(data: str, names: list[str]) -> None:
    html = f'<html><script type="application/ld+json">{data}</script></html>'.encode()
    assert [one["name"] for one in products(html, "text/html", _URL)] == names


def test_a_product_in_full() -> None:
    said = json.loads(
        """{"@type": "Product", "name": "Mug &amp; spoon", "sku": 17, "image": [{"url": "/a.jpg"}, "b.jpg"],
        "brand": {"name": "Acme"}, "gtin13": "4006381333931", "category": [{"name": "Kitchen"}, "Mugs"],
        "offers": {"@type": "AggregateOffer", "lowPrice": "1.299,00", "priceCurrency": "EUR",
                   "itemCondition": "http://schema.org/UsedCondition", "seller": {"name": "Shop"}},
        "additionalProperty": [{"name": "colour", "value": "blue"}, {"value": 5}]}"""
    )
    listing = parse_listing(json.dumps(fields(said, "https://shop.example/p/1", 0, "demo")).encode())
    assert (listing.id, listing.title, listing.brand) == ("17", "Mug & spoon", "Acme")
    assert listing.images == ("https://shop.example/a.jpg", "https://shop.example/p/b.jpg")
    assert listing.price is not None
    assert listing.price.amount == 1299
    assert (listing.condition, listing.category) == ("used", "Kitchen > Mugs")
    assert listing.attributes == {"gtin13": "4006381333931", "sku": "17", "colour": "blue"}
    assert listing.seller is not None
    assert listing.seller.name == "Shop"


def test_microdata_serves_where_there_is_no_json() -> None:
    html = b'<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Mug</h1></div>'
    assert [one["name"] for one in products(html, "text/html", _URL)] == ["Mug"]


def test_a_page_in_a_charset_that_it_does_not_tell() -> None:
    html = '<script type="application/ld+json">{"@type": "Product", "name": "Tasse für Öl"}</script>'
    for encoding in ("utf-8", "utf-16", "cp1252"):
        said = products(html.encode(encoding), "text/html", _URL)
        assert [one["name"] for one in said] == ["Tasse für Öl"], encoding
