"""Files of shards in a folder, or in whatever else fsspec knows: written once under a new name, verified
whenever they are read.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import fsspec
import orjson

from storage.errors import StorageError
from storage.settings import settings

MANIFEST = "manifest.json"
_ASIDE = "broken"


class BrokenShard(StorageError):
    """A file of a shard is gone, or not what was written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in the store under a name: `files` are their bytes and sha256 by their names."""

    name: str
    files: Mapping[str, Mapping[str, Any]]


class ShardStore:
    """A folder of fsspec's, by its address."""

    def __init__(self, address: str) -> None:
        self.address = address
        # What other processes wrote or removed since is to be seen at once.
        self._files, self._root = fsspec.core.url_to_fs(address, use_listings_cache=False)

    def write(self, kind: str, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Written:
        """Keeps files under a new name, the manifest last, which says what they are and `about` them. Raises
        `StorageError`.
        """
        name = f"{kind}-{uuid.uuid4().hex}"
        told = {
            one: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for one, data in files.items()
        }
        manifest = orjson.dumps({**about, "files": told}, option=orjson.OPT_INDENT_2)
        with _told(self._path(name), "written"):
            self._files.makedirs(self._path(name), exist_ok=True)
            for one, data in {**files, MANIFEST: manifest}.items():
                self._files.pipe_file(self._path(name, one), data)
        return Written(name, told)

    def read(self, name: str, file: str, told: Mapping[str, Any]) -> bytes:
        """A file, verified by what the database tells of it. Raises `BrokenShard`."""
        path = self._path(name, file)
        try:
            with _told(path, "read"):
                data: bytes = self._files.cat_file(path)
        except FileNotFoundError:
            raise BrokenShard(f"{path}: is gone") from None
        if len(data) != told["bytes"] or hashlib.sha256(data).hexdigest() != told["sha256"]:
            raise BrokenShard(f"{path}: is not what was written")
        return data

    def set_aside(self, name: str) -> None:
        """Moves what is broken out of the way, for a person to look at."""
        # File by file, as where folders are but beginnings of names there is none to be moved.
        with _told(self._path(name), "set aside"):
            for file in self._files.find(self._path(name)):
                self._files.makedirs(self._path(_ASIDE, name), exist_ok=True)
                self._files.mv(file, self._path(_ASIDE, name, file.rsplit("/", 1)[-1]))
        self.remove(name)

    def remove(self, name: str) -> None:
        """What is there no longer is no error."""
        self._remove(self._path(name))

    def remove_aside(self, name: str) -> None:
        """The same of what was set aside."""
        self._remove(self._path(_ASIDE, name))

    def names(self) -> list[str]:
        """Of all that lies in the store, whatever became of it."""
        return [name for name in self._names(self._root) if name != _ASIDE]

    def aside(self) -> list[str]:
        """Of all that was set aside."""
        return self._names(self._path(_ASIDE))

    def _remove(self, path: str) -> None:
        with _told(path, "removed"):
            if self._files.exists(path):
                self._files.rm(path, recursive=True)

    def _names(self, path: str) -> list[str]:
        with _told(path, "listed"):
            entries = self._files.ls(path, True) if self._files.exists(path) else []
        return sorted(entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries)

    def _path(self, *parts: str) -> str:
        return "/".join((self._root.rstrip("/"), *parts))


@contextmanager
def _told(path: str, what: str) -> Iterator[None]:
    """What a store says of a failure, as one sentence; that a file isn't there is the caller's business."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(f"{path}: cannot be {what} ({error.strerror or error})") from None
    except Exception as error:  # clients of stores have errors of their own kinds, as where none answers
        raise StorageError(f"{path}: cannot be {what} ({error})") from None


def shard_store() -> ShardStore:
    """By the settings."""
    return ShardStore(settings().shards or str(settings().home / "shards"))
