"""The fourth step: what was written and what was read are held against the registry."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from detector.listing import Listing
from detector.packing import unpacked
from detector.reading import PictureReading
from detector.result import Missing, Result, Verdict
from review.cases import with_open_cases
from review.recall.auditing import draw
from review.tables import Listing as ListingRow
from review.tables import ListingVersion
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from storage.settings import settings
from workers.counters import IN
from workers.graph.casing import open_claimed
from workers.graph.claims import claim, failed, lease, now, settle
from workers.graph.counting import free, want_readings
from workers.graph.opinions import Json, to_open
from workers.graph.outbox import announce, announcing
from workers.graph.pictured import pictured
from workers.graph.tables import Item, Lane, Picture, Reading, Shown, State
from workers.graph.wanted import wanted_reading
from workers.judging import blame, short
from workers.middle.advice import Advice
from workers.reading import LOOK, engine_key

_log = structlog.get_logger()


class Judges(Protocol):
    """Gives the judge of the registry as it is now."""

    def current(self) -> RegistryJudge: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """For whom a version of a listing is judged: an item of a run, or whoever counts otherwise. `asks` says
    whether a model may still be asked about it.
    """

    item: int
    run: int
    lane: str
    asks: bool = False


@dataclass(slots=True)
class Job:
    """A listing with what was read of its pictures, ready to be judged; `item` is as it was claimed."""

    item: int
    run: int
    lane: str
    asks: bool
    listing_id: int
    version_id: int
    listing: Listing
    readings: dict[int, PictureReading] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)

    def lacks(self, position: int, reference: str, why: str) -> None:
        self.missing.append(Missing(f"image:{position}", f"{short(reference)}: {why}"))


@dataclass(frozen=True, slots=True)
class _Judged:
    """`to_open` are the cases that ask for a person, each with whether it is in shadow."""

    job: Job
    result: Result
    to_open: Sequence[tuple[Json, bool]]


@dataclass(slots=True)
class Gathered:
    """Jobs, and what else is to be done: items that are outdated, items of which pictures must be read first
    (their sha256, and how urgently), items that wait as nothing can be compared with their pictures yet, and
    readings that are gone, and why.
    """

    jobs: list[Job] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    unread: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    unseen: list[int] = field(default_factory=list)
    lost: dict[int, str] = field(default_factory=dict)


def judge(
    database: Database, blobs: Blobs, judges: Judges, numbers: Sequence[int], again: bool = False
) -> None:
    """Judges these items, all with the same registry, and opens the cases of what it finds: in transactions
    of their own, but with no message between, which would cost more than they do.
    """
    judging = judges.current()
    with announcing(database, "judge") as session:
        claimed = {
            one.version_id: Claimed(one.id, one.run_id, one.lane, _asks(one))
            for one in claim(session, Item, numbers, again, "judge")
        }
    with database.reading() as session:
        work = gather(session, blobs, claimed, judging.compares_pictures)
    results: list[_Judged] = []
    faults: list[tuple[int, str]] = []
    if judging.unseen is not None:  # without pictures a listing loses nothing
        work.unseen = [job.item for job in work.jobs if job.readings]
        work.jobs = [job for job in work.jobs if not job.readings]
    advice = Advice(judging, database.reading)
    for job in work.jobs:
        try:
            ruled = judging.ruled(job.listing, job.readings, job.missing)
            asks = (job.item, job.version_id) if job.asks else None
            tells = job.lane == Lane.CATALOGUE
            ruled = advice.heard(job.listing, job.readings, ruled, asks=asks, tells=tells)
            results.append(_Judged(job, ruled.shown, tuple(to_open(ruled, judging.flags(job.listing)))))
        except Exception as error:  # a fault of ours costs one listing, and is told
            faults.append((job.item, f"the detector failed: {blame(error)}"))
    with announcing(database, "judge") as session:
        advice.want(session)
        with_cases = _settle(session, [one for one in results if one.job.item not in advice.wanted])
        _read_first(session, work)
        for item in work.superseded:
            settle(session, Item, item, State.SUPERSEDED, "judge", why="it changed before it was judged")
        for item, why in faults:
            failed(session, Item, item, why)
        for item in work.unseen:
            failed(session, Item, item, judging.unseen or "", ours=False)
    open_claimed(database, with_cases)


def _asks(item: Item) -> bool:
    """Whether a model may be asked about it: not before a listing is listed, which somebody waits for, and
    not twice, or what changes while it is asked about would go round for ever.
    """
    return item.lane == Lane.CATALOGUE and not any("ask" in one for one in item.cases or ())


def _settle(session: Session, results: Sequence[_Judged]) -> list[int]:
    """Returns the items that are claimed from now on for opening their cases."""
    with_cases: list[int] = []
    asked_before = with_open_cases(session, [one.job.listing_id for one in results])
    cleared: list[int] = []
    for one in results:
        job, result = one.job, one.result
        _log.info("judged", run=job.run, listing=job.listing.id, item=job.item, verdict=str(result.verdict))
        said: dict[str, Any] = {"verdict": result.verdict, "result": result.to_json().decode(), "why": None}
        if job.lane == Lane.CATALOGUE and not job.asks:
            said["cases"] = None  # what it was asked about is settled
        concerns_cases = one.to_open or job.listing_id in asked_before
        if job.lane == Lane.CATALOGUE and concerns_cases:
            cases: list[dict[str, Any]] = [{"case": case, "shadow": shadow} for case, shadow in one.to_open]
            for first in cases[:1]:
                first["pictures"] = pictured(job.readings)
            said |= {"cases": cases, "step": "case", "attempts": 1, "due": now() + lease()}
            if settle(session, Item, job.item, State.WORKING, "judge", **said):
                with_cases.append(job.item)
                IN.labels("case").inc()
        elif (
            settle(session, Item, job.item, State.DONE, "judge", **said)
            and job.lane == Lane.CATALOGUE
            and result.verdict != Verdict.FLAG
        ):
            cleared.append(job.version_id)
    draw(session, cleared, settings().audit_share, now())
    return with_cases


def gather(
    session: Session, blobs: Blobs, claimed: Mapping[int, Claimed], looks: bool, *, past: bool = False
) -> Gathered:
    """What is to be judged, by versions of listings; `looks` says whether pictures have to be looked at. For
    the `past` versions are judged that newer ones have overtaken, and pictures that nobody read are left out.
    """
    work = Gathered()
    rows = session.execute(
        select(
            ListingVersion.id, ListingVersion.data, ListingVersion.number, ListingRow.id, ListingRow.version
        )
        .join(ListingRow, ListingRow.id == ListingVersion.listing_id)
        .where(ListingVersion.id.in_(claimed))
    )
    jobs: dict[int, Job] = {}
    for version_id, data, number, listing_id, newest in rows:
        one = claimed[version_id]
        if number < newest and not past:
            # It says something else by now, and that is judged in its own turn.
            work.superseded.append(one.item)
        else:
            listing = Listing.model_validate_json(data)
            jobs[version_id] = Job(
                one.item, one.run, one.lane, one.asks, listing_id, version_id, listing
            )  # fmt: skip
    _add_pictures(session, blobs, jobs, looks, work)
    work.jobs = [job for job in jobs.values() if past or job.item not in work.unread]
    return work


def _add_pictures(
    session: Session, blobs: Blobs, jobs: Mapping[int, Job], looks: bool, work: Gathered
) -> None:
    shown = session.execute(
        select(
            Shown.version_id, Shown.position, Picture.reference, Picture.sha256, Picture.state, Picture.why
        )
        .join(Picture, Picture.id == Shown.picture_id)
        .where(Shown.version_id.in_(jobs))
        .order_by(Shown.version_id, Shown.position)
    ).all()
    readings = _readings(session, {row.sha256 for row in shown if row.sha256})
    for row in shown:
        job = jobs[row.version_id]
        read = readings.get(row.sha256)
        if row.state == State.REFUSED or row.sha256 is None:
            job.lacks(row.position, row.reference, row.why or "it was not fetched")
        elif read is None or (looks and read.kind != LOOK):
            work.unread[job.item].append((row.sha256, job.lane))
        elif read.blob is None:
            job.lacks(row.position, row.reference, read.why or "nobody read it")
        else:
            try:
                job.readings[row.position] = unpacked(blobs.get(read.blob))
            except StorageError as error:
                work.lost[read.id] = str(error)
                work.unread[job.item].append((row.sha256, job.lane))


def _readings(session: Session, sha256s: Collection[str]) -> dict[str, Reading]:
    """Of each picture the one that tells most."""
    readings: dict[str, Reading] = {}
    asked = select(Reading).where(Reading.sha256.in_(sha256s), Reading.engine == engine_key())
    for reading in session.scalars(asked):
        if reading.sha256 not in readings or reading.kind == LOOK:
            readings[reading.sha256] = reading
    return readings


def _read_first(session: Session, work: Gathered) -> None:
    """Sends items back to wait for pictures that were not read, or whose reading is gone."""
    for number, why in work.lost.items():
        read = session.get_one(Reading, number)
        read.state, read.attempts, read.due = State.WAITING, 0, now() + lease()
        read.blob, read.why = None, why
        announce(session, "read", [number], read.lane)
    if not work.unread:
        return
    kind, engine = wanted_reading(session)
    for item, pictures in work.unread.items():
        settle(session, Item, item, State.BLOCKED, "judge", due=now() + lease())
        want_readings(session, [sha256 for sha256, _ in pictures], kind, engine, pictures[0][1])
    session.flush()
    free(session, list(work.unread))
