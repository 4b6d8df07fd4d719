"""`detector check`: one listing, explained for a person."""

import argparse
import re
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import UnreadableInput
from detector.fair_use import in_favour
from detector.floors import floor_of
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Missing
from workers.arguments import add_brands
from workers.catalogue import Rejected, open_catalogue, parse_listing
from workers.drawings import draw, drawings_of
from workers.judging import Pictures
from workers.pool import Pool
from workers.visible import plain

if TYPE_CHECKING:
    from detector.view import View

_LARGEST = 16 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="one listing as JSON, or a catalogue")
    add_brands(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--id", metavar="ID", help="the listing of the catalogue to explain")
    which.add_argument(
        "--line", type=int, metavar="N", help="the same by its line (of XML its item, of Parquet its row)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where pictures with boxes go (default: checked/ID)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where a brand could not be read and so was not looked for."""
    from rich.console import Console
    from rich.markup import escape

    from workers.explain import print_explained
    from workers.judges import judge_from
    from workers.middle.configured import adviser

    if arguments.line is not None and arguments.line < 1:
        raise UnreadableInput("--line counts from 1; name the line of the listing in its file")
    listing = find_listing(arguments.file, arguments.id, arguments.line)
    judge, _ = judge_from(arguments.brands)
    readings, missing = read_pictures(listing, arguments.file.parent, looks=judge.compares_pictures)
    result, view = judge.explain(listing, readings, missing)
    if (advising := adviser()) is not None:
        files = Pictures(arguments.file.parent, None)
        result = advising.advised(judge, listing, result, readings, partial(files.bytes_of, listing))
    console = Console(highlight=False)
    names = {brand.id: brand.name for brand in judge.brands.values()}
    print_explained(
        console,
        listing,
        result,
        names,
        weights=judge.weights,
        flags=judge.flags(listing),
        in_favour=in_favour(view),
    )
    for said in uncompared_floors(view):
        console.print(f"[yellow]not compared:[/] {escape(plain(said))}", soft_wrap=True)
    drawings = drawings_of(result, view.sightings, readings)
    if drawings:
        folder = arguments.out or Path("checked") / (re.sub(r"[^\w.-]|^\.+", "_", listing.id)[:80])
        for drawing, why in draw(listing, arguments.file.parent, arguments.brands, drawings, folder):
            console.print(f"[yellow]not drawn:[/] {drawing}: {why}", soft_wrap=True, markup=False)
        console.print(f"Pictures with boxes: {folder}", soft_wrap=True, markup=False)
    elif readings:
        console.print("Nothing was found in its pictures, so none was written.")
    return int(bool(judge.unread))


def uncompared_floors(view: "View") -> list[str]:
    """The price floors that say nothing of this listing, as its price is in another currency."""
    price, named = view.listing.price, {mention.brand for _, mention in view.mentions()}
    brands = [view.brands[brand] for brand in sorted(named)]
    return [
        f"the price is in {price.currency}, the price floor of {brand.name} in {floor.said.currency}"
        for brand in brands
        if price and (floor := floor_of(brand, view.listing)) and floor.said.currency != price.currency
    ]


def find_listing(file: Path, listing_id: str | None, line: int | None) -> Listing:
    """The listing in a JSON file, or the one of a catalogue that is named. Raises `UnreadableInput`."""
    if file.suffix.lower() == ".json":
        only = _only_listing(file)
        if line is not None or listing_id not in (None, only.id):
            raise UnreadableInput(f"{file}: holds one listing, {only.id!r}; leave --id and --line out")
        return only
    catalogue = open_catalogue(file)
    rows, unit = catalogue.rows, catalogue.unit
    if listing_id is None and line is None:
        first = list(islice(rows, 2))
        if not first:
            raise UnreadableInput(f"{file}: holds no listing")
        if len(first) > 1:
            raise UnreadableInput(f"{file}: holds more than one listing; name one with --id ID or --line N")
        rows = iter(first)
    bad = 0
    for row in rows:
        if line is not None and row.number < line:
            continue
        if line is not None and row.number > line:
            break
        try:
            listing = parse_listing(row.data) if row.data is not None else None
            problem = row.problem
        except Rejected as why:
            listing, problem = None, str(why)
        if listing and listing_id in (None, listing.id):
            return listing
        if listing_id is None:
            raise UnreadableInput(f"{file}, {unit} {row.number}: {problem}")
        bad += listing is None
    sought = f"at {unit} {line}" if listing_id is None else f"with the id {listing_id!r}"
    also = f"; {bad:,} of its rows can't be read: a scan's rejects say why" if bad else ""
    raise UnreadableInput(f"{file}: has no listing {sought}{also}")


def _only_listing(file: Path) -> Listing:
    try:
        with file.open("rb") as content:
            return parse_listing(content.read(_LARGEST).removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise UnreadableInput(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except Rejected as problem:
        raise UnreadableInput(f"{file}: {problem}") from None


def read_pictures(
    listing: Listing, folder: Path, *, looks: bool = False
) -> tuple[dict[int, PictureReading], list[Missing]]:
    """Reads in a process of its own, which a picture may crash; with `looks` not the text alone."""
    if not listing.images:
        return {}, []
    from workers.reading import configured_reader

    pictures = Pictures(folder, partial(configured_reader, looks=looks))
    pool = Pool(lambda: lambda job, avoid, beacon: pictures.of(job, 0, avoid, beacon), 1)
    try:
        ((_, read),) = pool.results(iter([listing]))
    finally:
        pool.close()
    readings, missing = read
    return readings, missing
