"""Pictures are read again by another model, in the background and those that matter first; what is judged
with stays what it was until somebody switches.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import ColumnElement, case, func, insert, literal, select, update
from sqlalchemy.orm import Session

from detector.errors import UnreadableInput
from detector.image.options import PACKAGED
from review.tables import Case, CaseState, Listing, ListingVersion, current_versions
from storage.blobs import Blobs
from storage.database import Database
from storage.settings import settings_with
from workers.graph.claims import claim, hand_out, now, settle
from workers.graph.counting import new_rows
from workers.graph.outbox import announcing
from workers.graph.reading import read_for
from workers.graph.tables import Lane, Picture, Reading, Shown, State
from workers.reading import LOOK, READS, configured_reader, engine_key
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import Rescan

if TYPE_CHECKING:
    from detector.image.reader import PictureReader

AT_ONCE = 16
"""Pictures of a rescan that are given out at a time."""
_TOGETHER = 2_000
_ENDED = (State.DONE, State.REFUSED)
_LOOKS = "image_model"
_NOT_FROM_AFAR = ("reader", _LOOKS)

Reads = Mapping[str, Any]
"""Settings of what reads, by their names, other than those in use."""


def checked(wanted: Sequence[str], *, shipped: bool = False) -> dict[str, Any]:
    """Settings as typed, `ocr_recogniser=small`; of models that ship alone where they are `shipped`, as asked
    for from afar: folders and code to be run are named by whoever runs the machine. Nothing, `image_model=`,
    stands for what ships. Raises `UnreadableInput` or `BadSetting`.
    """
    reads: dict[str, Any] = {}
    for one in wanted:
        name, _, value = one.partition("=")
        name = name.lower().removeprefix("detector_")
        if name not in READS or not (value or name in _NOT_FROM_AFAR):
            known = ", ".join(sorted(READS))
            raise UnreadableInput(f"{one!r} is no NAME=VALUE of what reads pictures; the names are {known}")
        if shipped and name != "ocr_engine" and value and (name in _NOT_FROM_AFAR or value not in PACKAGED):
            raise UnreadableInput(
                f"{one!r}: only models that ship can be named here, {' and '.join(PACKAGED)}; name a folder "
                "or a reader of your own in the terminal"
            )
        reads[name] = value or None
    if engine_key(settings_with(reads)) == engine_key():
        raise UnreadableInput("this is what reads pictures already, so there is nothing to read again")
    if reads.get(_LOOKS):
        _check_loads(reads[_LOOKS])
    return reads


def _check_loads(model: str) -> None:
    """Raises `ModelUnusable` for what is no model of pictures, before every picture fails for it."""
    import numpy as np

    from detector.image.embedding import embedder

    embedder(model).embed(np.zeros((8, 8, 3), np.uint8), np.array([[0, 0, 8, 8]], np.float32))


def extend(session: Session, rescan: Rescan) -> int:
    """Adds the pictures that current listings show and that are read by what is in use, as far as they are
    not there yet; returns how many. Those of listings with open cases come first, then the others, the latest
    first.
    """
    current = (
        current_versions()
        .join(Shown, Shown.version_id == ListingVersion.id)
        .join(Picture, Picture.id == Shown.picture_id)
        .with_only_columns(Picture.sha256, maintain_column_froms=True)
    )
    suspected = current.join(Case, Case.listing_id == Listing.id).where(Case.state == CaseState.OPEN)
    there = select(NextReading.id).where(
        NextReading.rescan_id == rescan.id,
        NextReading.sha256 == Reading.sha256,
        NextReading.kind == Reading.kind,
    )
    first = case((Reading.sha256.in_(suspected), 0), else_=1)
    wanted = (
        select(
            literal(rescan.id), Reading.sha256, Reading.kind, first, literal(State.BLOCKED), literal(0),
            literal(now(), NextReading.due.type),
        )
        .where(Reading.engine == engine_key(), Reading.state.in_(_ENDED), Reading.sha256.in_(current))
        .where(~there.exists())
        .order_by(first, Reading.id.desc())
    )  # fmt: skip
    columns = ["rescan_id", "sha256", "kind", "turn", "state", "attempts", "due"]
    given = insert(NextReading).from_select(columns, wanted)
    # Without the option PostgreSQL is asked for no count, and tells -1.
    done = session.execute(given.execution_options(preserve_rowcount=True))
    return int(done.rowcount)  # type: ignore[attr-defined]


def give_out(session: Session, rescan: Rescan, allowed: int | None) -> None:
    """The next ones, as many as are given out at a time, and as `allowed`."""
    going = count(session, rescan, State.WAITING, State.WORKING)
    room = AT_ONCE - going if allowed is None else min(AT_ONCE, allowed) - going
    if room <= 0:
        return
    blocked = select(NextReading.id).where(of(rescan, State.BLOCKED))
    numbers = session.scalars(blocked.order_by(NextReading.turn, NextReading.id).limit(room)).all()
    hand_out(session, NextReading, numbers, "read_next")


def take_back(session: Session, rescan: Rescan) -> None:
    """What was given out and nobody has begun."""
    waiting = update(NextReading).where(of(rescan, State.WAITING))
    session.execute(waiting.values(state=State.BLOCKED).execution_options(synchronize_session=False))


def count(session: Session, rescan: Rescan, *states: State) -> int:
    return session.scalar(select(func.count()).select_from(NextReading).where(of(rescan, *states))) or 0


def of(rescan: Rescan, *states: State) -> ColumnElement[bool]:
    return (NextReading.rescan_id == rescan.id) & NextReading.state.in_(states)


@lru_cache(maxsize=2)
def _reader(kind: str, reads: bytes) -> "PictureReader":
    """This process's, with its models."""
    made = configured_reader(looks=kind == LOOK, chosen=settings_with(orjson.loads(reads)))
    _ = made.engine
    return made


def reader_of(kind: str, reads: Reads) -> "PictureReader":
    return _reader(kind, orjson.dumps(reads, option=orjson.OPT_SORT_KEYS))


def read_next(
    database: Database,
    blobs: Blobs,
    numbers: Sequence[int],
    again: bool = False,
    reader_of: "Callable[[str, Reads], PictureReader]" = reader_of,
) -> list[int]:
    """Reads these pictures by the models of their rescans; returns the rescans."""
    rescans = set()
    for number in numbers:
        with announcing(database, "read") as session:
            row = next(iter(claim(session, NextReading, [number], again)), None)
            if row is None:
                continue
            sha256, kind, rescan = row.sha256, row.kind, row.rescan_id
            reads = session.get_one(Rescan, rescan).reads or {}
            rescans.add(rescan)
            if (known := _read_before(session, blobs, row, reads)) is not None:
                settle(session, NextReading, number, State(known.state), blob=known.blob, why=known.why)
                continue
        read_for(database, blobs, NextReading, number, sha256=sha256, reads=reader_of(kind, reads))
    return sorted(rescans)


def _read_before(session: Session, blobs: Blobs, row: NextReading, reads: Reads) -> Reading | None:
    """What the same model has read of a picture when it was judged with, which was kept."""
    engine = engine_key(settings_with(reads))
    of_it = select(Reading).where(Reading.sha256 == row.sha256, Reading.kind == row.kind)
    read = session.scalar(of_it.where(Reading.engine == engine, Reading.state.in_(_ENDED)))
    return read if read is not None and (read.blob is None or read.blob in blobs) else None


def move_in(database: Database, rescan: int) -> int:
    """Puts what was read anew among the readings, under the key of what read it, some at a time: it is judged
    with from the moment on at which the settings name the same. May be called again; returns how many.
    """
    moved = 0
    while True:
        with database.writing("switch") as session:
            whole = session.get_one(Rescan, rescan, with_for_update=True)  # of two, each counts its own
            engine = engine_key(settings_with(whole.reads or {}))
            some = session.scalars(select(NextReading).where(of(whole, *_ENDED)).limit(_TOGETHER)).all()
            if not some:
                return moved
            rows = [
                {"sha256": one.sha256, "kind": one.kind, "engine": engine, "blob": one.blob, "why": one.why}
                | {"state": one.state, "lane": Lane.CATALOGUE, "attempts": 0, "due": now()}
                for one in some
            ]
            session.execute(new_rows(session, Reading, ["sha256", "kind", "engine"]), rows)
            for one in some:
                session.delete(one)
            whole.moved += len(some)
            whole.moved_refused += sum(one.state == State.REFUSED for one in some)
            moved += len(some)
