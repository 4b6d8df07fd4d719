"""Judges versions of listings again, and tells which cases ask for a person."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session

from detector.result import Result
from detector.view import texts_of
from storage.blobs import Blobs
from workers.graph.judging import Claimed, Job, gather
from workers.graph.opinions import Json, to_open
from workers.graph.tables import Lane
from workers.judging import blame
from workers.middle.advice import Advice, within
from workers.rescans.focus import Focus
from workers.shards.tables import Holds


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
    """What came of some versions; `unread` show pictures that were not read as far as is needed now."""

    judged: list[Again] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


def judge_again(
    session: Session, blobs: Blobs, focus: Focus, versions: Sequence[int], holds: Holds
) -> Judgements:
    """With all brands; of what is found, the cases of those that the focus is on. What was found by its
    pictures (`holds`) and says the same in its texts is judged for its texts alone, once.
    """
    done, started = Judgements(), time.monotonic()
    claimed = {version: Claimed(version, 0, Lane.CATALOGUE) for version in versions}
    work = gather(session, blobs, claimed, focus.judge.compares_pictures)
    done.unread = sorted(work.unread)
    advice = Advice(focus.judge, partial(within, session))
    for job in work.jobs:
        if holds == Holds.LOOKS and focus.names.stand_in(text for _, text in texts_of(job.listing)):
            continue
        try:
            done.judged.append(_judged(focus, job, advice))
        except Exception as error:  # a fault of ours costs one listing, and is told
            done.failed.append((job.item, f"the detector failed: {blame(error)}"))
    done.seconds = time.monotonic() - started
    return done


def _judged(focus: Focus, job: Job, advice: Advice) -> Again:
    ruled = focus.judge.ruled(job.listing, job.readings, job.missing)
    ruled = advice.heard(job.listing, job.readings, ruled)
    asked = [
        (case, shadow)
        for case, shadow in to_open(ruled, focus.judge.flags(job.listing))
        if focus.brands is None or case["brand"] in focus.brands
    ]
    return Again(job.item, job.listing_id, ruled.shown, asked)
