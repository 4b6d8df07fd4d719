"""How many reports an owner may file, by how many held."""

from datetime import UTC, datetime, timedelta

import pytest

from brand_registry.notices import NoticeDay, may_file, quality_of, record_filed, record_outcome
from brand_registry.people import Owner


@pytest.fixture
def owner(database) -> int:
    with database.writing("anna") as session:
        session.add(acme := Owner(key="acme", name="Acme"))
        session.flush()
        return acme.id


@pytest.mark.parametrize(
    ("held", "fell", "a_day"),
    [(0, 0, 50), (0, 19, 50), (20, 0, 1_000), (16, 4, 1_000), (15, 5, 200), (10, 10, 200), (9, 11, 20),
     (4, 16, 20), (3, 17, 0)],
)  # fmt: skip
def test_the_share_that_held_caps_what_is_filed(database, owner, held, fell, a_day) -> None:
    with database.writing("lea") as session:
        for number in range(held + fell):
            record_outcome(session, owner, number < held)
    with database.writing("acme") as session:
        quality = quality_of(session, owner)
        assert (quality.held, quality.fell, quality.a_day) == (held, fell, a_day)
        for _ in range(min(a_day, 60)):
            assert may_file(session, owner) is None
            record_filed(session, owner)
        assert (may_file(session, owner) is None) == (a_day > 60)


def test_what_is_old_no_longer_counts(database, owner) -> None:
    today = datetime.now(UTC).date()
    with database.writing("lea") as session:
        session.add(NoticeDay(owner_id=owner, day=today - timedelta(days=90), fell=30))
        session.add(NoticeDay(owner_id=owner, day=today - timedelta(days=89), held=20))
    with database.reading() as session:
        assert quality_of(session, owner).share == 1
        assert may_file(session, owner) is None


def test_the_reason_is_a_sentence(database, owner) -> None:
    with database.writing("lea") as session:
        for _ in range(20):
            record_outcome(session, owner, False)
        assert may_file(session, owner) == (
            "of 20 reports decided in the last 90 days 0% held: no more can be filed until more of them do"
        )
