"""What is made of the registry, by the settings: pictures through their gates, snapshots, a judge.

Each is one call that may be made twice, by several at once, and may be killed at any moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import func, select

from brand_registry.gates import count_unread, lost, waiting
from brand_registry.judging import RegistryJudge
from brand_registry.looks import Look
from brand_registry.snapshots.current import CurrentSnapshot
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.loading import Snapshot, load
from brand_registry.snapshots.manifest import BadSnapshot, Manifest, NoSnapshot, read_manifest
from brand_registry.snapshots.publishing import (
    Published,
    is_behind,
    publish_snapshot,
    snapshot_aside,
)
from brand_registry.states import JUDGED
from brand_registry.tables import Brand
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.blobs import blobs
from storage.database import Database, database_exists, database_url
from storage.errors import StorageError
from storage.locks import locked
from storage.settings import Settings, settings
from workers.pool import processors
from workers.reading import configured_reader, look_engine
from workers.registry.gates import Checked, check_assets, look_at
from workers.typed import typed

FEW_BRANDS, FEW_PICTURES = 10_000, 500
"""Up to so many brands, and pictures that wait, a snapshot is built while somebody waits for it."""

_EMPTY = "the registry holds no brand that is judged with"


def check_waiting(database: Database) -> Checked | None:
    """Takes the pictures that wait through the gates; None where somebody else is at it."""
    return check_assets(
        database,
        blobs(),
        look_engine(),
        partial(configured_reader, looks=True),
        settings().home / "gates.lock",
        processes=processors(),
    )


def look_ahead(database: Database, chosen: Settings) -> int:
    """Has the brands' pictures read by other settings than those in use, which they will be judged with once
    these are set; waits where somebody else is at it. Returns how many the gates will refuse then. Raises
    `StorageError` where some can't be read.
    """
    with locked(settings().home / "looks.lock", wait=True):
        why = look_at(
            database,
            blobs(),
            look_engine(chosen),
            partial(configured_reader, looks=True, chosen=chosen),
            processes=processors(),
        )
    if why is not None:
        raise StorageError(f"the brands' pictures couldn't all be read anew: {why}")
    with database.reading() as session:
        return lost(session, look_engine(chosen))


@contextmanager
def judge_aside(database: Database, chosen: Settings) -> Iterator[RegistryJudge]:
    """A judge of the registry as other settings read its pictures, while this lasts; see `look_ahead`."""
    from workers.judges import judge_of

    with snapshot_aside(database, blobs(), snapshots(), look_engine(chosen)) as snapshot:
        yield judge_of(snapshot, chosen=chosen)


def publish(database: Database, *, anew: bool = False, wait: bool = False) -> Published | None:
    """Publishes a snapshot where the current one is behind; None where somebody else is at it.

    After a change of what looks at pictures it would hold none of the brands': these are looked at first, and
    the one before stays until then.
    """
    if looked_at_anew(database) is not None:
        checked = check_waiting(database)
        if checked is None or not _any_look(database):
            return None
    return publish_snapshot(database, blobs(), snapshots(), look_engine(), anew=anew, wait=wait)


def publish_for_readers(database: Database) -> None:
    """Publishes a snapshot where the current one is of what other settings read, and those in use have read
    all that it holds: what is read now may have vectors of another model.
    """
    manifest = _current_manifest()
    turned = manifest is not None and manifest.engine not in {"", look_engine()}
    if turned and looked_at_anew(database) is None:
        publish(database, wait=True)


def looked_at_anew(database: Database) -> str | None:
    """In a sentence, that the brands' pictures have to be looked at anew, as what does so was changed since
    the current snapshot, and how many are left; None otherwise.
    """
    manifest = _current_manifest()
    if manifest is None or not manifest.references or manifest.engine == look_engine():
        return None
    with database.reading() as session:
        left = count_unread(session, look_engine())
    if not left:
        return None
    of_brands = counted(left, "picture of the brands is", "pictures of the brands are")
    return (
        f"What looks at pictures was changed: {of_brands} to be looked at anew before the next snapshot; "
        "until then no change of the registry is judged with, and if their vectors changed, listings with "
        "pictures wait."
    )


def _any_look(database: Database) -> bool:
    """Whether anything could be looked at: not if the disk is full, say."""
    with database.reading() as session:
        return session.scalar(select(Look.id).where(Look.engine == look_engine()).limit(1)) is not None


def current_revision() -> int:
    """The registry's in the current snapshot, -1 where there is none."""
    manifest = _current_manifest()
    return -1 if manifest is None else manifest.revision


def current_snapshot() -> CurrentSnapshot:
    """For processes that judge on and on: `current_snapshot().judge()` is the newest judge each time."""
    from workers.judges import judge_of

    return CurrentSnapshot(snapshots(), blobs(), judge_of)


def snapshot_to_judge_with(say: Callable[[str], None]) -> Snapshot:
    """The current snapshot; where it is behind a small registry, or there is none, one that is built now.

    Raises `UnreadableInput` where there is nothing to judge with.
    """
    if not database_exists(database_url()):
        raise UnreadableInput(_nothing())
    database = Database(database_url())
    try:
        with database.reading() as session:
            brands = session.scalar(select(func.count()).where(Brand.state.in_(JUDGED))) or 0
        if not brands:
            raise UnreadableInput(_nothing())
        manifest = _current_manifest()
        if manifest is None or _is_behind(database, manifest):
            _catch_up(database, manifest, brands, say)
    finally:
        database.close()
    return load(snapshots().current(), blobs())


def _catch_up(database: Database, manifest: Manifest | None, brands: int, say: Callable[[str], None]) -> None:
    with database.reading() as session:
        pictures = len(waiting(session, look_engine()))
    if manifest is not None and (brands > FEW_BRANDS or pictures > FEW_PICTURES):
        say(
            f"the registry changed since the snapshot {manifest.name}, which is judged with; bring it up to "
            f"date with `{typed()} snapshot build`"
        )
        return
    looked = counted(pictures, "picture")
    say(f"building a snapshot of the registry: {counted(brands, 'brand')}, {looked} to be looked at")
    if pictures:
        told = check_waiting(database)
        if told is not None and told.refused:
            refused = counted(told.refused, "picture is", "pictures are")
            say(f"{refused} not compared with: `{typed()} brands show ID` says why")
    publish(database, wait=True)


def _current_manifest() -> Manifest | None:
    try:
        return read_manifest(snapshots().current())
    except (NoSnapshot, BadSnapshot):
        return None


def _is_behind(database: Database, manifest: Manifest) -> bool:
    with database.reading() as session:
        if waiting(session, look_engine()):
            return True
    return is_behind(database, manifest, look_engine())


def _nothing() -> str:
    return (
        f"which brands? {_EMPTY[0].upper()}{_EMPTY[1:]} yet: bring some in with `{typed()} brands import "
        "PATH`, or name them with --brands PATH, a folder of brand folders or JSON Lines such as "
        '{"id": "acme", "name": "Acme"}'
    )
