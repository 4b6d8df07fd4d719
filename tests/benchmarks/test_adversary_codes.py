"""Faked codes and safety marks: one thing on the back of the pack is wrong, and nothing on its twin's."""

import re
from dataclasses import fields
from random import Random

import numpy as np
import pytest

from benchmarks.adversary import codes
from benchmarks.adversary.attack import STRENGTHS
from benchmarks.adversary.backs import Back
from benchmarks.adversary.target import Target, latin
from brand_registry.gtin import gtin14
from detector.brand import Brand, Product
from detector.listing import Listing

PILL = Product(
    name="Sanovex D3", sku="SD3-90", gtin="4123456789018", serial_pattern=r"L\d{6}",
    attributes={"pack_size": "90", "strength": "2000 IU", "form": "softgels"},
)  # fmt: skip
SANOVEX = Brand(id="sanovex", name="Sanovex", products=(PILL,), certification_marks=("CE 0123", "GS"))
FAKED = {
    "the pack's article number faked": {"article"},
    "the pack's serial number faked": {"serial"},
    "the pack's model number faked": {"model"},
    "the pack's expiry altered": {"expires"},
    "the pack's contents are not those of the words": {"contents"},
    "a safety mark faked": {"marks", "drawn_together"},
}
ATTACKS = {attack.name: attack for attack in codes.ATTACKS}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Back]:
    """What was to be drawn, in order."""
    backs: list[Back] = []

    def note(back: Back, size: int, dice: Random) -> np.ndarray:
        backs.append(back)
        return np.zeros((8, 8, 3), np.float32)

    monkeypatch.setattr(codes, "photographed", note)
    return backs


def differ(one: Back, other: Back) -> set[str]:
    return {each.name for each in fields(Back) if getattr(one, each.name) != getattr(other, each.name)}


@pytest.mark.parametrize("name", FAKED)
def test_one_thing_is_faked_at_every_strength_and_the_words_stay_those_of_the_genuine(
    name: str, printed: list[Back]
) -> None:
    target, attack = Target(SANOVEX, latin(SANOVEX)), ATTACKS[name]
    for strength in range(1, STRENGTHS + 1):
        made = 0
        for seed in range(12):
            honest = attack.twin(target, strength, Random(seed))
            fake = attack.make(target, strength, Random(seed))
            if fake is None:
                continue  # no character of this one has a look-alike
            made += 1
            genuine, other = printed[-2:]
            assert len(found := differ(genuine, other)) == 1
            assert found <= FAKED[name]
            assert (genuine.article, genuine.model, genuine.marks) == (
                PILL.gtin, PILL.sku, SANOVEX.certification_marks,
            )  # fmt: skip
            assert re.fullmatch(r"L\d{6}", genuine.serial or "")
            assert "serial" not in found or not re.fullmatch(r"L\d{6}", other.serial or "")
            assert honest is not None
            for one in (honest, fake):
                listing = Listing.model_validate({"id": "1"} | dict(one.fields))
                assert listing.attributes["expiry"] == genuine.expires
                assert listing.title == "Sanovex D3 90 2000 IU softgels"
        assert made >= 3


@pytest.mark.parametrize(("strength", "right"), [(1, False), (2, False), (3, True), (4, True), (5, True)])
def test_the_weakest_fakes_of_a_number_break_its_own_rules(
    strength: int, right: bool, printed: list[Back]
) -> None:
    target = Target(SANOVEX, latin(SANOVEX))
    for seed in range(20):
        assert ATTACKS["the pack's article number faked"].make(target, strength, Random(seed))
        article = printed[-1].article or ""
        assert article != PILL.gtin
        if right:
            gtin14(article)
        else:
            with pytest.raises(ValueError, match=r"no GTIN|check digit"):
                gtin14(article)


LACKING = {
    "a name alone": (
        {},
        {
            "a product",
            "a product with its article number (gtin)",
            "a product with its model number (sku)",
            "a product with the pattern of its serial numbers",
            "a product with a size or dose among its attributes",
        },
    ),
    "a bare product": (
        {"products": (Product(name="One"),)},
        {
            "a product with its article number (gtin)",
            "a product with its model number (sku)",
            "a product with the pattern of its serial numbers",
            "a product with a size or dose among its attributes",
            "a certification mark",
        },
    ),
    "what is no number, no pattern and no count": (
        {
            "products": (
                Product(name="One", sku="A1", gtin="12", serial_pattern="([", attributes={"colour": "red"}),
                *(
                    Product(name="Two", serial_pattern=pattern)
                    for pattern in (
                        "a{90000}",
                        r"(?<=x)\d+",
                        r"(?P<a>\w)(?(a)b|c)",
                        "$",
                        r"\bA\b",
                        "(a+)+b\\1",
                    )
                ),
            ),
            "certification_marks": (" ", "UL"),
        },
        {
            "a product with its article number (gtin)",
            "a product with the pattern of its serial numbers",
            "a product with a size or dose among its attributes",
        },
    ),
}


@pytest.mark.parametrize("case", LACKING)
def test_what_the_records_lack_is_said(case: str) -> None:
    records, lacks = LACKING[case]
    brand = Brand(id="a", name="Acme", **records)
    said = {attack.lacks(Target(brand, latin(brand))) for attack in codes.ATTACKS}
    assert said - {None} == lacks


def test_marks_and_numbers_that_give_no_room_are_left_alone(printed: list[Back]) -> None:
    every = tuple(one.split()[0] for one in codes.SCHEMES)
    held = SANOVEX.model_copy(update={"certification_marks": every})
    short = SANOVEX.model_copy(update={"certification_marks": ("+",)})
    mark = ATTACKS["a safety mark faked"]
    assert mark.make(Target(held, latin(held)), 1, Random(1)) is None
    assert [mark.make(Target(short, latin(short)), s, Random(1)) for s in (3, 4)] == [None, None]
