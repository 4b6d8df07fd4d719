"""Judges again what a handful of listings says, and tells which cases ask for a person."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from detector.result import Result
from detector.view import texts_of
from storage.blobs import Blobs
from workers.graph.judging import Claimed, Job, gather
from workers.graph.opinions import Json, to_open
from workers.graph.tables import Lane
from workers.judging import blame
from workers.rescans.candidates import Names


@dataclass(frozen=True, slots=True)
class Again:
    """A version of a listing judged again; `asked` are the cases that ask for a person, each with whether it
    is in shadow.
    """

    version: int
    listing: int
    result: Result
    asked: Sequence[tuple[Json, bool]]


@dataclass(slots=True)
class Judgements:
    """What came of some versions; `unread` show pictures that were not read as far as is needed now. Seconds
    are the clock's.
    """

    judged: list[Again] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    candidates: int = 0
    scanning: float = 0.0
    judging: float = 0.0


class Focus:
    """The judge with an eye to some brands alone, or to all where `brands` is None."""

    def __init__(self, judge: RegistryJudge, brands: Collection[str] | None) -> None:
        self.judge = judge
        self.brands = None if brands is None else frozenset(brands)
        known = () if brands is None else judge.judged_with(brands)
        self._names = None if brands is None else Names(known)
        self._references = [] if brands is None else judge.references_of(brands)
        self.known = frozenset(brand.id for brand in known)

    def judge_again(
        self, session: Session, blobs: Blobs, versions: Sequence[int], having_cases: Collection[int]
    ) -> Judgements:
        """Judges those of the versions that may have to do with the brands, and those of the listings that
        have open cases of theirs.
        """
        done = Judgements()
        started = time.monotonic()
        claimed = {version: Claimed(version, 0, Lane.CATALOGUE) for version in versions}
        work = gather(session, blobs, claimed, self.judge.compares_pictures)
        done.unread = sorted(work.unread)
        jobs = [job for job in work.jobs if job.listing_id in having_cases or self._concerns(job)]
        scanned = time.monotonic()
        done.candidates, done.scanning = len(jobs), scanned - started
        for job in jobs:
            try:
                done.judged.append(self._judged(job))
            except Exception as error:  # a fault of ours costs one listing, and is told
                done.failed.append((job.item, f"the detector failed: {blame(error)}"))
        done.judging = time.monotonic() - scanned
        return done

    def _concerns(self, job: Job) -> bool:
        if self._names is None:
            return True
        texts = [text for _, text in texts_of(job.listing)]
        texts += [line.text for reading in job.readings.values() for line in reading.lines]
        return self._names.stand_in(texts) or self._is_shown(job)

    def _is_shown(self, job: Job) -> bool:
        looks = [reading.appearance for reading in job.readings.values() if reading.appearance is not None]
        return any(references.recognise(look) for references in self._references for look in looks)

    def _judged(self, job: Job) -> Again:
        ruled = self.judge.ruled(job.listing, job.readings, job.missing)
        asked = [
            (case, shadow)
            for case, shadow in to_open(ruled, self.judge.flags)
            if self.brands is None or case["brand"] in self.brands
        ]
        return Again(job.item, job.listing_id, ruled.shown, asked)


class Foci:
    """Of one process: the last focus is kept, as making one takes a while where brands have pictures."""

    def __init__(self) -> None:
        self._last: Focus | None = None

    def of(self, judge: RegistryJudge, brands: Collection[str] | None) -> Focus:
        wanted = None if brands is None else frozenset(brands)
        if self._last is None or self._last.judge is not judge or self._last.brands != wanted:
            self._last = Focus(judge, wanted)
        return self._last
