"""What shards are made of in tests, how large, and what became of them."""

import numpy as np
from sqlalchemy import select

from detector.appearance import Appearance, LocalFeatures, Regions
from workers.shards.sealing import Sizes
from workers.shards.tables import Holds, Shard, ShardState

SMALL = Sizes({Holds.TEXTS: 10, Holds.LOOKS: 4}, {Holds.TEXTS: 3, Holds.LOOKS: 2})
LARGER = Sizes({Holds.TEXTS: 100, Holds.LOOKS: 100}, SMALL.least)
SEALED = [("looks", 1, 2, 2), ("texts", 1, 10, 10), ("texts", 11, 20, 10), ("texts", 21, 25, 5)]
"""What `SMALL` shards `market` gives."""


def look(vectors: np.ndarray) -> Appearance:
    nowhere = LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8))
    regions = Regions(np.zeros((len(vectors), 4), np.float32), vectors.astype(np.float16))
    hashes = np.arange(256, dtype=np.uint8).reshape(8, 32)
    return Appearance(10, 10, hashes, 100, regions, nowhere, np.zeros((4, 4, 3), np.uint8), "look")


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


def damage(house, shard: Shard, how: str, name: str = "rows.parquet") -> None:
    file = house.folder.parent / "shards" / shard.name / name
    data = bytearray(file.read_bytes())
    if how == "flipped":
        data[len(data) // 2] ^= 1
    file.unlink() if how == "gone" else file.write_bytes(data[: len(data) // 2] if how == "cut" else data)
