"""The looks of references, had from their blobs when one is compared: a hundred thousand fit in no memory."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from brand_registry.snapshots.rows import ReferenceRow
from brand_registry.stored import Stored, public_id
from detector.errors import DetectorError
from detector.packing import unpacked_looks
from detector.sighting import Reference
from storage.blobs import Blobs
from storage.errors import StorageError

if TYPE_CHECKING:
    from detector.appearance import Appearance

_KEPT = 256
"""Blobs of looks that are kept at hand, some 0.2 MB each."""


class LookLost(DetectorError):
    """The look of a reference that was kept is gone or damaged; it has to be read again."""

    def __init__(self, blob: str, why: str) -> None:
        super().__init__(f"{why}, or have the brands' pictures read again (`detector snapshot build`)")
        self.blob = blob


class Looks:
    """The looks in blobs."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._unpacked = lru_cache(_KEPT)(self._read)

    def look(self, row: ReferenceRow) -> "Appearance":
        """Raises `LookLost`."""
        return self._unpacked(row.blob)[row.nth]

    def __reduce__(self) -> tuple[type["Looks"], tuple[Blobs]]:
        return Looks, (self._blobs,)  # without what is at hand

    def _read(self, blob: str) -> "tuple[Appearance, ...]":
        try:
            return unpacked_looks(self._blobs.get(blob))
        except StorageError as error:
            raise LookLost(blob, str(error)) from None


class KeptReference(Reference):
    """A reference of a snapshot."""

    __slots__ = ("looks", "row")

    looks: Looks
    row: ReferenceRow

    def __init__(self, row: ReferenceRow, looks: Looks, brand: str = "", product: str | None = None) -> None:
        told = {"brand": brand, "asset": row.path, "kind": row.kind, "product": product}
        for name, value in {**told, "row": row, "looks": looks}.items():
            object.__setattr__(self, name, value)  # as the initialiser of a frozen dataclass does

    def __reduce__(self) -> tuple[type["KeptReference"], tuple[ReferenceRow, Looks, str, str | None]]:
        # To another process it goes without its look, which is had there when it is compared.
        return KeptReference, (self.row, self.looks, self.brand, self.product)

    @property
    def appearance(self) -> "Appearance":
        """Raises `LookLost`."""
        return self.looks.look(self.row)


def references_of(
    rows: Iterable[ReferenceRow], brands: Mapping[int, Stored], looks: Looks
) -> list[KeptReference]:
    """The references with their brands and products as results name them."""
    found = []
    for row in rows:
        one = brands[row.brand]
        products = one.record.products
        product = None
        if row.product is not None and row.product < len(products):
            product = products[row.product].sku or products[row.product].name
        found.append(KeptReference(row, looks, public_id(one.owner, one.record.id), product))
    return found
