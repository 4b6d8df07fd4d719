"""Lines of a file, plain or gzipped, bounded in length: a line of 10 GB is skipped, never held."""

import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from detector.errors import UnreadableInput

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. Far above what a listing within its own limits takes, far below what would hurt."""

SHOWN_OF_LONG_LINE = 10_000
_BOM = b"\xef\xbb\xbf"
_BLOCK = 64 * 1024
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
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                raise UnreadableInput(
                    f"{path}: is a pipe or a device, and a catalogue is opened more than once; "
                    "save it as a file and name that"
                )
            self._file = path.open("rb")
            self.size = about.st_size
        except OSError as error:
            raise UnreadableInput(f"{path}: cannot be opened ({error.strerror}); check the path") from None
        gzipped = self._file.read(2) == _GZIP
        self._file.seek(0)
        self.stream = self._file
        if gzipped:
            self.stream = io.BufferedReader(_Unpacked(self._file), _BLOCK)

    def position(self) -> int:
        """Bytes read of the file as it lies on disk; roughly, as it is read in blocks."""
        return self._file.tell()

    def read(self, count: int) -> bytes:
        """Up to `count` bytes, none at the end. Raises `CutShort` where the file is damaged."""
        try:
            return self.stream.read1(count)
        except (EOFError, zlib.error, OSError) as error:
            raise CutShort(_why_cut(error)) from None

    def peek(self, count: int) -> bytes:
        """The first bytes, read afresh, without a byte order mark. Raises `CutShort` where there are none."""
        head = b""
        with Source(self.path) as again:
            try:
                while len(head) < count and (more := again.read(count - len(head))):
                    head += more
            except CutShort:
                if not head:
                    raise
        return head.removeprefix(_BOM)

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


class _Unpacked(io.RawIOBase):
    """Unpacks gzip so that what stands before a cut is had to the last byte."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=file)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        data = self._file.read1(len(into))
        into[: len(data)] = data
        return len(data)


def _why_cut(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the file breaks off in the middle of its gzip data; the rest is not there, so fetch it again"
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return "the file's gzip data is damaged here; the rest cannot be read, so fetch it again"
    strerror = getattr(error, "strerror", None) or error
    return f"the file cannot be read any further ({strerror}); copy it to a sound disk"
