from decimal import Decimal

import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing, Price
from detector.signals.brand_claim import BrandClaim

FLOOR = Price(amount=Decimal(60), currency="EUR")
BRANDS = [
    Brand(id="solvane", name="Solvane", price_floor=FLOOR, categories=("Footwear > Sneakers",)),
    Brand(id="brixora", name="Brixora"),
    Brand(id="zyv", name="Zyv", price_floor=FLOOR, categories=("Watches",)),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def claims(
    judge: Judge, title: str, brand: str | None = None, price: str | None = None, **fields: str
) -> list[str | None]:
    cost = Price(amount=Decimal(price), currency=fields.pop("currency", "EUR")) if price else None
    listing = Listing(
        id="L1",
        title=title,
        brand=brand,
        price=cost,
        condition=fields.pop("condition", None),
        category=fields.pop("category", None),
        attributes=fields,
    )
    return [finding.evidence.detail for finding in BrandClaim().find(judge.view(listing))]


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("Solvane shoes", "Unbranded"),
        ("SOLVANE shoes", "no brand"),
        ("Solvane 运动鞋", "无品牌"),
        ("Solvane кроссовки", "Без бренда"),
        ("Solvane shoes", " OEM "),
        ("Zyv watches", "OEM"),
    ],
)
def test_a_name_that_the_field_denies(judge: Judge, title: str, brand: str) -> None:
    assert claims(judge, title, brand) == [f"the brand field says '{brand.strip()}'"]


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("Solvane shoes", "Solvane"),
        ("Solvane shoes", None),
        ("Solvane shoes", "Brixora"),
        ("Shoes like Solvane", "Unbranded"),
        ("Laces for Solvane", "Unbranded"),
        ("Solvane compatible laces", "Unbranded"),
        ("Shoes", "Unbranded"),
    ],
)
def test_names_that_nobody_denies_or_claims(judge: Judge, title: str, brand: str | None) -> None:
    assert claims(judge, title, brand) == []


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("Solvane shoes", {}),
        ("Running shoes, navy", {"brand": "Solvane", "category": "Footwear"}),
        ("Original Solvane sneakers", {"brand": "Solvane"}),
        ("Sneakers", {"manufacturer": "Solvane"}),
        ("Zyv Pulse", {"category": "Watches"}),
    ],
)
def test_a_price_that_the_genuine_article_cannot_have(
    judge: Judge, title: str, fields: dict[str, str]
) -> None:
    assert claims(judge, title, price="19.90", **fields) == ["19.90 EUR, where the genuine costs from 60"]


@pytest.mark.parametrize(
    ("title", "price", "fields"),
    [
        ("Solvane shoes", "30", {}),
        ("Solvane shoes", "19.90", {"currency": "SEK"}),
        ("Solvane shoes", "19.90", {"condition": "Used"}),
        ("Solvane shoes, pre-owned", "19.90", {}),
        ("Laces for Solvane", "3", {}),
        ("Brixora bag", "3", {}),
        ("Shoelaces, white", "3", {"brand": "Solvane"}),
        ("Laces for Solvane sneakers", "3", {"brand": "Solvane"}),
        ("Zyv adapter", "3", {"category": "Cables"}),
    ],
)
def test_prices_that_prove_nothing(judge: Judge, title: str, price: str, fields: dict[str, str]) -> None:
    assert claims(judge, title, price=price, **fields) == []
