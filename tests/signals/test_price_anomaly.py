"""Prices that the genuine article can hardly have, and the honest ones that only look so."""

from decimal import Decimal
from typing import Any

import pytest

from detector.brand import AuthorisedSeller, Brand, CategoryFloor, Price, Product
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Evidence, Reason, Verdict

ACME = Brand(
    id="acme",
    name="Acmedora",
    price_floor=Price(amount=Decimal(100), currency="EUR"),
    products=(
        Product(name="Glide 2", price_floor=Price(amount=Decimal(200), currency="EUR")),
        Product(name="Clip"),
    ),
    category_floors=(
        CategoryFloor(category="Bags", price_floor=Price(amount=Decimal(400), currency="EUR")),
        CategoryFloor(
            category="Bags", condition="used", price_floor=Price(amount=Decimal(150), currency="EUR")
        ),
        CategoryFloor(category="Keyrings", price_floor=Price(amount=Decimal(8), currency="EUR")),
    ),
    authorised_sellers=(AuthorisedSeller(seller_id="s9"),),
)
JUDGE = Judge([ACME])


def found(title: str, amount: float, currency: str = "EUR", **more: Any) -> list[Evidence]:
    values = {"id": "1", "title": title, "price": {"amount": str(amount), "currency": currency}, **more}
    result = JUDGE.judge(Listing.model_validate(values))
    return [one for case in result.cases for one in case.evidence if one.kind is Reason.PRICE_ANOMALY]


@pytest.mark.parametrize(
    ("title", "amount", "more", "score"),
    [
        ("Acmedora running shoes", 40, {}, 0.6),
        ("Acrnedora running shoes", 40, {}, 0.6),
        ("New running shoes by Acmedora", 25, {}, 0.75),
        ("Running shoes", 10, {"brand": "Acmedora"}, 0.9),
        ("Acmedora Glide 2 shoes", 100, {}, 0.5),
        ("Acmedora Clip", 50, {}, 0.5),
        ("Acmedora shoes, box", 5, {"condition": "used"}, 0.8),
        ("Acmedora Aria", 300, {"category": "Fashion > Bags"}, 0.25),
        ("Acmedora Aria", 75, {"category": "Fashion > Bags", "condition": "used"}, 0.5),
        ("Acmedora Clip", 4, {"category": "keyrings > metal"}, 0.5),
        ("Acmedora Clip", 1, {"category": "keyrings", "condition": "used"}, 0.5),
        ("Acmedora Glide 2", 100, {"category": "Bags"}, 0.5),
    ],
)
def test_too_low_a_price_is_told_with_its_share_of_the_floor(
    title: str, amount: float, more: dict[str, Any], score: float
) -> None:
    (evidence,) = found(title, amount, **more)
    assert evidence.score == pytest.approx(score)
    assert evidence.where == "price"
    assert evidence.found == f"{amount} EUR"
    cost = "used" if more.get("category", "").endswith("Bags") and "condition" in more else "new"
    assert f"that the genuine costs {cost} at least" in (evidence.detail or "")


@pytest.mark.parametrize(
    ("title", "amount", "currency", "more"),
    [
        ("Acmedora running shoes", 100, "EUR", {}),
        ("Acmedora running shoes", 40, "USD", {}),
        ("Acmedora running shoes", 40, "EUR", {"condition": "used"}),
        ("Acmedora running shoes", 40, "EUR", {"seller": {"id": "s9"}}),
        ("Laces for Acmedora", 4, "EUR", {}),
        ("Acmedora jacket, second hand", 30, "EUR", {}),
        ("Running shoes", 4, "EUR", {}),
        ("Acmedora Clip", 9, "EUR", {"category": "Keyrings"}),
        ("Acmedora Aria", 160, "EUR", {"category": "Bags", "condition": "used"}),
        ("Acmedora Clip", 3, "EUR", {"category": "Keyrings", "condition": "used"}),
    ],
)
def test_honest_prices_raise_nothing(title: str, amount: float, currency: str, more: dict[str, Any]) -> None:
    assert not found(title, amount, currency, **more)


def test_a_price_alone_asks_for_nobody_and_beside_a_doubtful_name_it_raises_the_risk() -> None:
    def judged(title: str, amount: str) -> tuple[float, Verdict]:
        price = {"amount": amount, "currency": "EUR"}
        result = JUDGE.judge(Listing.model_validate({"id": "1", "title": title, "price": price}))
        return result.risk, result.verdict

    assert judged("New shoes by Acmedora", "1")[1] is Verdict.CLEAR
    assert judged("Acmedorra shoes", "20")[0] > judged("Acmedorra shoes", "120")[0]
