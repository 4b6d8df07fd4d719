import threading

import pytest
from sqlalchemy import select

from brand_registry.access import NotAllowed, NotThere, Viewer, brands_by_id, operator
from brand_registry.changes import Change
from brand_registry.editing import (
    NotAccepted,
    Part,
    as_json,
    change,
    digest,
    items,
    register,
    shown,
    stored_brand,
)
from brand_registry.people import Owner, Role
from brand_registry.tables import Asset, Brand
from storage.errors import ChangedMeanwhile

ANNA = operator()
FULL = {
    "id": "acme",
    "name": "Acme",
    "marks": [{"text": "Acme", "classes": [25], "since": "2020-01-31", "filed_by": "us"}],
    "authorised_sellers": [{"marketplace": "demo", "seller_id": "s9"}],
    "products": [{"name": "Acme One", "sku": "A1", "gtin": "4006381333931"}],
}


@pytest.fixture
def acme(database):
    with database.writing("anna") as session:
        register(session, ANNA, "house", FULL)
    return database


def read(database, key: str = "acme"):
    with database.reading() as session:
        brand = session.scalars(select(Brand).where(Brand.key == key)).one()
        return as_json(stored_brand(session, brand).record), brand.version


def item(database, part: str, place: int = 0):
    with database.reading() as session:
        brand = session.scalars(brands_by_id(ANNA, "acme")).one()
        return items(brand, as_json(stored_brand(session, brand).record), part)[place]


def test_a_brand_is_registered_as_a_draft(acme) -> None:
    assert read(acme) == (FULL, 1)
    with acme.reading() as session:
        assert session.scalars(select(Brand.state)).all() == ["draft"]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Acme", ["acme-2", "acme-3"]),
        ("Ünïque & Söhne", ["unique-sohne", "unique-sohne-2"]),
        ("アクメ", ["akume", "akume-2"]),
        ("!!!", ["brand", "brand-2"]),
        ("x" * 200, ["x" * 60, "x" * 60 + "-2"]),
    ],
)
def test_an_id_is_made_of_the_name(acme, name, keys) -> None:
    with acme.writing("anna") as session:
        assert [register(session, ANNA, "house", {"name": name}).key for _ in keys] == keys


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Again", "id": "acme"}, {"id": "is 'acme', which another brand of"}),
        ({"name": ""}, {"name": "is empty"}),
        ({}, {"name": "is missing"}),
        ({"name": "x" * 201}, {"name": "is longer than 200 characters (201)"}),
        ({"name": "A\x07cme"}, {"name": "holds the control character U+0007; remove it"}),
        ({"name": "A", "id": "a/b"}, {"id": "is 'a/b'; an id holds no slash"}),
        ({"name": "A", "logos": ["a.png"]}, {"logos": "and other pictures are uploaded"}),
    ],
)  # fmt: skip
def test_what_can_not_be_registered_is_told_by_field(acme, fields, said) -> None:
    with pytest.raises(NotAccepted) as refused, acme.writing("anna") as session:
        register(session, ANNA, "house", fields)
    assert list(refused.value.said) == list(said)
    assert all(refused.value.said[place].startswith(start) for place, start in said.items())
    with acme.reading() as session:
        assert session.query(Brand).count() == 1


def test_a_part_is_changed_and_the_rest_stays(acme) -> None:
    with acme.writing("anna") as session:
        floor = {"amount": "60.50", "currency": "eur"}
        change(session, ANNA, "acme", {"aliases": ["ACME Sports"], "price_floor": floor})
    assert read(acme)[0] == FULL | {
        "aliases": ["ACME Sports"],
        "price_floor": {"amount": "60.50", "currency": "EUR"},
    }
    with acme.writing("anna") as session:
        change(session, ANNA, "acme", {"aliases": [], "price_floor": None})
    assert read(acme) == (FULL, 3)


PRICED = {"category": "Bags", "price_floor": {"amount": "60", "currency": "EUR"}}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": None}, "name"),
        ({"id": "other"}, "id"),
        ({"aliases": [""]}, "aliases.0"),
        ({"categories": ["x" * 2_001]}, "categories.0"),
        ({"price_floor": {"amount": "-1", "currency": "EUR"}}, "price_floor.amount"),
        ({"policies": [{"reason": "logo"}, {"reason": "logo", "mode": "off"}]}, "policies"),
        ({"policies": [{"reason": "logo", "threshold": 0.1}]}, "policies.0.threshold"),
        ({"policies": [{"reason": "nothing"}]}, "policies.0.reason"),
        ({"thresholds": [{"scope": "harm", "value": "boredom", "threshold": 0.5}]}, "thresholds.0"),
        ({"thresholds": [{"scope": "category", "value": " > ", "threshold": 0.5}]}, "thresholds.0"),
        (
            {"thresholds": [{"scope": "category", "value": "Bags", "threshold": 0.1}]},
            "thresholds.0.threshold",
        ),
        ({"thresholds": [{"scope": "category", "value": "Bags"}]}, "thresholds.0.threshold"),
        (
            {
                "thresholds": [
                    {"scope": "category", "value": one, "threshold": 0.4} for one in ("Bags", "BAGS ")
                ]
            },
            "thresholds",
        ),
        ({"category_floors": [PRICED, PRICED]}, "category_floors"),
        ({"category_floors": [PRICED | {"condition": "shiny"}]}, "category_floors.0.condition"),
        ({"logos": ["never.png"]}, "logos"),
    ],
)
def test_a_change_that_can_not_be_kept_changes_nothing(acme, fields, place) -> None:
    with pytest.raises(NotAccepted) as refused, acme.writing("anna") as session:
        change(session, ANNA, "acme", fields)
    assert list(refused.value.said) == [place]
    assert read(acme) == (FULL, 1)


def test_items_are_added_changed_and_removed(acme) -> None:
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").add({"text": "Acme Air", "classes": [25, 28]})
    mark = item(acme, "marks")
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").change(mark.number, {"text": "Acmé", "since": None}, mark.digest)
    assert read(acme)[0]["marks"] == [
        {"text": "Acmé", "classes": [25], "filed_by": "us"},
        {"text": "Acme Air", "classes": [25, 28]},
    ]
    assert item(acme, "marks").number == mark.number
    with acme.reading() as session:
        (entry,) = session.scalars(select(Change.what).order_by(Change.id.desc())).first()
    assert entry["did"] == "changed"
    assert entry["before"] == {"text": "Acme", "since": "2020-01-31"}
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").remove(mark.number, item(acme, "marks").digest)
    assert read(acme)[0]["marks"] == [{"text": "Acme Air", "classes": [25, 28]}]


@pytest.mark.parametrize(
    ("part", "fields", "place", "said"),
    [
        ("marks", {"text": ""}, "text", "is missing"),
        ("marks", {"text": "A", "classes": [46]}, "classes", "holds 46; Nice classes are 1 to 45"),
        ("marks", {"text": "A", "classes": ["x"]}, "classes.0", "must be a whole number, not text ('x')"),
        ("marks", {"text": "A", "since": "2020-02-31"}, "since", ""),
        ("marks", {"text": "A", "since": "2021-01-01", "until": "2020-01-01"}, "", "ends (2020-01-01)"),
        ("products", {"name": "B", "gtin": "4006381333932"}, "gtin", "is 2 and should be 1"),
        ("products", {"name": "B", "gtin": "04006381333931"}, "gtin", "is that of products.0 too"),
        ("products", {"name": "B", "serial_pattern": "[A-"}, "serial_pattern", "is no regular expression"),
        ("products", {"name": "B", "attributes": {"Pack size": "3\x07"}}, "attributes.Pack", "control"),
        ("products", {"name": "B", "price_floor": {"currency": "EUR"}}, "price_floor.amount", ""),
        ("licensees", {"name": "Us", "brand": "acme"}, "licensees", "names the brand itself"),
        ("allow", {"scope": "planet", "value": "x"}, "scope", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_item_is_told_by_field(acme, part, fields, place, said) -> None:
    with pytest.raises(NotAccepted) as refused, acme.writing("anna") as session:
        Part(session, ANNA, "acme", part).add(fields)
    assert list(refused.value.said) == [place]
    assert said in refused.value.said[place]
    assert read(acme) == (FULL, 1)


def test_of_two_who_change_the_same_the_second_is_told(acme) -> None:
    seen = item(acme, "marks")
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").change(seen.number, {"classes": [9]}, seen.digest)
    with (
        pytest.raises(ChangedMeanwhile, match="what is there now is not what you saw"),
        acme.writing("bo") as session,
    ):
        Part(session, ANNA, "acme", "marks").change(seen.number, {"classes": [3]}, seen.digest)
    assert read(acme)[0]["marks"][0]["classes"] == [9]
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").remove(seen.number, None)
    with pytest.raises(ChangedMeanwhile, match="no longer there"), acme.writing("bo") as session:
        Part(session, ANNA, "acme", "marks").change(seen.number, {"classes": [3]}, seen.digest)


def test_two_who_change_different_things_do_not_hinder_each_other(acme) -> None:
    now, _ = read(acme)
    mark, seller = item(acme, "marks"), item(acme, "authorised_sellers")
    names = digest(shown(now, {"name": 0, "aliases": 0}))
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "marks").change(mark.number, {"text": "ACME"}, mark.digest)
    with acme.writing("bo") as session:
        Part(session, ANNA, "acme", "authorised_sellers").change(
            seller.number, {"name": "Shop"}, seller.digest
        )
    with acme.writing("cy") as session:
        change(session, ANNA, "acme", {"name": "ACME", "aliases": []}, was=names)
    with pytest.raises(ChangedMeanwhile), acme.writing("di") as session:
        change(session, ANNA, "acme", {"name": "Acme!", "aliases": []}, was=names)
    with pytest.raises(ChangedMeanwhile), acme.writing("di") as session:
        change(session, ANNA, "acme", {"name": "Acme!"}, version=1)
    now, version = read(acme)
    assert (now["name"], now["marks"][0]["text"], version) == ("ACME", "ACME", 4)


def test_those_who_add_at_once_wait_for_each_other(acme) -> None:
    failed = []

    def add(number: int) -> None:
        try:
            with acme.writing(f"writer {number}") as session:
                Part(session, ANNA, "acme", "marks").add({"text": f"Acme {number}"})
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {mark["text"] for mark in read(acme)[0]["marks"]} == {"Acme", *(f"Acme {n}" for n in range(8))}


def test_licences_never_go_in_a_circle(acme) -> None:
    with acme.writing("anna") as session:
        register(session, ANNA, "house", {"name": "Sub", "licensees": [{"name": "Us", "brand": "acme"}]})
    with pytest.raises(NotAccepted) as refused, acme.writing("anna") as session:
        Part(session, ANNA, "acme", "licensees").add({"name": "Them", "brand": "sub"})
    assert "acme → sub → acme" in refused.value.said["brand"]


def test_pictures_stay_with_their_product(acme) -> None:
    with acme.writing("anna") as session:
        brand = session.scalars(select(Brand)).one()
        one = Asset(sha256="0" * 64, path="one.png", kind="product", product_position=0, position=0)
        one.state = "live"
        brand.assets.append(one)
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "products").add({"name": "Acme Two", "sku": "A2"})
    one = item(acme, "products")
    with acme.writing("anna") as session:
        Part(session, ANNA, "acme", "products").change(one.number, {"name": "Acme One!"}, one.digest)
    assert read(acme)[0]["products"][0] | {"name": ""} == FULL["products"][0] | {
        "name": "",
        "images": ["one.png"],
    }
    with acme.reading() as session:
        assert session.scalars(select(Asset.state)).all() == ["live"]


def test_nobody_changes_what_they_may_not_see(acme) -> None:
    with acme.writing("anna") as session:
        session.add(Owner(key="globex", name="Globex"))
        session.flush()
        theirs = session.scalars(select(Owner.id).where(Owner.key == "globex")).one()
    eve = Viewer("eve@globex.example", frozenset({(Role.OWNER, theirs)}))
    for act in (
        lambda session: change(session, eve, "acme", {"name": "Mine"}),
        lambda session: Part(session, eve, "acme", "marks").add({"text": "Mine"}),
        lambda session: Part(session, eve, "acme", "marks").remove(1, None),
        lambda session: register(session, eve, "house", {"name": "Mine"}),
    ):
        with pytest.raises(NotThere), acme.writing("eve") as session:
            act(session)
    assert read(acme) == (FULL, 1)


def test_those_who_review_see_brands_and_change_none(acme) -> None:
    ray = Viewer("ray@house.example", frozenset({(Role.REVIEWER, None)}))
    for act in (
        lambda session: change(session, ray, "acme", {"name": "Mine"}),
        lambda session: register(session, ray, "house", {"name": "Mine"}),
    ):
        with (
            pytest.raises(NotAllowed, match="does not allow you to change brands"),
            acme.writing("ray") as session,
        ):
            act(session)
    assert read(acme) == (FULL, 1)
