"""Vectors have codes beside them, once there are enough of them."""

import numpy as np

from detector.packing import packed
from detector.reading import PictureReading
from tests.shards.given import LARGER, damage, look, shards
from tests.sqlite import on_sqlite
from workers.graph.claims import now
from workers.graph.tables import Reading, State
from workers.shards import sealing
from workers.shards.codes import LEAST, Codes
from workers.shards.content import CODES
from workers.shards.opening import OpenShards
from workers.shards.sealing import Sizes
from workers.shards.tables import Holds, Shard


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


def content(house, shard: Shard):
    return OpenShards(house.database, house.store).content(shard)


@on_sqlite
def test_vectors_have_codes_beside_them(rescans) -> None:
    vectors = looked_at(rescans)
    assert rescans.sealer(LARGER).seal() == 1
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
def test_broken_codes_are_made_again(rescans) -> None:
    looked_at(rescans)
    rescans.sealer(LARGER).seal()
    [shard] = shards(rescans)
    damage(rescans, shard, "flipped", CODES)
    assert content(rescans, shard) is None
    assert rescans.sealer(LARGER).seal() == 1
    [again] = shards(rescans)
    assert again.name != shard.name
    assert len(content(rescans, again).codes) == LEAST + 2


@on_sqlite
def test_shards_from_before_there_were_codes_are_read_and_get_them(rescans, monkeypatch) -> None:
    vectors = looked_at(rescans)
    with monkeypatch.context() as before:
        before.setattr(sealing, "FORMAT", 1)
        before.setattr(Codes, "of", lambda _: None)
        rescans.sealer(LARGER).seal()
    [shard] = shards(rescans)
    assert CODES not in shard.manifest["files"]
    assert content(rescans, shard).codes is None
    assert (content(rescans, shard).vectors == vectors).all()
    assert rescans.sealer(LARGER).compact() == 1
    [again] = shards(rescans)
    assert (content(rescans, again).vectors == vectors).all()
    assert len(content(rescans, again).codes) == len(vectors)
    assert rescans.sealer(LARGER).compact() == 0


@on_sqlite
def test_joined_shards_have_codes_of_all(rescans) -> None:
    vectors = looked_at(rescans)
    halves = Sizes({**LARGER.full, Holds.LOOKS: 15}, LARGER.least)
    assert rescans.sealer(halves).seal() == 2
    assert not any(CODES in one.manifest["files"] for one in shards(rescans))  # too few in each
    assert rescans.sealer(LARGER).compact() == 1
    [whole] = shards(rescans)
    assert len(content(rescans, whole).codes) == len(vectors)
