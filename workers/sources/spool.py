"""A feed laid down on disk, row by row, so that a pull can go on at any of them without reading it again."""

import codecs
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

import orjson

from detector.errors import UnreadableInput
from storage.locks import locked
from storage.settings import settings
from workers.catalogue import Row, open_catalogue
from workers.sources.errors import BadSource
from workers.sources.files import ROWS

_SHOWN = 10_000
_BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Spool:
    """The rows of one source's feed. `stamp` names what lies there, None where nothing does.

    Two who pull the same source lay down one after the other; who reads goes on reading what was there.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        folder = settings().home / "feeds"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadSource(f"{source}: {folder} cannot be made ({error.strerror})") from None
        # By a digest too: names are compared without case on some disks.
        place = folder / f"{source}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"
        self._rows, self._feed = place.with_suffix(".rows"), place.with_suffix(".feed")
        self._lock = place.with_suffix(".lock")

    @property
    def stamp(self) -> str | None:
        try:
            about = self._rows.stat()
        except OSError:
            return None
        return f"{about.st_size}-{about.st_mtime_ns}"

    async def fill(self, pieces: AsyncIterator[bytes], suffix: str, called: str) -> bool:
        """Lays down a feed as it comes in; whether it could be read to its end.

        Raises `BadSource` where it is no feed, or the disk is full.
        """
        try:
            with locked(self._lock, wait=True):
                try:
                    with self._feed.open("wb") as file:
                        async for piece in pieces:
                            file.write(piece)
                    return self._fill_from(self._feed, suffix, called)
                finally:
                    self._feed.unlink(missing_ok=True)
        except OSError as error:
            raise self._disk(error) from None

    def fill_from(self, feed: Path, suffix: str, called: str) -> bool:
        """The same from a file. `called` is how it is named where something is wrong with it."""
        try:
            with locked(self._lock, wait=True):
                return self._fill_from(feed, suffix, called)
        except OSError as error:
            raise self._disk(error) from None

    def _fill_from(self, feed: Path, suffix: str, called: str) -> bool:
        readable = feed.with_name(f"{self._feed.stem}.reading{suffix}")
        partial = self._rows.with_suffix(".partial")
        try:
            if not _in_utf8(feed, readable):
                readable.symlink_to(feed.resolve())
            whole = _lay_down(readable, partial)
            partial.replace(self._rows)
        except UnreadableInput as why:
            raise BadSource(f"{self._source}: {str(why).replace(str(readable), called)}") from None
        finally:
            readable.unlink(missing_ok=True)
            partial.unlink(missing_ok=True)
        return whole

    def pages(self, begin: int) -> Iterator[tuple[tuple[Row, ...], int | None]]:
        """Pages from a byte on, each with the byte to go on from; None after the last."""
        try:
            rows_laid_down = self._rows.open("rb")
        except OSError as error:  # another pull has come to its end meanwhile
            raise self._disk(error) from None
        with rows_laid_down as file:
            file.seek(begin)
            while True:
                rows = tuple(_row(line) for line in islice(iter(file.readline, b""), ROWS))
                place = file.tell()
                more = file.read(1)
                file.seek(place)
                yield rows, place if more else None
                if not more:
                    return

    def empty(self) -> None:
        self._rows.unlink(missing_ok=True)

    def _disk(self, error: OSError) -> BadSource:
        return BadSource(
            f"{self._source}: its feed cannot be laid down in {self._rows.parent} ({error.strerror})"
        )


def _lay_down(feed: Path, rows: Path) -> bool:
    """Whether it could be read to its end. Raises `UnreadableInput` where not even its beginning could."""
    whole = True
    with rows.open("wb") as file:
        for row in open_catalogue(feed).rows:
            if row.last and not file.tell():
                raise UnreadableInput(f"{feed}: {row.problem}")
            whole &= not row.last
            file.write(_line(row))
    return whole


def _in_utf8(feed: Path, into: Path) -> bool:
    """Writes a feed that is UTF-16 as UTF-8, without the declaration that would now lie. Whether it was."""
    with feed.open("rb") as file:
        encoding = _BOMS.get(file.read(2))
        if encoding is None:
            return False
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        with into.open("wb") as out:
            first = True
            while block := file.read(2**16):
                text = decoder.decode(block)
                out.write((re.sub(r"^\s*<\?xml[^>]*\?>", "", text) if first else text).encode())
                first = False
            out.write(decoder.decode(b"", final=True).encode())
    return True


def _line(row: Row) -> bytes:
    raw = row.raw[:_SHOWN].decode("utf-8", "replace")
    data = row.data.decode() if row.data is not None else None
    return orjson.dumps([row.number, raw, data, row.problem, row.last]) + b"\n"


def _row(line: bytes) -> Row:
    number, raw, data, problem, last = orjson.loads(line)
    return Row(number, raw.encode(), data.encode() if data is not None else None, problem, last)
