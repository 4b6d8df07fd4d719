"""What proves an owner's rights: handed in, approved, refused, and never shown in our pages."""

import itertools
import re

import pytest
from sqlalchemy import select

from brand_registry.changes import Change
from brand_registry.people import Owner, Role
from brand_registry.rights import MOST_BYTES, RightsDocument
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from tests.web.conftest import Site

pytestmark = pytest.mark.slow

ANNA, OLGA, MIKE, GRETA = (
    "anna@example.com",
    "olga@acme.example",
    "mike@acme.example",
    "greta@globex.example",
)
PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj\n%%EOF\n"


@pytest.fixture
def owners(site: Site) -> Site:
    site.add_person(ANNA, Role.ADMINISTRATOR)
    site.add_person(OLGA, Role.OWNER, "acme")
    site.add_person(MIKE, Role.BRAND_MANAGER, "acme")
    site.add_person(GRETA, Role.OWNER, "globex")
    return site


def hand_in(client, name="certificate.pdf", data=PDF, owner="acme"):
    return client.post(f"/owners/{owner}/rights", files={"files": (name, data)}, data={"note": "Ours <b>"})


def test_an_owner_is_approved_with_the_document_and_taken_back(owners) -> None:
    olga, anna = owners.client(OLGA), owners.client(ANNA)
    assert hand_in(olga).status_code == 303
    page = anna.get("/owners/acme").text
    assert "Ours &lt;b&gt;" in page
    assert "Acme" in anna.get("/owners").text.split("Waiting for an approval")[1]
    document = re.search(r"/rights/documents/([\w-]+)", page)[1]
    public = re.search(r"/rights/([\w-]+)/approve", page)[1]
    answer = anna.get(f"/rights/documents/{document}")
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith('attachment; filename="certificate.pdf"')
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert olga.post(f"/rights/{public}/approve").status_code == 403
    assert anna.post(f"/rights/{public}/approve").status_code == 303
    assert anna.post(f"/rights/{public}/refuse", data={"reason": "late"}).status_code == 409
    with owners.database.writing(OLGA) as session:
        acme = session.scalar(select(Owner).where(Owner.key == "acme"))
        assert acme.verified
        session.add(Brand(owner_id=acme.id, key="acme", name="Acme", state=BrandState.LIVE))
    assert anna.post(f"/rights/{public}/take-back", data={"reason": " "}).status_code == 422
    assert anna.post(f"/rights/{public}/take-back", data={"reason": "It was forged"}).status_code == 303
    assert "It was forged" in olga.get("/owners/acme").text
    with owners.database.reading() as session:
        assert not session.scalar(select(Owner.verified).where(Owner.key == "acme"))
        assert session.scalar(select(Brand.state)) == BrandState.SHADOW
        told = [(c.who, e) for c in session.scalars(select(Change)) for e in c.what if e["table"] == "owners"]
        assert (ANNA, False) in [(who, entry.get("before", {}).get("verified")) for who, entry in told]
        assert (ANNA, True) in [(who, entry.get("before", {}).get("verified")) for who, entry in told]
        assert {e["table"] for c in session.scalars(select(Change)) for e in c.what} >= {
            "rights_requests",
            "rights_documents",
        }


def test_a_refusal_needs_a_reason_that_the_owner_reads(owners) -> None:
    olga, anna = owners.client(OLGA), owners.client(ANNA)
    hand_in(olga)
    public = re.search(r"/rights/([\w-]+)/refuse", anna.get("/owners/acme").text)[1]
    assert anna.post(f"/rights/{public}/refuse").status_code == 422
    assert anna.post(f"/rights/{public}/refuse", data={"reason": "Of another firm"}).status_code == 303
    page = olga.get("/owners/acme").text
    assert "Of another firm" in page
    assert "not verified" in page
    assert ANNA not in page


def test_while_nobody_decided_documents_come_together(owners) -> None:
    olga = owners.client(OLGA)
    for _ in range(2):
        assert hand_in(olga).status_code == 303
    with owners.database.reading() as session:
        documents = session.scalars(select(RightsDocument)).all()
        assert [one.name for one in documents] == ["certificate.pdf", "certificate (2).pdf"]
        assert len({one.request_id for one in documents}) == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("page.pdf", b"<html><script>alert(1)</script>", "neither a PDF"),
        ("run.pdf.exe", b"MZ\x90\x00", "neither a PDF"),
        ("bomb.zip", b"PK\x03\x04", "neither a PDF"),
        ("mark.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a PDF"),
        ("large.pdf", b"%PDF-" + b"x" * MOST_BYTES, "larger than 20 MB"),
    ],
)
def test_what_is_no_document_is_refused(owners, name, data, said) -> None:
    answer = hand_in(owners.client(OLGA), name, data)
    assert (answer.status_code, said in answer.text) == (422, True)
    with owners.database.reading() as session:
        assert session.scalar(select(RightsDocument)) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202egnp.exe", "agnp.pdf"),
        ("<script>.pdf", "script.pdf"),
        ("x" * 3_000, "x" * 96 + ".pdf"),
        ("証明書.pdf", "証明書.pdf"),
    ],
)
def test_names_are_cleaned(owners, name, kept) -> None:
    olga = owners.client(OLGA)
    assert hand_in(olga, name).status_code == 303
    document = re.search(r"/rights/documents/[\w-]+", olga.get("/owners/acme").text)[0]
    with owners.database.reading() as session:
        assert session.scalar(select(RightsDocument.name)) == kept
    assert olga.get(document).headers["content-disposition"].startswith("attachment; filename=")


def test_nothing_of_it_is_anybody_elses(owners) -> None:
    hand_in(owners.client(OLGA))
    document = re.search(r"/rights/documents/[\w-]+", owners.client(OLGA).get("/owners/acme").text)[0]
    greta, nothing = owners.client(GRETA), "/rights/documents/AAAAAAAAAAAAAAAA"
    assert (greta.get(document).status_code, greta.get(document).text) == (404, greta.get(nothing).text)
    assert owners.client(MIKE).get(document).status_code == 404
    assert hand_in(greta).status_code == 404
    assert hand_in(owners.client(MIKE)).status_code == 403


def test_more_than_is_taken_is_refused_before_it_is_read(owners) -> None:
    olga = owners.client(OLGA)
    answer = olga.post("/account/keys", content=b"name=" + b"x" * 2**21)
    assert answer.status_code == 413
    assert "larger than what is taken" in answer.text

    def long():
        yield from itertools.repeat(b"x" * 2**16, 2**14)

    answer = olga.post("/signin", content=long(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code in {400, 413}  # a field too long, or all of it
