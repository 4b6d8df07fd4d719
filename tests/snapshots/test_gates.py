"""Uploaded pictures on their way through the gates: in real processes, some of which die."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from brand_registry.access import operator
from brand_registry.changes import Change
from brand_registry.looks import Look
from brand_registry.people import Owner
from brand_registry.rights import Decision, RightsRequest, decide
from brand_registry.tables import Asset, Brand
from detector.image.decoding import decode
from detector.image.embedding import MarkEmbedder
from detector.image.looking import Looker
from detector.reading import PictureReading
from storage.blobs import place_of
from tests.snapshots.filled import Registry, drawn
from workers.registry.gates import Checked, check_assets

pytestmark = pytest.mark.slow

DEADLY = (255, 0, 254)
"""The colour of the first pixel of pictures that kill whoever reads them."""


class LookReader:
    """Reads the look of pictures and no text, and dies of some."""

    engine = "look-of-a-test"

    def __init__(self, log: Path | None = None) -> None:
        self._looker, self._log = Looker(MarkEmbedder()), log

    def read(self, data: bytes) -> PictureReading:
        pixels = decode(data).pixels
        if tuple(pixels[0, 0]) == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._log:
            with self._log.open("a") as log:
                log.write("read\n")
        sha256, (height, width) = hashlib.sha256(data).hexdigest(), pixels.shape[:2]
        return PictureReading(sha256, width, height, (), self.engine, 0, self._looker.look(pixels))


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def registry(database, tmp_path, cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return Registry(database, tmp_path)


def check(registry, engine=LookReader.engine, make_reader=LookReader, **how):
    lock = registry.folder / "gates.lock"
    return check_assets(registry.database, registry.blobs, engine, make_reader, lock, **how)


def states(registry):
    with registry.database.reading() as session:
        return {(asset.brand.key, asset.path): (asset.state, asset.why) for asset in session.query(Asset)}


def dot():
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).ellipse((40, 40, 160, 160), fill="black")
    return image


def deadly():
    image = drawn(99)
    image.putpixel((0, 0), DEADLY)
    return image


def test_each_passes_or_is_told_why_not(registry) -> None:
    shown = {
        "front.png": drawn(1),
        "white.png": Image.new("RGB", (200, 200), "white"),
        "tiny.png": drawn(2).resize((12, 12)),
        "deadly.png": deadly(),
    }
    photos = [registry.picture(name, image) for name, image in shown.items()]
    mark = registry.picture("dot.png", dot())
    registry.put({"id": "acme", "name": "Acmelux", "images": photos, "logos": [mark]})
    assert check(registry, processes=2) == Checked(passed=1, refused=4)
    assert {path: why for (_, path), (_, why) in states(registry).items()} == {
        "front.png": None,
        "white.png": "the picture is all one colour, or nearly so; upload one that shows the mark",
        "tiny.png": "the reference is 12 x 12 pixels; it needs 24 along its shorter side",
        "deadly.png": "reading it crashed the reader; save it anew as PNG or JPEG, smaller if it is large, "
        "and upload that",
        "dot.png": "the mark is hardly more than a circle, which would be found everywhere; upload it with "
        "the name, or with what else tells it apart",
    }
    assert states(registry)["acme", "front.png"] == ("checked", None)
    assert {state for state, why in states(registry).values() if why} == {"refused"}
    with registry.database.reading() as session:
        assert session.query(Change).filter_by(who="gates").count() == 1
    assert check(registry, make_reader=None) == Checked()


def test_what_another_brand_registered_first_is_refused(registry) -> None:
    with registry.database.writing("test") as session:
        session.add_all([Owner(key="globex", name="Globex", verified=True)])
    photo, again = registry.picture("a.png", drawn(1)), registry.picture("b.png", drawn(1).resize((200, 200)))
    other = registry.picture("c.png", drawn(2))
    registry.put({"id": "acme", "name": "Acmelux", "images": [photo]})
    registry.put({"id": "acme-men", "name": "Acmelux Men", "images": [again]})
    registry.put({"id": "beta", "name": "Betamora", "images": [again, other]})
    registry.put({"id": "gamma", "name": "Gammaris", "images": [again, other]}, owner="globex")
    assert check(registry) == Checked(passed=3, refused=3)
    told = states(registry)
    assert [key for key, (_, why) in told.items() if why is None] == [
        ("acme", "a.png"),
        ("acme-men", "b.png"),
        ("beta", "c.png"),
    ]
    assert told["beta", "b.png"][1] == (
        "it shows the same as b.png of the brand Acmelux Men, which was registered first, and one picture "
        "can't stand for two brands; take it out of one of them"
    )
    for path in ("b.png", "c.png"):
        why = told["gamma", path][1]
        assert "your rights" in why
        assert not any(word in why for word in ("Acme", "Beta", "registered", "a.png"))


def test_who_is_not_verified_takes_nobodys_picture(registry) -> None:
    with registry.database.writing("test") as session:
        session.add(Owner(key="mallory", name="Mallory"))
    photo, again = registry.picture("a.png", drawn(1)), registry.picture("b.png", drawn(1).resize((200, 200)))
    registry.put({"id": "zeta", "name": "Zetamora", "images": [photo]}, owner="mallory")
    registry.put({"id": "acme", "name": "Acmelux", "images": [again]})
    assert check(registry) == Checked(passed=2)
    with registry.database.writing("olga") as session:
        mallory = session.query(Owner).filter_by(key="mallory").one()
        session.add(
            RightsRequest(
                owner_id=mallory.id, public="r", note="", asked_by="olga", asked_at=datetime.now(UTC)
            )
        )
    with registry.database.writing("anna") as session:
        decide(session, operator(), "r", Decision.APPROVE, "")
    assert check(registry) == Checked(refused=1)
    assert {key: state for key, (state, _) in states(registry).items()} == {
        ("zeta", "a.png"): "refused",
        ("acme", "b.png"): "checked",
    }


def test_a_new_engine_reads_again_and_moves_nobody(registry, tmp_path) -> None:
    photo = registry.picture("a.png", drawn(1))
    registry.put({"id": "acme", "name": "Acmelux", "images": [photo]})
    check(registry)
    with registry.database.reading() as session:
        version = session.query(Brand).one().version
    assert check(registry, engine="another").passed == 1
    with registry.database.reading() as session:
        assert {look.engine for look in session.query(Look)} == {LookReader.engine, "another"}
        assert session.query(Brand).one().version == version


def test_a_file_that_is_lost_here_is_not_the_owners_fault(registry) -> None:
    photos = [registry.picture("a.png", drawn(1)), registry.picture("b.png", drawn(2))]
    registry.put({"id": "acme", "name": "Acmelux", "images": photos})
    with registry.database.reading() as session:
        lost = session.query(Asset).filter_by(path="a.png").one().sha256
    place = registry.blobs.folder / place_of(lost)
    data = place.read_bytes()
    place.unlink()
    done = check(registry)
    assert (done.passed, done.refused, done.waiting) == (1, 0, 1)
    assert done.why.endswith("bring back a copy")
    place.write_bytes(data)
    assert check(registry) == Checked(passed=1)


_SLOW = """
import sys, time
from pathlib import Path
from storage.blobs import Blobs
from storage.database import Database
from tests.snapshots.test_gates import LookReader
from workers.registry.gates import check_assets

url, folder = sys.argv[1], Path(sys.argv[2])

class Slow(LookReader):
    def __init__(self): super().__init__(folder / "log")
    def read(self, data):
        if (folder / "log").exists() and len((folder / "log").read_text().split()) >= 2:
            time.sleep(600)
        return super().read(data)

database, blobs = Database(url), Blobs(folder / "blobs")
print(check_assets(database, blobs, Slow.engine, Slow, folder / "gates.lock", patience=900))
"""


def test_whoever_is_killed_has_not_read_in_vain_and_one_works_at_a_time(
    registry, database_url, monkeypatch
) -> None:
    # What the other database's turn has read is not to be found here.
    monkeypatch.setenv("XDG_CACHE_HOME", str(registry.folder / "cache-again"))
    photos = [registry.picture(f"{number}.png", drawn(number)) for number in range(50, 54)]
    registry.put({"id": "acme", "name": "Acmelux", "images": photos})
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "XDG_CACHE_HOME": str(registry.folder / "cache"),
    }
    words = [sys.executable, "-c", _SLOW, database_url, str(registry.folder)]
    with subprocess.Popen(words, env=environment, start_new_session=True) as running:
        end = time.monotonic() + 120
        while looks(registry) < 2:
            assert time.monotonic() < end
            assert running.poll() is None
            time.sleep(0.05)
        assert check(registry) is None
        os.killpg(running.pid, signal.SIGKILL)
    assert {state for state, _ in states(registry).values()} == {"uploaded"}
    log = registry.folder / "again"
    assert check(registry, make_reader=lambda: LookReader(log)) == Checked(passed=4)
    assert len(log.read_text().split()) == 2


def looks(registry):
    with registry.database.reading() as session:
        return session.query(Look).count()


def test_sketches_are_as_the_detector_makes_them(registry) -> None:
    photo = registry.picture("a.png", drawn(1))
    registry.put({"id": "acme", "name": "Acmelux", "images": [photo]})
    check(registry)
    with registry.database.reading() as session:
        sketches = np.frombuffer(session.query(Look).one().sketches, "<f4").reshape(-1, 257)
    assert len(sketches) == 1
    assert np.linalg.norm(sketches[0, :-1]) == pytest.approx(1, abs=1e-5)
