"""The second step: the bytes of pictures come in, and are kept once however many addresses they have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from workers.fetching.errors import FetchFailed
from workers.graph.claims import claim, failed, lease, now, renew, settle
from workers.graph.counting import unblock_picture, want_readings
from workers.graph.outbox import announcing
from workers.graph.picturing import INLINE
from workers.graph.tables import Picture, State
from workers.graph.wanted import wanted_reading
from workers.graph.web import Fetched, Web, web

_TOGETHER = 5.0
"""Seconds for which pictures that come are settled together: what a host takes longer for is kept anyhow."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    number: int
    lane: str
    folder: str | None
    reference: str
    sha256: str | None
    validators: Mapping[str, str]

    @property
    def inline(self) -> bool:
        return self.folder is None and self.reference.startswith(INLINE)

    @property
    def on_the_web(self) -> bool:
        return self.folder is None and not self.inline


@dataclass(frozen=True, slots=True)
class _Got:
    """What came of a picture. Without `sha256` there is none, and `why`; `again` says that another try may
    go better, in `after` seconds where the host says so, `ours` that we are to blame.
    """

    wanted: _Wanted
    sha256: str | None = None
    why: str | None = None
    again: bool = False
    ours: bool = False
    after: float | None = None
    validators: Mapping[str, str] | None = None


def fetch(
    database: Database,
    blobs: Blobs,
    numbers: Sequence[int],
    again: bool = False,
    the_web: Callable[[], Web] = web,
) -> None:
    """Gets these pictures."""
    with announcing(database, "fetch") as session:
        wanted = [
            _Wanted(one.id, one.lane, one.folder, one.reference, one.sha256, dict(one.validators))
            for one in claim(session, Picture, numbers, again)
        ]
    got = [_local(blobs, one) for one in wanted if not one.on_the_web]
    if got:
        with announcing(database, "fetch") as session:
            _settle(session, got)
    far = [one for one in wanted if one.on_the_web]
    if far:
        _from_web(database, blobs, the_web(), far)


def _local(blobs: Blobs, one: _Wanted) -> _Got:
    if one.inline:
        return _Got(one, one.reference.removeprefix(INLINE))
    try:
        return _Got(one, blobs.put(PictureFolder(Path(one.folder or "")).read(one.reference)))
    except PictureRefused as refusal:
        return _Got(one, why=str(refusal))
    except StorageError as error:
        return _Got(one, why=str(error), ours=True)


def _from_web(database: Database, blobs: Blobs, the_web: Web, wanted: Sequence[_Wanted]) -> None:
    """Settles what comes as it comes, and holds the rest: many may wait for their turn at one slow host."""
    # What was got before and is no longer kept is asked for anew, whatever the server thinks we have.
    known = [one.validators if one.sha256 and one.sha256 in blobs else {} for one in wanted]
    asked = [(one.reference, validators) for one, validators in zip(wanted, known, strict=True)]
    waiting = dict(enumerate(wanted))
    for came in the_web.get(asked, min(_TOGETHER, lease().total_seconds() / 4)):
        got = [_kept(blobs, waiting.pop(place), one) for place, one in came.items()]
        with announcing(database, "fetch") as session:
            _settle(session, got)
            renew(session, Picture, [one.number for one in waiting.values()])


def _kept(blobs: Blobs, one: _Wanted, came: Fetched | FetchFailed) -> _Got:
    if isinstance(came, FetchFailed):
        return _Got(one, why=str(came), again=came.passing, after=came.after)
    if came.data is None:
        return _Got(one, one.sha256, validators=came.validators)
    try:
        return _Got(one, blobs.put(came.data), validators=came.validators)
    except StorageError as error:
        return _Got(one, why=str(error), ours=True)


def _settle(session: Session, got: Sequence[_Got]) -> None:
    settled = []
    for one in got:
        number = one.wanted.number
        if one.ours or one.again:
            failed(session, Picture, number, one.why or "", ours=not one.ours, after=one.after)
            continue
        state = State.REFUSED if one.sha256 is None else State.DONE
        said: dict[str, Any] = {"sha256": one.sha256, "why": one.why, "fetched": now()}
        if one.validators is not None:
            said["validators"] = dict(one.validators)
        if settle(session, Picture, number, state, **said):
            settled.append(one)
    kind, engine = wanted_reading(session)
    for lane in sorted({one.wanted.lane for one in settled}):
        sha256s = [one.sha256 for one in settled if one.wanted.lane == lane and one.sha256]
        want_readings(session, sha256s, kind, engine, lane)
    unblock_picture(session, [one.wanted.number for one in settled])
