"""Catalogues on disk: one file, or a folder of them."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from detector.errors import UnreadableInput
from workers.catalogue import Catalogue, Row, open_catalogue
from workers.sources.errors import BadSource
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import SourceSettings
from workers.sources.web import Web

ROWS = 500
"""Rows of a page."""

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".rss", ".atom", ".parquet", ".pq")


class FilesSettings(SourceSettings):
    """`path` is a catalogue, or a folder whose catalogues are read by name, those of inner folders too."""

    path: Path


class Files:
    """Reads what is new: a file of the same size and time as at the last pull is left out.

    The cursor: `files` tells of each file its size, its time, and how many rows of it were read; -1 for all.
    """

    Settings: ClassVar[type[SourceSettings]] = FilesSettings

    def __init__(self, settings: FilesSettings, _web: Web) -> None:
        self.name = settings.name
        self._path = settings.path.expanduser()

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        known: dict[str, list[int]] = dict((since or {}).get("files", {}))
        for file in self._files():
            name = str(file.relative_to(self._path)) if file != self._path else file.name
            about = file.stat()
            stamp = [about.st_size, about.st_mtime_ns]
            *earlier, read = known.get(name, [0, 0, 0])
            if earlier != stamp:
                read = 0
            if read < 0:
                continue
            for rows, done in self._pages(file, name, read):
                known[name] = [*stamp, done]
                yield Page(rows, {"files": dict(known)}, file.parent, f"{name}, row")

    def _pages(self, file: Path, name: str, read: int) -> Iterator[tuple[tuple[Row, ...], int]]:
        """Pages with how many rows were read after each."""
        try:
            catalogue = open_catalogue(file)
        except UnreadableInput as why:
            if file == self._path:
                raise
            yield (Row(1, name.encode(), problem=str(why)),), -1
            return
        yield from paged(catalogue, read)

    def _files(self) -> list[Path]:
        try:
            if self._path.is_dir():
                found = (path for path in self._path.rglob("*") if path.is_file() and _is_catalogue(path))
                return sorted(found)
            self._path.stat()
        except OSError as error:
            raise BadSource(
                f"{self.name}: {self._path} cannot be read ({error.strerror}); check the path"
            ) from None
        return [self._path]


def paged(catalogue: Catalogue, read: int) -> Iterator[tuple[tuple[Row, ...], int]]:
    """The rows after the first `read` ones in pages, with how many were read then; -1 after the last."""
    rows: Iterator[Any] = islice(catalogue.rows, read, None)
    page = tuple(islice(rows, ROWS))
    while True:
        following = tuple(islice(rows, ROWS))
        read += len(page)
        yield page, read if following else -1
        if not following:
            return
        page = following


def _is_catalogue(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES) and not path.name.startswith(".")
