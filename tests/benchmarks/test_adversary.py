"""Attacks on a brand: what each is made of, how strong, and what becomes of it."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from benchmarks.adversary.attack import STRENGTHS, Attack, Made, Medium
from benchmarks.adversary.attempts import ATTACKS, attempts, possible
from benchmarks.adversary.curves import Attacked, curves
from benchmarks.adversary.judging import Tried
from benchmarks.adversary.report import MADE, MISSES, worst, write_report
from benchmarks.adversary.target import Ink, Target, ink_of, latin
from benchmarks.composed import disguises
from benchmarks.composed.disguises import misspelt
from detector.brand import Brand, Product
from detector.listing import Listing, Price
from workers.demo.brands import BRANDS
from workers.demo.emblems import emblem

_RECORDED = Product(
    name="Velmora Glide 2",
    sku="VG2",
    gtin="4006381333931",
    serial_pattern=r"V\d{7}",
    attributes={"weight": "280 g"},
)
VELMORA = BRANDS[0].model_copy(update={"products": (_RECORDED,), "certification_marks": ("CE",)})
WORDS = [attack for attack in ATTACKS if attack.medium is Medium.WORDS]
OTHERS = [attack for attack in ATTACKS if attack.medium is not Medium.WORDS]


@pytest.fixture(scope="module")
def target() -> Target:
    colours, cover = emblem("velmora")
    photo = np.random.default_rng(1).random((300, 400, 3), np.float32)
    return Target(VELMORA, latin(VELMORA), (Ink(colours, cover),), (photo,), (photo,))


def test_no_two_attacks_have_one_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", WORDS, ids=lambda attack: attack.name)
def test_an_attack_in_words_and_its_twin_are_listings_at_every_strength(
    attack: Attack, target: Target
) -> None:
    for make in (attack.make, attack.twin):
        made = [make(target, s, Random(n)) for s in range(1, STRENGTHS + 1) for n in range(10)]
        listings = [Listing.model_validate({"id": "1"} | dict(one.fields)) for one in made if one]
        assert len(listings) >= 15
        assert all(one is None or one.picture is None for one in made)


@pytest.mark.slow
@pytest.mark.parametrize("attack", OTHERS, ids=lambda attack: attack.name)
def test_an_attack_in_pictures_and_its_twin_are_shown(attack: Attack, target: Target) -> None:
    for make in (attack.make, attack.twin):
        made = make(target, STRENGTHS, Random(1))
        assert isinstance(made, Made)
        assert made.picture is not None
        assert made.picture.ndim == 3
        Listing.model_validate({"id": "1"} | dict(made.fields))


def test_attempts_are_the_same_each_time_and_more_of_them_change_none(target: Target) -> None:
    attacks = WORDS[:3]
    few = list(attempts(target, attacks, 1, 2, 1))
    more = {one.id: one.made.fields["title"] for one in attempts(target, attacks, 1, 3, 1)}
    assert {one.id: one.made.fields["title"] for one in few}.items() <= more.items()
    assert [one.made.fields for one in attempts(target, attacks, 2, 2, 1)] != [one.made.fields for one in few]
    assert {one.innocent for one in few} == {True, False}


BARE = Brand(id="bare", name="Brontelli")
PRICED = BARE.model_copy(update={"price_floor": Price(amount=Decimal(60), currency="USD")})
CASES = {
    "a name alone": (Target(BARE, latin(BARE)), {"a price floor", "a mark among its logos"}),
    "no name in Latin letters": (
        Target(Brand(id="a", name="アクメ"), ()), {"a name in Latin letters, of four or more"},
    ),
    "a short name": (Target(Brand(id="z", name="Zyv"), ()), {"a name in Latin letters, of four or more"}),
    "a floor": (Target(PRICED, latin(PRICED)), {"pictures of its own (images)", "a product"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_brand_lacks_for_an_attack_is_said(case: str) -> None:
    target, lacks = CASES[case]
    made, lacking = possible(target, pictures=True)
    assert lacks <= {lack for _, lack in lacking}
    assert {one.name for one in made}.isdisjoint(one.name for one, _ in lacking)
    assert len(made) + len(lacking) == len(ATTACKS)


def test_prices_are_in_the_currency_of_the_floor() -> None:
    target = Target(PRICED, latin(PRICED))
    attack = next(one for one in WORDS if "impossible price" in one.name)
    made = attack.make(target, 2, Random(1))
    assert made is not None
    assert made.fields["price"] == Price(amount=Decimal("18.00"), currency="USD")


@pytest.mark.parametrize("count", range(1, 6))
def test_a_disguise_is_as_strong_as_asked(count: int) -> None:
    for seed in range(20):
        dice = Random(seed)
        alike = disguises.look_alike("Brontelli", dice, count) or ""
        assert sum(a != b for a, b in zip("Brontelli", alike, strict=True)) <= count
        cut = disguises.cut("Brontelli", dice, count) or ""
        assert "".join(c for c in cut if c.isascii() and c.isalpha()) == "Brontelli"
        assert len(cut) >= len("Brontelli") + count
        heard = disguises.by_ear("Brontelli", dice, count)
        assert heard is None or heard.casefold() != "brontelli"


def test_a_name_that_gives_no_room_is_left_alone() -> None:
    assert disguises.cut("Zyv", Random(1), 3) is None
    assert disguises.by_ear("Hrmb", Random(1), 5) is None


def test_the_ground_of_a_mark_is_no_ink() -> None:
    mark = np.full((40, 60, 3), 255, np.uint8)
    mark[10:30, 20:40] = (200, 20, 20)
    cover = ink_of(mark).cover
    assert (cover[0, 0], cover[20, 30]) == (0, 1)
    assert cover.mean() == pytest.approx(400 / 2400)


def tried(strength: int, risk: float, *, innocent: bool = False, attack: str = "mistyped") -> Tried:
    return Tried(
        f"{strength} {risk}", attack, Medium.WORDS, strength, innocent, risk, risk >= 0.5, (), "said"
    )


def test_protection_ends_at_the_first_strength_that_is_mostly_missed() -> None:
    some = [tried(s, 0.9 if s in {1, 2, 4} else 0.1) for s in range(1, 6)]
    some += [tried(s, 0.9 if s == 5 else 0.0, innocent=True) for s in range(1, 6)]
    [curve] = curves(WORDS, some)
    assert (curve.held_to, curve.ends and curve.ends.dose) == (2, "3 slips")
    assert curve.share(innocent=False) == pytest.approx(0.6)
    assert curve.share(innocent=True) == pytest.approx(0.2)
    told = Attacked("a", "Acme", 1, [curve], some, []).summary()
    assert told.startswith("0 of 1 attacks on Acme are found at every strength, 3 of 5 listings")
    assert "of 5 innocent twins 1 are flagged" in told


def test_what_was_not_made_is_not_said_to_hold() -> None:
    [curve] = curves(WORDS, [tried(s, 0.9) for s in (1, 2)] + [tried(5, 0.0, innocent=True)])
    assert (curve.held_to, curve.holds, curve.ends) == (2, False, None)
    assert Attacked("a", "Acme", 1, [curve], [], []).summary().startswith("0 of 1 attacks")


@pytest.mark.parametrize("name", ["Levi's", "Yahoo!", "Under_Armour", "A.P.C. Paris", "-Acme-", "7-Eleven"])
def test_any_name_can_be_attacked(name: str) -> None:
    misspelt(name, Random(1))


def test_a_report_holds_curves_and_the_worst_misses_and_replaces_the_one_before(tmp_path: Path) -> None:
    picture = tmp_path / "shown.jpg"
    Image.new("RGB", (300, 200), "red").save(picture)
    missed = replace(tried(1, 0.1), said="<script>alert(1)</script>", picture=picture)
    some = [missed, tried(2, 0.9), tried(1, 0.7, innocent=True)]
    attacked = Attacked("a", "Acme & Sons", 1, curves(WORDS, some), some, [(OTHERS[0], "a mark")])
    out = tmp_path / "attacked"
    for _ in range(2):
        write_report(out, attacked)
        assert {path.name for path in out.iterdir()} == set(MADE)
        assert len(list((out / MISSES).iterdir())) == 1
    page = (out / "index.html").read_text("utf-8")
    assert page.count("<svg") == 1
    assert "<script>" not in page
    assert "Acme &amp; Sons" in page
    assert "lacks a mark" in page
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [json.loads(line)["innocent"] for line in (out / "misses.jsonl").open()] == [False, True]


def test_what_was_missed_at_the_weakest_is_shown_first() -> None:
    some = [tried(s, 0.1) for s in (5, 3, 1, 4, 2)] + [tried(1, 0.8, innocent=True)]
    assert [(one.strength, one.innocent) for one in worst(some)] == [
        (1, False), (2, False), (3, False), (1, True),
    ]  # fmt: skip


def test_what_was_stopped_says_so() -> None:
    some = [tried(1, 0.9)]
    assert "stopped" in Attacked("a", "Acme", 1, curves(WORDS, some), some, [], stopped=True).summary()
    assert "stopped" not in Attacked("a", "Acme", 1, curves(WORDS, some), some, []).summary()
