"""The first half of `detector shared`: rows of a catalogue in, what their pictures are compared by out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from detector.listing import Listing
from workers.catalogue import Rejected, Row, parse_listing
from workers.pool import Beacon, Place

if TYPE_CHECKING:
    from workers.alike import Hashes


@dataclass(frozen=True, slots=True)
class PictureLook:
    """A picture's hashes, their quality, and its look where parts are compared."""

    hashes: "Hashes"
    quality: int
    look: bytes | None


@dataclass(frozen=True, slots=True)
class Looked:
    """A listing's pictures: of each where it stands, and what was seen of it or why nothing was."""

    listing: str
    seller: str | None
    pictures: tuple[tuple[str, PictureLook | str], ...]


class Looking:
    """What one process does at first: rows in, what their pictures are compared by out."""

    def __init__(self, folder: Path, parts: bool) -> None:
        self._folder, self._parts = PictureFolder(folder), parts

    def __call__(self, rows: list[Row], avoid: Mapping[Place, str], beacon: Beacon) -> list[Looked | None]:
        return [self._looked(number, row, avoid, beacon) for number, row in enumerate(rows)]

    def _looked(self, number: int, row: Row, avoid: Mapping[Place, str], beacon: Beacon) -> Looked | None:
        """None where the row is no listing."""
        beacon(number)
        if row.data is None or (number, -1) in avoid:
            return None
        try:
            listing = parse_listing(row.data)
        except Rejected:
            return None
        pictures: list[tuple[str, PictureLook | str]] = []
        for index, reference in enumerate(listing.images):
            beacon(number, index)
            where = f"image:{index}"
            try:
                pictures.append((where, avoid.get((number, index)) or self._read(reference)))
            except PictureRefused as refusal:
                pictures.append((where, str(refusal)))
        return Looked(listing.id, _seller(listing), tuple(pictures))

    def _read(self, reference: str) -> PictureLook:
        from detector.image.decoding import decode
        from detector.image.hashes import pdq_hashes
        from detector.image.looking import glance
        from detector.packing import packed_looks

        pixels = decode(self._folder.read(reference)).pixels
        if not self._parts:
            return PictureLook(*pdq_hashes(pixels), None)
        look = glance(pixels)
        return PictureLook(look.hashes, look.hash_quality, packed_looks([look]))


def _seller(listing: Listing) -> str | None:
    """Who sells, and where, as two marketplaces may number their sellers alike; None where the listing
    doesn't say.
    """
    if listing.seller is None or not (named := listing.seller.id or listing.seller.name):
        return None
    return f"{listing.marketplace}: {named}" if listing.marketplace else named
