"""What was erased of listings takes their pictures, what was read of them, and shards with it, whatever is
going on meanwhile.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from review.retention.tables import ErasedBlob, ErasedVersion
from review.tables import Case, Listing, ListingVersion
from storage.blobs import Blobs
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA, Rescans, rescans  # noqa: F401 - a fixture
from workers.erasing import clear, erase, finish
from workers.graph.tables import Item, Picture, Reading, State
from workers.shards.content import texts_of_files
from workers.shards.sealing import Sizes
from workers.shards.store import ShardStore
from workers.shards.tables import Holds, Shard, ShardState

SMALL = Sizes({Holds.TEXTS: 10, Holds.LOOKS: 4}, {Holds.TEXTS: 1, Holds.LOOKS: 1})
LARGER = Sizes({Holds.TEXTS: 100, Holds.LOOKS: 100}, SMALL.least)


def market(house: Rescans, count: int = 12) -> None:
    """Of listings, of which the first shows a picture of its own, the second one that the third shows too."""
    pictures = {
        1: [house.picture("own.jpg", "Wanda")],
        2: [house.picture("both.jpg", "")],
        3: ["both.jpg"],
    }
    house.pull(
        house.catalogue(
            *(
                {"id": f"L{number}", "title": f"Shoes {number}", "images": pictures.get(number, [])}
                for number in range(1, count + 1)
            )
        )
    )


def due_is(house: Rescans, *keys: str) -> None:
    """These listings were last there long ago."""
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with house.database.writing("test") as session:
        session.execute(update(Listing).where(Listing.key.in_(keys)).values(seen=long_ago))


def files(house: Rescans) -> set[str]:
    return {one.parent.name + one.name for one in house.blobs.folder.glob("??/*")}


def settled(house: Rescans) -> None:
    """Nobody has put any of the files lately."""
    for one in house.blobs.folder.glob("??/*"):
        os.utime(one, (1, 1))


def left(house: Rescans, what) -> list:
    with house.database.reading() as session:
        return list(session.scalars(select(what)))


def until(house: Rescans, step: str) -> list[tuple[str, list[int]]]:
    """Does what comes before a step, and returns the messages that are for it."""
    held_up = []
    while messages := house.messages():
        held_up += [one for one in messages if one[0] == step]
        for task, numbers in messages:
            if task != step:
                house.do(task, numbers)
    assert held_up
    return held_up


def test_what_alone_showed_a_picture_takes_it_and_its_reading_with_it(rescans) -> None:  # noqa: F811
    market(rescans)
    rescans.run()
    settled(rescans)
    before = files(rescans)
    due_is(rescans, "L1", "L2")
    assert erase(rescans.database, rescans.blobs).listings == 2
    assert len(before - files(rescans)) == 2
    assert len(left(rescans, Picture.id)) == len(left(rescans, Reading.id)) == 1
    assert set(left(rescans, Listing.key)) == {f"L{number}" for number in range(3, 13)}
    assert not left(rescans, ErasedBlob.sha256)


@pytest.mark.parametrize("step", ["fetch", "read"])
def test_a_picture_under_way_goes_when_it_has_come(rescans, step) -> None:  # noqa: F811
    market(rescans)
    held_up = until(rescans, step)
    due_is(rescans, "L1")
    assert erase(rescans.database, rescans.blobs).listings == 1
    assert len(left(rescans, ErasedVersion.version_id)) == 1
    assert "Shoes 1" not in left(rescans, ListingVersion.data)[0]
    for task, numbers in held_up:
        rescans.do(task, numbers)
    rescans.run()
    settled(rescans)
    before = files(rescans)
    assert finish(rescans.database, rescans.blobs) == 1
    assert len(before - files(rescans)) == 2
    assert "L1" not in left(rescans, Listing.key)


def test_who_is_killed_before_the_files_leaves_them_to_the_next(rescans, monkeypatch) -> None:  # noqa: F811
    market(rescans)
    rescans.run()
    settled(rescans)
    due_is(rescans, "L1")

    class Killed(Exception):
        pass

    def die(*_: object) -> None:
        raise Killed

    before = files(rescans)
    with monkeypatch.context() as patched:
        patched.setattr(Blobs, "drop", die)
        with pytest.raises(Killed):
            erase(rescans.database, rescans.blobs)
    assert files(rescans) == before
    assert len(left(rescans, ErasedBlob.sha256)) == 2
    assert not erase(rescans.database, rescans.blobs)
    assert len(before - files(rescans)) == 2
    assert not left(rescans, ErasedBlob.sha256)


def test_a_file_that_somebody_put_lately_waits_and_one_that_is_wanted_again_stays(
    rescans,  # noqa: F811
) -> None:
    market(rescans)
    rescans.run()
    due_is(rescans, "L1", "L2", "L3")
    before = files(rescans)
    erase(rescans.database, rescans.blobs)
    assert files(rescans) == before
    settled(rescans)
    rescans.pull(rescans.catalogue({"id": "L99", "title": "New", "images": ["both.jpg"]}))
    rescans.run()
    settled(rescans)
    assert clear(rescans.database, rescans.blobs) == 2
    assert not left(rescans, ErasedBlob.sha256)
    assert left(rescans, Picture.sha256)[0] in rescans.blobs
    assert left(rescans, Reading.blob)[0] in rescans.blobs


def test_a_result_of_what_was_erased_meanwhile_opens_no_case(rescans) -> None:  # noqa: F811
    rescans.registry(ACMERA)
    rescans.pull(rescans.catalogue({"id": "L1", "title": "Acmerra shoes"}))
    held_up = until(rescans, "judge")
    with rescans.database.writing("test") as session:
        session.execute(update(ListingVersion).values(erased=datetime.now(UTC)))
    for task, numbers in held_up:
        rescans.do(task, numbers)
    rescans.run()
    assert left(rescans, Item.state) == [State.SUPERSEDED]
    assert not left(rescans, Case.id)


class Interrupted(ShardStore):
    """Has something happen between the reading of what a shard holds and its being named."""

    def __init__(self, address: str, happens) -> None:
        super().__init__(address)
        self._happens = happens

    def write(self, *what):
        written = super().write(*what)
        self._happens()
        return written


@pytest.mark.parametrize("joined", [False, True])
def test_a_shard_that_is_made_meanwhile_holds_nothing_that_was_erased(rescans, joined) -> None:  # noqa: F811
    market(rescans)
    rescans.run()
    if joined:
        rescans.sealer(SMALL).seal()
    due_is(rescans, "L5")
    whole, rescans.store = (
        rescans.store,
        Interrupted(rescans.store.address, lambda: erase(rescans.database, rescans.blobs)),
    )
    sealer = rescans.sealer(LARGER)
    assert (sealer.compact() if joined else sealer.seal()) == (0 if joined else 1)  # that of pictures
    rescans.store = whole
    for _ in range(2):
        rescans.sealer(LARGER).seal()
        rescans.sealer(LARGER).compact()
    assert _said(rescans) == {f"Shoes {number}" for number in range(1, 13) if number != 5}


def test_the_copy_of_a_broken_shard_goes_with_what_it_held(rescans) -> None:  # noqa: F811
    market(rescans)
    rescans.run()
    rescans.sealer(SMALL).seal()
    shard = next(one for one in left(rescans, Shard) if one.holds == Holds.TEXTS and one.first == 1)
    (rescans.folder.parent / "shards" / shard.name / "rows.parquet").write_bytes(b"broken")
    rescans.registry(ACMERA, ZEPHYRA)
    rescans.again("zephyra")
    rescans.sealer(SMALL).compact()
    assert rescans.store.aside() == [shard.name]
    due_is(rescans, "L5")
    erase(rescans.database, rescans.blobs)
    rescans.sealer(SMALL).compact()
    assert rescans.store.aside() == []


def _said(house: Rescans) -> set[str]:
    """All that stands in any file of texts that lies in the store."""
    names = {one.name: one for one in left(house, Shard) if one.holds == Holds.TEXTS}
    assert {one.state for one in names.values()} == {ShardState.CURRENT}
    assert {one for one in house.store.names() if one.startswith("texts")} == set(names)
    said = set()
    for name, shard in names.items():
        data = {file: house.store.read(name, file, about) for file, about in shard.manifest["files"].items()}
        said |= {text for texts in texts_of_files(data).texts for text in texts}
    return said
