import hashlib
import os
import subprocess
import sys

import pytest

from storage.blobs import Blobs, place_of
from storage.errors import StorageError


def test_what_was_put_is_got_by_its_sha256(tmp_path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    sha256 = blobs.put(b"a picture")
    assert sha256 == hashlib.sha256(b"a picture").hexdigest() == blobs.put(b"a picture")
    assert sha256 in blobs
    assert blobs.get(sha256) == b"a picture"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256[2:]]


@pytest.mark.parametrize("content", [None, b"a pict", b""])
def test_what_is_gone_or_damaged_is_told(tmp_path, content) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(b"a picture")
    place = tmp_path / place_of(sha256)
    place.unlink()
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(StorageError, match="bring back a copy"):
        blobs.get(sha256)


@pytest.mark.parametrize("name", ["../../outside", "/dev/zero", "", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_nothing_is_kept_under_what_is_no_sha256(tmp_path, name) -> None:
    (tmp_path / "outside").write_bytes(b"somebody else's")
    blobs = Blobs(tmp_path / "in" / "blobs")
    (tmp_path / "in" / "blobs").mkdir(parents=True)
    with pytest.raises(StorageError, match="is no sha256"):
        blobs.get(name)
    with pytest.raises(StorageError, match="is no sha256"):
        _ = name in blobs


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from storage.blobs import Blobs
from storage.errors import StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    Blobs(Path(sys.argv[1])).put(b"x" * 5000)
except StorageError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written (File too large)" in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_somebody_put_again_is_not_dropped(tmp_path) -> None:
    blobs = Blobs(tmp_path)
    old, wanted = blobs.put(b"old"), blobs.put(b"wanted")
    for sha256 in (old, wanted):
        os.utime(tmp_path / place_of(sha256), (0, 0))
    blobs.put(b"wanted")
    for sha256 in (old, wanted, "0" * 64):
        blobs.drop(sha256, 3600)
    assert (old in blobs, wanted in blobs) == (False, True)
