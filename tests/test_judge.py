"""Whole listings through the judge: every abuse is flagged, and none of its innocent twins."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from detector.brand import AuthorisedSeller, Brand, Mark
from detector.judge import Judge
from detector.listing import Listing, Price
from detector.reading import PictureReading, TextLine
from detector.result import Box, Missing, Qualifier, Reason, Result, Verdict

BRANDS = [
    Brand(
        id="solvane",
        name="Solvane",
        categories=("Footwear",),
        authorised_sellers=(
            AuthorisedSeller(marketplace="demo", seller_id="s9"),
            AuthorisedSeller(name="Solvane Official Store"),
        ),
    ),
    Brand(id="brixora", name="Brixora", aliases=("ブリクソラ",)),
    Brand(
        id="kelvanti",
        name="Kelvanti",
        marks=(Mark(text="Kelvanti Watches"),),
        price_floor=Price(amount=Decimal(400), currency="EUR"),
    ),
    Brand(id="duracell", name="Duracell"),
    Brand(id="apple", name="Apple", marks=(Mark(text="apple", common_word=True),)),
    Brand(id="gap", name="GAP"),
]
BOX: Box = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def listing(title: str, **fields: Any) -> Listing:
    return Listing.model_validate({"id": "L1", "title": title, **fields})


def reading(*lines: str, score: float = 0.97) -> PictureReading:
    return PictureReading("0" * 64, 800, 800, tuple(TextLine(text, score, BOX) for text in lines), "test")


def case_of(result: Result, brand: str) -> Mapping[Reason, str]:
    """The evidence against a brand: what was found, by its kind."""
    return {e.kind: e.found for case in result.cases if case.brand == brand for e in case.evidence}


@pytest.mark.parametrize(
    ("item", "brand", "reason", "found"),
    [
        (listing("Solvane running shoes replica"), "solvane", Reason.COUNTERFEIT_TERMS, "replica"),
        (listing("Brixora 高仿 手袋"), "brixora", Reason.COUNTERFEIT_TERMS, "高仿"),
        (listing("Сумка Brixora, копия люкс"), "brixora", Reason.COUNTERFEIT_TERMS, "копия люкс"),
        (
            listing(
                "Kelvanti watch", description="Box and papers. This is the superfake, 1:1 in every detail."
            ),
            "kelvanti",
            Reason.COUNTERFEIT_TERMS,
            "superfake",
        ),
        (
            listing("Sneakers", attributes={"style": "Solvane, mirror quality"}),
            "solvane",
            Reason.COUNTERFEIT_TERMS,
            "mirror quality",
        ),
        (
            listing("Solvane shoes, white", description="Good quality. It is a replica, size 36 to 45."),
            "solvane",
            Reason.COUNTERFEIT_TERMS,
            "replica",
        ),
        (
            listing("Brixora bag", attributes={"type": "Imitation"}),
            "brixora",
            Reason.COUNTERFEIT_TERMS,
            "Imitation",
        ),
        (
            listing("Sneakers", category="Solvane > First copy"),
            "solvane",
            Reason.COUNTERFEIT_TERMS,
            "First copy",
        ),
        (
            listing("Watch, superfake", category="Kelvanti > Watches"),
            "kelvanti",
            Reason.COUNTERFEIT_TERMS,
            "superfake",
        ),
        (
            listing("Sneakers", attributes={"S\u043elvane size": "40"}),
            "solvane",
            Reason.LOOKALIKE_CHARACTERS,
            "S\u043elvane",
        ),
        (listing("Kelvanti chronograph", brand="No brand"), "kelvanti", Reason.BRAND_CLAIM, "Kelvanti"),
        (listing("Brixora leather tote bag", brand="OEM"), "brixora", Reason.BRAND_CLAIM, "Brixora"),
        (
            listing("Kelvanti chronograph", price={"amount": 19, "currency": "EUR"}),
            "kelvanti",
            Reason.BRAND_CLAIM,
            "Kelvanti",
        ),
        (
            listing("Running shoes", seller={"id": "s1", "name": "Solvane Official Outlet"}),
            "solvane",
            Reason.SELLER_IMPERSONATION,
            "Solvane",
        ),
        (
            listing("Sneakers", seller={"id": "s1", "name": "ブリクソラ公式ストア"}),
            "brixora",
            Reason.SELLER_IMPERSONATION,
            "ブリクソラ",
        ),
    ],
)
def test_abuse_is_flagged_for_what_it_is(
    judge: Judge, item: Listing, brand: str, reason: Reason, found: str
) -> None:
    result = judge.judge(item)
    assert result.verdict is Verdict.FLAG
    assert result.cases[0].brand == brand
    assert case_of(result, brand)[reason] == found
    evidence = next(e for e in result.cases[0].evidence if e.kind is reason)
    assert evidence.span is not None
    assert _text_at(item, evidence.where)[slice(*evidence.span)] == found


def _text_at(item: Listing, where: str) -> str:
    if where.startswith("attribute_names."):
        return where.removeprefix("attribute_names.")
    if where.startswith("attributes."):
        return item.attributes[where.removeprefix("attributes.")]
    if where == "seller":
        assert item.seller
        return item.seller.name or ""
    return str(getattr(item, where))


@pytest.mark.parametrize(
    "item",
    [
        listing("Solvane running shoes, white", brand="Solvane"),
        listing("Solvane running shoes, white", brand="Solvane", seller={"name": "Corner Shoes"}),
        listing("Kelvanti chronograph", price={"amount": 450, "currency": "EUR"}),
        listing("Kelvanti chronograph", price={"amount": 19, "currency": "JPY"}),
        listing("Kelvanti chronograph", condition="used", price={"amount": 90, "currency": "EUR"}),
        listing("Strap for Kelvanti", price={"amount": 19, "currency": "EUR"}),
        listing("Phone strap for Brixora bags", brand="Strapwell"),
        listing("Brixora compatible chain strap", brand="Unbranded"),
        listing("Ремешок для Kelvanti", brand="без бренда"),
        listing("Kelvantiに対応 交換ベルト", brand="ノーブランド"),
        listing("Vintage Brixora bag, pre-owned", condition="used"),
        listing("Mug, officially licensed by Brixora", brand="Mugly"),
        listing("Duracell AAA batteries, 8 pack", brand="Duracell"),
        listing("Duracell Plus AAA, 4 pcs", brand="Duracell"),
        listing("Fresh apple juice, 1 litre"),
        listing("Sweets with imitation apple flavour"),
        listing("Fake apple for decoration, fruit bowl"),
        listing("Gap filler for wooden floors"),
        listing("Clear phone case", brand="OEM", category="Apple > iPhone cases"),
        listing("Watch strap", category="Kelvanti > Straps", price={"amount": 9, "currency": "EUR"}),
        listing("Brixora necklace", category="Jewellery > Imitation jewellery"),
        listing("Brixora tote bag", attributes={"Replica": "no", "Material": "leather"}),
        listing("Brixora tote bag", description="100% authentic. We never sell replicas or fakes."),
        listing("Brixora tote bag", description="Lining of imitation leather and faux fur."),
        listing("Chain strap for Brixora bags", description="Replica of the vintage chain."),
        listing("Brixora tote bag", description="Inspired by Paris. A class of its own."),
        listing("Brixora tote bag", description="Beware of counterfeit Brixora bags sold elsewhere."),
        listing("Kelvanti die-cast clock replica 1:18 scale model"),
        listing("Stand for bags: nicer than Brixora? Better than Brixora!", brand="Standly"),
        listing("Solvane shoes", seller={"id": "s9", "name": "Solvane Official"}, marketplace="demo"),
        listing("Solvane shoes", seller={"name": "solvane official store"}),
        listing("Repair kit", seller={"name": "Kelvanti parts and repair"}),
        listing("Museum replica of a dinosaur skull"),
        listing("Bathroom mirror 1:1, AAA quality"),
        listing("A dress"),
    ],
    ids=lambda item: item.title,
)
def test_fair_use_is_not_flagged(judge: Judge, item: Listing) -> None:
    result = judge.judge(item)
    assert result.verdict is Verdict.CLEAR, result


def test_a_name_that_only_a_picture_shows_is_hidden_text(judge: Judge) -> None:
    result = judge.judge(listing("Leather tote bag", images=["1.jpg"]), {0: reading("NEW IN", "BRIXORA")})
    (case,) = result.cases
    (evidence,) = case.evidence
    assert result.verdict is Verdict.FLAG
    assert (evidence.kind, evidence.where, evidence.box) == (Reason.HIDDEN_TEXT, "image:0", BOX)
    assert (evidence.found, evidence.mark, evidence.span) == ("BRIXORA", "Brixora", None)


@pytest.mark.parametrize(
    ("item", "lines", "score"),
    [
        (listing("Brixora tote bag"), ["BRIXORA"], 0.97),
        (listing("Tote bag", description="By Brixora"), ["BRIXORA"], 0.97),
        (listing("Chain strap"), ["for Brixora bags"], 0.97),
        (listing("T-shirt"), ["MIND THE GAP BETWEEN"], 0.97),
        (listing("T-shirt"), ["GAP"], 0.6),
        (listing("Tote bag"), ["BRIXORA"], 0.3),
        (listing("Tote bag"), ["TTTT", "SALE"], 0.97),
    ],
)
def test_words_in_pictures_that_hide_nothing(
    judge: Judge, item: Listing, lines: list[str], score: float
) -> None:
    assert judge.judge(item, {0: reading(*lines, score=score)}).verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("Solvane replica shoes", Verdict.FLAG),
        ("Solvane shoes", Verdict.INCOMPLETE),
        ("Shoes", Verdict.INCOMPLETE),
    ],
)
def test_a_missing_picture_is_never_clear(judge: Judge, title: str, verdict: Verdict) -> None:
    missing = (Missing("image:0", "no such file"),)
    result = judge.judge(listing(title, images=["gone.jpg"]), missing=missing)
    assert (result.verdict, result.missing) == (verdict, missing)


@pytest.mark.parametrize(
    ("line", "verdict"), [("Bottle", Verdict.INCOMPLETE), ("Solvane", Verdict.FLAG)], ids=["bare", "named"]
)
def test_a_picture_read_in_part_is_never_clear(judge: Judge, line: str, verdict: Verdict) -> None:
    read = replace(reading(line), unread=154)
    result = judge.judge(listing("Shoes", images=["crowded.jpg"]), {0: read})
    assert result.verdict is verdict
    assert [item.where for item in result.missing] == ["image:0"]
    assert "154 of its places" in result.missing[0].why


def test_what_speaks_for_the_seller_stands_in_the_case(judge: Judge) -> None:
    result = judge.judge(
        listing(
            "Solvane shoes, best replica",
            brand="Brixora",
            condition="Used",
            marketplace="demo",
            seller={"id": "s9", "name": "Shoe Depot"},
        )
    )
    case = next(case for case in result.cases if case.brand == "solvane")
    assert [q.kind for q in case.qualifiers] == [
        Qualifier.AUTHORISED_SELLER,
        Qualifier.GENUINE_RESALE,
        Qualifier.OTHER_BRAND,
    ]


def test_an_authorised_seller_elsewhere_is_not_authorised_here(judge: Judge) -> None:
    item = listing("Shoes", marketplace="other", seller={"id": "s9", "name": "Solvane Official"})
    assert Reason.SELLER_IMPERSONATION in case_of(judge.judge(item), "solvane")


def test_the_gravest_case_comes_first_and_gives_the_risk(judge: Judge) -> None:
    result = judge.judge(
        listing("Kelvanti watch", brand="no brand", description="Brixora bag, superfake, 1:1 copy")
    )
    risks = [case.risk for case in result.cases]
    assert risks == sorted(risks, reverse=True)
    assert result.risk == risks[0]
    assert {case.brand for case in result.cases} == {"kelvanti", "brixora"}


def test_versions_stand_in_every_result() -> None:
    judge = Judge(BRANDS, versions={"detector": "1"})
    assert judge.judge(listing("A dress")).versions == {"detector": "1"}
