"""What would change if pictures were read by another model: a sample of listings is judged with what either
of them read, and nothing is opened.
"""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from detector.counted import counted
from detector.packing import unpacked
from review.tables import ListingVersion, current_versions
from storage.blobs import Blobs
from storage.database import Database
from workers.graph.judging import Claimed, Job, gather
from workers.graph.opinions import to_open
from workers.graph.tables import Lane, Picture, Shown, State
from workers.rescans.estimating import SAMPLE, wilson
from workers.rescans.next_readings import NextReading
from workers.rescans.switching import comparable

_EXAMPLES = 20
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of `listings` that show pictures which both have read, `sample` were judged twice. `both` cases are
    found either way, `come` by the new model alone, `go` by the one in use alone; `changed` listings have
    other cases, `low` to `high` of all at 95%. `examples` name some of them. `lost` are pictures of brands
    with which nothing would be compared any more.
    """

    listings: int
    sample: int
    both: int
    come: int
    go: int
    changed: int
    low: int
    high: int
    examples: tuple[Mapping[str, Any], ...]
    lost: int = 0

    def __str__(self) -> str:
        lost = f"; {self.lost:,} of the brands' pictures would be refused" if self.lost else ""
        if not self.sample:
            return f"there is no listing yet whose pictures both have read{lost}"
        return (
            f"of {counted(self.sample, 'listing')} out of {self.listings:,} with pictures, "
            f"{self.changed:,} have other cases: {self.come:,} come, {self.go:,} go, {self.both:,} stay; "
            f"at 95% between {self.low:,} and {counted(self.high, 'listing')} in all{lost}"
        )


@dataclass(frozen=True, slots=True)
class Other:
    """A judge of the brands' pictures as they were read anew, and how many of these can't serve so."""

    judge: RegistryJudge
    lost: int


def compare(
    database: Database,
    blobs: Blobs,
    judge: RegistryJudge,
    rescan: int,
    sample: int = SAMPLE,
    *,
    other: Other | None = None,
) -> Comparison:
    """Judges a sample twice, and keeps with the rescan what it tells. What was read anew is judged by the
    `other` judge, if there is one.

    Raises `NoSuchRescan` for one that was switched to: what it told before stays.
    """
    both = come = go = changed = judged = 0
    examples: list[dict[str, Any]] = []
    with database.reading() as session:
        comparable(session, rescan)
        every = _showing(session, rescan)
        anew_by = other.judge if other else judge
        some = sorted(random.Random(rescan).sample(every, min(sample, len(every))))
        for start in range(0, len(some), _TOGETHER):
            versions = some[start : start + _TOGETHER]
            claimed = {version: Claimed(version, 0, Lane.CATALOGUE) for version in versions}
            anew = _anew(session, rescan, versions)
            for job in gather(session, blobs, claimed, judge.compares_pictures).jobs:
                before = _brands(judge, job)
                after = _brands(anew_by, _read_anew(blobs, job, anew.get(job.item, {})))
                judged, both = judged + 1, both + len(before & after)
                come, go = come + len(after - before), go + len(before - after)
                if before != after:
                    changed += 1
                    said = {"listing": job.listing.id, "come": sorted(after - before)}
                    examples.append(said | {"go": sorted(before - after)})
    low, high = wilson(changed, judged) if judged else (0.0, 0.0)
    found = Comparison(
        len(every), judged, both, come, go, changed, round(low * len(every)), round(high * len(every)),
        tuple(examples[:_EXAMPLES]), other.lost if other else 0,
    )  # fmt: skip
    with database.writing("compare") as session:
        comparable(session, rescan).estimate = asdict(found) | {"said": str(found)}
    return found


def _showing(session: Session, rescan: int) -> list[int]:
    """Current versions of listings that show a picture which was read anew."""
    shows = (
        current_versions()
        .join(Shown, Shown.version_id == ListingVersion.id)
        .join(Picture, Picture.id == Shown.picture_id)
        .join(NextReading, NextReading.sha256 == Picture.sha256)
        .where(NextReading.rescan_id == rescan, NextReading.state.in_([State.DONE, State.REFUSED]))
    )
    return list(session.scalars(shows.distinct()))


_Anew = Mapping[int, Mapping[int, NextReading]]


def _anew(session: Session, rescan: int, versions: list[int]) -> _Anew:
    """What was read anew of the pictures of versions, by their places; of a picture what tells most."""
    rows = session.execute(
        select(Shown.version_id, Shown.position, NextReading)
        .join(Picture, Picture.id == Shown.picture_id)
        .join(NextReading, NextReading.sha256 == Picture.sha256)
        .where(Shown.version_id.in_(versions), NextReading.rescan_id == rescan)
        .where(NextReading.state.in_([State.DONE, State.REFUSED]))
        .order_by(NextReading.kind)
    ).all()
    found: dict[int, dict[int, NextReading]] = {}
    for version, position, row in rows:
        found.setdefault(version, {})[position] = row
    return found


def _read_anew(blobs: Blobs, job: Job, anew: Mapping[int, NextReading]) -> Job:
    """The same listing with what was read anew of its pictures in place of what was read before."""
    kept = [one for one in job.missing if one.where not in {f"image:{position}" for position in anew}]
    other = replace(job, readings=dict(job.readings), missing=kept)
    for position, row in anew.items():
        if row.blob is None:
            other.readings.pop(position, None)
            other.lacks(position, job.listing.images[position], row.why or "nobody read it")
        else:
            other.readings[position] = unpacked(blobs.get(row.blob))
    return other


def _brands(judge: RegistryJudge, job: Job) -> set[str]:
    ruled = judge.ruled(job.listing, job.readings, job.missing)
    return {case["brand"] for case, _ in to_open(ruled, judge.flags(job.listing))}
