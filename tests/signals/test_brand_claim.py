from decimal import Decimal

import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing, Price
from detector.signals.brand_claim import BrandClaim

FLOOR = Price(amount=Decimal(60), currency="EUR")
BRANDS = [Brand(id="solvane", name="Solvane", price_floor=FLOOR), Brand(id="brixora", name="Brixora")]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def claims(
    judge: Judge, title: str, brand: str | None = None, price: str | None = None, **fields: str
) -> list[str | None]:
    cost = Price(amount=Decimal(price), currency=fields.pop("currency", "EUR")) if price else None
    listing = Listing(id="L1", title=title, brand=brand, price=cost, condition=fields.get("condition"))
    return [finding.evidence.detail for finding in BrandClaim().find(judge.view(listing))]


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("Solvane shoes", "Unbranded"),
        ("SOLVANE shoes", "no brand"),
        ("Solvane 运动鞋", "无品牌"),
        ("Solvane кроссовки", "Без бренда"),
        ("Solvane shoes", " OEM "),
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


def test_a_price_that_the_genuine_article_cannot_have(judge: Judge) -> None:
    assert claims(judge, "Solvane shoes", price="19.90") == ["19.90 EUR, where the genuine costs from 60"]


@pytest.mark.parametrize(
    ("title", "price", "fields"),
    [
        ("Solvane shoes", "30", {}),
        ("Solvane shoes", "19.90", {"currency": "SEK"}),
        ("Solvane shoes", "19.90", {"condition": "Used"}),
        ("Solvane shoes, pre-owned", "19.90", {}),
        ("Laces for Solvane", "3", {}),
        ("Brixora bag", "3", {}),
    ],
)
def test_prices_that_prove_nothing(judge: Judge, title: str, price: str, fields: dict[str, str]) -> None:
    assert claims(judge, title, price=price, **fields) == []
