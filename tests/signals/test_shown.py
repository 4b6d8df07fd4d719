"""Marks, borrowed pictures and look-alike products: what counts depends on what the texts own up to."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import pytest

from detector.appearance import Appearance, Obscured
from detector.brand import AuthorisedSeller, Brand
from detector.judge import Judge
from detector.listing import Listing, Price, Seller
from detector.reading import PictureReading
from detector.result import Box, Qualifier, Reason, Result, Verdict
from detector.sighting import AssetKind, Reference, Seen, Sighting
from tests.looks import NOTHING

BOX: Box = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
SELLER = AuthorisedSeller(marketplace="demo", seller_id="s1")
FLOOR = Price(amount=Decimal(60), currency="EUR")
BRAND = Brand(id="brixora", name="Brixora", authorised_sellers=(SELLER,), price_floor=FLOOR)


@dataclass
class Recognised:
    """What was recognised, whatever the picture: how it is recognised isn't the subject here."""

    sightings: list[Sighting]

    def recognise(self, look: Appearance) -> list[Sighting]:
        return self.sightings


def judged(
    title: str,
    *kinds: Seen,
    seller: str = "s2",
    score: float = 0.95,
    patches: int = 0,
    hidden_by: Literal["pixelated", "blurred"] = "pixelated",
    price: int | None = None,
) -> Result:
    sightings = [
        Sighting(Reference("brixora", "own/one.png", AssetKind.PRODUCT, NOTHING, "B1"), kind, BOX, score)
        for kind in kinds
    ]
    judge = Judge([BRAND], references=Recognised(sightings))
    listing = Listing(
        id="L1",
        marketplace="demo",
        title=title,
        seller=Seller(id=seller, name="Shop"),
        images=("a.jpg",),
        price=None if price is None else Price(amount=Decimal(price), currency="EUR"),
    )
    look = replace(NOTHING, patches=(Obscured(BOX, hidden_by, score),) * patches)
    return judge.judge(listing, {0: PictureReading("0" * 64, 9, 9, (), "test", appearance=look)})


@pytest.mark.parametrize(
    ("title", "kind", "reason"),
    [
        ("Sneakers", Seen.MARK, Reason.LOGO),
        ("Oat drink", Seen.PRODUCT, Reason.PRODUCT_LOOKALIKE),
        ("Sneakers", Seen.OBSCURED, Reason.OBSCURED_LOGO),
        ("Sneakers", Seen.COPY, Reason.IMAGE_COPY),
        ("Brixora sneakers", Seen.COPY, Reason.IMAGE_COPY),
    ],
)
def test_what_is_shown_and_not_owned_up_to_is_flagged(title: str, kind: Seen, reason: Reason) -> None:
    result = judged(title, kind)
    assert result.verdict is Verdict.FLAG
    (evidence,) = result.cases[0].evidence
    assert (evidence.kind, evidence.where, evidence.box, evidence.asset, evidence.product) == (
        reason,
        "image:0",
        BOX,
        "own/one.png",
        "B1",
    )
    assert evidence.found is None


@pytest.mark.parametrize("kind", [Seen.MARK, Seen.OBSCURED, Seen.PRODUCT])
def test_who_names_the_brand_may_show_it(kind: Seen) -> None:
    assert judged("Brixora sneakers", kind).verdict is Verdict.CLEAR


@pytest.mark.parametrize("kind", [Seen.MARK, Seen.PRODUCT])
def test_what_fits_the_brand_is_told_and_not_flagged(kind: Seen) -> None:
    result = judged("Laces for Brixora sneakers", kind)
    assert result.verdict is Verdict.CLEAR
    assert Qualifier.COMPATIBLE_WITH in {q.kind for q in result.cases[0].qualifiers}


def test_what_fits_the_brand_is_not_flagged_however_much_pictures_show_of_it() -> None:
    shown = (Seen.MARK, Seen.OBSCURED, Seen.PRODUCT, Seen.MARK)
    assert judged("Laces for Brixora sneakers", *shown, score=1.0).verdict is Verdict.CLEAR


@pytest.mark.parametrize("kind", list(Seen))
def test_an_authorised_seller_may_use_it_all(kind: Seen) -> None:
    assert judged("Sneakers", kind, seller="s1").verdict is Verdict.CLEAR


@pytest.mark.parametrize("kind", [Seen.MARK, Seen.COPY, Seen.PRODUCT])
def test_what_is_recognised_at_all_is_for_a_person_to_see(kind: Seen) -> None:
    assert judged("Sneakers", kind, score=0.51).verdict is Verdict.FLAG


def test_a_doubtful_trace_of_a_hidden_mark_flags_nothing_alone() -> None:
    assert judged("Sneakers", Seen.OBSCURED, score=0.7).verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("title", "kinds", "price", "verdict"),
    [
        ("Brixora sneakers", (), None, Verdict.CLEAR),
        ("Brixora sneakers", (), 75, Verdict.CLEAR),
        ("Brixora sneakers", (), 34, Verdict.FLAG),
        ("Brixora sneakers, used, genuine", (), None, Verdict.CLEAR),  # a serial number, say
        ("Sneakers", (), None, Verdict.CLEAR),  # whose mark would it be?
        ("Sneakers", (Seen.PRODUCT,), None, Verdict.FLAG),
        ("Brixora sneakers", (Seen.MARK,), 75, Verdict.CLEAR),  # what an honest shop shows
    ],
)
def test_a_coarsened_patch_counts_where_something_says_whose_mark_it_hides(
    title: str, kinds: tuple[Seen, ...], price: int | None, verdict: Verdict
) -> None:
    result = judged(title, *kinds, patches=1, price=price)
    assert result.verdict is verdict
    hidden = [e for case in result.cases for e in case.evidence if e.kind is Reason.OBSCURED_LOGO]
    assert len(hidden) == (title != "Sneakers" or bool(kinds))


def test_a_blurred_patch_counts_as_a_coarsened_one_and_says_what_it_is() -> None:
    assert judged("Brixora sneakers", patches=1, hidden_by="blurred").verdict is Verdict.CLEAR
    result = judged("Brixora sneakers", patches=1, hidden_by="blurred", price=34)
    assert result.verdict is Verdict.FLAG
    (hidden,) = [e for e in result.cases[0].evidence if e.kind is Reason.OBSCURED_LOGO]
    assert (hidden.where, hidden.box, hidden.detail) == ("image:0", BOX, "blurred")
