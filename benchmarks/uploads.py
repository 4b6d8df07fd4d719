"""Marks taken as references as a brand's upload is, or refused."""

from collections.abc import Iterable

from detector.errors import PictureRefused
from detector.image.assets import Read, looks_of
from detector.sighting import AssetKind, Reference


def marks_taken(uploads: Iterable[tuple[str, bytes]], read: Read) -> tuple[list[Reference], list[str]]:
    """References of the marks that are accepted, each uploaded by a brand; and for each other one the brand
    and why it is refused.
    """
    references: list[Reference] = []
    refused: list[str] = []
    for number, (brand, data) in enumerate(uploads):
        try:
            looks = list(looks_of(data, AssetKind.LOGO, read))
        except PictureRefused as refusal:
            refused.append(f"{brand}: {refusal}")
        else:
            references += [Reference(brand, f"{brand}-{number}", AssetKind.LOGO, look) for look in looks]
    return references, refused
