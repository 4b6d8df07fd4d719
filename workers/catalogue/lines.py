"""Lines of a file, plain or gzipped, bounded in length: a line of 10 GB is skipped, never held."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from detector.errors import UnreadableInput

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. Far above what a listing within its own limits takes, far below what would hurt."""

SHOWN_OF_LONG_LINE = 10_000
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is without its line end; of a line that is too long only the beginning."""

    number: int
    text: bytes
    too_long: bool = False


class CutShort(Exception):
    """A file that breaks off or is damaged in the middle; what was read before it is sound."""


class Source:
    """A file read from the front, that knows how far it has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: BinaryIO = path.open("rb")
            self.size = path.stat().st_size
        except OSError as error:
            raise UnreadableInput(f"{path}: cannot be opened ({error.strerror}); check the path") from None
        gzipped = self._file.read(2) == _GZIP
        self._file.seek(0)
        self.stream: BinaryIO = self._file
        if gzipped:
            self.stream = io.BufferedReader(gzip.GzipFile(fileobj=self._file))

    def position(self) -> int:
        """Bytes read of the file as it lies on disk; roughly, as it is read in blocks."""
        return self._file.tell()

    def read(self, count: int) -> bytes:
        """Up to `count` bytes. Raises `CutShort` where the file is damaged."""
        try:
            return self.stream.read(count)
        except (EOFError, zlib.error, OSError) as error:
            raise CutShort(_why_cut(error)) from None

    def peek(self, count: int) -> bytes:
        """The first bytes, read afresh, without a byte order mark."""
        with Source(self.path) as again:
            return again.read(count).removeprefix(_BOM)

    def lines(self) -> Iterator[Line]:
        """Every line, empty ones too. Raises `CutShort` where the file is damaged."""
        number = 0
        try:
            while text := self.stream.readline(LONGEST_LINE):
                number += 1
                if number == 1:
                    text = text.removeprefix(_BOM)
                if len(text) == LONGEST_LINE and not text.endswith(b"\n"):
                    self._skip_line()
                    yield Line(number, text[:SHOWN_OF_LONG_LINE], too_long=True)
                else:
                    yield Line(number, text.removesuffix(b"\n").removesuffix(b"\r"))
        except (EOFError, zlib.error, OSError) as error:
            raise CutShort(_why_cut(error)) from None

    def _skip_line(self) -> None:
        while (text := self.stream.readline(LONGEST_LINE)) and not text.endswith(b"\n"):
            pass

    def close(self) -> None:
        self.stream.close()
        self._file.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _why_cut(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the file breaks off in the middle of its gzip data; the rest is not there, so fetch it again"
    return f"the file is damaged here ({error}); the rest cannot be read, so fetch it again"
