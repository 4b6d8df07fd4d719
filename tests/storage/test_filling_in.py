"""What a migration fills in from what an older program kept."""

from datetime import UTC, datetime, timedelta

import orjson
import sqlalchemy as sa

from detector.listing import Listing as Said
from review.sellers import seller_key
from review.tables import Listing, Pulled
from storage.database import Database, _engine
from storage.migrations import migrate

AT = datetime(2026, 5, 4, tzinfo=UTC)
SHOES = {"id": "1", "title": "Shoes", "marketplace": "demo", "seller": {"id": "w1", "name": "Wanda"}}


def table(name: str, row: dict) -> sa.TableClause:
    kinds = {datetime: sa.DateTime(timezone=True), dict: sa.JSON()}
    return sa.table(name, *(sa.column(key, kinds.get(type(value))) for key, value in row.items()))


def add(connection: sa.Connection, name: str, **row) -> None:
    connection.execute(sa.insert(table(name, row)), row)


def test_who_sells_and_how_far_a_source_is_known(empty_url) -> None:
    engine = _engine(empty_url)
    migrate(engine, "0023")
    with engine.execution_options(detector_writes=True).begin() as connection:
        for number, (said, erased) in enumerate(
            [(SHOES, None), (SHOES | {"seller": None}, None), (SHOES, AT)], 1
        ):
            about = {"source": "demo", "key": str(number), "content": "", "seen": AT}
            add(connection, "listings", id=number, version=2, **about)
            for version, data in ((1, {"id": "1", "title": "Old"}), (2, said)):
                row = {"listing_id": number, "number": version, "content": "", "since": AT}
                row |= {"data": orjson.dumps(data).decode()} | ({"erased": erased} if erased else {})
                add(connection, "listing_versions", **row)
        for day, (source, state, cursor) in enumerate(
            [
                ("shop", "done", {"files": {}}),
                ("shop", "done", {"files": {}}),
                ("bounded", "done", {"spent": [5, 0, 0]}),
                ("broken", "quarantined", {}),
            ]
        ):
            counts = dict.fromkeys(("rows", "pages", "unchanged", "rejected", "attempts"), 5)
            at = AT + timedelta(days=day)
            add(connection, "runs", source=source, state=state, started=at, due=at, cursor=cursor, **counts)
    engine.dispose()
    database = Database(empty_url)
    with database.reading() as session:
        sellers = session.scalars(sa.select(Listing.seller).order_by(Listing.id)).all()
        assert sellers == [seller_key(Said.model_validate(SHOES)), None, None]
        assert {one.source: (one.began, one.whole) for one in session.scalars(sa.select(Pulled))} == {
            "shop": (AT + timedelta(days=1), AT),
            "bounded": (AT + timedelta(days=2), None),
        }
    database.close()
