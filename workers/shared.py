"""`detector shared`: which pictures of a catalogue several sellers show, whole, turned or mirrored.

A picture that sellers share is no abuse in itself: it may be the maker's, for all who sell the product. It
says who may be one house under several names, and whose photos were taken.
"""

import argparse
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import orjson

from detector.errors import PictureRefused, UnreadableInput
from detector.image.folder import PictureFolder
from detector.listing import Listing
from workers.catalogue import Rejected, Row, open_catalogue, parse_listing
from workers.pool import Beacon, Place, Pool, processors
from workers.progress import progress_on
from workers.visible import plain

if TYPE_CHECKING:
    from workers.alike import AlikePictures, Hashes, Member

SHOWN = 1_000
"""Pictures of one group that are written; more are counted."""
TURNS = (
    *(None, "turned by 90°", "turned by 180°", "turned by 270°"),
    *("mirrored", "mirrored, turned by 90°", "mirrored, turned by 180°", "mirrored, turned by 270°"),
)
_ROWS_OF_A_JOB = 16
_REASONS_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("catalogue", type=Path, metavar="CATALOGUE", help="as `detector scan` takes it")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="F.jsonl",
        help="a line for each shared picture (default: standard output)",
    )
    parser.add_argument(
        "--workers", type=int, default=processors(), metavar="N", help="processes (default: %(default)s here)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 interrupted or the catalogue broke off, 2 wrong usage or unreadable input."""
    out: Path | None = arguments.out
    if arguments.workers < 1:
        raise UnreadableInput("--workers must be 1 or more")
    if out is not None and out.resolve() == arguments.catalogue.resolve():
        raise UnreadableInput(f"{out}: is the catalogue itself; name another file for --out")
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise UnreadableInput(f"{out}: cannot be written; name a file in a folder that exists")
    catalogue = open_catalogue(arguments.catalogue)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from workers.alike import AlikePictures

    counts = _Counts()
    with (
        tempfile.TemporaryDirectory(prefix="detector-") as temporary,
        closing(AlikePictures(Path(temporary) / "alike.sqlite")) as alike,
    ):
        pool = Pool(lambda: _Hashing(catalogue.folder), arguments.workers)
        try:
            with closing(progress_on(sys.stderr, catalogue.done, "comparing")) as progress:
                for rows, hashed in pool.results(_jobs(catalogue.rows)):
                    _take(hashed, alike, counts)
                    if rows[-1].last:
                        counts.broken = f"{catalogue.unit} {rows[-1].number:,}: {rows[-1].problem}"
                    progress.show(counts)
        except KeyboardInterrupt:
            counts.broken = "stopped; what is written tells of the listings up to there"
        finally:
            pool.close()
        _write(alike, out, counts)
    _say(counts, out)
    return 1 if counts.broken else 0


@dataclass(slots=True)
class _Counts:
    """What came of the catalogue. `broken` is why it was not read to its end."""

    listings: int = 0
    no_listings: int = 0
    pictures: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    shared: int = 0
    sharing: int = 0
    broken: str | None = None

    def __str__(self) -> str:
        return f"{self.listings:,} listings, {self.pictures:,} pictures"


@dataclass(frozen=True, slots=True)
class _Hashed:
    """A listing's pictures: of each where it stands, with its hashes and their quality or why there are
    none.
    """

    listing: str
    seller: str | None
    pictures: "tuple[tuple[str, tuple[Hashes, int] | str], ...]"


class _Hashing:
    """What one process does: rows in, the hashes of their pictures out."""

    def __init__(self, folder: Path) -> None:
        self._folder = PictureFolder(folder)

    def __call__(self, rows: list[Row], avoid: Mapping[Place, str], beacon: Beacon) -> list[_Hashed | None]:
        return [self._hashed(number, row, avoid, beacon) for number, row in enumerate(rows)]

    def _hashed(self, number: int, row: Row, avoid: Mapping[Place, str], beacon: Beacon) -> _Hashed | None:
        """None where the row is no listing."""
        beacon(number)
        if row.data is None or (number, -1) in avoid:
            return None
        try:
            listing = parse_listing(row.data)
        except Rejected:
            return None
        pictures: list[tuple[str, tuple[Hashes, int] | str]] = []
        for index, reference in enumerate(listing.images):
            beacon(number, index)
            where = f"image:{index}"
            try:
                pictures.append((where, avoid.get((number, index)) or self._read(reference)))
            except PictureRefused as refusal:
                pictures.append((where, str(refusal)))
        return _Hashed(listing.id, _seller(listing), tuple(pictures))

    def _read(self, reference: str) -> "tuple[Hashes, int]":
        from detector.image.decoding import decode
        from detector.image.hashes import pdq_hashes

        return pdq_hashes(decode(self._folder.read(reference)).pixels)


def _seller(listing: Listing) -> str | None:
    """Who sells, and where, as two marketplaces may number their sellers alike; None where the listing
    doesn't say.
    """
    if listing.seller is None or not (named := listing.seller.id or listing.seller.name):
        return None
    return f"{listing.marketplace}: {named}" if listing.marketplace else named


def _jobs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while job := list(islice(rows, _ROWS_OF_A_JOB)):
        yield job


def _take(hashed: list[_Hashed | None], alike: "AlikePictures", counts: _Counts) -> None:
    for row in hashed:
        if row is None:
            counts.no_listings += 1
            continue
        counts.listings += 1
        for where, picture in row.pictures:
            if isinstance(picture, str):
                counts.unread[picture] += 1
            else:
                counts.pictures += 1
                alike.add(row.listing, where, row.seller, *picture)


def _write(alike: "AlikePictures", out: Path | None, counts: _Counts) -> None:
    lines: IO[bytes] = out.open("wb") if out else sys.stdout.buffer
    try:
        for members in alike.shared():
            counts.shared += 1
            counts.sharing += len({member.listing for member in members})
            lines.write(orjson.dumps(_line(members)) + b"\n")
        lines.flush()
    finally:
        if out is not None:
            lines.close()


def _line(members: "list[Member]") -> dict[str, object]:
    return {
        "sellers": len({member.seller for member in members} - {None}),
        "listings": len({member.listing for member in members}),
        "pictures": [
            {
                "listing_id": member.listing,
                "where": member.where,
                "seller": member.seller,
                "bits": member.bits,
                "turn": TURNS[member.turn],
            }
            for member in members[:SHOWN]
        ],
    }


def _say(counts: _Counts, out: Path | None) -> None:
    said = f"{counts.shared:,} pictures that several sellers show, in {counts.sharing:,} listings"
    print(f"{said}; see {out}" if out and counts.shared else said, file=sys.stderr)
    if counts.no_listings:
        print(f"{counts.no_listings:,} rows hold no listing; `detector scan` says why", file=sys.stderr)
    for why, count in counts.unread.most_common(_REASONS_SHOWN):
        print(f"not read, {count:,}: {plain(why)}", file=sys.stderr)
    if counts.broken:
        print(f"detector: {plain(counts.broken)}", file=sys.stderr)
