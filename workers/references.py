"""Reads the pictures that brands gave as theirs, in processes that may die; what was read is kept from run to
run.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from brand_registry.assets import Asset
from detector.cache import cache_folder
from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from detector.sighting import AssetKind, Reference
from workers.kept import KeptReader, new_store
from workers.pool import Beacon, Place, Pool

if TYPE_CHECKING:
    from detector.appearance import Appearance
    from detector.image.decoding import Pixels
    from detector.image.reader import PictureReader
    from detector.reading import TextLine


@dataclass(frozen=True, slots=True)
class ReadAsset:
    """What became of an asset: its references, or `why` nothing is compared with it. `sha256` is of its file,
    None where that couldn't be had.
    """

    asset: Asset
    sha256: str | None
    references: tuple[Reference, ...]
    why: str | None = None


def read_references(
    assets: Sequence[Asset], make_reader: Callable[[], "PictureReader"], workers: int, patience: float = 30.0
) -> list[ReadAsset]:
    """What became of each asset, in their order.

    `make_reader` makes a reader that reads the look of a picture; it runs in each process.
    """
    store = cache_folder() / "references.sqlite"
    new_store(store)
    pool = Pool(lambda: _Reading(make_reader, store), min(workers, len(assets)), patience=patience)
    try:
        return [read for _, read in pool.results(iter(assets))]
    finally:
        pool.close()


def without_taken(read: Sequence[ReadAsset], related: Callable[[str, str], bool]) -> list[ReadAsset]:
    """The same, without the references of assets that show what another brand's did before; `related` brands
    may share.
    """
    from detector.image.taken import taken

    owner = [number for number, each in enumerate(read) for _ in each.references]
    found = taken([reference for each in read for reference in each.references], related)
    first = {owner[number]: read[owner[other]].asset for number, other in reversed(found.items())}
    return [
        replace(each, references=(), why=_taken_by(first[number])) if number in first else each
        for number, each in enumerate(read)
    ]


def _taken_by(asset: Asset) -> str:
    return (
        f"it shows the same as {asset.path} of the brand {asset.brand}, which was registered first, and one "
        "picture can't stand for two brands; take it out of one of them"
    )


class _Reading:
    """What one process does: an asset in, its references out, or why there are none."""

    def __init__(self, make_reader: Callable[[], "PictureReader"], store: Path) -> None:
        self._make_reader, self._store = make_reader, store

    def __call__(self, asset: Asset, avoid: Mapping[Place, str], beacon: Beacon) -> ReadAsset:
        beacon(0)
        _ = self._reader  # its models are loaded before the picture's own time begins
        if asset.kind is AssetKind.LOGO:
            _ = self._shapes
        sha256 = None
        try:
            data = PictureFolder(asset.folder, "the brand").read(asset.path)
            sha256 = hashlib.sha256(data).hexdigest()
            beacon(0, 0)
            if (0, 0) in avoid:
                return ReadAsset(asset, sha256, (), avoid[0, 0])
            return ReadAsset(asset, sha256, tuple(self._references(asset, data)))
        except PictureRefused as refusal:
            return ReadAsset(asset, sha256, (), str(refusal))

    def _references(self, asset: Asset, data: bytes) -> Iterator[Reference]:
        from detector.image.assets import looks_of

        shapes = self._shapes if asset.kind is AssetKind.LOGO else ()
        for look in looks_of(data, asset.kind, self._read, shapes):
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
