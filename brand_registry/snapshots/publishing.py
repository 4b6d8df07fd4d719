"""From the registry to a published snapshot: built aside, verified, switched to, the oldest pruned."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from brand_registry.looks import Look
from brand_registry.snapshots import state
from brand_registry.snapshots.building import build
from brand_registry.snapshots.checking import check_answers
from brand_registry.snapshots.folder import Snapshots
from brand_registry.snapshots.lazy import LookLost
from brand_registry.snapshots.loading import Snapshot, load
from brand_registry.snapshots.manifest import (
    BadSnapshot,
    Manifest,
    NoSnapshot,
    check_files,
    read_manifest,
)
from brand_registry.snapshots.rows import changed_brands
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError

KEEP = 3
"""Snapshots that stay, the current one among them."""


@dataclass(frozen=True, slots=True)
class Published:
    """The snapshot that is current now; `new` says whether it was not before."""

    folder: Path
    manifest: Manifest
    new: bool


def publish_snapshot(
    database: Database,
    blobs: Blobs,
    snapshots: Snapshots,
    engine: str,
    *,
    anew: bool = False,
    wait: bool = False,
) -> Published | None:
    """Publishes a snapshot of what the registry holds, if the current one is damaged or behind it.

    May be called twice, by several at once, and killed at any moment: one builds, the others leave with
    None, or `wait` for their turn. `engine` is the version of what reads pictures. With `anew` nothing is
    taken over from earlier ones, which takes minutes where there are many pictures; others may publish
    meanwhile.

    Raises `BadSnapshot` where what was built doesn't find what it should, and `StorageError`.
    """
    if anew:
        with snapshots.aside() as base:
            _build(database, blobs, engine, base, None)
            with snapshots.building(wait=True):
                return _publish(database, blobs, snapshots, engine, base)
    with snapshots.building(wait=wait) as ours:
        if not ours:
            return None
        before = _sound(snapshots)
        if before is not None and before == _current(snapshots):
            manifest = read_manifest(before)
            if not is_behind(database, manifest, engine):
                return Published(before, manifest, new=False)
        return _publish(database, blobs, snapshots, engine, before)


@contextmanager
def snapshot_aside(database: Database, blobs: Blobs, snapshots: Snapshots, engine: str) -> Iterator[Snapshot]:
    """A snapshot of what the registry holds, as `engine` has read its pictures, while this lasts: nobody else
    comes to judge with it. Raises `BadSnapshot` and `StorageError` as `publish_snapshot` does.
    """
    with snapshots.aside() as aside:
        _build(database, blobs, engine, aside, None)
        built = load(aside, blobs)
        check_answers(built)
        yield built


def is_behind(database: Database, manifest: Manifest, engine: str) -> bool:
    """Whether the registry, or what reads its pictures, is another by now than a snapshot was made of."""
    with database.reading() as session:
        if state.revision_of(session) != manifest.revision:
            return True
        if not state.pictures(session):
            return manifest.references > 0
        return engine != manifest.engine or state.unread(session, engine) != manifest.unread


def _publish(
    database: Database, blobs: Blobs, snapshots: Snapshots, engine: str, before: Path | None
) -> Published:
    with snapshots.aside() as aside:
        manifest = _build(database, blobs, engine, aside, before)
        built = load(aside, blobs)
        check_answers(built, None if before is None else changed_brands(aside, before))
        place = snapshots.publish(aside, manifest.name)
    snapshots.prune(KEEP)
    return Published(place, manifest, new=True)


def _build(database: Database, blobs: Blobs, engine: str, folder: Path, before: Path | None) -> Manifest:
    while True:
        try:
            return build(database, blobs, engine, folder, before)
        except LookLost as lost:
            # Left out until the gates have read the picture again; one more is lost at most each time.
            engine_ = database.engine.execution_options(detector_writes=True)
            with engine_.begin() as connection:
                connection.execute(delete(Look).where(Look.blob == lost.blob))
            _empty(folder)
        except OSError as error:
            raise StorageError(
                f"{error.filename or folder}: cannot be written ({error.strerror}); the snapshot before "
                "stays in use"
            ) from None


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _current(snapshots: Snapshots) -> Path | None:
    with suppress(NoSnapshot):
        return snapshots.current()
    return None


def _sound(snapshots: Snapshots) -> Path | None:
    """The current snapshot, or the newest other one, whose files are what was written."""
    current = _current(snapshots)
    for folder, manifest in sorted(snapshots.all(), key=lambda one: one[0] != current):
        if isinstance(manifest, Manifest):
            with suppress(BadSnapshot):
                check_files(folder, manifest)
                return folder
    return None
