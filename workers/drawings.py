"""The pictures that `detector check` writes: with boxes, and beside the references recognised in them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from brand_registry.files import read_described
from brand_registry.snapshots.lazy import KeptReference
from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from detector.listing import Listing
from detector.result import Evidence, Qualification, Result
from detector.sighting import Reference, Sighting
from storage.blobs import Blobs, blobs
from storage.errors import StorageError
from workers.pool import Beacon, Place, Pool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of the listing to be written with boxes, or, with a sighting, beside what it was recognised
    by.
    """

    number: int
    found: tuple[Evidence | Qualification, ...] = ()
    sighting: Sighting | None = None

    def __str__(self) -> str:
        """The name of its file, without the ending."""
        if self.sighting is None:
            return f"image-{self.number}"
        reference = self.sighting.reference
        return re.sub(r"[^\w.-]+", "-", f"image-{self.number}-{reference.brand}-{reference.asset}")[:120]


def drawings_of(
    result: Result, sightings: Iterable[tuple[str, Sighting]], readings: Iterable[int]
) -> list[Drawing]:
    """What has a box, by the pictures that were read, each with the references that were recognised in it."""
    items: list[Evidence | Qualification] = []
    for case in result.cases:
        items += [item for item in case.evidence if item.box]
        items += [item for item in case.qualifiers if item.box]
    told = {(item.where, item.asset) for item in items if isinstance(item, Evidence)}
    drawings = []
    for number in readings:
        found = tuple(item for item in items if item.where == f"image:{number}")
        if found:
            drawings.append(Drawing(number, found))
        drawings += [
            Drawing(number, sighting=sighting)
            for where, sighting in sightings
            if where == f"image:{number}" and (where, sighting.reference.asset) in told
        ]
    return drawings


def draw(
    listing: Listing, folder: Path, brands: Path | None, drawings: Iterable[Drawing], into: Path
) -> list[tuple[Drawing, str]]:
    """Writes the drawings; gives those that could not be made, and why.

    In a process of its own too: the pictures are decoded once more.
    """
    into.mkdir(parents=True, exist_ok=True)
    files = PictureFolder(folder)
    theirs = picture_of(brands)

    def make(drawing: Drawing, avoid: Mapping[Place, str], beacon: Beacon) -> str | None:
        from workers.beside import write_beside
        from workers.boxes import write_boxed

        if (0, 0) in avoid:
            return avoid[0, 0]
        beacon(0, 0)
        file = into / f"{drawing}.png"
        try:
            picture = files.read(listing.images[drawing.number])
            if drawing.sighting is None:
                write_boxed(picture, drawing.found, file)
            else:
                write_beside(theirs(drawing.sighting.reference), picture, drawing.sighting, file)
        except PictureRefused as refusal:
            return str(refusal)
        return None

    pool = Pool(lambda: make, 1)
    try:
        return [(drawing, why) for drawing, why in pool.results(iter(drawings)) if why is not None]
    finally:
        pool.close()


def picture_of(brands: Path | None) -> Callable[[Reference], bytes]:
    """Gives the file of a reference of the brands at a path, or of the registry's."""
    if brands is None:
        stored = blobs()
        return lambda reference: _kept(reference, stored)
    homes = {described.brand.id: described.folder for described in read_described(brands).brands}
    return lambda reference: PictureFolder(homes[reference.brand], "the brand").read(reference.asset)


def _kept(reference: Reference, stored: Blobs) -> bytes:
    if not isinstance(reference, KeptReference):
        raise TypeError("a reference that is no snapshot's")
    try:
        return stored.get(reference.row.picture)
    except StorageError as error:
        raise PictureRefused(str(error)) from None
