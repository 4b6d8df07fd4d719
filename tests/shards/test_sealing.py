"""Shards: made of what was judged and read, verified, set aside where they are broken, joined, made again."""

from datetime import timedelta

import pytest

from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA
from tests.shards.given import LARGER, SEALED, SMALL, damage, market, ranges, shards
from tests.sqlite import on_sqlite
from workers.shards.sealing import Sealer, Sizes
from workers.shards.tables import ShardState


def test_what_settled_is_sealed_once(rescans) -> None:
    market(rescans)
    assert rescans.sealer(SMALL).seal() == 4
    assert ranges(rescans) == SEALED
    assert rescans.sealer(SMALL).seal() == 0


def test_what_is_young_waits(rescans) -> None:
    market(rescans)
    lock = rescans.folder.parent / "lock"
    sizes = Sizes(SMALL.full, SMALL.least, settles=timedelta(minutes=10))
    assert Sealer(rescans.database, rescans.blobs, rescans.store, lock, sizes).seal() == 0


@pytest.mark.parametrize("sealed", [False, True])
def test_a_rescan_finds_the_same_with_shards_and_without(rescans, sealed) -> None:
    market(rescans)
    if sealed:
        rescans.sealer(SMALL).seal()
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    counts = {name: report.counts[name] for name in ("listings", "pictures", "judged", "opened", "left")}
    assert counts == {"listings": 25, "pictures": 2, "judged": 10, "opened": 10, "left": 0}


@on_sqlite
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_broken_shard_is_set_aside_and_made_again(rescans, how) -> None:
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


def test_shards_are_joined_without_what_no_longer_counts(rescans) -> None:
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
def test_files_that_nobody_names_are_removed(rescans) -> None:
    market(rescans)
    rescans.sealer(SMALL).seal()
    rescans.store.write("texts", {"rows.parquet": b"half"}, {})
    rescans.sealer(SMALL).compact()
    assert sorted(rescans.store.names()) == sorted(one.name for one in shards(rescans))
