"""What of a listing may tie it to others."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from detector.listing import Listing
from detector.text.contacts import emails, handles, phones
from detector.view import texts_of
from review.groups.tables import Kind
from review.groups.templates import sentences, title_template

_MOST_PICTURES = 12
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture of a listing: its sha256, the lines that were read in it, and its PDQ hashes in eight turns,
    512 hex digits, where it was hashed and is no plain one.
    """

    sha256: str
    lines: Sequence[str] = ()
    hashes: str | None = None


@dataclass(frozen=True, slots=True)
class Clue:
    """`value` is a sha256, `said` what people are shown."""

    kind: Kind
    value: str
    said: str


def clues_of(
    listing: Listing, seller: str | None, pictures: Sequence[Pictured], found: Sequence[str]
) -> list[Clue]:
    """Each once, in a fixed order. `seller` is their key, `found` what of the texts is suspected."""
    clues = {(one.kind, one.value): one for one in _clues(listing, seller, pictures, found)}
    return list(clues.values())


def _clues(
    listing: Listing, seller: str | None, pictures: Sequence[Pictured], found: Sequence[str]
) -> Iterator[Clue]:
    if seller is not None and listing.seller is not None:
        yield Clue(Kind.SELLER, seller, (listing.seller.name or listing.seller.id or "")[:_SHOWN])
    written = "\n".join(text for _, text in texts_of(listing))
    country = listing.seller.country if listing.seller else None
    for text in chain([written], ("\n".join(one.lines) for one in pictures)):
        for kind, details in (
            (Kind.PHONE, phones(text, country)), (Kind.EMAIL, emails(text)), (Kind.HANDLE, handles(text)),
        ):  # fmt: skip
            yield from (Clue(kind, _sha256(one), one) for one in details)
    for number, picture in enumerate(pictures[:_MOST_PICTURES], 1):
        yield Clue(Kind.PICTURE, picture.sha256, f"picture {number}")
    if (template := title_template(listing.title, found)) is not None:
        yield Clue(Kind.TITLE, _sha256(template), template[:_SHOWN])
    for sentence in sentences(listing, found):
        yield Clue(Kind.SENTENCE, _sha256(sentence), sentence[:_SHOWN])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
