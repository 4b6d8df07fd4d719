"""The page on which an administrator holds, erases and sees what was erased."""

import pytest

from brand_registry.people import Role
from review.tables import Case
from review.web import found
from review.web.console import console_part
from tests.review.conftest import LEA
from tests.review.test_retention import decided
from tests.web.conftest import Site
from workers.graph.pictured import pictures_of

ADA = "ada@example.com"


@pytest.fixture
def reviewed(make_site) -> Site:
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    site.add_person(LEA.name, Role.LEAD)
    site.add_person(ADA, Role.ADMINISTRATOR)
    return site


def test_an_administrator_holds_lifts_and_erases(reviewed: Site) -> None:
    case = decided(reviewed.database)
    ada = reviewed.client(ADA)
    shown = ada.get("/retention")
    assert "730 days" in shown.text
    assert "Nothing is held" in shown.text
    refused = ada.post("/retention/holds", data={"scope": "case", "value": "999", "why": "x"})
    assert (refused.status_code, "there is no case" in refused.text.lower()) == (422, True)
    assert ada.post("/retention/holds", data={"scope": "all"}).status_code == 422
    why = "<script>alert(1)</script> v. Acme"
    kept = ada.post("/retention/holds", data={"scope": "case", "value": str(case), "why": why})
    assert kept.status_code == 303
    assert "<script>alert(1)" not in ada.get("/retention").text
    with reviewed.database.reading() as session:
        listing = {"source": "demo", "key": session.get_one(Case, case).listing.key}
    assert "1 listing was kept" in ada.post("/retention/erase", data=listing).text
    assert ada.post("/retention/holds/1/lift").status_code == 303
    assert "1 listing, 1 case," in ada.post("/retention/erase", data=listing).text
    assert "asked for: a listing" in ada.get("/retention").text
    assert ada.post("/retention/erase", data={}).status_code == 422
    # Whoever looks at the case afterwards sees that it was decided, and nothing of what was erased.
    lea = reviewed.client(LEA.name)
    shown = lea.get(f"/cases/{case}")
    assert shown.status_code == 200
    assert "confirmed" in shown.text
    assert "Wanda" not in shown.text
    for address in (
        f"/cases/{case}/group",
        f"/cases/{case}/evidence.pdf",
        "/decisions.csv",
        "/decisions/1",
    ):
        told = lea.get(address, follow_redirects=True)
        assert told.status_code == 200, address
        assert "Wanda" not in told.text


def test_nobody_else_looks_or_erases(reviewed: Site) -> None:
    lea = reviewed.client(LEA.name)
    assert lea.get("/retention").status_code == 403
    for address in ("/retention/holds", "/retention/holds/1/lift", "/retention/erase"):
        sent = {"scope": "everything", "why": "x", "email": "a@b.example"}
        assert lea.post(address, data=sent).status_code == 403, address
