"""From the registry to a snapshot and back: what it holds, what is taken over, and what nobody can break."""

import json
import pickle
import shutil
from datetime import date

import numpy as np
import pytest
from PIL import ImageOps

from brand_registry.access import operator
from brand_registry.moving import move
from brand_registry.snapshots import building, checking
from brand_registry.snapshots.folder import is_held
from brand_registry.snapshots.loading import load
from brand_registry.snapshots.manifest import MANIFEST, BadSnapshot, NoSnapshot, read_manifest
from brand_registry.snapshots.publishing import is_behind, publish_snapshot
from brand_registry.states import BrandState
from detector.image.assets import prepared
from detector.image.embedding import MarkEmbedder
from detector.image.looking import Looker
from detector.judge import Judge
from detector.listing import Listing
from detector.sighting import AssetKind, Seen
from tests.snapshots.filled import ENGINE, Registry, as_png, drawn, named
from tests.sqlite import on_sqlite

LOGO = AssetKind.LOGO


@pytest.fixture
def registry(database, tmp_path):
    return Registry(database, tmp_path)


def publish(registry, **how):
    done = publish_snapshot(registry.database, registry.blobs, registry.snapshots, ENGINE, **how)
    assert done is not None
    return done


def loaded(registry, day=None):
    return load(registry.snapshots.current(), registry.blobs, day)


def test_what_comes_out_is_what_went_in(registry) -> None:
    acme = {
        "id": "acme",
        "name": "Acmelux",
        "aliases": ["アクメ"],
        "marks": [{"text": "Acme", "classes": [25], "since": "2020-01-01", "until": "2030-12-31"}],
        "price_floor": {"amount": "60.10", "currency": "EUR"},
        "products": [{"name": "Acme One", "sku": "A1", "attributes": {"pack_size": "30"}}],
        "policies": [{"reason": "logo", "mode": "shadow", "threshold": 0.7}],
        "category_floors": [
            {"category": "Bags", "condition": "used", "price_floor": {"amount": "150", "currency": "EUR"}}
        ],
        "thresholds": [{"scope": "harm", "value": "medicine", "reason": "logo", "threshold": 0.3}],
        "allow": [{"scope": "seller", "value": "s9", "until": "2031-01-01"}],
        "licensees": [{"name": "Betalux"}],
        "colour": "red",
    }
    registry.put(acme, *named(["Betamora", "Gammaris"]))
    done = publish(registry)
    assert done.new
    assert done.folder.name == done.manifest.name == f"r{done.manifest.revision}-{done.manifest.name[-12:]}"
    snapshot = loaded(registry, date(2026, 1, 1))
    assert list(snapshot.brands) == ["acme", "betamora", "gammaris"]
    one = snapshot.brands["acme"]
    assert json.loads(one.record.model_dump_json(exclude_defaults=True)) == acme
    assert (one.owner, one.state) == ("house", "live")
    judge = Judge(snapshot.records())
    assert judge.judge(Listing(id="1", title="Acrnelux shoes")).cases[0].brand == "acme"


def test_nothing_is_built_where_nothing_changed(registry) -> None:
    registry.put(*named(["Acmelux"]))
    first = publish(registry)
    again = publish(registry)
    assert (again.new, again.folder) == (False, first.folder)
    registry.put(*named(["Betamora"]))
    assert is_behind(registry.database, first.manifest, ENGINE)
    assert publish(registry).new


def test_what_is_no_longer_judged_with_is_left_out(registry) -> None:
    registry.put(*named(["Acmelux", "Betamora", "Gammaris", "Deltora"]))
    publish(registry)
    with registry.database.writing("anna") as session:
        move(session, operator(), "acmelux", BrandState.RETIRED)
        move(session, operator(), "betamora", BrandState.SHADOW)
        move(session, operator(), "gammaris", BrandState.SHADOW)
        move(session, operator(), "gammaris", BrandState.DRAFT)
    publish(registry)
    states = {name: one.state for name, one in loaded(registry).brands.items()}
    assert states == {"betamora": "shadow", "deltora": "live"}


def test_only_what_changed_is_read_again(registry, monkeypatch) -> None:
    registry.put(*named(f"Brand{number}lux" for number in range(40)))
    publish(registry)
    read = []
    real = building.stored

    def watched(session, brands):
        for one in real(session, brands):
            read.append(one.record.id)
            yield one

    monkeypatch.setattr(building, "stored", watched)
    registry.put({"id": "brand7lux", "name": "Otherlux"}, *named(["Newmora"]))
    grown = publish(registry)
    assert read == ["brand7lux", "newmora"]
    lines = (grown.folder / "brands.jsonl").read_bytes()
    whole = publish(registry, anew=True)
    assert (whole.folder / "brands.jsonl").read_bytes() == lines
    assert whole.manifest.name == grown.manifest.name


def test_marks_count_while_they_are_in_force(registry) -> None:
    registry.put(
        {
            "id": "acme",
            "name": "Acmelux",
            "marks": [
                {"text": "Oldmora", "until": "2024-12-31"},
                {"text": "Newmora", "since": "2026-06-01"},
            ],
        }
    )
    publish(registry)
    on = {
        day: ([mark.text for mark in one.brands["acme"].record.marks], one.until)
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2026, 6, 1))
        for one in [loaded(registry, day)]
    }
    assert on == {
        date(2024, 12, 31): (["Oldmora"], date(2024, 12, 31)),
        date(2025, 1, 1): ([], date(2026, 5, 31)),
        date(2026, 6, 1): (["Newmora"], date.max),
    }


def test_pictures_are_found_grown_or_made_anew(registry, monkeypatch) -> None:
    def brand(number):
        mark = registry.picture(f"m{number}.png", ImageOps.expand(drawn(number), 30, "white"))
        photo = registry.picture(f"p{number}.png", drawn(100 + number))
        return {"id": f"b{number}", "name": f"Brand{number}lux", "logos": [mark], "images": [photo]}

    looker = Looker(MarkEmbedder())
    photos = {number: looker.look(np.asarray(drawn(100 + number))) for number in (1, 4)}
    marks = {
        number: looker.look(prepared(as_png(ImageOps.expand(drawn(number), 30, "white")), LOGO)[0])
        for number in (3, 4)
    }

    def seen(snapshot):
        """The brands of which each picture is a copy, and those of the marks most like each mark."""
        index = snapshot.references
        copies = [
            {one.reference.brand for one in index.recognise(look) if one.seen == Seen.COPY}
            for look in photos.values()
        ]
        return copies, [index.likest(look, LOGO)[0].brand for look in marks.values()]

    registry.put(*map(brand, range(4)))
    registry.look_at_all()
    first = publish(registry)
    assert first.manifest.references == 8
    copies, likest = seen(loaded(registry))
    assert (copies, likest[0]) == ([{"b1"}, set()], "b3")
    mark = loaded(registry).references.likest(marks[3], LOGO)[0]
    sent = pickle.loads(pickle.dumps(mark))  # as to the process that draws it
    assert (sent.brand, sent.asset, sent.row) == (mark.brand, mark.asset, mark.row)
    assert np.array_equal(sent.appearance.hashes, mark.appearance.hashes)

    monkeypatch.setattr(building, "GROWN_FROM", 1)
    read = set()
    real = building.Looks.look
    monkeypatch.setattr(building.Looks, "look", lambda looks, row: read.add(row.path) or real(looks, row))
    with registry.database.writing("anna") as session:
        move(session, operator(), "b3", BrandState.RETIRED)
    registry.put(brand(4))
    registry.look_at_all()
    with registry.snapshots.aside() as aside:
        building.build(registry.database, registry.blobs, ENGINE, aside, first.folder)
    assert read == {"m4.png", "p4.png"}
    publish(registry)
    grown = seen(loaded(registry))
    assert grown[0] == [{"b1"}, {"b4"}]
    assert grown[1][1] == "b4"
    assert grown[1][0] != "b3"
    manifest = publish(registry, anew=True).manifest
    assert manifest.references == 8
    assert seen(loaded(registry)) == grown


def test_references_of_brands_in_shadow_stand_apart(registry, monkeypatch) -> None:
    monkeypatch.setattr(building, "GROWN_FROM", 1)
    photo = registry.picture("p.png", drawn(1))
    registry.put(*({"id": name, "name": f"{name}lux", "images": [photo]} for name in ("acme", "zeta")))
    registry.look_at_all()
    look = Looker(MarkEmbedder()).look(np.asarray(drawn(1)))

    def seen():
        manifest, snapshot = publish(registry).manifest, loaded(registry)
        assert manifest.references == 2
        return [
            None if index is None else {one.reference.brand for one in index.recognise(look)}
            for index in (snapshot.references, snapshot.shadowed)
        ]

    def put(brand, state):
        with registry.database.writing("anna") as session:
            move(session, operator(), brand, state)

    put("acme", BrandState.SHADOW)
    assert seen() == [{"zeta"}, {"acme"}]
    put("zeta", BrandState.SHADOW)
    put("acme", BrandState.LIVE)
    assert seen() == [{"acme"}, {"zeta"}]
    put("acme", BrandState.SHADOW)
    assert seen()[0] is None
    put("acme", BrandState.LIVE)
    put("zeta", BrandState.LIVE)
    assert seen()[1] is None


def test_a_look_that_was_lost_is_left_out_and_waits_to_be_read_again(registry) -> None:
    photos = [registry.picture(f"p{number}.png", drawn(number)) for number in range(3)]
    registry.put({"id": "acme", "name": "Acmelux", "images": photos})
    registry.look_at_all()
    publish(registry)
    rows = [row for row in registry.blobs.folder.rglob("*") if row.is_file() and row.stat().st_size > 50_000]
    rows[0].write_bytes(b"something else")
    registry.put(*named(["Betamora"]))
    done = publish(registry)
    assert (done.manifest.references, done.manifest.unread) == (2, 1)


def flipped(file) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 16
    file.write_bytes(data)


DAMAGE = {
    "a flipped bit in brands": (lambda folder: flipped(folder / "brands.jsonl"), "is damaged"),
    "a flipped bit in vectors": (lambda folder: flipped(folder / "mark_vectors.npy"), "is damaged"),
    "a truncated index": (
        lambda folder: (folder / "points.faiss").write_bytes((folder / "points.faiss").read_bytes()[:-9]),
        "is damaged",
    ),
    "an empty file": (lambda folder: (folder / "references.jsonl").write_bytes(b""), "is damaged"),
    "a file that is gone": (lambda folder: (folder / "picture_hashes.npy").unlink(), "is gone"),
    "a file too many": (lambda folder: (folder / "more.npy").write_bytes(b"1"), "not named in the manifest"),
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), "manifest cannot be read"),
    "a manifest cut off": (lambda folder: (folder / MANIFEST).write_bytes(b'{"format": 1,'), "is damaged"),
    "a manifest of a newer program": (
        lambda folder: (folder / MANIFEST).write_text(
            (folder / MANIFEST).read_text().replace('"format": 2', '"format": 3')
        ),
        "another version of this program",
    ),
    "a folder that is gone": (shutil.rmtree, "cannot be read"),
}


@on_sqlite
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_built_over(registry, damage) -> None:
    harm, said = DAMAGE[damage]
    photo = registry.picture("p.png", drawn(1))
    mark = registry.picture("m.png", ImageOps.expand(drawn(2), 30, "white"))
    registry.put({"id": "acme", "name": "Acmelux", "images": [photo], "logos": [mark]})
    registry.look_at_all()
    first = publish(registry)
    harm(first.folder)
    with pytest.raises(BadSnapshot, match=said):
        loaded(registry)
    again = publish(registry)
    assert again.new
    assert loaded(registry).manifest == read_manifest(again.folder)


def test_none_yet(registry) -> None:
    with pytest.raises(NoSnapshot, match="detector snapshot build"):
        registry.snapshots.current()


def test_old_ones_go_but_for_those_in_use(registry) -> None:
    names = ["Acmelux", "Betamora", "Gammaris", "Deltora", "Epsilux", "Zetamora"]
    registry.put(*named(names[:1]))
    first = publish(registry).folder
    held = load(first, registry.blobs)
    made = [first]
    for number in range(2, 7):
        registry.put(*named(names[:number]))
        made.append(publish(registry).folder)
    assert [path for path in made if path.exists()] == [first, *made[-3:]]
    assert is_held(first)
    del held
    assert registry.snapshots.prune(1) == [*reversed(made[-3:-1]), first]
    assert registry.snapshots.current() == made[-1]


def test_nothing_is_left_of_what_failed(registry, monkeypatch) -> None:
    registry.put(*named(["Acmelux"]))
    publish(registry)
    registry.put(*named(["Betamora"]))

    def broken(*_):
        raise BadSnapshot("it finds nothing")

    monkeypatch.setattr("brand_registry.snapshots.publishing.check_answers", broken)
    with pytest.raises(BadSnapshot, match="it finds nothing"):
        publish(registry)
    assert list(loaded(registry).brands) == ["acmelux"]
    assert [path.name for path in registry.snapshots.folder.glob(".building*")] == []


def test_what_did_not_change_is_the_same_object_in_the_next_one(registry) -> None:
    registry.put(*named(["Acmelux", "Betamora", "Gammaris"]))
    publish(registry)
    first = loaded(registry)
    registry.put({"id": "betamora", "name": "Betamoor"}, *named(["Deltora"]))
    publish(registry)
    next_ = load(registry.snapshots.current(), registry.blobs, before=first)
    whole = loaded(registry)
    assert (next_.brands, next_.judged, next_.until) == (whole.brands, whole.judged, whole.until)
    same = [name for name, record in next_.judged.items() if record is first.judged.get(name)]
    assert same == ["acmelux", "gammaris"]
    (first.folder / "brands.jsonl").write_bytes(b"{}\n")
    again = load(registry.snapshots.current(), registry.blobs, before=first)
    assert again.brands == whole.brands


def test_of_the_day_before_nothing_is_taken_over_once_other_marks_count(registry) -> None:
    registry.put({"id": "acme", "name": "Acmelux", "marks": [{"text": "Oldmora", "until": "2024-12-31"}]})
    publish(registry)
    first = loaded(registry, date(2024, 12, 31))
    registry.put(*named(["Betamora"]))
    publish(registry)
    next_ = load(registry.snapshots.current(), registry.blobs, date(2025, 1, 1), before=first)
    assert next_.brands["acme"].record.marks == ()


def test_a_changed_name_that_does_not_find_its_brand_is_not_published(registry, monkeypatch) -> None:
    registry.put(*named(f"Brand{number}lux" for number in range(300)))
    first = publish(registry)
    registry.put({"id": "brand150lux", "name": "Zorvanelle"})
    real = checking._finds
    monkeypatch.setattr(checking, "_finds", lambda name, *rest: name != "Zorvanelle" and real(name, *rest))
    with pytest.raises(BadSnapshot, match="'Zorvanelle' does not find the brand 'brand150lux'"):
        publish(registry)
    assert registry.snapshots.current() == first.folder
