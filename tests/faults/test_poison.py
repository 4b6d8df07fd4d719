"""Pictures and listings that harm whoever touches them, among innocent ones."""

import pytest
from sqlalchemy import select

from review.tables import ListingVersion
from tests.faults.conftest import House, market
from workers.graph.tables import Item

pytestmark = pytest.mark.slow


def result_of(house: House, run: int, key: str) -> str:
    with house.database.reading() as session:
        asked = (
            select(Item.result)
            .join(ListingVersion, ListingVersion.id == Item.version_id)
            .where(Item.run_id == run, ListingVersion.data.contains(f'"id":"{key}"'))
        )
        return session.scalars(asked).one() or ""


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("crash", "crashed or was ended"),
        ("hang", "crashed or was ended"),
        ("no_memory", "MemoryError"),
        ("killed", "crashed or was ended"),
    ],
)
def test_a_picture_that_harms_its_reader_costs_itself_alone(house, what, why) -> None:
    """It crashes natively, hangs natively, takes all memory, or has the system kill the child for it."""
    run = house.pull(
        house.catalogue([*market(9), {"id": "bad", "title": "Shoes", "images": [f"{what}.jpg", "1.jpg"]}])
    )
    house.wait(run)
    account = house.account(run, f"a picture that does this to its reader: {what}")
    account.once(10, flagged=3)
    assert account.verdicts == {"flag": 3, "clear": 6, "incomplete": 1}
    assert why in result_of(house, run, "bad")
    assert why in account.quarantined["readings"]


@pytest.mark.parametrize(
    ("what", "why"), [("crash", "crashed, three times"), ("fails", "ValueError: a fault of the detector")]
)
def test_a_listing_that_harms_its_judge_is_put_aside_alone(house, what, why) -> None:
    run = house.pull(house.catalogue([*market(20), {"id": "bad", "title": f"poison: {what}"}]))
    house.wait(run)
    account = house.account(run, f"a listing that does this to its judge: {what}")
    account.once(21, flagged=7, quarantined=1)
    assert why in account.quarantined["items"]
