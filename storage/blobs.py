"""Files kept under the sha256 of what they hold: written whole or not at all, and never changed."""

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from storage.errors import StorageError
from storage.settings import settings


class Blobs:
    """A folder of them, in 256 folders by the first two digits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keeps the bytes and returns their sha256; what is there already is not written again."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self.folder / place_of(sha256)
        try:
            os.utime(place)  # somebody still wants it: `drop` leaves it alone
        except OSError:
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                _write(place, data)
            except OSError as error:
                raise StorageError(f"{place}: cannot be written ({error.strerror})") from None
        return sha256

    def get(self, sha256: str) -> bytes:
        """Raises `StorageError` where it is not there, or no longer what was put."""
        place = self.folder / place_of(sha256)
        try:
            data = place.read_bytes()
        except OSError as error:
            raise StorageError(f"{place}: cannot be read ({error.strerror}); bring back a copy") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StorageError(f"{place}: is damaged; bring back a copy")
        return data

    def drop(self, sha256: str, unwanted: float) -> None:
        """Removes what nobody has put for so many seconds; what isn't there is no error."""
        place = self.folder / place_of(sha256)
        with suppress(OSError):
            if time.time() - place.stat().st_mtime >= unwanted:
                place.unlink()

    def __contains__(self, sha256: str) -> bool:
        return (self.folder / place_of(sha256)).exists()


def place_of(sha256: str) -> str:
    """Where a blob lies in the folder. Raises `StorageError` for what is no sha256: it could lead out."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise StorageError(f"{sha256[:100]!r} is no sha256, so nothing is kept under it")
    return f"{sha256[:2]}/{sha256[2:]}"


def blobs() -> Blobs:
    """By the settings."""
    return Blobs(settings().home / "blobs")


def _write(place: Path, data: bytes) -> None:
    # Beside its place, so that the last step is a rename, which happens or doesn't.
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
