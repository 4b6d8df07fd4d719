"""Shards on S3: a real server that speaks it, from a package, in a process of its own."""

import socket
import subprocess
import sys
import urllib.request
import uuid

import fsspec
import pytest
from fsspec.config import conf

from storage.errors import StorageError
from tests.faults.conftest import until
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA
from tests.shards.given import LARGER, SEALED, SMALL, market, ranges, shards
from workers.rescans.working import Rescanner
from workers.shards.store import ShardStore
from workers.shards.tables import ShardState

pytestmark = pytest.mark.slow
pytest.importorskip("moto", reason="moto, which serves S3, is not installed")


@pytest.fixture(scope="module")
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    until(lambda: server.poll() is not None or answers(url), what="the server of S3 doesn't answer")
    before = conf.get("s3")
    conf["s3"] = {"key": "test", "secret": "test", "client_kwargs": {"endpoint_url": url}}
    conf["s3"]["config_kwargs"] = {"retries": {"max_attempts": 1}}
    yield server, f"bucket-{uuid.uuid4().hex}"
    server.kill()
    server.wait()
    conf.pop("s3") if before is None else conf.update(s3=before)


@pytest.fixture
def database_url(tmp_path) -> str:
    """One of them, as the other would ask the same of S3."""
    return f"sqlite:///{tmp_path / 'detector.sqlite'}"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture
def house(rescans, address):
    _, bucket = address
    fsspec.filesystem("s3").makedirs(bucket, exist_ok=True)
    rescans.store = ShardStore(f"s3://{bucket}/shards-{uuid.uuid4().hex}")
    rescans.rescanner = Rescanner(rescans.database, rescans.blobs, rescans, rescans.store)
    return rescans


def test_shards_are_made_scanned_set_aside_and_joined(house) -> None:
    market(house)
    assert house.sealer(SMALL).seal() == 4
    assert ranges(house) == SEALED
    broken = shards(house)[1]
    files = fsspec.filesystem("s3", use_listings_cache=False)
    folder = house.store.address.removeprefix("s3://")
    file = f"{folder}/{broken.name}/rows.parquet"
    data = bytearray(files.cat_file(file))
    data[len(data) // 2] ^= 1
    files.pipe_file(file, bytes(data))
    house.registry(ACMERA, ZEPHYRA)
    report = house.again("zephyra")
    assert (report.counts["listings"], report.counts["pictures"], report.counts["opened"]) == (25, 2, 10)
    assert [one.name for one in shards(house, ShardState.BROKEN)] == [broken.name]
    assert files.exists(f"{folder}/broken/{broken.name}/rows.parquet")
    assert house.sealer(SMALL).seal() == 1
    assert house.sealer(LARGER).compact() == 1
    assert ranges(house) == [("looks", 1, 2, 2), ("texts", 1, 25, 25)]
    house.sealer(LARGER).compact()
    assert sorted(house.store.names()) == sorted(one.name for one in shards(house))
    assert house.again("zephyra").counts["merged"] == 10


def test_a_store_that_is_gone_is_told_and_breaks_nothing(house, address) -> None:
    server, _ = address
    market(house)
    house.sealer(SMALL).seal()
    server.kill()
    server.wait()
    house.registry(ACMERA, ZEPHYRA)
    with pytest.raises(StorageError, match="cannot be read"):
        house.again("zephyra")
    assert [one.name for one in shards(house, ShardState.BROKEN)] == []
