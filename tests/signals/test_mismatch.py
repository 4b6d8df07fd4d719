"""Parts of a listing that speak of different things, and honest listings that look like it."""

from typing import Any

import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Box, Reason, Verdict

BOX: Box = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(
        [
            Brand(id="velmora", name="Velmora", categories=("Footwear > Sneakers",)),
            Brand(id="brontelli", name="Brontelli"),
            Brand(id="lantern", name="Lantern", categories=("Footwear",)),
        ]
    )


def found(judge: Judge, seen: str | None = None, **fields: Any) -> tuple[list[str | None], Verdict]:
    listing = Listing.model_validate({"id": "1", **fields} | ({"images": ["a.jpg"]} if seen else {}))
    lines = (TextLine(seen, 0.98, BOX),) if seen else ()
    result = judge.judge(listing, {0: PictureReading("0" * 64, 99, 99, lines, "test")} if seen else {})
    of_kind = [e for case in result.cases for e in case.evidence if e.kind is Reason.MISMATCH]
    return [f"{e.where}: {e.detail}" for e in of_kind], result.verdict


@pytest.mark.parametrize(
    ("fields", "seen", "told"),
    [
        (
            {"title": "Velmora Glide", "category": "Kitchen > Pans"},
            None,
            "title: filed under 'Kitchen > Pans'",
        ),
        ({"title": "Pan", "brand": "Velmora", "category": "Kitchen"}, None, "brand: filed under 'Kitchen'"),
        ({"title": "Velmora Glide"}, "BRONTELLI", "image:0: the texts say Velmora"),
    ],
)
def test_parts_that_disagree(judge: Judge, fields: dict[str, Any], seen: str | None, told: str) -> None:
    assert told in found(judge, seen, **fields)[0]


def test_it_flags_nothing_alone(judge: Judge) -> None:
    told, verdict = found(judge, title="Velmora Glide", category="Kitchen > Pans")
    assert told
    assert verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"title": "Velmora Glide", "category": "Sneaker"}, None),
        ({"title": "Velmora sneakers", "category": "Sale"}, None),
        ({"title": "Velmora Glide"}, None),
        ({"title": "Velmora Glide", "category": "Pans", "condition": "used"}, None),
        ({"title": "Case for Velmora", "category": "Pans"}, None),
        ({"title": "Lantern, paper", "category": "Pans"}, None),  # an everyday word
        ({"title": "Brontelli Aria", "category": "Pans"}, None),  # nobody said what they make
        ({"title": "Velmora Glide"}, "VELMORA"),
        ({"title": "Velmora x Brontelli"}, "BRONTELLI"),
        ({"title": "Laces for Velmora"}, "BRONTELLI"),  # the text names no make
        ({"title": "ThinkPad pen", "brand": "Velmora"}, None),
    ],
)
def test_what_agrees(judge: Judge, fields: dict[str, Any], seen: str | None) -> None:
    assert found(judge, seen, **fields)[0] == []
