"""Asks about the doubtful cases of one listing: what was answered before isn't asked again, and no failure
costs a case.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from brand_registry.judging import RegistryJudge
from detector.errors import PictureRefused
from detector.listing import Listing
from detector.middle.band import Band, Said
from detector.middle.question import Question, question
from detector.reading import PictureReading
from detector.result import Result
from storage.database import Database
from storage.errors import StorageError
from storage.locks import locked
from workers.middle.keeping import Budget, begin, end, kept
from workers.middle.model import Heard, Model
from workers.middle.picturing import data_url

MOST_PICTURES = 4
_BUSY = 0.1
"""Seconds between looks for a free slot, or for what somebody else was answered."""
_WAITS = 4
"""How much longer than one call may take a listing is held for an answer."""

BytesOf = Callable[[int], bytes]
"""The bytes of a listing's picture by its number; raises `PictureRefused`."""


@dataclass(frozen=True, slots=True)
class Middle:
    """What an operator set: the model, between which risks it is asked, and its bounds. `at_once` calls are
    open on one machine; the files that stand for them lie in `slots`.
    """

    model: Model
    band: Band
    budget: Budget
    pictures: bool
    seconds: float
    at_once: int
    slots: Path

    def questions(
        self,
        judge: RegistryJudge,
        listing: Listing,
        result: Result,
        readings: Mapping[int, PictureReading],
    ) -> list[Question]:
        """About the doubtful cases of what is shown."""
        shown = sorted(readings)[:MOST_PICTURES] if self.pictures else []
        pictures = [readings[number].sha256 for number in shown]
        return [
            question(listing, case, judge.brands[case.brand], readings, pictures)
            for case in self.band.doubtful(result)
        ]

    def asked(
        self, database: Database, one: Question, shown: Callable[[], list[str]], wait: float
    ) -> Said | str | None:
        """What comes of a question, which is kept. `shown` gives the pictures as data URLs. None where for
        `wait` seconds somebody else was asking it, or as many calls were open as may be.
        """
        until = time.monotonic() + wait
        while (came := self._asked(database, one, shown)) is None and time.monotonic() < until:
            time.sleep(_BUSY)
        return came

    def _asked(self, database: Database, one: Question, shown: Callable[[], list[str]]) -> Said | str | None:
        key, name = one.key(self.model.name), self.model.name
        with database.reading() as session:
            known = kept(session, [key], datetime.now(UTC)).get(key)
        if known is not None:
            return known
        with self._slot() as free:
            if not free:
                return None
            costs, at = self.model.costs(one), datetime.now(UTC)
            with database.writing("model in the middle") as session:
                known = kept(session, [key], at).get(key)
                if known is None:
                    if not begin(session, one, name, costs=costs, budget=self.budget, at=at):
                        return None
                    session.flush()
                    known = kept(session, [key], at).get(key)
            if known is not None:
                return known
            heard = self._heard(one, shown)
            with database.writing("model in the middle") as session:
                end(session, key, heard)
            return heard.said

    def _heard(self, one: Question, shown: Callable[[], list[str]]) -> Heard:
        try:
            return self.model.ask(one, shown())
        except PictureRefused as refusal:
            return Heard(f"its pictures can't be shown: {refusal}", 0, 0)
        except Exception as error:  # a fault of ours costs an opinion, and is told
            return Heard(f"asking failed ({type(error).__name__})", 0, 0)

    @contextmanager
    def _slot(self) -> Iterator[bool]:
        """One of the calls that may be open at once: a lock, which nobody holds who has died."""
        for number in range(self.at_once):
            with locked(self.slots / f"call-{number}", wait=False) as free:
                if free:
                    yield True
                    return
        yield False


class Adviser:
    """For a process that judges listings one by one and waits for each answer."""

    def __init__(self, middle: Middle, open_database: Callable[[], Database]) -> None:
        self._middle = middle
        self._open = open_database
        self._database: Database | None = None

    def advised(
        self,
        judge: RegistryJudge,
        listing: Listing,
        result: Result,
        readings: Mapping[int, PictureReading],
        bytes_of: BytesOf,
    ) -> Result:
        """A result with what the model says of its doubtful cases."""
        middle = self._middle
        questions = middle.questions(judge, listing, result, readings)
        if not questions:
            return result
        by_sha256 = {readings[number].sha256: number for number in readings}
        said: dict[str, Said | str] = {}
        for one in questions:
            try:
                self._database = self._database or self._open()
                came = middle.asked(
                    self._database,
                    one,
                    lambda one=one: [data_url(bytes_of(by_sha256[each])) for each in one.pictures],  # type: ignore[misc]
                    _WAITS * middle.seconds,
                )
            except StorageError as error:
                came = f"what it answers can't be kept: {error}"
            said[one.brand] = came or "it was not asked, as too many calls were open"
        return middle.band.all_heard(result, listing, said, judge.flags(listing))
