"""Files plain, gzipped or zipped, read from the front; one that unpacks to far too much is a bomb."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, BinaryIO

from detector.errors import UnreadableInput

BLOWN_UP = 200
"""Times its packed size that a file may unpack to: JSON and XML reach some 50, a bomb 1,000."""
HARMLESS = 64 * 1024 * 1024
"""Bytes that are unpacked whatever they were packed in."""

UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What reading may raise in the middle of a file; the last two a zip packed in a way that isn't known, or
locked.
"""


class Bomb(OSError):
    """A packed file made to fill memory or disk."""


def open_packed(path: Path) -> BinaryIO:
    """The file's content. Raises `UnreadableInput` where it can't be opened; reading it raises one of
    `UNREADABLE`.
    """
    try:
        if not path.is_file():
            raise UnreadableInput(f"{path}: is no file; name a file or a folder")
        file = path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be opened ({error.strerror}); check the path") from None
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return io.BufferedReader(_Unpacked(file, gzip.GzipFile(fileobj=file)))
    if start == b"PK\x03\x04":
        return io.BufferedReader(_Unpacked(file, _only_member(path, file)))
    return file


def head(path: Path, count: int = 65_536) -> bytes:
    """The first bytes."""
    with open_packed(path) as file:
        try:
            return file.read(count)
        except UNREADABLE as error:
            raise UnreadableInput(f"{path}: cannot be read ({why(error)})") from None


def why(error: BaseException) -> str:
    """What one of `UNREADABLE` says, as a clause."""
    if isinstance(error, EOFError):
        return "it breaks off in the middle of its packed data; fetch it again"
    return str(getattr(error, "strerror", None) or error)


def _only_member(path: Path, file: BinaryIO) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(file)
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise UnreadableInput(
                f"{path}: is an archive of {len(members)} files; unpack it, and name the file or folder"
            )
        return archive.open(members[0])
    except UNREADABLE as error:
        raise UnreadableInput(f"{path}: cannot be read ({why(error)})") from None


class _Unpacked(io.RawIOBase):
    def __init__(self, packed: BinaryIO, content: Any) -> None:
        self._packed, self._content, self._out = packed, content, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        data = self._content.read1(len(into))
        self._out += len(data)
        if self._out > max(HARMLESS, BLOWN_UP * self._packed.tell()):
            raise Bomb(f"it unpacks to more than {BLOWN_UP} times its size; the rest was not read")
        into[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._packed.close()
        super().close()
