"""A dry run: a sample of the listings is judged again, and nothing is opened of what it finds."""

import random
from dataclasses import asdict, dataclass
from math import sqrt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.counted import counted
from review.tables import Case, CaseState, Listing, ListingVersion, current_versions
from storage.blobs import Blobs
from storage.database import Database
from workers.graph.judging import Judges
from workers.judges import seeing
from workers.rescans.focus import Focus
from workers.rescans.judging import judge_again
from workers.rescans.moving import known
from workers.rescans.tables import Rescan
from workers.shards.tables import Holds

SAMPLE = 2_000
FLOOD = 1_000
"""Cases from which on somebody is asked before a rescan goes on, by the upper end of the interval."""
_Z = 1.96
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of `listings`, `sample` were judged, and `flagged` of these would bring new cases, `cases` in all. So
    many cases are to be expected of all, within `low` and `high` at 95%.
    """

    listings: int
    sample: int
    flagged: int
    cases: int
    expected: int
    low: int
    high: int

    @property
    def floods(self) -> bool:
        return self.high >= FLOOD

    def __str__(self) -> str:
        if not self.sample:
            return "there is no listing to judge again"
        return (
            f"of {counted(self.sample, 'listing')} out of {self.listings:,}, {self.flagged:,} would bring "
            f"new cases: some {self.expected:,} in all, at 95% between {self.low:,} and {self.high:,}"
        )


def estimate(database: Database, blobs: Blobs, focus: Focus, sample: int = SAMPLE, seed: int = 0) -> Estimate:
    """Judges a sample, every listing as likely as any other."""
    flagged = cases = 0
    with database.reading() as session:
        listings = session.scalar(select(func.count()).select_from(Listing)) or 0
        versions = _sampled(session, min(sample, listings), random.Random(seed))
        for start in range(0, len(versions), _TOGETHER):
            some = versions[start : start + _TOGETHER]
            for one in judge_again(session, blobs, focus, some, Holds.TEXTS).judged:
                there = _open_brands(session, one.listing)
                new = sum(case["brand"] not in there for case, _ in one.asked)
                flagged, cases = flagged + bool(new), cases + new
    low, high = wilson(flagged, len(versions))
    each = cases / flagged * listings if flagged else float(listings)
    expected = round(cases / len(versions) * listings) if versions else 0
    return Estimate(listings, len(versions), flagged, cases, expected, round(low * each), round(high * each))


def estimate_of(database: Database, blobs: Blobs, judges: Judges, number: int) -> Estimate:
    """Judges a sample of a rescan, and keeps what it tells. Raises `BrandsUnseen`."""
    with database.reading() as session:
        brands = known(session, number).brands
    found = estimate(database, blobs, Focus(seeing(judges.current()), brands or None))
    with database.writing("estimate") as session:
        session.get_one(Rescan, number).estimate = asdict(found) | {"said": str(found)}
    return found


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The interval of 95% of a share (Wilson, 1927)."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = _Z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _sampled(session: Session, wanted: int, rng: random.Random) -> list[int]:
    """Numbers of current versions: drawn from all numbers, and kept where they are one."""
    first, last = session.execute(select(func.min(ListingVersion.id), func.max(ListingVersion.id))).one()
    found: set[int] = set()
    if not wanted:
        return []
    current = current_versions()
    if last - first < 4 * wanted:
        everything = list(session.scalars(current))
        return sorted(rng.sample(everything, min(wanted, len(everything))))
    for _ in range(100):
        drawn = [rng.randint(first, last) for _ in range(500)]
        found.update(session.scalars(current.where(ListingVersion.id.in_(drawn))))
        if len(found) >= wanted:
            break
    return sorted(rng.sample(sorted(found), min(wanted, len(found))))


def _open_brands(session: Session, listing: int) -> set[str]:
    open_ones = select(Case.brand).where(Case.listing_id == listing, Case.state == CaseState.OPEN)
    return set(session.scalars(open_ones))
