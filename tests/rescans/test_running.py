"""How rescans are run: a dry run first, within a budget, with a cap; several at once in one pass."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sqlalchemy import create_engine, select, update

from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from review.tables import Case, CaseEvidence
from storage.database import Database
from storage.migrations import migrate
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA
from tests.rescans.test_brands import cases, market
from tests.sqlite import on_sqlite
from workers.graph.tables import Item, Run, State
from workers.rescans import moving
from workers.rescans.estimating import estimate_of, wilson
from workers.rescans.opening import open_kept
from workers.rescans.tables import RescanPart
from workers.rescans.working import Rescanner
from workers.shards import sealing
from workers.shards.sealing import Sizes
from workers.shards.tables import Holds

QUORVEXX = Record(id="quorvexx", name="Quorvexx")


@settings(deadline=None)
@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(case) -> None:
    hits, total = case
    known = binomtest(hits, total).proportion_ci(method="wilson")
    assert wilson(hits, total) == pytest.approx((known.low, known.high), abs=1e-3)


def test_a_dry_run_tells_what_it_would_bring_and_opens_nothing(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    with rescans.database.writing("test") as session:
        number = moving.begin(session, moving.Wish("brand", ["zephyra"]), "test").id
    found = estimate_of(rescans.database, rescans.blobs, rescans, number)
    assert (found.listings, found.sample, found.cases, found.expected) == (4, 4, 3, 3)
    assert found.low <= 3 <= found.high
    assert rescans.report(number).state == "new"
    assert rescans.report(number).estimate["cases"] == 3
    assert set(cases(rescans)) == {("both", "acme")}


def test_a_budget_holds_it_back(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    number = rescans.begin("zephyra", budget=1)
    rescans.finish()
    report = rescans.report(number)
    assert (report.state, report.counts["listings"]) == ("running", 1)
    with rescans.database.writing("test") as session:
        rescan = moving.held(session, number)
        rescan.since = rescan.since.replace(year=rescan.since.year - 1)
    for _ in range(2):
        rescans.move(moving.known, number)
        rescans.finish()
    assert rescans.report(number).state == "completed"


def halfway(rescans, sizes: Sizes | None = None) -> int:
    """One that has looked at one listing of four, which lie in shards of these sizes if in any."""
    market(rescans)
    if sizes is not None:
        rescans.sealer(sizes).seal()
    rescans.registry(ACMERA, ZEPHYRA)
    number = rescans.begin("zephyra", budget=1)
    rescans.finish()
    assert rescans.report(number).counts["listings"] == 1
    return number


def go_on(rescans, number) -> None:
    with rescans.database.writing("test") as session:
        moving.held(session, number).budget = None
    rescans.move(moving.known, number)
    rescans.finish()


def test_a_brand_changes_while_it_is_looked_for(rescans) -> None:
    number = halfway(rescans)
    rescans.registry(ACMERA, ZEPHYRA.model_copy(update={"name": "Quorvexx"}))
    go_on(rescans, number)
    report = rescans.report(number)
    assert (report.state, report.counts["listings"], report.counts["opened"]) == ("completed", 4, 1)
    assert rescans.again("zephyra").counts["gone"] == 1  # what was found by the name that it had
    assert [key for key, case in cases(rescans).items() if case.gone] == [("both", "zephyra")]


@pytest.mark.parametrize("sealed", [False, True])
def test_it_goes_on_after_an_upgrade(rescans, monkeypatch, sealed) -> None:
    """Other code judges, and the shard that it stood in is written anew in today's format, with others."""
    small = Sizes({Holds.TEXTS: 2, Holds.LOOKS: 1}, {Holds.TEXTS: 2, Holds.LOOKS: 1})
    whole = Sizes({Holds.TEXTS: 10, Holds.LOOKS: 10}, small.least)
    with monkeypatch.context() as before:
        before.setattr(sealing, "FORMAT", 1)
        number = halfway(rescans, small if sealed else None)
    rescans.move(moving.pause, number)
    if sealed:
        assert rescans.sealer(whole).compact() == 2
    versions = {"detector": "2", "registry": f"r{rescans.revision}-fedcba987654"}
    rescans.judge = RegistryJudge([ACMERA, ZEPHYRA], versions=versions)
    rescans.rescanner = Rescanner(rescans.database, rescans.blobs, rescans, rescans.store)
    rescans.move(moving.resume, number)
    go_on(rescans, number)
    report = rescans.report(number)
    assert (report.state, report.counts["listings"], report.counts["opened"]) == ("completed", 4, 3)
    assert report.counts["pictures"] == 2


BEFORE_MODELS = "0021"
"""The last revision at which a rescan knew nothing of models."""


def of_revision(database: Database, file: Path, revision: str) -> str:
    """The address of a database as an older program would have left it, with all of this one that fits in."""
    url = f"sqlite:///{file}"
    engine = create_engine(url)
    migrate(engine, revision)
    engine.dispose()
    with closing(sqlite3.connect(database.engine.url.database)) as now, now:
        now.execute("ATTACH ? AS older", (str(file),))
        tables = "SELECT name FROM older.sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic%'"
        for (table,) in now.execute(tables).fetchall():
            known = {name for _, name, *_ in now.execute(f"PRAGMA main.table_info({table})")}
            both = [n for _, n, *_ in now.execute(f"PRAGMA older.table_info({table})") if n in known]
            now.execute(f"DELETE FROM older.{table}")
            names = ", ".join(f'"{name}"' for name in both)
            now.execute(f"INSERT INTO older.{table} ({names}) SELECT {names} FROM main.{table}")
    return url


@on_sqlite
def test_it_goes_on_after_the_database_was_migrated(rescans, tmp_path) -> None:
    number = halfway(rescans)
    rescans.move(moving.pause, number)
    url = of_revision(rescans.database, tmp_path / "older.sqlite", BEFORE_MODELS)
    rescans.database = Database(url)  # migrates
    rescans.rescanner = Rescanner(rescans.database, rescans.blobs, rescans, rescans.store)
    paused = rescans.report(number)
    assert (paused.state, paused.counts["listings"]) == ("paused", 1)
    rescans.move(moving.resume, number)
    go_on(rescans, number)
    report = rescans.report(number)
    assert (report.state, report.counts["listings"], report.counts["pictures"]) == ("completed", 4, 2)
    assert (report.counts["judged"], report.counts["opened"], report.counts["merged"]) == (3, 3, 0)
    with rescans.database.reading() as session:
        found = session.execute(select(CaseEvidence.case_id, CaseEvidence.key)).all()
        assert len(found) == len(set(found))
    rescans.database.close()


def test_what_was_kept_back_is_opened_by_its_risk(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    number = rescans.again("zephyra", cap=1).number
    for left in (1, 0):
        with rescans.database.writing("test") as session:
            assert open_kept(session, moving.held(session, number), 1) == {"opened": 1}
        assert rescans.report(number).waiting == left
    found = [case for (_, brand), case in cases(rescans).items() if brand == "zephyra"]
    assert [case.rescan for case in found] == [number] * 3


def test_several_share_one_pass(rescans) -> None:
    rescans.pull(
        rescans.catalogue(
            {"id": "a", "title": "Zephyrra shoes"},
            {"id": "b", "title": "A Quorvex bag", "brand": "Quorvex"},
            {"id": "c", "title": "Shoes"},
        )
    )
    rescans.run()
    rescans.registry(ACMERA, ZEPHYRA, QUORVEXX)
    first, second = rescans.begin("zephyra"), rescans.begin("quorvexx")
    rescans.messages()
    with rescans.database.reading() as session:
        part = session.scalars(select(RescanPart.id).where(RescanPart.rescan_id == first)).one()
    rescans.do("rescan", [part])
    assert [rescans.report(one).counts["listings"] for one in (first, second)] == [3, 3]
    assert {key: case.rescan for key, case in cases(rescans).items()} == {
        ("a", "zephyra"): first,
        ("b", "quorvexx"): second,
    }


def test_a_picture_that_was_not_read_goes_its_usual_way(rescans) -> None:
    rescans.picture("a.jpg", "ACMERA")
    rescans.pull(rescans.catalogue({"id": "a", "title": "Zephyrra shoes", "images": ["a.jpg"]}))
    rescans.run()
    with rescans.database.writing("test") as session:
        # As if another engine had read it.
        from workers.graph.tables import Reading

        session.execute(update(Reading).values(engine="another"))
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    assert report.counts["left"] == 1
    assert set(cases(rescans)) == {("a", "acme"), ("a", "zephyra")}
    with rescans.database.reading() as session:
        run = session.scalars(select(Run).where(Run.source == f"rescan {report.number}")).one()
        assert session.scalars(select(Item.state).where(Item.run_id == run.id)).all() == [State.DONE]
        assert len(session.scalars(select(Case.id)).all()) == 2
