"""The API of a brand: the same as the pages, with versions by ETag."""

from datetime import UTC, datetime

import pytest

from brand_registry.access import operator
from brand_registry.editing import register
from brand_registry.people import Role
from review.cases import Judged, open_cases
from review.tables import Listing, ListingVersion
from review.web import found
from tests.hostile import encoded, photo

pytestmark = pytest.mark.slow

_NOW = datetime.now(UTC)
ANNA = "anna@acme.example"
ACME = "/v1/brands/acme/acme"
FULL = {"id": "acme", "name": "Acme", "marks": [{"text": "Acme", "classes": [25]}]}


@pytest.fixture
def acme(make_site):
    site = make_site(parts=[found.PART])
    site.add_person(ANNA, Role.OWNER, "acme")
    with site.database.writing(ANNA) as session:
        register(session, operator(), "acme", FULL)
    return site


@pytest.fixture
def anna(acme):
    client = acme.client(ANNA)
    client.headers["Accept"] = "application/json"
    return client


def tag(answer) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


def test_a_brand_is_registered_read_changed_and_replaced(anna) -> None:
    made = anna.post("/v1/brands", json={"owner": "acme", "brand": {"name": "Zeta"}})
    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (
        201,
        "/v1/brands/acme/zeta",
        '"1"',
    )
    address = made.headers["location"]
    read = anna.get(address)
    assert read.json() == {
        "id": "acme/zeta", "owner": "acme", "state": "draft", "version": 1,
        "brand": {"id": "zeta", "name": "Zeta"},
    }  # fmt: skip
    changed = anna.patch(address, headers=tag(read), json={"aliases": ["Z"], "categories": ["Shoes"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert anna.patch(address, headers=tag(read), json={"aliases": ["Y"]}).status_code == 412
    assert anna.patch(address, json={"aliases": ["Y"]}).status_code == 428
    assert anna.patch(address, headers={"If-Match": "nonsense"}, json={"aliases": ["Y"]}).status_code == 412
    replaced = anna.put(address, headers=tag(changed), json={"name": "Zeta", "aliases": ["Zed"]})
    assert replaced.json()["brand"] == {"id": "zeta", "name": "Zeta", "aliases": ["Zed"]}
    anyhow = anna.patch(address, headers={"If-Match": "*"}, json={"aliases": None})
    assert anyhow.json()["brand"] == {"id": "zeta", "name": "Zeta"}
    told = anna.get(f"{address}/history").json()
    assert told[0]["who"] == ANNA
    assert told[0]["steps"][0]["did"] == "removed"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "name is missing"),
        ({"id": "other"}, "id stays 'acme'"),
        ({"marks": [{"text": "A", "classes": [46]}]}, "marks.0.classes holds 46"),
        ({"products": [{"name": "A", "gtin": "4006381333932"}]}, "products.0.gtin '4006381333932'"),
        ({"policies": [{"reason": "logo", "threshold": 0}]}, "policies.0.threshold is below 0.2"),
        ({"logos": ["../../etc/passwd"]}, "which was not uploaded"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(anna, fields, said) -> None:
    answer = anna.patch(ACME, headers={"If-Match": "*"}, json=fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_brands_are_listed_in_pages(anna) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        anna.post("/v1/brands", json={"owner": "acme", "brand": {"name": name}})
    first = anna.get("/v1/brands?most=2").json()
    second = anna.get("/v1/brands", params={"most": 2, "after": first["after"]}).json()
    assert [one["name"] for one in first["brands"] + second["brands"]] == ["Acme", "Alpha", "Beta", "Gamma"]
    assert second["after"] is None
    assert [one["id"] for one in anna.get("/v1/brands?q=bet&state=draft").json()["brands"]] == ["acme/beta"]
    assert anna.get("/v1/brands?after=nonsense").status_code == 422


def test_marks_have_versions_of_their_own(anna) -> None:
    (mark,) = anna.get(f"{ACME}/marks").json()["items"]
    address, seen = f"{ACME}/marks/{mark['number']}", {"If-Match": f'"{mark["etag"]}"'}
    changed = anna.put(address, headers=seen, json={"classes": [25, 28]})
    assert changed.json()["fields"] == {"text": "Acme", "classes": [25, 28]}
    assert anna.put(address, headers=seen, json={"classes": [9]}).status_code == 412
    added = anna.post(f"{ACME}/authorised_sellers", json={"name": "Shop", "seller_id": "s9"})
    assert (added.status_code, added.json()["fields"]) == (201, {"name": "Shop", "seller_id": "s9"})
    wrong = anna.post(f"{ACME}/products", json={"name": "A", "gtin": "1"})
    assert (wrong.status_code, "gtin" in wrong.json()["detail"]) == (422, True)
    assert anna.delete(address, headers=tag(changed)).status_code == 204
    assert anna.delete(address, headers={"If-Match": "*"}).status_code == 404
    assert anna.get(f"{ACME}/marks").json() == {"total": 0, "items": [], "start": None}


def test_pictures_are_uploaded_and_retired(anna) -> None:
    data = encoded(photo(), "PNG")
    sent = anna.post(f"{ACME}/pictures", files={"file": ("../a.exe", data)}, data={"kind": "image"})
    assert sent.status_code == 201
    picture = sent.json()
    assert (picture["path"], picture["kind"], picture["state"]) == ("images/a.png", "image", "uploaded")
    bad = anna.post(f"{ACME}/pictures", files={"file": ("a.png", b"PK\x03\x04")})
    assert (bad.status_code, "ZIP archive" in bad.json()["detail"]) == (422, True)
    address = f"{ACME}/pictures/{picture['number']}"
    assert anna.put(f"{address}/shows", json={"kind": "logo"}).json()["kind"] == "logo"
    assert anna.put(f"{address}/shows", json={"kind": "product"}).status_code == 422
    assert anna.post(f"{address}/retire").json()["state"] == "retired"
    assert anna.post(f"{address}/bring-back").json()["state"] == "uploaded"
    assert [one["path"] for one in anna.get(f"{ACME}/pictures").json()] == ["images/a.png"]


def test_a_listing_is_tried(anna) -> None:
    tried = anna.post(f"{ACME}/try", json={"title": "Acrne shoes"})
    assert (tried.status_code, tried.json()["result"]["shown"]["verdict"]) == (201, "flag")
    wrong = anna.post(f"{ACME}/try", json={"title": 5})
    assert (wrong.status_code, "title must be text" in wrong.json()["detail"]) == (422, True)
    later = anna.post(f"{ACME}/try/picture", files={"picture": ("a.png", encoded(photo(), "PNG"))})
    assert (later.status_code, later.json()["state"]) == (202, "waiting")
    assert anna.get(later.headers["location"]).json()["result"] is None
    assert anna.post(f"{ACME}/try/catalogue").status_code == 202
    assert anna.get(f"{ACME}/try/{2**70}").status_code == 404


def test_a_brand_is_moved(anna) -> None:
    seen = anna.get(ACME)
    assert anna.post(f"{ACME}/state", headers=tag(seen), json={"to": "live"}).status_code == 422
    moved = anna.post(f"{ACME}/state", headers=tag(seen), json={"to": "shadow"})
    assert (moved.json()["state"], moved.headers["etag"]) == ("shadow", '"2"')
    assert anna.post(f"{ACME}/state", headers=tag(seen), json={"to": "draft"}).status_code == 412
    unverified = anna.post(f"{ACME}/state", headers=tag(moved), json={"to": "live"})
    assert (unverified.status_code, "not verified" in unverified.json()["detail"]) == (422, True)


def open_some(site, shadow: bool, many: int) -> None:
    in_title = {"kind": "misspelling", "where": "title", "span": [0, 5], "found": "Acrne", "score": 0.98}
    with site.database.writing("test") as session:
        for number in range(many):
            listing = Listing(source="demo", key=f"{shadow} {number}", content="0", version=1, seen=_NOW)
            version = ListingVersion(listing=listing, number=1, content="0" * 64, since=_NOW,
                                     data='{"id": "L1", "title": "Acrne <b>shoes</b>"}')  # fmt: skip
            session.add_all([listing, version])
            session.flush()
            case = {"brand": "acme/acme", "risk": 0.9, "reasons": ["misspelling"], "evidence": [in_title],
                    "qualifiers": []}  # fmt: skip
            result = {"listing_id": "L1", "missing": [], "versions": {}}
            open_cases(session, Judged(listing.id, version.id, result, [(case, shadow)]))


def test_what_was_found_is_counted_and_shown_to_the_owner_alone(acme, anna) -> None:
    open_some(acme, shadow=True, many=3)
    open_some(acme, shadow=False, many=22)
    told = anna.get(f"{ACME}/found?most=5").json()
    assert (told["in_shadow"], told["open"], told["closed"], len(told["cases"])) == (3, 22, 0, 5)
    later = anna.get(f"{ACME}/found", params={"most": 50, "before": told["before"]}).json()
    assert (len(later["cases"]), later["before"]) == (17, None)
    assert anna.get(f"{ACME}/found?shadow=true").json()["cases"][0]["reasons"] == ["misspelling"]
    page = anna.get("/brands/acme/acme/found", headers={"Accept": "text/html"}).text
    assert '<mark class="against" title="Misspelling">Acrne</mark>' in page
    assert "&lt;b&gt;" in page
    assert "Earlier" in page
    summary = anna.get("/brands/acme/acme/found/summary", headers={"Accept": "text/html"}).text
    assert '<span class="figure">3</span>' in summary
    acme.add_person("eve@globex.example", Role.OWNER, "globex")
    eve = acme.client("eve@globex.example")
    for address in (f"{ACME}/found", "/brands/acme/acme/found", "/brands/acme/acme/found/summary"):
        assert eve.get(address).status_code == 404


def test_every_route_of_the_api_is_described(anna) -> None:
    paths = anna.get("/api/openapi.json").json()["paths"]
    ours = {path: operations for path, operations in paths.items() if path.startswith("/v1/brands")}
    assert len(ours) >= 20
    for path, operations in ours.items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            if method in {"put", "patch", "delete"} and "shows" not in path:
                assert any(one["name"] == "if-match" for one in operation["parameters"]), path
