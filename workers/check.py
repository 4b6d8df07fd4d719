"""`detector check`: one listing, explained for a person."""

import argparse
import re
from itertools import islice
from pathlib import Path

from detector.errors import UnreadableInput
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Evidence, Missing, Qualification, Result
from workers.arguments import add_brands
from workers.catalogue import Rejected, open_catalogue, parse_listing
from workers.catalogue.pictures import PictureFolder
from workers.judging import Pictures
from workers.pool import Pool

_LARGEST = 16 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="one listing as JSON, or a catalogue")
    add_brands(parser)
    parser.add_argument("--id", metavar="ID", help="the listing of the catalogue to explain")
    parser.add_argument("--line", type=int, metavar="N", help="the same by its line")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where pictures with boxes go (default: checked/ID)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from workers.explain import print_explained
    from workers.judges import judge_from

    if arguments.line is not None and arguments.line < 1:
        raise UnreadableInput("--line counts from 1")
    listing = find_listing(arguments.file, arguments.id, arguments.line)
    judge, _ = judge_from(arguments.brands)
    readings, missing = read_pictures(listing, arguments.file.parent)
    result = judge.judge(listing, readings, missing)
    console = Console(highlight=False)
    print_explained(console, listing, result, {brand.id: brand.name for brand in judge.brands.values()})
    if readings:
        folder = arguments.out or Path("checked") / (re.sub(r"[^\w.-]|^\.+", "_", listing.id)[:80])
        files = PictureFolder(arguments.file.parent)
        _write_pictures({n: files.read(listing.images[n]) for n in readings}, result, folder)
        console.print(f"Pictures with boxes: {folder}", soft_wrap=True, markup=False)
    return 0


def find_listing(file: Path, listing_id: str | None, line: int | None) -> Listing:
    """The listing in a JSON file, or the one of a catalogue that is named. Raises `UnreadableInput`."""
    if file.suffix.lower() == ".json":
        return _only_listing(file)
    rows = open_catalogue(file).rows
    if listing_id is None and line is None:
        first = list(islice(rows, 2))
        if not first:
            raise UnreadableInput(f"{file}: holds no listing")
        if len(first) > 1:
            raise UnreadableInput(f"{file}: holds more than one listing; name one with --id ID or --line N")
        rows = iter(first)
    for row in rows:
        if line is not None and row.number < line:
            continue
        try:
            listing = parse_listing(row.data) if row.data is not None else None
            problem = row.problem
        except Rejected as why:
            listing, problem = None, str(why)
        if listing and listing_id in (None, listing.id):
            return listing
        if listing_id is None:
            raise UnreadableInput(f"{file}, line {row.number}: {problem}")
    raise UnreadableInput(
        f"{file}: has no listing {f'with the id {listing_id!r}' if listing_id else f'at line {line}'}"
    )


def _only_listing(file: Path) -> Listing:
    try:
        with file.open("rb") as content:
            return parse_listing(content.read(_LARGEST).removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise UnreadableInput(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except Rejected as problem:
        raise UnreadableInput(f"{file}: {problem}") from None


def read_pictures(listing: Listing, folder: Path) -> tuple[dict[int, PictureReading], list[Missing]]:
    """Reads in a process of its own, which a picture may crash."""
    if not listing.images:
        return {}, []
    from workers.reading import configured_reader

    pictures = Pictures(folder, configured_reader)
    pool = Pool(lambda: lambda job, avoid, beacon: pictures.of(job, 0, avoid, beacon), 1)
    try:
        ((_, read),) = pool.results(iter([listing]))
    finally:
        pool.close()
    readings, missing = read
    return readings, missing


def _write_pictures(pictures: dict[int, bytes], result: Result, folder: Path) -> None:
    from workers.boxes import write_boxed

    folder.mkdir(parents=True, exist_ok=True)
    for number, data in pictures.items():
        found: list[Evidence | Qualification] = []
        for case in result.cases:
            found += [item for item in case.evidence if item.where == f"image:{number}"]
            found += [item for item in case.qualifiers if item.where == f"image:{number}"]
        write_boxed(data, found, folder / f"image-{number}.png")
