"""Looks at the brands' own pictures, through the gates: what one process holds to do it."""

from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from detector.cache import cache_folder
from detector.sighting import AssetKind
from workers.kept import KeptReader, new_store

if TYPE_CHECKING:
    from detector.appearance import Appearance
    from detector.image.decoding import Pixels
    from detector.image.reader import PictureReader
    from detector.reading import TextLine


def reference_store() -> Path:
    """The file that readings of the brands' pictures are kept in from run to run, made where it isn't there:
    before the processes start, which would collide."""
    store = cache_folder() / "references.sqlite"
    new_store(store)
    return store


def unreadable(why: str) -> str:
    """What an owner is told of a picture that a process ended over, for the reason that the pool gives."""
    return f"{why}; save it anew as PNG or JPEG, smaller if it is large, and upload that"


class Looking:
    """`make_reader` makes a reader that reads the look of a picture; what it read is kept in `store`."""

    def __init__(self, make_reader: Callable[[], "PictureReader"], store: Path) -> None:
        self._make_reader, self._store = make_reader, store

    def prepare(self) -> None:
        """Loads the models: before a picture's own time begins."""
        _ = self._reader

    def looks(self, data: bytes, kind: AssetKind) -> "Iterator[Appearance]":
        """The looks that a file is compared by. Raises `PictureRefused` where it can't serve."""
        from detector.image.assets import looks_of

        return looks_of(data, kind, self._read)

    def _read(self, pixels: "Pixels") -> "tuple[tuple[TextLine, ...], Appearance]":
        from PIL import Image

        out = BytesIO()
        Image.fromarray(pixels).save(out, "PNG")
        reading = self._reader.read(out.getvalue())
        if reading.appearance is None:
            raise TypeError("the reader of references reads no look")
        return reading.lines, reading.appearance

    @cached_property
    def _reader(self) -> KeptReader:
        return KeptReader(self._make_reader(), self._store)
