"""Attacks that owners ask for: one at a time, not too many, done once, and kept for a while."""

import os
import sys
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.attacking import KEPT, MOST_A_DAY, AttackRun, TooManyAttacks, ask, forget
from brand_registry.editing import register
from brand_registry.people import Owner
from brand_registry.tables import Brand
from brand_registry.web.curves import curves_of
from storage.settings import settings
from tests.faults.conftest import until
from tests.sqlite import on_sqlite
from workers.registry import attacking
from workers.registry.attacking import LENT, MOST_ATTEMPTS, NotAttacked, attack_next

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.fixture
def brands(database):
    """Two brands of one owner, and one of another."""
    with database.writing("test") as session:
        session.add_all([Owner(key="acme", name="Acme"), Owner(key="globex", name="Globex")])
        session.flush()
        for owner, name in (("acme", "Brontelli"), ("acme", "Velmora"), ("globex", "Hexwatt")):
            register(session, operator(), owner, {"name": name})
    return database


def asked(database, name: str = "Brontelli", at: datetime = NOW) -> int:
    with database.writing("test") as session:
        brand = session.scalars(select(Brand).where(Brand.name == name)).one()
        return ask(session, brand, "anna", at).id


def run_of(database, number: int) -> AttackRun:
    with database.reading() as session:
        return session.get_one(AttackRun, number)


def said(monkeypatch, what) -> list[str]:
    """Has the command say something, and notes for which brands it was asked."""
    brands: list[str] = []

    def attacked(brand: str) -> dict:
        brands.append(brand)
        return what(brand)

    monkeypatch.setattr(attacking, "_attacked", attacked)
    return brands


def test_one_is_under_way_for_an_owner_and_so_many_a_day(brands, monkeypatch) -> None:
    told = said(monkeypatch, lambda brand: {"brand": brand})
    first = asked(brands)
    with pytest.raises(TooManyAttacks, match="is under way"):
        asked(brands, "Velmora")
    asked(brands, "Hexwatt")
    assert attack_next(brands, NOW)
    assert (run_of(brands, first).state, run_of(brands, first).result) == (
        "done",
        {"brand": "acme/brontelli"},
    )
    for hour in range(1, MOST_A_DAY):
        asked(brands, "Velmora", NOW + timedelta(hours=hour))
        assert attack_next(brands, NOW)
        assert attack_next(brands, NOW) is (hour == 1)  # the other owner's was behind it
    with pytest.raises(TooManyAttacks, match="within a day; try again tomorrow"):
        asked(brands, "Velmora", NOW + timedelta(hours=20))
    asked(brands, "Velmora", NOW + timedelta(hours=25))
    assert told.count("globex/hexwatt") == 1


def test_what_was_killed_is_begun_again_three_times_at_most(brands, monkeypatch) -> None:
    def killed(_: str) -> dict:
        raise KeyboardInterrupt

    said(monkeypatch, killed)
    number, at = asked(brands), NOW
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            attack_next(brands, at)
        assert not attack_next(brands, at + LENT / 2)
        at += LENT * 2
    assert not attack_next(brands, at)
    run = run_of(brands, number)
    assert (run.state, run.why) == ("failed", "whoever worked on it was killed, three times")


def test_what_failed_says_why_and_of_a_brand_that_is_gone_nothing_is_kept(brands, monkeypatch) -> None:
    def fails(brand: str) -> dict:
        raise NotAttacked("Brontelli gives nothing to attack")

    said(monkeypatch, fails)
    number = asked(brands)
    assert attack_next(brands, NOW)
    assert (run_of(brands, number).state, run_of(brands, number).why) == (
        "failed", "Brontelli gives nothing to attack",
    )  # fmt: skip

    def deletes(brand: str) -> dict:
        with brands.writing("test") as session:
            session.delete(session.scalars(select(Brand).where(Brand.name == "Brontelli")).one())
        return {}

    said(monkeypatch, deletes)
    asked(brands)
    assert attack_next(brands, NOW)
    with brands.reading() as session:
        assert session.scalars(select(AttackRun)).all() == []


def test_it_is_forgotten_after_a_quarter(brands) -> None:
    number = asked(brands)
    with brands.writing("test") as session:
        forget(session, NOW + KEPT - timedelta(hours=1))
        assert session.get(AttackRun, number) is not None
        forget(session, NOW + KEPT + timedelta(hours=1))
    with brands.reading() as session:
        assert session.get(AttackRun, number) is None


@pytest.mark.slow
@on_sqlite
def test_a_worker_makes_the_curves_of_the_registered_brand(brands, database_url, monkeypatch) -> None:
    monkeypatch.setenv("DETECTOR_DATABASE", database_url)
    settings.cache_clear()
    monkeypatch.setattr(attacking, "EACH", 1)
    number = asked(brands)
    assert attack_next(brands, NOW)
    settings.cache_clear()
    run = run_of(brands, number)
    assert (run.state, run.why) == ("done", None)
    told = curves_of(run.result)
    assert {"mistyped", "cut up"} <= {curve.attack for curve in told.curves}
    assert set(told.lacking) == {"a price floor"}
    assert 0 < told.hits <= told.total
    assert told.innocent > 50


_WORKER = """
from workers.registry import attacking
attacking.EACH = 1_000
attacking._attacked("acme/brontelli")
"""


@pytest.mark.slow
@on_sqlite
def test_it_ends_with_a_worker_that_is_killed(brands, database_url) -> None:
    environment = os.environ | {"DETECTOR_DATABASE": database_url}
    worker = psutil.Popen([sys.executable, "-c", _WORKER], env=environment)
    until(worker.children)
    [attack] = worker.children()
    worker.kill()
    worker.wait()
    until(lambda: not attack.is_running() or attack.status() == psutil.STATUS_ZOMBIE)


CURVE = {
    "attack": "mistyped", "innocent": "an accessory", "held_to": 1,
    "points": [
        {"dose": "1 slip", "found": {"hits": 4, "total": 4, "share": 1.0},
         "flagged_twins": {"hits": 1, "total": 4, "share": 0.25}},
        {"dose": "2 slips", "found": {"hits": 1, "total": 4, "share": 0.25}, "flagged_twins": None},
        {"dose": "3 slips", "found": None, "flagged_twins": None},
    ],
}  # fmt: skip
ENDS = {"at a dose": (1, "2 slips"), "where it was not made": (2, "not made beyond"), "nowhere": (3, None)}


@pytest.mark.parametrize("case", ENDS)
def test_a_curve_ends_somewhere_or_holds(case: str) -> None:
    held, ends = ENDS[case]
    lacking = [{"attack": "b", "lacks": "y"}, {"attack": "a", "lacks": "x"}, {"attack": "c", "lacks": "y"}]
    result = {"attacks": [CURVE | {"held_to": held}], "not_made": lacking, "held_from": 0.8}
    told = curves_of(result)
    [curve] = told.curves
    assert (curve.ends, curve.line, curve.twins) == (ends, "4.0,4.0 60.0,25.0", 0.25)
    assert (told.held, told.hits, told.total, told.wrong, told.innocent) == (int(ends is None), 5, 8, 1, 4)
    assert told.lacking == {"x": ["a"], "y": ["b", "c"]}
