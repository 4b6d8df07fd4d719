"""Another model of pictures looks at listings and at the brands' own pictures, beside the one in use; with
real readers, gates and snapshots.
"""

import pytest
from PIL import Image
from sqlalchemy import select

from brand_registry.gates import lost
from brand_registry.looks import Look
from brand_registry.states import AssetState
from brand_registry.tables import Asset
from detector.errors import UnreadableInput
from detector.image.embedding import ModelUnusable
from storage.blobs import blobs
from storage.settings import settings
from tests.rescans.conftest import Rescans
from tests.rescans.test_brands import cases
from tests.snapshots.filled import ENGINE, Registry, as_png, drawn
from tests.sqlite import on_sqlite
from workers import health
from workers.graph import outbox, reading
from workers.graph.judges import SnapshotJudges
from workers.graph.tables import Item, Quarantined
from workers.graph.telling import standing
from workers.judges import BrandsUnseen, seeing
from workers.reading import look_engine
from workers.registry.current import check_waiting, current_revision, publish
from workers.rescans import moving, rereading
from workers.rescans.model import compare_with, switch_to
from workers.rescans.rereading import checked, read_next
from workers.rescans.tables import Kind
from workers.rescans.working import move_some

MARK = drawn(6)


class Looked(Rescans):
    """With what the workers have."""

    def current(self):
        return self.judges.current()

    def do(self, task: str, numbers: list[int], again: bool = False) -> None:
        if task == "read":
            reading.read(self.database, self.blobs, numbers, again)
        elif task == "read_next":
            move_some(self.database, read_next(self.database, self.blobs, numbers, again), self.revision)
        elif task == "estimate":
            compare_with(self.database, *numbers)
        else:
            super().do(task, numbers, again)

    def start_again(self) -> None:
        settings.cache_clear()
        reading.reader.cache_clear()
        self.judges = SnapshotJudges(self.database)


@pytest.fixture
def house(database, tmp_path, monkeypatch):
    home, folder = tmp_path / "home", tmp_path / "market"
    folder.mkdir()
    monkeypatch.setattr(outbox, "send", lambda *_: 0)
    monkeypatch.setenv("DETECTOR_HOME", str(home))
    settings.cache_clear()
    registry = Registry(database, home)
    registry.put({"id": "zephyra", "name": "Zephyra", "logos": [registry.picture("mark.png", MARK)]})
    assert check_waiting(database).passed == 1
    publish(database, wait=True)
    opened = Looked(database, blobs(), folder)
    opened.revision = current_revision()
    opened.start_again()
    yield opened
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def model(tmp_path) -> str:
    """Nobody has trained it."""
    import torch
    from transformers import Dinov2Config, Dinov2Model, ViTImageProcessor

    torch.manual_seed(3)
    sizes = {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    config = Dinov2Config(image_size=28, patch_size=14, initializer_range=3.0, **sizes)
    Dinov2Model(config).save_pretrained(tmp_path / "model")
    ViTImageProcessor(size={"height": 28, "width": 28}).save_pretrained(tmp_path / "model")
    return str(tmp_path / "model")


def snapshot_read_by(house) -> tuple[str, int, int]:
    """What read the pictures of the snapshot that is judged with, how many, and how many it didn't."""
    manifest = next(one for path, one in Registry(house.database, settings().home).snapshots.all())
    return manifest.engine, manifest.references, manifest.unread


@on_sqlite
@pytest.mark.slow
def test_listings_and_brands_are_looked_at_side_by_side(house, model, monkeypatch) -> None:
    for name, picture in (("fake", MARK), ("other", Image.radial_gradient("L").convert("RGB"))):
        (house.folder / f"{name}.png").write_bytes(as_png(picture))
    listings = [{"id": one, "title": "Shoes", "images": [f"{one}.png"]} for one in ("fake", "other")]
    house.pull(house.catalogue(*listings))
    house.run()
    assert set(cases(house)) == {("fake", "zephyra")}
    before = snapshot_read_by(house)

    with house.database.writing("test") as session:
        wish = moving.Wish(Kind.MODEL, reads=checked([f"image_model={model}"]))
        number = moving.begin(session, wish, "test").id
        moving.advance(session, moving.resume(session, number), house.revision)
    house.finish()
    told = house.report(number)
    assert (told.state, told.counts["pictures"], told.counts["failed"]) == ("completed", 2, 0)
    assert [told.estimate[name] for name in ("sample", "both", "go", "lost")] == [2, 1, 0, 0]
    assert set(cases(house)) == {("fake", "zephyra")}
    assert snapshot_read_by(house) == before
    with house.database.reading() as session:
        assert session.scalars(select(Asset.state)).all() == [AssetState.CHECKED]

    assert switch_to(house.database, number) == 2
    monkeypatch.setenv("DETECTOR_IMAGE_MODEL", model)
    house.start_again()
    report = house.again()  # the first judge comes with a snapshot that the same model has read
    assert snapshot_read_by(house) == (look_engine(), before[1], 0) != before
    assert (report.counts["judged"], report.counts["left"]) == (2, 0)  # nothing is read again
    come = {("other", "zephyra")} if told.estimate["come"] else set()
    assert {key for key, case in cases(house).items() if not case.gone} == {("fake", "zephyra"), *come}

    with house.database.writing("test") as session:  # and back to the network that ships
        wish = moving.Wish(Kind.MODEL, reads=checked(["image_model="], shipped=True))
        number = moving.begin(session, wish, "test").id
        moving.advance(session, moving.resume(session, number), house.revision)
    monkeypatch.setattr(rereading, "read_for", None)  # it has read all of them before
    house.finish()
    told = house.report(number)
    assert (told.state, told.counts["pictures"], told.reads) == ("completed", 2, {"image_model": None})
    assert told.estimate["go"] == len(come)
    assert switch_to(house.database, number) == 2
    monkeypatch.setenv("DETECTOR_IMAGE_MODEL", "")  # as it says
    house.start_again()
    report = house.again()
    assert snapshot_read_by(house) == before
    assert (report.counts["judged"], report.counts["left"]) == (2, 0)
    assert {key for key, case in cases(house).items() if not case.gone} == {("fake", "zephyra")}


@on_sqlite
@pytest.mark.slow
def test_nothing_is_judged_by_what_another_model_saw(house, model, monkeypatch) -> None:
    (house.folder / "fake.png").write_bytes(as_png(MARK))
    monkeypatch.setenv("DETECTOR_IMAGE_MODEL", model)
    house.start_again()
    listings = [{"id": "fake", "title": "Shoes", "images": ["fake.png"]}, {"id": "text", "title": "Shoes"}]
    house.pull(house.catalogue(*listings))
    house.run()
    with house.database.reading() as session:
        items = {item.version_id: item for item in session.scalars(select(Item))}
        states = [(item.state, item.attempts, item.verdict) for _, item in sorted(items.items())]
        assert states == [("waiting", 0, None), ("done", 1, "clear")]  # it costs no attempt
        assert session.scalar(select(Quarantined)) is None
        waits = [item.why for item in items.values() if item.state == "waiting"]
    assert "looked at anew" in waits[0]
    assert "1 picture of the brands is to be looked at anew" in standing(house.database).looked_at_anew
    assert health.ready(house.database).told["snapshot"]["looked at anew"]
    with pytest.raises(BrandsUnseen, match="snapshot build"):
        seeing(house.current())

    before = snapshot_read_by(house)
    assert publish(house.database).new  # by the clock: it looks at them first
    assert snapshot_read_by(house) == (look_engine(), before[1], 0) != before
    assert standing(house.database).looked_at_anew is None
    house.judges = SnapshotJudges(house.database)
    house.do("judge", list(items))
    assert set(cases(house)) == {("fake", "zephyra")}


@on_sqlite
def test_pictures_of_brands_that_would_be_refused_are_counted(database, tmp_path) -> None:
    registry = Registry(database, tmp_path)
    registry.put({"id": "zephyra", "name": "Zephyra", "logos": [registry.picture("mark.png", MARK)]})
    registry.look_at_all()
    with database.writing("test") as session:
        sha256, kind = session.execute(select(Asset.sha256, Asset.kind)).one()
        session.add(Look(sha256=sha256, kind=kind, engine="flat", count=0, why="like a mere circle"))
        session.flush()
        assert (lost(session, "flat"), lost(session, ENGINE), lost(session, "unknown")) == (1, 0, 0)


@pytest.mark.slow
def test_what_is_no_model_is_told_before_anything_is_read(tmp_path) -> None:
    with pytest.raises(ModelUnusable, match="no model of pictures"):
        checked([f"image_model={tmp_path}"])


def test_from_afar_no_model_of_pictures_is_named_but_that_which_ships(monkeypatch) -> None:
    with pytest.raises(UnreadableInput, match="in the terminal"):
        checked(["image_model=small"], shipped=True)
    with pytest.raises(UnreadableInput, match="what reads pictures already"):
        checked(["image_model="], shipped=True)
    monkeypatch.setenv("DETECTOR_IMAGE_MODEL", "some/model")
    settings.cache_clear()
    try:
        assert checked(["image_model="], shipped=True) == {"image_model": None}
    finally:
        settings.cache_clear()
