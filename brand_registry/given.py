"""The pictures that a brand's files come with, looked at closely enough to say that they are pictures."""

import hashlib
from pathlib import Path

from brand_registry.record import Record, picture_paths
from detector.errors import PictureRefused
from storage.blobs import Blobs


def read_pictures(record: Record, folder: Path, blobs: Blobs | None) -> dict[str, str]:
    """The sha256 of each path that the record names, kept among the blobs where they are given.

    Raises `PictureRefused`, naming the path, where one is missing, empty, too large or no picture.
    """
    found: dict[str, str] = {}
    for kind, _, path in picture_paths(record):
        if path in found:
            continue
        try:
            data = _picture(folder, path)
        except PictureRefused as refused:
            raise PictureRefused(f"the {kind} {path[:200]!r}: {refused}") from None
        found[path] = blobs.put(data) if blobs else hashlib.sha256(data).hexdigest()
    return found


def _picture(folder: Path, path: str) -> bytes:
    from brand_registry.uploads import ending_of
    from detector.image.folder import PictureFolder

    data = PictureFolder(folder, "the brand").read(path)
    if not data:
        raise PictureRefused("it is empty (0 bytes); send the file itself")
    ending_of(data)
    return data
