import pytest

from detector.brand import AuthorisedSeller, Brand, Mark
from detector.judge import Judge
from detector.listing import Listing, Seller
from detector.signals.seller_impersonation import SellerImpersonation

BRANDS = [
    Brand(
        id="solvane",
        name="Solvane",
        authorised_sellers=(
            AuthorisedSeller(marketplace="demo", seller_id="s9"),
            AuthorisedSeller(name="Solvane Outlet Berlin"),
        ),
    ),
    Brand(id="gap", name="Gap", marks=(Mark(text="Gap", common_word=True),)),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def accused(judge: Judge, name: str, seller_id: str = "s1", marketplace: str = "demo") -> list[str]:
    listing = Listing(id="L1", title="Shoes", marketplace=marketplace, seller=Seller(id=seller_id, name=name))
    return [finding.brand for finding in SellerImpersonation().find(judge.view(listing))]


@pytest.mark.parametrize(
    "name",
    [
        "Solvane",
        "Solvane Store",
        "Solvane Official Store",
        "SOLVANE-OFFICIAL",
        "Official Solvane Outlet",
        "S0lvane Shop",
        "Solvane 官方旗舰店",
        "Официальный магазин Solvane",
        "Tienda oficial Solvane",
        "Solvane USA Inc.",
    ],
)
def test_names_that_pose_as_the_maker(judge: Judge, name: str) -> None:
    assert accused(judge, name) == ["solvane"]


@pytest.mark.parametrize(
    "name",
    [
        "Shoe Depot",
        "Official Store",
        "Solvane parts and repair",
        "Anna sells Solvane second hand",
        "Mind the gap books",
        "Gap year shop",
        "Solvane Outlet Berlin",
        "solvane outlet berlin ",
    ],
)
def test_names_that_do_not(judge: Judge, name: str) -> None:
    assert accused(judge, name) == []


def test_the_owner_authorises_by_marketplace_and_id(judge: Judge) -> None:
    assert accused(judge, "Solvane Official", seller_id="s9") == []
    assert accused(judge, "Solvane Official", seller_id="s9", marketplace="other") == ["solvane"]
    assert accused(judge, "Solvane Outlet Berlin Official", seller_id="s2") == ["solvane"]
