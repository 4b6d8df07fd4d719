import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from brand_registry.access import NotThere, Viewer, operator, visible_brands
from brand_registry.batch import Fate
from brand_registry.changes import Change
from brand_registry.files import json_entries
from brand_registry.importing import Import
from brand_registry.moving import NotYet
from brand_registry.people import Owner, Role
from brand_registry.states import BrandState
from brand_registry.stored import stored
from brand_registry.tables import Brand, Mark
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import ChangedMeanwhile, StorageError
from tests.registry.given import PNG, brands_file
from tests.sqlite import migrated_sqlite

GTIN = "4006381333931"
ACME = {"id": "acme", "name": "Acmelux"}
BETA = {"id": "beta", "name": "Betamora"}


def run(database, path, *, owner="house", viewer=None, **options):
    blobs = Blobs(path.parent / "blobs")
    importing = Import(database, blobs, viewer or operator(), owner, **options)
    return [one for outcomes in importing.outcomes(json_entries(path)) for one in outcomes]


def fates(outcomes):
    return [one.fate.value for one in outcomes]


def there(database):
    with database.reading() as session:
        return {one.record.id: one for one in stored(session, visible_brands(operator()))}


def add_owner(database, key, *, verified=False):
    with database.writing("test") as session:
        session.add(Owner(key=key, name=key.title(), verified=verified))


def test_what_is_new_changed_and_the_same(database, tmp_path) -> None:
    file = brands_file(tmp_path, ACME, BETA)
    assert fates(run(database, file)) == ["new", "new"]
    assert fates(run(database, file)) == ["same", "same"]
    brands_file(tmp_path, ACME | {"aliases": ["AMX"]}, BETA)
    assert fates(run(database, file)) == ["changed", "same"]
    assert there(database)["acme"].record.aliases == ("AMX",)
    with database.reading() as session:
        assert session.scalars(select(Brand.version).order_by(Brand.key)).all() == [2, 1]
        assert session.scalar(select(func.count()).select_from(Change)) == 3


@pytest.mark.parametrize("batch", [1, 2, 1_000])
def test_a_dry_run_says_what_a_run_does_and_keeps_nothing(database, tmp_path, monkeypatch, batch) -> None:
    monkeypatch.setattr("brand_registry.importing.BRANDS_AT_ONCE", batch)
    (tmp_path / "mark.png").write_bytes(PNG)
    run(database, brands_file(tmp_path, {"id": "old", "name": "Oldest"}, {"id": "kept", "name": "Keptmark"}))
    file = brands_file(
        tmp_path,
        ACME | {"logos": ["mark.png"]},
        {"id": "old", "name": "Oldest & Sons"},
        {"id": "kept", "name": "Keptmark"},
        {"id": "acme", "name": "Acmelux again"},
        {"id": "round", "name": "Rondo", "licensees": [{"name": "x", "brand": "about"}]},
        {"id": "about", "name": "Abouto", "licensees": [{"name": "x", "brand": "round"}]},
        {"id": "bad", "name": "Badmark", "logos": ["gone.png"]},
        b"{",
    )
    before = there(database)
    said = run(database, file, dry_run=True)
    assert there(database) == before
    assert not (tmp_path / "blobs").exists()
    assert run(database, file) == said
    assert fates(said) == ["new", "changed", "same", "refused", "new", "refused", "refused", "refused"]


REFUSED = [
    ({"id": "a/b", "name": "Acmelux"}, "an id holds no slash"),
    ({"id": "../up", "name": "Acmelux"}, "an id holds no slash"),
    ({"id": "..", "name": "Acmelux"}, "an id holds no slash"),
    ({"id": "acme", "name": "Acme\x07lux"}, "name holds the control character U+0007"),
    ({"id": "acme", "name": "Acme\u202elux"}, None),
    ({"id": "acme", "name": "A" * 5_000}, "name is longer than 200 characters (5,000)"),
    ({"id": "A" * 5_000, "name": "Acmelux"}, "id is longer than 200 characters (5,000)"),
    (ACME | {"categories": ["A" * 5_000]}, "categories.0 is longer than 2,000"),
    (ACME | {"logos": ["../secret.png"]}, "logos names '../secret.png', outside"),
    (ACME | {"folder": "../other"}, "folder names '../other', outside"),
    ({"id": "ac\u202eme", "name": "Acmelux"}, "id holds U+202E RIGHT-TO-LEFT OVERRIDE"),
    (ACME | {"state": "alive"}, "state is 'alive'; it is one of draft, shadow"),
    (ACME | {"logos": ["empty.png"]}, "the logo 'empty.png': it is empty (0 bytes)"),
    (ACME | {"logos": ["large.png"]}, "'large.png': it has 2,048 MB, more than 64"),
    (ACME | {"images": ["page.jpg"]}, "'page.jpg': this is a web page"),
    (ACME | {"images": ["mark.png.exe"]}, "'mark.png.exe': this is no picture"),
    (ACME | {"images": ["bomb.png"]}, "'bomb.png': this is a ZIP archive"),
    (ACME | {"images": ["gone.png"]}, "the image 'gone.png': the file is not there"),
    (ACME | {"images": ["n" * 300 + ".png"]}, "cannot be opened (File name too long)"),
    (ACME | {"products": [{"name": "1", "gtin": "4006381333932"}]}, "should be 1"),
    (ACME | {"products": [{"name": "1", "gtin": "40063813339"}]}, "it has 11 digits"),
    (
        ACME | {"products": [{"name": "1", "gtin": GTIN}, {"name": "2", "gtin": "0" + GTIN}]},
        "products.1.gtin '04006381333931' is that of products.0 too",
    ),
    (
        ACME | {"products": [{"name": "1", "serial_pattern": "(["}]},
        "products.0.serial_pattern is no regular expression",
    ),
    (ACME | {"marks": [{"text": "A", "classes": [46]}]}, "Nice classes are 1 to 45"),
    (
        ACME | {"marks": [{"text": "A", "since": "2024-01-01", "until": "2023-01-01"}]},
        "ends (2023-01-01) before it begins",
    ),
    (ACME | {"licensees": [{"name": "x", "brand": "acme"}]}, "names the brand itself"),
    (ACME | {"policies": [{"reason": "logo", "threshold": 0.1}]}, "is below 0.2"),
    (ACME | {"policies": [{"reason": "sound"}]}, "policies.0.reason"),
    (b'{"id": "acme", "name": "Acmelux\xff"}', "not UTF-8"),
    (b'{"id": "acme", "name": "Acmelux"', "it breaks off before its closing bracket"),
    (b"\0" * 100, "not JSON"),
    (b"[" * 100_000, "not JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("brand", "said"), REFUSED)
def test_a_bad_brand_is_refused_alone_and_in_plain_words(tmp_path, brand, said) -> None:
    database = Database(migrated_sqlite(tmp_path))
    (tmp_path / "empty.png").write_bytes(b"")
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(2**31)
    (tmp_path / "page.jpg").write_bytes(b"<!doctype html><p>a page")
    (tmp_path / "mark.png.exe").write_bytes(b"MZ\x90\0\x03\0")
    (tmp_path / "bomb.png").write_bytes(b"PK\x03\x04" + b"\0" * 50)
    file = brands_file(
        tmp_path, {"id": "good", "name": "Goodmark"}, brand, {"id": "last", "name": "Lastmark"}
    )
    outcomes = run(database, file)
    assert fates(outcomes) == ["new", "new" if said is None else "refused", "new"]
    if said is not None:
        assert said in outcomes[1].why
        assert outcomes[1].where.endswith("line 2")
        assert len(outcomes[1].why) < 700
        assert set(there(database)) == {"good", "last"}
    database.close()


WARNED = [
    ({"id": "acme", "name": "the"}, "'the' is an everyday word and is taken as one"),
    (ACME | {"aliases": ["water"]}, "'water' is an everyday word"),
    ({"id": "acme", "name": "Nik\u0435lux"}, "mixes scripts"),
    ({"id": "acme", "name": "Acmelux\u202e"}, "holds U+202E RIGHT-TO-LEFT OVERRIDE, which nobody sees"),
    (ACME | {"aliases": ["Acme\u200blux"]}, "holds U+200B ZERO WIDTH SPACE"),
    (ACME | {"products": [{"name": "1", "gtin": "0" + GTIN}]}, "of the brand 'globex/gb' too"),
    ({"id": "acme", "name": "the", "marks": [{"text": "The", "common_word": True}]}, None),
    ({"id": "acme", "name": "ソニー Sonymark"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("brand", "said"), WARNED)
def test_what_is_doubtful_is_taken_with_a_warning(database, tmp_path, brand, said) -> None:
    add_owner(database, "globex", verified=True)
    theirs = brands_file(tmp_path, {"id": "gb", "name": "Globexo", "products": [{"name": "x", "gtin": GTIN}]})
    run(database, theirs, owner="globex")
    (one,) = run(database, brands_file(tmp_path, brand))
    assert one.fate is Fate.NEW
    assert (said in "; ".join(one.warnings)) if said else one.warnings == ()


def test_who_may_not_see_another_owner_is_not_told_of_its_articles(database, tmp_path) -> None:
    for key in ("globex", "initech"):
        add_owner(database, key)
    file = brands_file(tmp_path, {"id": "gb", "name": "Globexo", "products": [{"name": "x", "gtin": GTIN}]})
    run(database, file, owner="globex")
    with database.reading() as session:
        theirs = session.scalar(select(Owner.id).where(Owner.key == "initech"))
    manager = Viewer("eve", frozenset({(Role.BRAND_MANAGER, theirs)}))
    (one,) = run(database, file, owner="initech", viewer=manager)
    assert one.warnings == ()
    with pytest.raises(NotThere):
        run(database, file, owner="globex", viewer=manager)


def test_brands_of_an_owner_whom_nobody_verified_stay_drafts(database, tmp_path) -> None:
    add_owner(database, "globex")
    file = brands_file(
        tmp_path, {"id": "a", "name": "Acmelux"}, {"id": "b", "name": "Betamora", "state": "live"}
    )
    first, second = run(database, file, owner="globex")
    assert first.warnings == ()
    assert "'globex' is not verified" in second.warnings[0]
    assert {one.state for one in there(database).values()} == {"draft"}
    with database.writing("test") as session:
        for brand in session.scalars(select(Brand)):
            brand.state = BrandState.SHADOW
    run(database, file, owner="globex")
    assert {one.state for one in there(database).values()} == {"shadow"}
    with pytest.raises(NotYet, match="not verified"):
        run(database, file, owner="globex", state=BrandState.LIVE)


def test_the_state_in_the_file_counts_and_else_that_of_the_brand_stays(database, tmp_path) -> None:
    file = brands_file(
        tmp_path, {"id": "a", "name": "Acmelux", "state": "shadow"}, {"id": "b", "name": "Betamora"}
    )
    run(database, file, state=BrandState.DRAFT)
    assert {key: one.state for key, one in there(database).items()} == {"a": "shadow", "b": "draft"}
    file = brands_file(
        tmp_path, {"id": "a", "name": "Acmelux"}, {"id": "b", "name": "Betamora", "state": "live"}
    )
    assert fates(run(database, file)) == ["same", "changed"]
    assert {key: one.state for key, one in there(database).items()} == {"a": "shadow", "b": "live"}


def test_a_licence_that_closes_a_circle_through_brands_that_are_in_is_refused(database, tmp_path) -> None:
    def licensing(key, *to):
        return {"id": key, "name": f"Mark {key}", "licensees": [{"name": "x", "brand": one} for one in to]}

    run(database, brands_file(tmp_path, licensing("a", "b"), licensing("b", "c", "d"), licensing("e", "a")))
    refused, taken = run(database, brands_file(tmp_path, licensing("d", "a"), licensing("c", "z")))
    assert refused.why == "its licences go in a circle: d → a → b → d; leave out the one that is none"
    assert taken.fate is Fate.NEW
    # What licences it had before is forgotten where it is given anew.
    assert fates(run(database, brands_file(tmp_path, licensing("b", "c"), licensing("d", "a")))) == [
        "changed",
        "new",
    ]


def test_pictures_go_to_the_blobs_and_are_what_a_brand_is_compared_by(database, tmp_path) -> None:
    (tmp_path / "mark.png").write_bytes(PNG)
    file = brands_file(tmp_path, ACME | {"logos": ["mark.png"], "images": ["mark.png"]})
    run(database, file)
    sha256 = there(database)["acme"].pictures["mark.png"]
    assert Blobs(tmp_path / "blobs").get(sha256) == PNG
    assert fates(run(database, file)) == ["same"]
    (tmp_path / "mark.png").write_bytes(PNG + b"more")
    assert fates(run(database, file)) == ["changed"]
    assert there(database)["acme"].pictures["mark.png"] != sha256


def test_who_changes_a_brand_during_an_import_loses_nothing_and_stops_nothing(
    database, tmp_path, monkeypatch
) -> None:
    """Another writes between what the import read and what it writes."""
    file = brands_file(tmp_path, ACME)
    run(database, file)
    brands_file(tmp_path, ACME | {"aliases": ["AMX"]})
    importing = Import(database, Blobs(tmp_path / "blobs"), operator(), "house")
    put, times = importing._put, []

    def late(session, *others):
        outcomes = put(session, *others)
        times.append(1)
        if len(times) == 1:
            raise_stale(session)
        return outcomes

    def raise_stale(session):
        session.rollback()
        with database.writing("anna") as other:
            brand = other.scalars(select(Brand)).one()
            brand.certification_marks.clear()
            brand.name = "Acmelux by Anna"
        raise ChangedMeanwhile("in the meantime")

    monkeypatch.setattr(importing, "_put", late)
    ((one,),) = importing.outcomes(json_entries(file))
    assert (one.fate, len(times)) == (Fate.CHANGED, 2)
    with database.reading() as session:
        who = session.scalars(select(Change.who).order_by(Change.id)).all()
    assert who == ["command line", "anna", "command line"]


def test_every_change_has_who_and_when_and_what_was_before(database, tmp_path) -> None:
    began = datetime.now(UTC)
    run(database, brands_file(tmp_path, ACME | {"marks": [{"text": "Acmelux"}]}))
    run(database, brands_file(tmp_path, {"id": "acme", "name": "Acmelux Ltd"}))
    with database.reading() as session:
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert (change.who, change.revision) == ("command line", 2)
        assert began <= change.at <= datetime.now(UTC)
        before = {entry["table"]: (entry["did"], entry["before"]) for entry in change.what}
        assert before["brands"] == ("changed", {"name": "Acmelux"})
        assert before["marks"][0] == "removed"
        assert before["marks"][1]["text"] == "Acmelux"
        assert session.scalar(select(func.count()).select_from(Mark)) == 0
    assert json.dumps(change.what)


def test_brands_that_others_never_leave_alone_are_told(database, tmp_path, monkeypatch) -> None:
    file = brands_file(tmp_path, ACME)
    importing = Import(database, Blobs(tmp_path / "blobs"), operator(), "house")

    def taken(*_):
        raise ChangedMeanwhile("in the meantime")

    monkeypatch.setattr(importing, "_put", taken)
    with pytest.raises(ChangedMeanwhile, match="so run it again"):
        list(importing.outcomes(json_entries(file)))
    assert there(database) == {}


def test_what_the_database_refuses_for_other_reasons_is_told_at_once(database, tmp_path, monkeypatch) -> None:
    importing = Import(database, Blobs(tmp_path / "blobs"), operator(), "house")
    put, times = importing._put, []

    def nameless(session, *others):
        times.append(1)
        outcomes = put(session, *others)
        session.execute(text("UPDATE brands SET name = NULL"))
        return outcomes

    monkeypatch.setattr(importing, "_put", nameless)
    with pytest.raises(StorageError, match=r"refuses the brands at hand .*name"):
        list(importing.outcomes(json_entries(brands_file(tmp_path, ACME))))
    assert (len(times), there(database)) == (1, {})


def test_a_brand_that_somebody_added_meanwhile_is_looked_at_again(database, tmp_path, monkeypatch) -> None:
    importing = Import(database, Blobs(tmp_path / "blobs"), operator(), "house")
    put, times = importing._put, []

    def twice(session, *others):
        times.append(1)
        outcomes = put(session, *others)
        if len(times) == 1:
            same = "INSERT INTO owners (key, name, verified) SELECT key, name, verified FROM owners"
            session.execute(text(same))
        return outcomes

    monkeypatch.setattr(importing, "_put", twice)
    ((one,),) = importing.outcomes(json_entries(brands_file(tmp_path, ACME)))
    assert (one.fate, len(times)) == (Fate.NEW, 2)
