"""Rescans by workers in earnest, with what kills, loses, breaks and changes meanwhile. Counts are printed."""

from itertools import count
from pathlib import Path

import pytest
import redis
from sqlalchemy import select

from brand_registry.people import HOUSE, Owner
from brand_registry.snapshots.folder import Snapshots
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from review.tables import Case, CaseEvidence, Listing
from storage.blobs import Blobs
from tests.faults.conftest import House, open_house, until
from workers.graph.outbox import announcing
from workers.rescans import moving
from workers.rescans.switching import switch
from workers.rescans.tables import ENDED, Kind
from workers.rescans.telling import Report, report
from workers.shards.sealing import SIZES, Sealer, Sizes, without_waiting
from workers.shards.store import ShardStore
from workers.shards.tables import Holds, Shard, ShardState

pytestmark = pytest.mark.slow
LISTINGS = 300
NAMES = [
    "Zephyra",
    "Quorvexx",
    "Brontavia",
    "Kelmundo",
    "Trisovant",
    "Ostrellon",
    "Vindaxia",
    "Plumberro",
    "Garnivelle",
    "Hoxwinder",
    "Meltaquin",
]
_next = count()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """With listings that were judged before their brands joined, in two shards; a tail is in none."""
    home = tmp_path_factory.mktemp("house")
    opened = open_house(home, f"sqlite:///{home / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light")
    opened.start("tests.faults.faulty", "--processes", "2")
    opened.start("workers.cli", "beat")
    fakes = [f"{name[:4]}{name[3]}{name[4:]}" for name in NAMES]
    listings = [{"id": f"L{n}", "title": f"{fakes[n % len(NAMES)]} shoes {n}"} for n in range(LISTINGS)]
    run = opened.pull(opened.catalogue(listings))
    opened.wait(run)
    assert seal(opened) == 2
    yield opened
    opened.end()


def seal(house: House, sizes: Sizes | None = None) -> int:
    small = Sizes({**SIZES.full, Holds.TEXTS: 120}, {**SIZES.least, Holds.TEXTS: 100})
    store = ShardStore(str(house.home / "shards"))
    blobs = Blobs(house.home / "blobs")
    sealer = Sealer(house.database, blobs, store, house.home / "lock", without_waiting(sizes or small))
    return sealer.seal()


def join(house: House) -> str:
    """A brand joins that no listing was judged with."""
    name = NAMES[next(_next)]
    with house.database.writing("test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner=owner, key=name.lower(), name=name))
    return name.lower()


def begin(house: House, *brands: str, **wish) -> int:
    with announcing(house.database, "test") as session:
        number = moving.begin(session, moving.Wish(Kind.BRAND, brands, **wish), "test").id
        moving.resume(session, number)
    return number


def told(house: House, number: int) -> Report:
    with house.database.reading() as session:
        return report(session, moving.known(session, number))


def ended(house: House, number: int, title: str) -> Report:
    until(
        lambda: told(house, number).state in ENDED,
        what=lambda: f"{told(house, number)}\n{house.complaints()}",
    )
    done = told(house, number)
    print(f"\n{title}: {done.state}, { ({name: n for name, n in done.counts.items() if n}) }")
    return done


def once(house: House, brand: str, done: Report, cases: int | None = None) -> None:
    """Everything was looked at, and each fake has one case of the brand, each thing found once in it."""
    cases = len(range(NAMES.index(brand.title()), LISTINGS, len(NAMES))) if cases is None else cases
    assert (done.state, done.counts["listings"]) == ("completed", LISTINGS)
    with house.database.reading() as session:
        found = session.scalars(select(Case).where(Case.brand == brand)).all()
        keys = session.execute(
            select(CaseEvidence.case_id, CaseEvidence.key).where(
                CaseEvidence.case_id.in_([case.id for case in found])
            )
        ).all()
        assert len(found) == len({case.listing_id for case in found}) == cases
        assert len(keys) == len(set(keys))
        assert done.counts["opened"] == sum(case.rescan == done.number for case in found)


def test_a_brand_that_joins_is_looked_for_by_workers(house) -> None:
    brand = join(house)
    once(house, brand, ended(house, begin(house, brand), "a brand joined"))


@pytest.mark.parametrize("stage", ["rescan", "rescan case"])
@pytest.mark.parametrize("what", ["killed", "parent_killed"])
def test_a_worker_killed_in_mid_shard(house, stage, what) -> None:
    brand = join(house)
    house.fault(stage, what)
    done = ended(house, begin(house, brand), f"{what} in {stage}")
    assert house.met(stage)
    once(house, brand, done)


def halfway(house: House, brand: str) -> int:
    """A rescan that has done a part of its work and waits, as its budget is spent."""
    number = begin(house, brand, budget=1)
    until(lambda: told(house, number).counts["listings"] == 1, what="it never began")
    return number


def let_go(house: House, number: int) -> None:
    with house.database.writing("test") as session:
        moving.held(session, number).budget = None


def test_the_broker_forgets_everything(house) -> None:
    brand = join(house)
    number = halfway(house, brand)
    redis.Redis(unix_socket_path=str(house.broker.socket)).flushall()
    let_go(house, number)
    once(house, brand, ended(house, number, "the broker was flushed"))


@pytest.mark.parametrize("how", ["flipped", "cut"])
def test_a_shard_breaks_while_it_is_scanned(house, how) -> None:
    brand = join(house)
    number = halfway(house, brand)
    with house.database.reading() as session:
        shard = session.scalars(
            select(Shard).where(Shard.state == ShardState.CURRENT).order_by(Shard.last.desc()).limit(1)
        ).one()
    file = house.home / "shards" / shard.name / "rows.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data if how == "flipped" else data[:-1])
    let_go(house, number)
    once(house, brand, ended(house, number, f"a shard was {how}"))
    with house.database.reading() as session:
        assert session.get_one(Shard, shard.id).state == ShardState.BROKEN
    assert seal(house) == 1


def test_everything_is_stopped_and_started_while_it_is_paused(house) -> None:
    brand = join(house)
    number = halfway(house, brand)
    with announcing(house.database, "test") as session:
        moving.pause(session, number)
    house.stop()
    house.processes.clear()
    house.start("tests.faults.faulty", "--processes", "2")
    house.start("workers.cli", "beat")
    let_go(house, number)
    with announcing(house.database, "test") as session:
        moving.resume(session, number)
    once(house, brand, ended(house, number, "stopped and started while paused"))


def test_a_listing_changes_in_between(house) -> None:
    brand = join(house)
    number = halfway(house, brand)
    last = max(n for n in range(LISTINGS) if n % len(NAMES) == NAMES.index(brand.title()))
    folder = house.catalogue([{"id": f"L{last}", "title": "Brown shoes"}])
    with house.database.reading() as session:
        known = session.scalars(select(Listing.source).limit(1)).one()
    Path(known).write_text(folder.read_text())
    run = house.pull(known)
    house.wait(run)
    let_go(house, number)
    done = ended(house, number, "a listing changed meanwhile")
    assert done.state == "completed"
    with house.database.reading() as session:
        keys = session.scalars(select(Listing.key).join(Case).where(Case.brand == brand)).all()
    assert len(keys) == len(set(keys)) == len(range(NAMES.index(brand.title()), LISTINGS, len(NAMES))) - 1
    assert f"L{last}" not in keys


def test_a_brand_goes_while_it_is_looked_for(house) -> None:
    brand = join(house)
    number = halfway(house, brand)
    with house.database.writing("test") as session:
        session.scalars(select(Brand).where(Brand.key == brand)).one().state = BrandState.RETIRED
    snapshots = Snapshots(house.home / "snapshots")
    until(
        lambda: brand not in (snapshots.current() / "brands.jsonl").read_text(), what="no snapshot without it"
    )
    let_go(house, number)
    done = ended(house, number, "its brand was retired meanwhile")
    assert (done.state, done.why) == ("aborted", "its brands are gone, so there is nothing to look for")
    with house.database.reading() as session:
        found = session.scalars(select(Case.rescan).where(Case.brand == brand)).all()
    # What a worker has in hand it ends by the snapshot that it has; after that nothing more is looked for.
    assert found == [number] * done.counts["opened"]


def test_another_model_reads_while_workers_are_killed(house) -> None:
    pictured = [{"id": f"P{n}", "title": "Shoes", "images": [f"picture{n}.jpg"]} for n in range(30)]
    house.wait(house.pull(house.catalogue(pictured)))
    house.fault("read", "killed")
    with announcing(house.database, "test") as session:
        wish = moving.Wish(Kind.MODEL, reads={"reader": "tests.faults.faulty:another"})
        number = moving.begin(session, wish, "test").id
        moving.resume(session, number)
    done = ended(house, number, "another model read, and a worker was killed")
    assert house.met("read")
    assert (done.state, done.counts["pictures"], done.counts["failed"]) == ("completed", 30, 0)
    until(lambda: told(house, number).estimate, what="nobody compared")
    assert told(house, number).estimate["changed"] == 0
    assert switch(house.database, number) == 30
