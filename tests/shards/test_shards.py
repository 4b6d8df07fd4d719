"""Shards: made of what was judged and read, verified, set aside where they are broken, joined, made again."""

import errno
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from detector.appearance import Appearance, LocalFeatures, Regions
from detector.packing import packed
from detector.reading import PictureReading, TextLine
from storage.errors import StorageError
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA, rescans  # noqa: F401 - a fixture
from tests.sqlite import on_sqlite
from workers.graph.claims import now
from workers.graph.tables import Reading, State
from workers.shards import sealing
from workers.shards.codes import LEAST, Codes
from workers.shards.content import (
    CODES,
    joined_looks,
    looks_from,
    looks_of_files,
    looks_to_files,
    some_looks,
    texts_from,
    texts_of_files,
    texts_to_files,
)
from workers.shards.opening import OpenShards
from workers.shards.sealing import Sizes
from workers.shards.tables import Holds, Shard, ShardState

SMALL = Sizes({Holds.TEXTS: 10, Holds.LOOKS: 4}, {Holds.TEXTS: 3, Holds.LOOKS: 2})
LARGER = Sizes({Holds.TEXTS: 100, Holds.LOOKS: 100}, SMALL.least)
ROOT = Path(__file__).parents[2]
BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))


def look(vectors: np.ndarray) -> Appearance:
    nowhere = LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8))
    regions = Regions(np.zeros((len(vectors), 4), np.float32), vectors.astype(np.float16))
    hashes = np.arange(256, dtype=np.uint8).reshape(8, 32)
    return Appearance(10, 10, hashes, 100, regions, nowhere, np.zeros((4, 4, 3), np.uint8), "look")


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), max_size=4), max_size=8))
def test_texts_come_back_as_they_were(texts) -> None:
    kept = texts_of_files(texts_to_files(texts_from(enumerate(texts, 1))))
    assert kept.texts == texts
    assert kept.ids.tolist() == list(range(1, len(texts) + 1))


def test_looks_come_back_as_they_were() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 8))
    readings = [
        PictureReading("", 1, 1, (TextLine("ACME", 0.9, BOX),), "e", 0, look(vectors)),
        PictureReading("", 1, 1, (), "e"),
        PictureReading("", 1, 1, (), "e", 0, look(vectors[:1])),
    ]
    looks = looks_from((n, f"sha{n}", "engine", one) for n, one in enumerate(readings, 1))
    kept = looks_of_files(looks_to_files(looks), 8)
    assert kept.lines == [["ACME"], [], []]
    assert kept.starts.tolist() == [0, 3, 3, 4]
    assert (kept.vectors == looks.vectors).all()
    assert (kept.hashes[0] == looks.hashes[0]).all()
    assert not kept.hashes[1].any()
    left = some_looks(kept, np.array([False, True, True]))
    assert left.sha256s == ["sha2", "sha3"]
    assert (left.vectors == looks.vectors[3:]).all()


def test_another_models_vectors_are_left_out() -> None:
    """A shard may begin before a model was changed and end after it."""
    old, new = np.ones((2, 4)), np.ones((3, 8))
    readings = [PictureReading("", 1, 1, (), "e", 0, look(one)) for one in (old, new)]
    first, last = (looks_from([(n, f"sha{n}", "e", one)]) for n, one in enumerate(readings))
    for both in (
        looks_from((n, f"sha{n}", "e", one) for n, one in enumerate(readings)),
        joined_looks([first, last]),
    ):
        assert both.starts.tolist() == [0, 0, 3]
        assert (both.vectors == new).all()
        assert both.hashes.any(axis=(1, 2)).all()


def market(house, count: int = 25) -> None:
    house.picture("hidden.jpg", "ZEPHYRA")
    house.picture("plain.jpg", "")
    titles = ["Zephyrra shoes", "Brown shoes", "Shoes"]
    pictures = {1: ["plain.jpg"], 2: ["hidden.jpg"]}
    house.pull(
        house.catalogue(
            *({"id": f"L{n}", "title": titles[n % 3], "images": pictures.get(n, [])} for n in range(count))
        )
    )
    house.run()


def shards(house, state: str = ShardState.CURRENT) -> list[Shard]:
    with house.database.reading() as session:
        found = list(
            session.scalars(select(Shard).where(Shard.state == state).order_by(Shard.holds, Shard.first))
        )
        session.expunge_all()
        return found


def ranges(house) -> list[tuple[str, int, int, int]]:
    return [(one.holds, one.first, one.last, one.rows) for one in shards(house)]


SEALED = [("looks", 1, 2, 2), ("texts", 1, 10, 10), ("texts", 11, 20, 10), ("texts", 21, 25, 5)]


def test_what_settled_is_sealed_once(rescans) -> None:  # noqa: F811
    market(rescans)
    assert rescans.sealer(SMALL).seal() == 4
    assert ranges(rescans) == SEALED
    assert rescans.sealer(SMALL).seal() == 0


def test_what_is_young_waits(rescans) -> None:  # noqa: F811
    from workers.shards.sealing import Sealer

    market(rescans)
    lock = rescans.folder.parent / "lock"
    sizes = Sizes(SMALL.full, SMALL.least, settles=timedelta(minutes=10))
    assert Sealer(rescans.database, rescans.blobs, rescans.store, lock, sizes).seal() == 0


@pytest.mark.parametrize("sealed", [False, True])
def test_a_rescan_finds_the_same_with_shards_and_without(rescans, sealed) -> None:  # noqa: F811
    market(rescans)
    if sealed:
        rescans.sealer(SMALL).seal()
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    counts = {name: report.counts[name] for name in ("listings", "pictures", "judged", "opened", "left")}
    assert counts == {"listings": 25, "pictures": 2, "judged": 10, "opened": 10, "left": 0}


def damage(house, shard: Shard, how: str, name: str = "rows.parquet") -> None:
    file = house.folder.parent / "shards" / shard.name / name
    data = bytearray(file.read_bytes())
    if how == "flipped":
        data[len(data) // 2] ^= 1
    file.unlink() if how == "gone" else file.write_bytes(data[: len(data) // 2] if how == "cut" else data)


def looked_at(house, pictures: int = 30) -> np.ndarray:
    """Pictures with as many vectors as are coded; returns these, row after row."""
    vectors = unit(LEAST + 2, 16).astype(np.float16)
    with house.database.writing("test") as session:
        for n, some in enumerate(np.array_split(vectors, pictures)):
            reading = PictureReading(f"{n:064}", 10, 10, (), "look", 0, look(some))
            blob = house.blobs.put(packed(reading))
            session.add(
                Reading(sha256=f"{n:064}", kind="look", engine="look", blob=blob, state=State.DONE, due=now())
            )
    return vectors


def unit(count: int, width: int) -> np.ndarray:
    vectors = np.random.default_rng(3).standard_normal((count, width))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


WHOLE = Sizes({Holds.TEXTS: 100, Holds.LOOKS: 100}, SMALL.least)


def content(house, shard: Shard):
    return OpenShards(house.database, house.store).content(shard)


@on_sqlite
def test_vectors_have_codes_beside_them(rescans) -> None:  # noqa: F811
    vectors = looked_at(rescans)
    assert rescans.sealer(WHOLE).seal() == 1
    [shard] = shards(rescans)
    assert set(shard.manifest["files"]) == {"rows.parquet", "vectors.f16", CODES}
    assert shard.manifest["files"][CODES]["bytes"] < vectors.nbytes
    kept = content(rescans, shard)
    assert (kept.vectors == vectors).all()
    assert (len(kept.codes), kept.codes.width) == vectors.shape
    wanted = vectors[:5].astype(np.float32)
    assert set(range(5)) <= set(kept.codes.near(wanted, np.full(5, 0.7, np.float32))[1])
    assert kept.between(0, len(kept)).codes is kept.codes
    assert kept.between(0, 3).codes is None


@on_sqlite
def test_broken_codes_are_made_again(rescans) -> None:  # noqa: F811
    looked_at(rescans)
    rescans.sealer(WHOLE).seal()
    [shard] = shards(rescans)
    damage(rescans, shard, "flipped", CODES)
    assert content(rescans, shard) is None
    assert rescans.sealer(WHOLE).seal() == 1
    [again] = shards(rescans)
    assert again.name != shard.name
    assert len(content(rescans, again).codes) == LEAST + 2


@on_sqlite
def test_shards_from_before_there_were_codes_are_read_and_get_them(rescans, monkeypatch) -> None:  # noqa: F811
    vectors = looked_at(rescans)
    with monkeypatch.context() as before:
        before.setattr(sealing, "FORMAT", 1)
        before.setattr(Codes, "of", lambda _: None)
        rescans.sealer(WHOLE).seal()
    [shard] = shards(rescans)
    assert CODES not in shard.manifest["files"]
    assert content(rescans, shard).codes is None
    assert (content(rescans, shard).vectors == vectors).all()
    assert rescans.sealer(WHOLE).compact() == 1
    [again] = shards(rescans)
    assert (content(rescans, again).vectors == vectors).all()
    assert len(content(rescans, again).codes) == len(vectors)
    assert rescans.sealer(WHOLE).compact() == 0


@on_sqlite
def test_joined_shards_have_codes_of_all(rescans) -> None:  # noqa: F811
    vectors = looked_at(rescans)
    halves = Sizes({**WHOLE.full, Holds.LOOKS: 15}, WHOLE.least)
    assert rescans.sealer(halves).seal() == 2
    assert not any(CODES in one.manifest["files"] for one in shards(rescans))  # too few in each
    assert rescans.sealer(WHOLE).compact() == 1
    [whole] = shards(rescans)
    assert len(content(rescans, whole).codes) == len(vectors)


@on_sqlite
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_broken_shard_is_set_aside_and_made_again(rescans, how) -> None:  # noqa: F811
    market(rescans)
    rescans.sealer(SMALL).seal()
    for shard in shards(rescans):
        damage(rescans, shard, how)
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    assert (report.counts["listings"], report.counts["pictures"], report.counts["opened"]) == (25, 2, 10)
    assert len(shards(rescans, ShardState.BROKEN)) == 4
    assert rescans.sealer(SMALL).seal() == 4
    assert ranges(rescans) == SEALED


def test_shards_are_joined_without_what_no_longer_counts(rescans) -> None:  # noqa: F811
    market(rescans)
    rescans.sealer(SMALL).seal()
    rescans.pull(rescans.catalogue({"id": "L3", "title": "Changed"}, {"id": "L22", "title": "Changed"}))
    rescans.run()
    assert rescans.sealer(LARGER).compact() == 1
    assert ranges(rescans) == [("looks", 1, 2, 2), ("texts", 1, 25, 23)]
    rescans.registry(ACMERA, ZEPHYRA)
    assert rescans.again("zephyra").counts["opened"] == 9
    rescans.sealer(LARGER).compact()
    assert sorted(rescans.store.names()) == sorted(one.name for one in shards(rescans))


@on_sqlite
def test_files_that_nobody_names_are_removed(rescans) -> None:  # noqa: F811
    market(rescans)
    rescans.sealer(SMALL).seal()
    rescans.store.write("texts", {"rows.parquet": b"half"}, {})
    rescans.sealer(SMALL).compact()
    assert sorted(rescans.store.names()) == sorted(one.name for one in shards(rescans))


@on_sqlite
def test_a_disk_that_fills_breaks_nothing(rescans, monkeypatch) -> None:  # noqa: F811
    market(rescans)
    files = rescans.store._files
    write = files.pipe_file

    def full(path, data) -> None:
        write(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as filled:
        filled.setattr(files, "pipe_file", full)
        with pytest.raises(StorageError, match="No space left"):
            rescans.sealer(SMALL).seal()
        assert shards(rescans) == []
        rescans.registry(ACMERA, ZEPHYRA)
        assert rescans.again("zephyra").counts["opened"] == 10
    assert rescans.sealer(SMALL).seal() == 4
    with monkeypatch.context() as filled:
        filled.setattr(files, "pipe_file", full)
        with pytest.raises(StorageError, match="No space left"):
            rescans.sealer(LARGER).compact()
    assert ranges(rescans) == SEALED
    assert rescans.again("zephyra").counts["merged"] == 10
    assert rescans.sealer(LARGER).compact() == 1
    rescans.sealer(LARGER).compact()
    assert sorted(rescans.store.names()) == sorted(one.name for one in shards(rescans))


_FULL = """
import json, sys
from pathlib import Path
from sqlalchemy import select
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from tests.shards.test_shards import LARGER, SMALL
from workers.shards.sealing import Sealer, without_waiting
from workers.shards.store import ShardStore
from workers.shards.tables import Shard, ShardState

url, folder = sys.argv[1], Path(sys.argv[2])
database, store, told = Database(url), ShardStore(str(folder / "disk" / "shards")), []
ballast = folder / "disk" / "ballast"

def tell(sizes, deed):
    sealer = Sealer(database, Blobs(folder / "blobs"), store, folder / "lock", without_waiting(sizes))
    try:
        said = getattr(sealer, deed)()
    except StorageError as error:
        said = "full" if "No space left on device" in str(error) else str(error)
    with database.reading() as session:
        current = session.scalars(select(Shard.name).where(Shard.state == ShardState.CURRENT)).all()
    told.append((said, len(current), set(current) <= set(store.names())))

def fill(pages):
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - pages * 4096)

for sizes, deed, room in ((SMALL, "seal", (0, 3)), (LARGER, "compact", (0, 1))):
    for pages in room:
        fill(pages)
        tell(sizes, deed)
    ballast.unlink()
    tell(sizes, deed)
    tell(sizes, "compact")  # removes what was half written
print(json.dumps([told, len(list(store.names()))]))
"""
_ON_A_SMALL_DISK = 'mount -t tmpfs -o size=256k tmpfs "$0" && exec "$@"'


@on_sqlite
@pytest.mark.slow
def test_a_disk_that_is_really_full(rescans, database_url) -> None:  # noqa: F811
    """A small one is mounted where nobody else sees it, which not every system lets one do."""
    disk = rescans.folder.parent / "disk"
    disk.mkdir()
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _ON_A_SMALL_DISK, str(disk)]
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be mounted here: {error}")
    market(rescans)
    words += [sys.executable, "-c", _FULL, database_url, str(disk.parent)]
    done = subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.PIPE)
    told, left = json.loads(done.stdout)
    fitted = told[1][1]  # of four shards, before there was no more room
    assert told == [
        ["full", 0, True], ["full", fitted, True], [4 - fitted, 4, True], [0, 4, True],
        ["full", 4, True], ["full", 4, True], [1, 2, True], [0, 2, True],
    ]  # fmt: skip
    assert (left, ranges(rescans)) == (2, [("looks", 1, 2, 2), ("texts", 1, 25, 25)])


_KILLED = """
import os, signal, sys
from pathlib import Path
from storage.blobs import Blobs
from storage.database import Database
from tests.shards.test_shards import LARGER
from workers.shards.sealing import Sealer, without_waiting
from workers.shards.store import ShardStore

url, folder, after = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
store = ShardStore(str(folder / "shards"))
put, count = store._files.pipe_file, 0

def dying(path, data):
    global count
    if count == after:
        put(path, data[: len(data) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1
    put(path, data)

store._files.pipe_file = dying
sizes, blobs = without_waiting(LARGER), Blobs(folder / "blobs")
Sealer(Database(url), blobs, store, folder / "shards.lock", sizes).compact()
"""


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("written", [0, 1])
def test_a_compaction_that_is_killed_leaves_all_as_it_was(rescans, database_url, written) -> None:  # noqa: F811
    market(rescans)
    rescans.sealer(SMALL).seal()
    folder = rescans.folder.parent
    words = [sys.executable, "-c", _KILLED, database_url, str(folder), str(written)]
    assert subprocess.run(words, check=False, cwd=ROOT).returncode == -signal.SIGKILL
    assert ranges(rescans) == SEALED
    assert rescans.sealer(LARGER).compact() == 1
    assert ranges(rescans) == [("looks", 1, 2, 2), ("texts", 1, 25, 25)]
    rescans.registry(ACMERA, ZEPHYRA)
    assert rescans.again("zephyra").counts["opened"] == 10
    rescans.sealer(LARGER).compact()
    assert sorted(rescans.store.names()) == sorted(one.name for one in shards(rescans))
