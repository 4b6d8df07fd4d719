"""`detector shared`: which pictures of a catalogue several sellers show: whole, turned, mirrored, or a part.

Whole ones are told by their hashes as they come. Of each one is left, and these are then held against each
other for parts in common.

A picture that sellers share is no abuse in itself: it may be the maker's, for all who sell the product. It
says who may be one house under several names, and whose photos were taken.
"""

import argparse
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import orjson

from detector.counted import counted
from detector.errors import UnreadableInput
from workers.catalogue import Catalogue, Row, open_catalogue
from workers.pool import Beacon, Place, Pool, processors
from workers.progress import progress_on
from workers.shared_looks import Looked, Looking
from workers.visible import plain

if TYPE_CHECKING:
    from workers.alike import AlikePictures
    from workers.parts import Block, Looks, Part

_ALIKE, _LOOKS = "alike.sqlite", "looks.sqlite"
_OF_A_JOB = 16
"""Rows, or pictures."""
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
        "--whole",
        action="store_true",
        help="compare whole pictures alone, no parts of them: many times as fast, and takes no room on disk",
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
    counts = _Counts()
    with tempfile.TemporaryDirectory(prefix="detector-") as temporary:
        try:
            _compare(catalogue, arguments, Path(temporary), counts)
        except sqlite3.OperationalError as failure:
            raise UnreadableInput(
                f"{temporary}: cannot be written ({failure}); to look for parts, every picture takes some "
                "0.16 MB there: name a folder with room in TMPDIR, or compare whole pictures with --whole"
            ) from None
    _say(counts, out)
    return 1 if counts.broken else 0


def _compare(catalogue: Catalogue, arguments: argparse.Namespace, temporary: Path, counts: "_Counts") -> None:
    from workers.alike import AlikePictures
    from workers.parts import Looks

    parts: list[Part] = []
    with closing(AlikePictures(temporary / _ALIKE)) as alike, closing(Looks(temporary / _LOOKS)) as looks:
        try:
            _read(catalogue, alike, None if arguments.whole else looks, counts, arguments.workers)
            for found in _parts(looks, temporary, counts, arguments.workers):
                parts += found
        except KeyboardInterrupt:
            counts.broken = "stopped; what is written tells of what was compared up to there"
        _write(alike, parts, arguments.out, counts)


def _read(
    catalogue: Catalogue, alike: "AlikePictures", looks: "Looks | None", counts: "_Counts", workers: int
) -> None:
    """All pictures of the catalogue into groups of whole ones, and the look of each group's first one."""
    pool = Pool(lambda: Looking(catalogue.folder, looks is not None), workers)
    try:
        with closing(progress_on(sys.stderr, catalogue.done, "comparing")) as progress:
            for rows, looked in pool.results(_jobs(catalogue.rows)):
                _take(looked, alike, looks, counts)
                if rows[-1].last:
                    counts.broken = f"{catalogue.unit} {rows[-1].number:,}: {rows[-1].problem}"
                progress.show(counts)
    finally:
        pool.close()


def _parts(looks: "Looks", temporary: Path, counts: "_Counts", workers: int) -> "Iterator[list[Part]]":
    """What the pictures of which looks are kept share parts of."""
    from workers.parts import BLOCK, blocks

    numbers = looks.numbers()
    jobs = [numbers[start : start + _OF_A_JOB] for start in range(0, len(numbers), _OF_A_JOB)]
    asking, asked = len(jobs) * -(-len(numbers) // BLOCK), 0
    with closing(progress_on(sys.stderr, lambda: asked / asking, "looking for parts")) as progress:
        for block in blocks(looks):
            pool = Pool(partial(_Asking, block, temporary), workers)
            try:
                for _, (found, problems) in pool.results(iter(jobs)):
                    asked += 1
                    counts.unread.update(problems)
                    yield found
                    progress.show(counts)
            finally:
                pool.close()


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
        return f"{counted(self.listings, 'listing')}, {counted(self.pictures, 'picture')}"


class _Asking:
    """What one process does then: pictures' numbers in, the parts that others of a block share with them out,
    and what kept one from being compared.
    """

    def __init__(self, block: "Block", temporary: Path) -> None:
        from workers.alike import AlikePictures
        from workers.parts import Looks

        # Its own connections: one that was opened before a fork can't be used after it.
        self._block = block
        self._alike, self._looks = AlikePictures(temporary / _ALIKE), Looks(temporary / _LOOKS)

    def __call__(
        self, numbers: list[int], avoid: Mapping[Place, str], beacon: Beacon
    ) -> "tuple[list[Part], list[str]]":
        found: list[Part] = []
        for at, number in enumerate(numbers):
            beacon(at, 0)
            if (at, 0) not in avoid:
                found += self._block.parts(number, self._looks, self._alike.of_several_sellers)
        return found, list(avoid.values())


def _jobs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while job := list(islice(rows, _OF_A_JOB)):
        yield job


def _take(
    looked: list[Looked | None], alike: "AlikePictures", looks: "Looks | None", counts: _Counts
) -> None:
    for row in looked:
        if row is None:
            counts.no_listings += 1
            continue
        counts.listings += 1
        for where, picture in row.pictures:
            if isinstance(picture, str):
                counts.unread[picture] += 1
                continue
            counts.pictures += 1
            begun = alike.add(row.listing, where, row.seller, picture.hashes, picture.quality)
            if looks is not None and begun is not None and picture.look is not None:
                looks.add(begun, picture.look)


def _write(alike: "AlikePictures", parts: "list[Part]", out: Path | None, counts: _Counts) -> None:
    from workers.shared_lines import lines

    file: IO[bytes] = out.open("wb") if out else sys.stdout.buffer
    try:
        for line, listings in lines(alike, parts):
            counts.shared += 1
            counts.sharing += len(listings)
            file.write(orjson.dumps(line) + b"\n")
        file.flush()
    finally:
        if out is not None:
            file.close()


def _say(counts: _Counts, out: Path | None) -> None:
    sharing = counted(counts.sharing, "listing")
    said = f"{counted(counts.shared, 'picture')} that several sellers show, in {sharing}"
    print(f"{said}; see {out}" if out and counts.shared else said, file=sys.stderr)
    if counts.no_listings:
        print(
            f"{counted(counts.no_listings, 'row holds', 'rows hold')} no listing; `detector scan` says why",
            file=sys.stderr,
        )
    for why, count in counts.unread.most_common(_REASONS_SHOWN):
        print(f"not read, {count:,}: {plain(why)}", file=sys.stderr)
    if counts.broken:
        print(f"detector: {plain(counts.broken)}", file=sys.stderr)
