"""Whatever stops the making of shards, a full disk or a kill, costs none."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StorageError
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA
from tests.shards.given import LARGER, SEALED, SMALL, market, ranges, shards
from tests.sqlite import on_sqlite

ROOT = Path(__file__).parents[2]


@on_sqlite
def test_a_disk_that_fills_breaks_nothing(rescans, monkeypatch) -> None:
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
from tests.shards.given import LARGER, SMALL
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
def test_a_disk_that_is_really_full(rescans, database_url) -> None:
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
from tests.shards.given import LARGER
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
def test_a_compaction_that_is_killed_leaves_all_as_it_was(rescans, database_url, written) -> None:
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
