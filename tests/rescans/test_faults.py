"""Rescans by workers in earnest, with what kills and loses."""

import pytest
from sqlalchemy import select

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from review.tables import Case, CaseEvidence
from tests.faults.conftest import House, open_house, until
from workers.graph.outbox import announcing
from workers.rescans import moving
from workers.rescans.tables import ENDED, Kind
from workers.rescans.telling import Report, report

pytestmark = pytest.mark.slow
LISTINGS = 300


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """With listings that were judged before their brands joined."""
    home = tmp_path_factory.mktemp("house")
    opened = open_house(home, f"sqlite:///{home / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light")
    opened.start("tests.faults.faulty", "--processes", "2")
    opened.start("workers.cli", "beat")
    titles = {0: "Shoes by Zephyrra", 1: "Brown shoes", 2: "A Quorvexx bag"}
    run = opened.pull(
        opened.catalogue([{"id": f"L{n}", "title": f"{titles[n % 3]} {n}"} for n in range(LISTINGS)])
    )
    opened.wait(run)
    yield opened
    opened.end()


def join(house: House, key: str, name: str) -> None:
    with house.database.writing("test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner=owner, key=key, name=name))


def begin(house: House, *brands: str, **wish) -> int:
    with announcing(house.database, "test") as session:
        number = moving.begin(session, moving.Wish(Kind.BRAND, brands, **wish), "test").id
        moving.resume(session, number)
    return number


def told(house: House, number: int) -> Report:
    with house.database.reading() as session:
        return report(session, moving.known(session, number))


def ended(house: House, number: int) -> Report:
    until(lambda: told(house, number).state in ENDED, what=f"{told(house, number)}, see {house.home / 'log'}")
    return told(house, number)


def effects(house: House, brand: str) -> tuple[int, int]:
    """Cases of a brand, and pieces of evidence that stand twice in one."""
    with house.database.reading() as session:
        cases = session.scalars(select(Case.id).where(Case.brand == brand)).all()
        keys = session.execute(
            select(CaseEvidence.case_id, CaseEvidence.key).where(CaseEvidence.case_id.in_(cases))
        ).all()
        return len(cases), len(keys) - len(set(keys))


def test_a_brand_that_joins_is_looked_for_by_workers(house) -> None:
    join(house, "zephyra", "Zephyra")
    done = ended(house, begin(house, "zephyra"))
    print(f"\na brand joined: {dict(done.counts)}")
    assert (done.state, done.counts["listings"], done.counts["opened"]) == ("completed", LISTINGS, 100)
    assert effects(house, "zephyra") == (100, 0)
