"""Reads the pictures that brands gave as theirs, in processes that may die; what was read is kept from run to
run.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from brand_registry.assets import Asset
from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from detector.sighting import Reference
from workers.looking import Looking, reference_store, unreadable
from workers.pool import Beacon, Place, Pool

if TYPE_CHECKING:
    from detector.image.reader import PictureReader


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
    store = reference_store()
    pool = Pool(lambda: _Reading(Looking(make_reader, store)), min(workers, len(assets)), patience=patience)
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

    def __init__(self, looking: Looking) -> None:
        self._looking = looking

    def __call__(self, asset: Asset, avoid: Mapping[Place, str], beacon: Beacon) -> ReadAsset:
        beacon(0)
        sha256 = None
        try:
            data = PictureFolder(asset.folder, "the brand").read(asset.path)
            sha256 = hashlib.sha256(data).hexdigest()
            self._looking.prepare()
            beacon(0, 0)
            if (0, 0) in avoid:
                return ReadAsset(asset, sha256, (), unreadable(avoid[0, 0]))
            looks = self._looking.looks(data, asset.kind)
            return ReadAsset(
                asset,
                sha256,
                tuple(Reference(asset.brand, asset.path, asset.kind, look, asset.product) for look in looks),
            )
        except PictureRefused as refusal:
            return ReadAsset(asset, sha256, (), str(refusal))
