"""The brand owners' pages over HTTP: what is typed is kept or told of, and nothing is lost."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from brand_registry.access import operator
from brand_registry.editing import Part
from brand_registry.people import Owner, Role
from brand_registry.tables import Brand, Product
from tests.hostile import encoded, photo
from tests.web.brand_pages import ACME, ANNA, text_of

pytestmark = pytest.mark.slow


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_brand_is_registered_and_found(acme) -> None:
    anna = acme.client(ANNA)
    answer = anna.post("/brands/new", data={"name": "Zeta & Söhne", "owner": "acme"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/brands/acme/zeta-sohne")
    assert "Zeta &amp; Söhne" in anna.get("/brands/acme/zeta-sohne").text
    found = anna.get("/brands?q=zeta").text
    assert "/brands/acme/zeta-sohne" in found
    assert f'"{ACME}"' not in found
    assert anna.get("/brands?q=nothing").text.count("No brand has words that begin like this") == 1
    wrong = anna.post("/brands/new", data={"name": "", "owner": "acme"})
    assert (wrong.status_code, "Is empty." in wrong.text) == (422, True)
    assert anna.post("/brands/new", data={"name": "X", "owner": "house"}).status_code == 404


def test_names_are_changed(acme) -> None:
    anna = acme.client(ANNA)
    typed = {"name": "ACME", "aliases": "Acme Sports\nアクメ\n", "categories": "Shoes, Bags",
             "price_floor.amount": "60.5", "price_floor.currency": "eur",
             "certification_marks": "CE"}  # fmt: skip
    was = hidden(anna.get(f"{ACME}/names").text, "was")
    assert anna.post(f"{ACME}/names", data=typed | {"was": was}).status_code == 303
    page = anna.get(f"{ACME}/names").text
    assert "アクメ" in page
    assert 'value="60.5"' in page
    wrong = anna.post(
        f"{ACME}/names", data=typed | {"price_floor.amount": "cheap", "was": hidden(page, "was")}
    )
    assert wrong.status_code == 422
    assert "Must be a number, not text (&#39;cheap&#39;)." in wrong.text
    assert "アクメ" in wrong.text


def test_what_two_people_type_is_shown_side_by_side(acme) -> None:
    anna, bo = acme.client(ANNA), acme.client(ANNA)
    was = hidden(anna.get(f"{ACME}/names").text, "was")
    assert anna.post(f"{ACME}/names", data={"name": "Acme One", "was": was}).status_code == 303
    told = bo.post(f"{ACME}/names", data={"name": "Acme Two", "categories": "Shoes", "was": was})
    assert told.status_code == 409
    assert "Not saved. Somebody else changed this in the meantime" in text_of(told.text)
    assert "Name Acme One Acme Two" in text_of(told.text)
    assert "Kinds of goods nothing Shoes" in text_of(told.text)
    again = {"name": "Acme Two", "categories": "Shoes", "was": hidden(told.text, "was")}
    assert bo.post(f"{ACME}/names", data=again).status_code == 303
    assert "<h1>Acme Two</h1>" in bo.get(ACME).text


def test_a_mark_is_added_changed_and_taken_out(acme) -> None:
    anna = acme.client(ANNA)
    wrong = anna.post(f"{ACME}/marks/new", data={"text": "Acme Air", "classes": "25, 99", "since": "never"})
    assert wrong.status_code == 422
    assert "Holds 99" not in wrong.text  # the date is told first; both are shown where they stand
    assert 'value="25, 99"' in wrong.text
    mark = {"text": "Acme Air", "classes": "25; 28", "territories": "EU", "since": "2020-01-31"}
    assert anna.post(f"{ACME}/marks/new", data=mark).status_code == 303
    listed = anna.get(f"{ACME}/marks").text
    (address,) = {
        one for one in re.findall(rf'"({ACME}/marks/\d+)"', listed) if "Acme Air" in anna.get(one).text
    }
    page = anna.get(address).text
    assert 'value="25, 28"' in page
    changed = mark | {"text": "Acme Water", "common_word": "on", "was": hidden(page, "was")}
    assert anna.post(address, data=changed).status_code == 303
    stale = anna.post(address, data=changed | {"text": "Acme Fire"})
    assert (stale.status_code, "Acme Water Acme Fire" in text_of(stale.text)) == (409, True)
    assert anna.post(f"{address}/remove", data={"was": hidden(stale.text, "was")}).status_code == 303
    gone = anna.post(address, data=mark | {"was": "x"})
    assert (gone.status_code, "no longer there" in gone.text) == (409, True)
    assert f'action="{ACME}/marks/new"' in gone.text
    assert anna.get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        (
            "products",
            {"name": "Two", "gtin": "4006381333932"},
            "the check digit (the last) is 2 and should be 1",
        ),
        ("products", {"name": "Two", "serial_pattern": "[A-"}, "Is no regular expression"),
        (
            "products",
            {"name": "Two", "serial_pattern": "((a{99}){99}){99}"},
            "Repeats more than 100,000 times",
        ),
        ("licensees", {"name": "Us", "brand": "acme"}, "names the brand itself"),
        ("allow", {"scope": "text", "value": ""}, "Is missing."),
        ("authorised_sellers", {"name": "A\x07"}, "Holds the control character U+0007"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(acme, part, typed, said) -> None:
    answer = acme.client(ANNA).post(f"{ACME}/{part}/new", data=typed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)


@pytest.mark.parametrize(
    ("pattern", "sample", "said"),
    [
        ("[A-Z]{2}\\d{8}", "AB12345678", "This is a serial number of yours."),
        ("[A-Z]{2}\\d{8}", "AB1234567", "This is none by the pattern."),
        ("[A-", "A", "The pattern is no regular expression"),
        ("(a|aa)+$", "a" * 199 + "!", "takes too long to try"),
        ("(?:(?:a{99}){99}){99}", "A", "The pattern repeats more than 100,000 times"),
        ("", "A", ""),
    ],
)
def test_a_serial_pattern_is_tried_and_never_hangs(acme, pattern, sample, said) -> None:
    anna = acme.client(ANNA)
    answer = anna.post(f"{ACME}/products/pattern", data={"serial_pattern": pattern, "sample": sample})
    assert answer.status_code == 200
    assert said in unescape(answer.text)


def test_rules_are_set_within_bounds(acme) -> None:
    anna = acme.client(ANNA)
    was = hidden(anna.get(f"{ACME}/rules").text, "was")
    typed = {"logo.mode": "shadow", "misspelling.threshold": "80 %", "was": was}
    assert anna.post(f"{ACME}/rules", data=typed | {"misspelling.threshold": "5"}).status_code == 422
    assert anna.post(f"{ACME}/rules", data=typed | {"misspelling.threshold": "much"}).status_code == 422
    assert anna.post(f"{ACME}/rules", data=typed).status_code == 303
    with acme.database.reading() as session:
        policies = session.scalars(select(Brand)).one().policies
        assert [(one.reason, one.mode, one.threshold) for one in policies] == [
            ("misspelling", "on", 0.8),
            ("logo", "shadow", None),
        ]
    assert anna.post(f"{ACME}/rules", data=typed).status_code == 409


def test_thresholds_are_set_for_goods(acme) -> None:
    anna = acme.client(ANNA)
    typed = {"scope": "category", "value": "Footwear > Sneakers", "reason": "", "threshold": "35 %"}
    for wrong, said in (
        ({"threshold": "5"}, "below 0.2"),
        ({"threshold": "much"}, "must be a number"),
        ({"scope": "harm"}, "names no harm; there are medicine, food"),
        ({"value": " "}, "is missing"),
    ):
        refused = anna.post(f"{ACME}/thresholds/new", data=typed | wrong)
        assert (refused.status_code, said in unescape(refused.text).lower()) == (422, True)
    assert anna.post(f"{ACME}/thresholds/new", data=typed).status_code == 303
    harm = {"scope": "harm", "value": "medicine", "reason": "logo", "threshold": "25"}
    assert anna.post(f"{ACME}/thresholds/new", data=harm).status_code == 303
    twice = anna.post(f"{ACME}/thresholds/new", data=typed | {"value": "footwear>sneakers"})
    assert (twice.status_code, "names the same goods twice" in twice.text) == (422, True)
    with acme.database.reading() as session:
        thresholds = session.scalars(select(Brand)).one().thresholds
        assert [(one.value, one.reason, one.threshold) for one in thresholds] == [
            ("Footwear > Sneakers", None, 0.35),
            ("medicine", "logo", 0.25),
        ]
    listed = unescape(anna.get(f"{ACME}/thresholds").text)
    for said in ("Footwear > Sneakers", "Filed under a category", "35 %", "Any", "Logo", "25 %"):
        assert said in listed


_MANY = "9" * 30


@pytest.mark.parametrize(
    ("method", "address", "typed"),
    [
        ("GET", f"{ACME}/pictures/{_MANY}/preview", None),
        ("GET", f"{ACME}/try/{_MANY}", None),
        ("GET", f"{ACME}/try/-{_MANY}/preview", None),
        ("GET", f"{ACME}/history?before={2**62}", None),
        ("GET", "/brands/%00/x", None),
        ("GET", "/brands?q=%00", None),
        ("GET", "/owners?after=%00", None),
        ("POST", "/brands/new", {"name": "Acme", "owner": "\0"}),
        ("POST", "/people/take-role", {"email": "\0", "role": "owner/acme"}),
        ("POST", f"{ACME}/rules", {"logo.threshold": "9" * 400}),
        ("POST", f"{ACME}/marks/new", {"text": "Acme", "classes": "9" * 5000}),
    ],
)
def test_numbers_and_characters_that_nothing_can_have_are_told(acme, method, address, typed) -> None:
    answer = acme.client(ANNA).request(method, address, data=typed)
    assert answer.status_code < 500
    assert "SELECT" not in answer.text


def test_a_listing_is_tried(acme) -> None:
    anna = acme.client(ANNA)
    typed = {
        "title": "Acrne shoes",
        "description": "a\u200bcme <b>",
        "price.amount": "9",
        "price.currency": "EUR",
    }
    answer = anna.post(f"{ACME}/try", data=typed)
    assert answer.status_code == 303
    page = anna.get(answer.headers["location"]).text
    assert "This would be flagged" in page
    assert '<mark class="against" title="Look-alike characters">Acrne</mark>' in page
    assert "⟨U+200B⟩" in page
    assert "&lt;b&gt;" in page
    assert "Acrne shoes" in anna.get(f"{ACME}/try").text
    wrong = anna.post(f"{ACME}/try", data=typed | {"title": ""})
    assert (wrong.status_code, "Is missing." in wrong.text) == (422, True)
    clear = anna.get(anna.post(f"{ACME}/try", data={"title": "Green tea"}).headers["location"]).text
    assert "This would be let through" in clear


def test_a_listing_with_a_picture_waits_for_a_worker(acme) -> None:
    anna = acme.client(ANNA)
    files = {"picture": ("a.png", encoded(photo(), "PNG"))}
    answer = anna.post(f"{ACME}/try", data={"title": "Shoes"}, files=files)
    page = anna.get(answer.headers["location"]).text
    assert "Reading the picture" in page
    assert 'hx-trigger="every 1s"' in page
    bad = anna.post(f"{ACME}/try", data={"title": "Shoes"}, files={"picture": ("a.png", b"%PDF-1")})
    assert (bad.status_code, "This is a PDF" in bad.text) == (422, True)


def test_a_brand_goes_its_way_and_its_history_tells(acme) -> None:
    anna = acme.client(ANNA)
    assert anna.post(f"{ACME}/state", data={"to": "live"}).status_code == 422
    assert anna.post(f"{ACME}/state", data={"to": "shadow"}).status_code == 303
    assert "Get verified" in anna.get(ACME).text
    refused = anna.post(f"{ACME}/state", data={"to": "live"})
    assert (refused.status_code, "is not verified" in refused.text) == (422, True)
    with acme.database.writing("root") as session:
        session.scalars(select(Owner).where(Owner.key == "acme")).one().verified = True
    assert "Go live" in anna.get(ACME).text
    assert anna.post(f"{ACME}/state", data={"to": "live"}).status_code == 303
    told = text_of(anna.get(f"{ACME}/history").text)
    assert "Changed the brand state was shadow" in told
    assert "Added mark Acme" in told


def test_a_brand_is_taken_away_as_it_came(acme) -> None:
    answer = acme.client(ANNA).get(f"{ACME}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="acme.jsonl"'
    assert answer.json() == {
        "id": "acme", "name": "Acme", "marks": [{"text": "Acme", "classes": [25]}],
        "products": [{"name": "One"}], "state": "draft",
    }  # fmt: skip


def test_those_who_review_see_and_change_nothing(acme) -> None:
    acme.add_person("ray@house.example", Role.REVIEWER)
    ray = acme.client("ray@house.example")
    for page in (
        "",
        "/names",
        "/marks",
        "/pictures",
        "/products",
        "/rules",
        "/try",
        "/history",
        "/marks/new",
    ):
        assert ray.get(ACME + page).status_code == 200, page
    assert 'class="primary"' not in ray.get(f"{ACME}/names").text
    typed = {"name": "X", "text": "X", "title": "X", "to": "shadow"}
    for page in ("/names", "/marks/new", "/state", "/try", "/rules"):
        assert ray.post(ACME + page, data=typed).status_code == 403, page


def test_nobody_sees_another_owners_brands(acme) -> None:
    acme.add_person("eve@globex.example", Role.OWNER, "globex")
    eve = acme.client("eve@globex.example")
    assert "No brand yet" in eve.get("/brands").text
    pages = ("", "/names", "/marks", "/marks/1", "/pictures", "/pictures/now", "/pictures/1/preview",
             "/rules", "/try", "/try/1", "/history", "/export", "/export.zip")  # fmt: skip
    there = [eve.get(ACME + page) for page in pages]
    nowhere = [eve.get("/brands/acme/never" + page) for page in pages]
    assert [one.status_code for one in there] == [404] * len(pages)
    assert [one.text for one in there] == [one.text for one in nowhere]


def test_a_long_list_is_shown_in_pages(acme) -> None:
    with acme.database.writing(ANNA) as session:
        brand = session.scalars(select(Brand)).one()
        part = Part(session, operator(), "acme/acme", "products")
        part.add({"name": "first of many"})
        brand.products += [Product(name=f"P{n}", attributes={}, position=n + 2) for n in range(150)]
    anna = acme.client(ANNA)
    first = anna.get(f"{ACME}/products").text
    second = anna.get(f"{ACME}/products?from=100").text
    assert ("P97" in first, "P98" in first, "?from=100" in first) == (True, False, True)
    assert ("P98" in second, "P149" in second) == (True, True)
