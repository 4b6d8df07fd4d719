"""A snapshot from its files, checked first; while it is in use nobody prunes it."""

import fcntl
import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from brand_registry.judging import today
from brand_registry.record import Record
from brand_registry.snapshots.lazy import Looks, references_of
from brand_registry.snapshots.manifest import BadSnapshot, Manifest, check_files, read_manifest
from brand_registry.snapshots.rows import BRANDS, REFERENCES, SHADOW, brand_of, judged_as, read_references
from brand_registry.stored import Stored, in_force
from storage.blobs import Blobs

if TYPE_CHECKING:
    from detector.image.references import ReferenceIndex


class Hold:
    """Keeps a folder from being pruned as long as it lives, in this process and those forked from it."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self._handle)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is judged with. `brands` are as the registry holds them, by the ids that results give them, with
    the marks that are in force on a `day`; `until` is a day to which the same are. `judged` are their records
    as they are judged with. `shadowed` are the references of brands in shadow, `references` those of live
    ones.
    """

    folder: Path
    manifest: Manifest
    brands: dict[str, Stored]
    judged: dict[str, Record]
    references: "ReferenceIndex | None"
    shadowed: "ReferenceIndex | None"
    day: date
    until: date
    held: Hold

    @property
    def name(self) -> str:
        return self.manifest.name

    def records(self) -> list[Record]:
        """The brands as they are judged with."""
        return list(self.judged.values())


def load(folder: Path, blobs: Blobs, day: date | None = None, before: Snapshot | None = None) -> Snapshot:
    """The snapshot in a folder, as of a day (today). Raises `BadSnapshot`.

    Brands whose lines are those of the snapshot `before` are its very objects.
    """
    day = day or today()
    try:
        held = Hold(folder)
        manifest = read_manifest(folder)
        check_files(folder, manifest)
    except OSError as error:
        raise BadSnapshot(f"{folder}: cannot be read ({error.strerror}); build another snapshot") from None
    with without_collecting():
        brands, judged, until = _brands(folder / BRANDS, day, before)
        numbered, looks = {one.number: one for one in brands.values()}, Looks(blobs)
        references, shadowed = (_references(part, numbered, looks) for part in (folder, folder / SHADOW))
    return Snapshot(folder, manifest, brands, judged, references, shadowed, day, until, held)


def _brands(
    file: Path, day: date, before: Snapshot | None
) -> tuple[dict[str, Stored], dict[str, Record], date]:
    """The brands and their records by their ids, and a day to which they stay these."""
    same = {} if before is None or not before.day <= day <= before.until else _by_line(before)
    brands, judged, until = {}, {}, before.until if before and same else date.max
    with file.open("rb") as lines:
        for line in lines:
            if (known := same.get(line)) is None:
                one = brand_of(orjson.loads(line))
                until = min(until, _last_day(one, day))
                forced = in_force(one, day)
                known = forced, judged_as(forced)
            _, record = known
            brands[record.id], judged[record.id] = known
    return brands, judged, until


def _by_line(snapshot: Snapshot) -> dict[bytes, tuple[Stored, Record]]:
    """The brands of a snapshot by their lines, which are read again: to keep them would take twice the
    memory.
    """
    try:
        lines = (snapshot.folder / BRANDS).read_bytes().splitlines(keepends=True)
    except OSError:
        return {}
    if len(lines) != len(snapshot.brands):  # damaged since
        return {}
    return dict(zip(lines, zip(snapshot.brands.values(), snapshot.judged.values(), strict=True), strict=True))


def _references(folder: Path, brands: Mapping[int, Stored], looks: Looks) -> "ReferenceIndex | None":
    file = folder / REFERENCES
    if not file.exists():
        return None
    from detector.image import index_files
    from detector.image.references import ReferenceIndex

    return ReferenceIndex(references_of(read_references(file), brands, looks), index_files.read(folder))


def _last_day(one: Stored, day: date) -> date:
    """The last day from this one on which the same marks of a brand are in force."""
    ends = [mark.until for mark in one.record.marks if mark.until and mark.until >= day]
    begins = [mark.since for mark in one.record.marks if mark.since and mark.since > day]
    return min([*ends, *(date.fromordinal(first.toordinal() - 1) for first in begins)], default=date.max)


@contextmanager
def without_collecting() -> Iterator[None]:
    # A million objects are made that all stay: looking for garbage among them doubles the time.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
