"""Takes uploaded pictures through the gates: each is read once, in a process that may die, and then stands
or is refused in words that its owner understands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brand_registry.gates import WHO, Picture, decide, keep, unread, waiting
from brand_registry.looks import Look
from brand_registry.previews import Preview, drawn_preview, keep_preview
from brand_registry.taken import packed_sketches
from detector.errors import PictureRefused
from detector.packing import packed_looks
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import ChangedMeanwhile, StorageError
from storage.locks import locked
from workers.looking import Looking, reference_store, unreadable
from workers.pool import Beacon, Place, Pool

if TYPE_CHECKING:
    from detector.image.reader import PictureReader

_AT_ONCE = 50
"""Pictures that are decided on in one transaction."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How many pictures passed, were refused, and wait on; `why` of those that something here kept from being
    read, which is no fault of theirs.
    """

    passed: int = 0
    refused: int = 0
    waiting: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of a picture: a blob with its looks, or `why` it can't serve; `failed` where the reason lies
    here.
    """

    blob: str | None = None
    count: int = 0
    sketches: bytes | None = None
    why: str | None = None
    failed: str | None = None
    preview: Preview | None = None


def check_assets(
    database: Database,
    blobs: Blobs,
    engine: str,
    make_reader: Callable[[], "PictureReader"],
    lock: Path,
    *,
    processes: int = 1,
    patience: float = 30.0,
) -> Checked | None:
    """Decides on every picture that waits for it, and reads again what `engine`, the version of the readers
    that `make_reader` makes, has not read yet.

    May be called twice, by several at once, and killed at any moment: one works, the others leave with None;
    what was read is not read again. `lock` is a file that stands for it on this machine.
    """
    with locked(lock, wait=False) as ours:
        if not ours:
            return None
        with database.reading() as session:
            assets = waiting(session, engine)
        failed = look_at(database, blobs, engine, make_reader, processes=processes, patience=patience)
        passed = refused = 0
        for start in range(0, len(assets), _AT_ONCE):
            through, out = _decided(database, blobs, engine, assets[start : start + _AT_ONCE])
            passed, refused = passed + through, refused + out
        return Checked(passed, refused, len(assets) - passed - refused, failed)


def look_at(
    database: Database,
    blobs: Blobs,
    engine: str,
    make_reader: Callable[[], "PictureReader"],
    *,
    processes: int = 1,
    patience: float = 30.0,
) -> str | None:
    """Reads what `engine` has not read yet, and decides on nothing: it may be one that is to be switched to.
    Returns why some couldn't be read, where the reason lies here.
    """
    with database.reading() as session:
        pictures = unread(session, engine)
    if not pictures:
        return None
    failed, store = None, reference_store()
    pool = Pool(
        lambda: _Look(Looking(make_reader, store), blobs), min(processes, len(pictures)), patience=patience
    )
    try:
        for picture, looked in pool.results(iter(pictures)):
            failed = failed or looked.failed
            if looked.preview is not None:
                keep_preview(database, looked.preview)
            if looked.failed is None:
                keep(database, _row(picture, looked, engine))
    finally:
        pool.close()
    return failed


def _decided(database: Database, blobs: Blobs, engine: str, assets: Sequence[int]) -> tuple[int, int]:
    try:
        with database.writing(WHO) as session:
            return decide(session, blobs, engine, assets)
    except ChangedMeanwhile:
        return 0, 0  # an owner was at it; what is left waits for the next time


def _row(picture: Picture, looked: _Looked, engine: str) -> Look:
    return Look(
        sha256=picture.sha256,
        kind=picture.kind.value,
        engine=engine,
        blob=looked.blob,
        count=looked.count,
        sketches=looked.sketches,
        why=looked.why,
    )


class _Look:
    """What one process does: a picture in, a blob with its looks out."""

    def __init__(self, looking: Looking, blobs: Blobs) -> None:
        self._looking, self._blobs = looking, blobs

    def __call__(self, picture: Picture, avoid: Mapping[Place, str], beacon: Beacon) -> _Looked:
        from detector.image.taken import sketch

        if (0, 0) in avoid:
            return _Looked(why=unreadable(avoid[0, 0]))
        beacon(0)
        self._looking.prepare()
        try:
            data = self._blobs.get(picture.sha256)
            beacon(0, 0)
            # Drawn first: its owner sees what is refused, too.
            preview = drawn_preview(self._blobs, picture.sha256, data)
        except PictureRefused as refusal:
            return _Looked(why=str(refusal))
        except StorageError as error:
            return _Looked(failed=str(error))
        try:
            looks = list(self._looking.looks(data, picture.kind))
            blob = self._blobs.put(packed_looks(looks))
        except PictureRefused as refusal:
            return _Looked(why=str(refusal), preview=preview)
        except StorageError as error:
            return _Looked(failed=str(error))
        sketches = packed_sketches([sketch(look, picture.kind) for look in looks])
        return _Looked(blob, len(looks), sketches, preview=preview)
