"""Attempts judged as a scan judges: in processes that may die, the pictures read as all others are."""

import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks.adversary.attack import Attempt, Made, Medium
from benchmarks.adversary.shown import jpeg
from detector.listing import Listing
from detector.result import Verdict
from workers.catalogue import Row, open_catalogue
from workers.judging import Outcome
from workers.pool import processors
from workers.progress import progress_on
from workers.scanning import scan_rows
from workers.summary import Tally

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of an attempt. `risk` is that of the brand's case, which its own thresholds may flag from
    another risk than 0.5; `said` is what a person
    would want to know of it, `picture` the file of what it showed.
    """

    id: str
    attack: str
    medium: Medium
    strength: int
    innocent: bool
    risk: float
    flagged: bool
    reasons: tuple[str, ...]
    said: str
    picture: Path | None = None

    @property
    def wrong(self) -> bool:
        """Whether it was missed, or, of an innocent one, flagged."""
        return self.flagged is self.innocent


def tried(
    some: Iterable[Attempt], brand: str, judge: "RegistryJudge", folder: Path
) -> tuple[list[Tried], bool]:
    """What became of each, and whether all were judged; else it was interrupted. The listings and their
    pictures are left in `folder`."""
    told = _written(some, folder)
    found: list[Tried] = []
    tally = Tally()
    catalogue = open_catalogue(folder / "listings.jsonl")
    with closing(progress_on(sys.stderr, catalogue.done, "attacking")) as progress:

        def take(rows: list[Row], outcomes: list[Outcome]) -> None:
            tally.count(outcomes)
            progress.show(tally)
            for outcome in outcomes:
                if outcome.rejected is None:
                    attempt, said, picture = told[outcome.listing_id]
                    found.append(_tried(attempt, said, picture, outcome.line, brand))

        ended = scan_rows(catalogue, judge, take, workers=processors())
    return found, ended


def _written(some: Iterable[Attempt], folder: Path) -> dict[str, tuple[Attempt, str, Path | None]]:
    told: dict[str, tuple[Attempt, str, Path | None]] = {}
    (folder / "images").mkdir(parents=True)
    with (folder / "listings.jsonl").open("wb") as lines:
        for number, attempt in enumerate(some):
            fields = dict(attempt.made.fields) | {"id": attempt.id}
            picture = None
            if attempt.made.picture is not None:
                fields["images"] = [f"images/{number}.jpg"]
                picture = folder / "images" / f"{number}.jpg"
                picture.write_bytes(jpeg(attempt.made.picture))
            listing = Listing.model_validate(fields)
            lines.write(listing.model_dump_json(exclude_defaults=True).encode() + b"\n")
            # The picture is on disk by now; kept here too, those of all attempts would fill the memory.
            seen = replace(attempt, made=Made(attempt.made.fields))
            told[attempt.id] = (seen, _said(listing), picture)
    return told


def _said(listing: Listing) -> str:
    more = [listing.title]
    if listing.brand:
        more.append(f"brand: {listing.brand}")
    if listing.price:
        more.append(f"{listing.price.amount} {listing.price.currency}")
    if listing.seller and listing.seller.name:
        more.append(f"by {listing.seller.name}")
    return " · ".join([*more, *filter(None, [listing.description])])


def _tried(attempt: Attempt, said: str, picture: Path | None, line: bytes, brand: str) -> Tried:
    result = orjson.loads(line)
    case = next((case for case in result["cases"] if case["brand"] == brand), None)
    return Tried(
        attempt.id,
        attempt.attack.name,
        attempt.attack.medium,
        attempt.strength,
        attempt.innocent,
        case["risk"] if case else 0.0,
        case is not None and result["verdict"] == Verdict.FLAG,
        tuple(case["reasons"]) if case else (),
        said,
        picture,
    )
