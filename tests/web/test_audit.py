"""The pages on which people look at what was cleared, and what a lead is told of it."""

from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import select

from brand_registry.people import Role
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from review.recall.auditing import draw
from review.tables import Case, Listing, ListingVersion
from review.web import found
from review.web.console import console_part
from tests.review.conftest import ANNA, AT, LEA, add_case
from tests.web.conftest import Site
from tests.web.console_cases import add_brand
from workers.graph.pictured import pictures_of

HOSTILE = "<script>alert(1)</script> \u202eshoes"


@pytest.fixture
def reviewed(make_site) -> Site:
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    site.add_person(ANNA.name, Role.REVIEWER)
    site.add_person(LEA.name, Role.LEAD)
    site.add_person("olga@acme.example", Role.OWNER, "acme")
    add_brand(site)
    with site.database.writing("the test") as session:
        session.scalars(select(Brand)).one().state = BrandState.LIVE
        row = Listing(source="demo", key="C1", content="1", version=1, seen=AT)
        session.add(row)
        session.flush()
        data = orjson.dumps({"id": "C1", "title": HOSTILE}).decode()
        version = ListingVersion(listing_id=row.id, number=1, content="1", data=data, since=AT)
        session.add(version)
        session.flush()
        draw(session, [version.id], 1.0, datetime.now(UTC), chance=lambda: 0.0)
    return site


def test_a_cleared_listing_is_looked_at_and_becomes_a_case(reviewed: Site) -> None:
    anna = reviewed.client(ANNA.name)
    taken = anna.post("/audit/next")
    assert taken.headers["location"] == "/audit/1"
    shown = anna.get("/audit/1")
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
    assert anna.get("/audit/1/pictures/0").status_code == 404
    assert anna.post("/audit/1", data={}).status_code == 422
    wrong = anna.post("/audit/1", data={"outcome": "infringes", "policy": "design", "brand": "nobody"})
    assert (wrong.status_code, "name a live brand" in wrong.text.lower()) == (422, True)
    said = {"outcome": "infringes", "policy": "counterfeit", "brand": "acmera", "note": "a blurred mark"}
    assert anna.post("/audit/1", data=said).headers["location"] == "/audit?none=1"
    assert "has been looked at" in anna.get("/audit?none=1").text
    assert anna.get("/audit/1").status_code == 409
    with reviewed.database.reading() as session:
        case = session.scalars(select(Case.id)).one()
    assert "a blurred mark" in anna.get(f"/cases/{case}").text


def test_a_lead_sees_recall_and_what_to_label_next(reviewed: Site) -> None:
    case = add_case(reviewed.database, title=HOSTILE)
    lea = reviewed.client(LEA.name)
    health = lea.get("/lead")
    assert "1 wait to be looked at" in health.text
    labels = lea.get("/lead/labels")
    assert f'href="/cases/{case}"' in labels.text
    assert "<script>alert" not in labels.text
    assert reviewed.client(ANNA.name).get("/lead/labels").status_code == 403


def test_owners_see_nothing_of_it(reviewed: Site) -> None:
    olga = reviewed.client("olga@acme.example")
    for address in ("/audit", "/audit/1", "/audit/1/pictures/0", "/lead/labels"):
        assert olga.get(address).status_code == 403, address
    assert olga.post("/audit/next").status_code == 403
    assert olga.post("/audit/1", data={"outcome": "clear"}).status_code == 403
