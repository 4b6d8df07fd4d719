from typing import Any

import pytest

from detector.brand import AuthorisedSeller, Brand
from detector.fair_use import authorised, of_listing
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Qualifier

SOLVANE = Brand(
    id="solvane",
    name="Solvane",
    authorised_sellers=(
        AuthorisedSeller(marketplace="demo", seller_id="s9", name="Solvane Official"),
        AuthorisedSeller(name="Solvane Outlet"),
    ),
)
BRANDS = [SOLVANE, Brand(id="brixora", name="Brixora")]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def listing(title: str = "Shoes", **fields: Any) -> Listing:
    return Listing.model_validate({"id": "L1", "title": title, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"marketplace": "demo", "seller": {"id": "s9"}}, True),
        ({"marketplace": "other", "seller": {"id": "s9"}}, False),
        ({"marketplace": "demo", "seller": {"id": "s1", "name": "Solvane Official"}}, False),
        ({"seller": {"name": "SOLVANE outlet"}}, True),
        ({"seller": {"name": "Solvane Outlet 24"}}, False),
        ({}, False),
    ],
)
def test_a_seller_is_authorised_by_id_or_else_by_name(fields: dict[str, Any], expected: bool) -> None:
    assert authorised(listing(**fields), SOLVANE) is expected


@pytest.mark.parametrize(
    ("title", "fields", "expected"),
    [
        ("S0lvane shoes", {"condition": "Pre-owned"}, {Qualifier.GENUINE_RESALE: "Pre-owned"}),
        ("S0lvane shoes", {"condition": "new"}, {}),
        ("Shoes S0lvane", {"brand": "Brixora"}, {Qualifier.OTHER_BRAND: "Brixora"}),
        ("Marlen shoes S0lvane", {"brand": "Marlen"}, {Qualifier.OTHER_BRAND: "Marlen"}),
        ("Brixora shoes S0lvane", {}, {Qualifier.OTHER_BRAND: "Brixora"}),
        ("S0lvane shoes", {"brand": "Brixora"}, {}),
        ("Shoes S0lvane", {"brand": "S0lvane"}, {}),
        ("Shoes S0lvane", {"brand": "No brand"}, {}),
        ("Shoes S0lvane", {"brand": "Marlen"}, {}),
    ],
)
def test_what_the_listing_says_in_the_sellers_favour(
    judge: Judge, title: str, fields: dict[str, Any], expected: dict[Qualifier, str]
) -> None:
    found = of_listing(judge.view(listing(title, **fields)), SOLVANE)
    assert {q.kind: q.found for q in found} == expected
