"""Cases to be reviewed, and people to review them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from brand_registry.access import Viewer
from brand_registry.people import Role
from detector.listing import Listing
from review.cases import Judged, open_cases
from review.groups.clues import Pictured
from review.tables import Case, ListingVersion
from review.tables import Listing as ListingRow
from storage.database import Database

if TYPE_CHECKING:
    from tests.review.desk import Desk

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
FOUND = {"kind": "misspelling", "where": "title", "span": [0, 6], "found": "Acrnes", "mark": "Acmes"}
ANNA = Viewer("anna@example.com", frozenset({(Role.REVIEWER, None)}))
BEN = Viewer("ben@example.com", frozenset({(Role.REVIEWER, None)}))
LEA = Viewer("lea@example.com", frozenset({(Role.LEAD, None)}))
NOBODY = Viewer("nina@example.com", frozenset({(Role.ADMINISTRATOR, None)}))

MakeCase = Callable[..., int]
_numbers = count(1)


def result(risk: float = 0.8, brand: str = "acme", **more: Any) -> dict[str, Any]:
    """A result as a scan writes it."""
    case = {"brand": brand, "risk": risk, "reasons": ["misspelling"], "qualifiers": []}
    evidence = [FOUND | {"score": risk}]
    return {
        "cases": [case | {"evidence": evidence} | more],
        "missing": [],
        "versions": {"detector": "1", "registry": "1"},
    }


def judged(listing: int, version: int, found: dict[str, Any], pictures: Sequence[Pictured] = ()) -> Judged:
    return Judged(listing, version, found, [(case, False) for case in found["cases"]], pictures=pictures)


def add_case(
    database: Database,
    found: dict[str, Any] | None = None,
    pictures: Sequence[Pictured] = (),
    **listing: Any,
) -> int:
    """A listing that was judged, and the case that it opened."""
    number = next(_numbers)
    said = Listing.model_validate(
        {"id": f"L{number}", "title": "Acrnes shoes", "marketplace": "demo"} | listing
    )
    with database.writing("the test") as session:
        row = ListingRow(source="demo", key=said.id, content="", version=1, seen=AT)
        session.add(row)
        session.flush()
        data = said.model_dump_json(exclude_defaults=True)
        version = ListingVersion(listing_id=row.id, number=1, content="", data=data, since=AT)
        session.add(version)
        session.flush()
        (case,) = open_cases(session, judged(row.id, version.id, found or result(), pictures))
        return case.id


def judge_again(database: Database, case_id: int, found: dict[str, Any]) -> None:
    """The case's listing is judged once more."""
    with database.reading() as session:
        case = session.get_one(Case, case_id)
        listing, version = case.listing_id, case.version_id
    with database.writing("the test") as session:
        open_cases(session, judged(listing, version, found))


@pytest.fixture
def make_case(database: Database) -> MakeCase:
    return lambda found=None, **listing: add_case(database, found, **listing)


@pytest.fixture
def desk(database: Database) -> "Desk":
    from tests.review.desk import Desk

    return Desk(database)
