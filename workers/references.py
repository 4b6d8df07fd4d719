"""Reads the pictures that brands gave as theirs, in processes that may die; what was read is kept from run to
run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from brand_registry.assets import Asset
from detector.cache import cache_folder
from detector.errors import PictureRefused
from detector.sighting import AssetKind, Reference
from workers.catalogue.pictures import PictureFolder
from workers.kept import KeptReader, new_store
from workers.pool import Beacon, Place, Pool

if TYPE_CHECKING:
    from detector.appearance import Appearance
    from detector.image.decoding import Pixels
    from detector.image.reader import PictureReader
    from detector.reading import TextLine


@dataclass(frozen=True, slots=True)
class Unusable:
    """An asset that nothing is compared with, and why."""

    asset: Asset
    why: str


def read_references(
    assets: Sequence[Asset], make_reader: Callable[[], "PictureReader"], workers: int, patience: float = 30.0
) -> tuple[list[Reference], list[Unusable]]:
    """The references in the order of the assets, and the assets that cannot serve as one.

    `make_reader` makes a reader that reads the look of a picture; it runs in each process.
    """
    store = cache_folder() / "references.sqlite"
    new_store(store)
    references: list[Reference] = []
    unusable: list[Unusable] = []
    pool = Pool(lambda: _Reading(make_reader, store), min(workers, len(assets)), patience=patience)
    try:
        for asset, (read, why) in pool.results(iter(assets)):
            references += read
            if why is not None:
                unusable.append(Unusable(asset, why))
    finally:
        pool.close()
    return references, unusable


class _Reading:
    """What one process does: an asset in, its references out, or why there are none."""

    def __init__(self, make_reader: Callable[[], "PictureReader"], store: Path) -> None:
        self._make_reader, self._store = make_reader, store

    def __call__(
        self, asset: Asset, avoid: Mapping[Place, str], beacon: Beacon
    ) -> tuple[list[Reference], str | None]:
        beacon(0)
        if asset.kind is AssetKind.LOGO:
            _ = self._shapes
        beacon(0, 0)
        if (0, 0) in avoid:
            return [], avoid[0, 0]
        try:
            return list(self._references(asset)), None
        except PictureRefused as refusal:
            return [], str(refusal)

    def _references(self, asset: Asset) -> Iterator[Reference]:
        from detector.image.assets import prepared, refuse_generic, refuse_pages

        data = PictureFolder(asset.folder, "the brand").read(asset.path)
        for pixels in prepared(data, asset.kind):
            lines, look = self._read(pixels)
            refuse_pages(lines, asset.kind)
            if asset.kind is AssetKind.LOGO:
                refuse_generic(look, self._shapes)
            yield Reference(asset.brand, asset.path, asset.kind, look, asset.product)

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

    @cached_property
    def _shapes(self) -> "list[tuple[str, Appearance]]":
        from detector.image.generic import generic_shapes

        return [(name, self._read(pixels)[1]) for name, pixels in generic_shapes()]
