"""Listings that show nothing and lead elsewhere, and honest shops that say how they are reached."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from detector.appearance import Appearance
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Box, Evidence, Reason, Result, Verdict
from tests.looks import NOTHING

BOX: Box = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))
LOOK = replace(NOTHING, thumbnail=np.full((9, 9, 3), 200, np.uint8))


@pytest.fixture(scope="module")
def judge() -> Judge:
    floor = {"amount": 60, "currency": "EUR"}
    seller = {"marketplace": "demo", "seller_id": "s9"}
    values = {"id": "velmora", "name": "Velmora", "price_floor": floor, "authorised_sellers": [seller]}
    return Judge([Brand.model_validate(values)])


def judged(judge: Judge, line: str | None = None, look: Appearance | None = None, **fields: Any) -> Result:
    shown = line is not None or look is not None
    listing = Listing.model_validate({"id": "1", **fields} | ({"images": ["a.jpg"]} if shown else {}))
    lines = (TextLine(line, 0.98, BOX),) if line else ()
    reading = PictureReading("0" * 64, 99, 99, lines, "test", appearance=look)
    return judge.judge(listing, {0: reading} if shown else {})


def hints(result: Result) -> list[Evidence]:
    return [e for case in result.cases for e in case.evidence if e.kind is Reason.HIDDEN_LINK]


@pytest.mark.parametrize(
    ("fields", "line", "kind", "said"),
    [
        ({"title": "Velmora, message me for pictures"}, None, "asks to be asked", "message me"),
        ({"title": "Velmora 私信"}, None, "asks to be asked", "私信"),
        ({"title": "Velmora, Größe 42, message me"}, None, "asks to be asked", "message me"),
        ({"title": "Velmora İndirimli order link"}, None, "only paid through", "order link"),
        ({"title": "Velmora", "description": "Große Auswahl, WhatsApp: maxi_shop77"}, None, "contact details",
         "WhatsApp: maxi_shop77"),
        ({"title": "Velmora order link"}, None, "only paid through", "order link"),
        ({"title": "Velmora $10/$20/$30/$40"}, None, "a ladder of prices", "$10/$20/$30/$40"),
        ({"title": "Velmora", "description": "15 EUR, 25 EUR, 35 EUR, 45 EUR"}, None, "a ladder of prices",
         "15 EUR, 25 EUR, 35 EUR, 45 EUR"),
        ({"title": "Velmora", "description": "WhatsApp: +44 7911 123456"}, None, "contact details",
         "+44 7911 123456"),
        ({"title": "Velmora"}, "telegram: @goods_88", "contact details", "telegram: @goods_88"),
        ({"title": "Velmora"}, "Write to a@example.org", "contact details", "a@example.org"),
        ({"title": "Velmora"}, "NO IMAGE AVAILABLE", "no picture", "NO IMAGE AVAILABLE"),
    ],
)  # fmt: skip
def test_what_leads_elsewhere(
    judge: Judge, fields: dict[str, Any], line: str | None, kind: str, said: str
) -> None:
    found = hints(judged(judge, line, **fields))
    assert [(e.detail, e.found) for e in found] == [(kind, said)]
    assert (found[0].box is None) is (line is None)


def test_a_picture_of_one_colour_shows_nothing(judge: Judge) -> None:
    assert [e.detail for e in hints(judged(judge, look=LOOK, title="Velmora"))] == ["no picture"]
    busy = replace(LOOK, thumbnail=np.arange(243, dtype=np.uint8).reshape(9, 9, 3))
    assert hints(judged(judge, look=busy, title="Velmora")) == []


def test_alone_it_flags_nothing_and_beside_a_low_price_it_does(judge: Judge) -> None:
    listing = {"title": "Velmora order link", "description": "telegram: @goods_88"}
    assert judged(judge, **listing).verdict is Verdict.CLEAR
    cheap = {"price": {"amount": Decimal(40), "currency": "EUR"}}
    assert judged(judge, **listing, **cheap).verdict is Verdict.FLAG
    assert judged(judge, title="Velmora Glide", **cheap).verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("description", "asked"),
    [("telegram: @goods_88", Verdict.CLEAR), ("message me, telegram: @goods_88", Verdict.FLAG)],
)
def test_three_kinds_of_signs_ask_for_a_person_close_to_the_floor_too(
    judge: Judge, description: str, asked: Verdict
) -> None:
    listing = {"title": "Velmora order link", "description": description}
    assert judged(judge, **listing).verdict is Verdict.CLEAR  # nothing but signs
    near = {"price": {"amount": Decimal(54), "currency": "EUR"}}
    assert judged(judge, **listing, **near).verdict is asked


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Velmora Glide, 42, new"},
        {"title": "Shoes, message me for pictures"},  # nobody's
        {"title": "Laces for Velmora, message me"},
        {"title": "Velmora Glide was 90 EUR, now 75 EUR"},
        {"title": "Velmora 4 EUR 3 EUR 2 EUR 1 EUR"},
        {"title": "Velmora Glide 4006381333931"},
        {
            "title": "Velmora laces",
            "description": "1 piece 10 EUR, 2 pieces 19 EUR, 5 pieces 45 EUR, 10 pieces 80 EUR",
        },
        {"title": "Velmora order link", "marketplace": "demo", "seller": {"id": "s9", "name": "Shop"}},
    ],
)
def test_innocent_listings(judge: Judge, fields: dict[str, Any]) -> None:
    assert hints(judged(judge, **fields)) == []
