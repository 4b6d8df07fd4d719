"""A brand and its pictures as a zip, made while it is sent: an import takes its folder back the same."""

import io
import zipfile
from collections.abc import Iterator

import orjson

from brand_registry.export import Exported, folder_name
from detector.errors import DetectorError
from storage.blobs import Blobs

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip can tell: the same brand gives the same bytes."""


class _Outgoing(io.RawIOBase):
    """What was written and is not sent yet; nobody can go back in it."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self._waiting = b"".join(self._waiting), []
        return taken


class PictureLost(DetectorError):
    """A picture of the brand is no longer among the blobs."""


def refuse_where_lost(blobs: Blobs, one: Exported) -> None:
    """Before anything is sent: what breaks off later can't be told. Raises `PictureLost`."""
    lost = [path for path, sha256 in one.pictures.items() if sha256 not in blobs]
    if lost:
        raise PictureLost(
            f"of {one.fields['id']!r} the picture {lost[0]!r} is no longer kept; take it out of use, then "
            "export again"
        )


def zipped(blobs: Blobs, one: Exported) -> Iterator[bytes]:
    """The zip in parts, a picture at a time in memory. Raises `StorageError` where one is damaged."""
    out = _Outgoing()
    folder = folder_name(one.fields["id"])
    with zipfile.ZipFile(out, "w") as archive:
        record = orjson.dumps(one.fields, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        archive.writestr(_entry(f"{folder}/brand.json", zipfile.ZIP_DEFLATED), record)
        yield out.taken()
        for path, sha256 in one.pictures.items():
            # Pictures are packed already.
            entry = _entry(f"{folder}/{path.replace(chr(92), '/')}", zipfile.ZIP_STORED)
            archive.writestr(entry, blobs.get(sha256))
            yield out.taken()
    yield out.taken()


def _entry(name: str, packed: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type, entry.external_attr = packed, 0o644 << 16
    return entry
