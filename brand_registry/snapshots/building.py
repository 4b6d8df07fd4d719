"""Writes a snapshot into a folder: from the registry, and from an earlier snapshot what did not change."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from sqlalchemy.orm import Session

from brand_registry.snapshots import state
from brand_registry.snapshots.lazy import KeptReference, Looks
from brand_registry.snapshots.manifest import FORMAT, MANIFEST, Manifest, describe, read_manifest
from brand_registry.snapshots.rows import (
    BRANDS,
    REFERENCES,
    SHADOW,
    ReferenceRow,
    brand_line,
    read_references,
    write_references,
)
from brand_registry.states import BrandState
from brand_registry.stored import stored
from storage.blobs import Blobs
from storage.database import Database

if TYPE_CHECKING:
    from detector.image.references import IndexParts

GROWN_FROM = 1_000
"""References from which an index is grown by what is new; below, making it anew costs a second."""


def build(
    database: Database, blobs: Blobs, engine: str, folder: Path, before: Path | None = None
) -> Manifest:
    """Writes into `folder`, which is empty, what the registry holds now; all of it is on the disk in the end.

    What did not change is taken over from the snapshot `before`, whose files must be sound. Raises `LookLost`
    where the look of a reference can't be had.
    """
    with database.reading() as session:
        revision = state.revision_of(session)
        heads = state.heads(session)
        _write_brands(session, heads, folder / BRANDS, before)
        pictures = state.pictures(session)
        rows = list(state.references(session, engine)) if pictures else []
        unread = state.unread(session, engine) if pictures else 0
    live: list[ReferenceRow] = []
    shadow: list[ReferenceRow] = []
    for row in rows:
        (live if heads[row.brand].state == BrandState.LIVE else shadow).append(row)
    looks = Looks(blobs)
    alike = before if before is not None and read_manifest(before).engine == engine else None
    outgrown = [
        _write_references(wanted, looks, folder / part, None if alike is None else alike / part)
        for wanted, part in ((live, ""), (shadow, SHADOW))
        if wanted
    ]
    manifest = Manifest(
        format=FORMAT,
        revision=revision,
        made_at=datetime.now(UTC),
        detector=version("listing-infringement-detector"),
        engine=engine if pictures else "",
        brands=len(heads),
        references=len(rows),
        unread=unread,
        outgrown=any(outgrown),
        files=describe(folder),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")
    for path in (*folder.rglob("*"), folder):
        sync(path)
    return manifest


def sync(path: Path) -> None:
    """Has a file or a folder written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_brands(session: Session, heads: Mapping[int, state.Head], file: Path, before: Path | None) -> None:
    """Lines of the earlier snapshot are kept as they are where nothing changed."""
    kept, since = _unchanged(before, heads)
    changed = stored(session, state.brands_since(since))
    with file.open("wb") as out:
        for number, head in heads.items():
            out.write(kept.get(number) or brand_line(next(changed), head.revision))


def _unchanged(before: Path | None, heads: Mapping[int, state.Head]) -> tuple[dict[int, bytes], int]:
    """Lines by the brands' numbers, and the revision after which all other brands changed."""
    if before is None:
        return {}, -1
    since = read_manifest(before).revision
    kept = {}
    with (before / BRANDS).open("rb") as lines:
        for line in lines:
            told = orjson.loads(line)
            head = state.Head(told["revision"], told["owner"], told["state"])
            if head.revision <= since and heads.get(told["number"]) == head:
                kept[told["number"]] = line
    others = (head for number, head in heads.items() if number not in kept)
    return (kept, since) if all(head.revision > since for head in others) else ({}, -1)


def _write_references(
    wanted: Sequence[ReferenceRow], looks: Looks, folder: Path, before: Path | None
) -> bool:
    """Writes references and their index; whether that should be made anew. `before` is of the same engine."""
    from detector.image import index_files
    from detector.image.growing import outgrown

    folder.mkdir(exist_ok=True)
    there = [] if before is None else _there(before / REFERENCES)
    grows = len(there) >= GROWN_FROM
    if before is not None and grows:
        rows, parts = _grown(wanted, looks, there, before)
    else:
        rows = _marks_first(wanted)
        parts = _anew(rows, looks)
    index_files.write(parts, folder)
    write_references(rows, folder / REFERENCES)
    return grows and outgrown(parts)


def _there(file: Path) -> list[ReferenceRow]:
    return list(read_references(file)) if file.exists() else []


def _anew(rows: Sequence[ReferenceRow], looks: Looks) -> "IndexParts":
    from detector.image.references import IndexParts

    return IndexParts.of([KeptReference(row, looks) for row in rows])


def _grown(
    wanted: Sequence[ReferenceRow], looks: Looks, there: Sequence[ReferenceRow], before: Path
) -> "tuple[list[ReferenceRow], IndexParts]":
    import numpy as np

    from detector.image import index_files
    from detector.image.growing import grown
    from detector.image.references import parted

    fresh = {_same(row): row for row in wanted}
    stays = [_same(row) in fresh for row in there]
    staying = [fresh.pop(_same(row)) for row in compress(there, stays)]
    added = _marks_first(fresh.values())
    mask, is_mark = np.array(stays, bool), np.array([row.is_mark for row in there], bool)
    marks, pictures = parted([KeptReference(row, looks) for row in added])
    parts = grown(index_files.read(before, to_grow=True), mask[is_mark], mask[~is_mark], marks, pictures)
    return _marks_first([*staying, *added]), parts


def _marks_first(rows: Iterable[ReferenceRow]) -> list[ReferenceRow]:
    return sorted(rows, key=lambda row: not row.is_mark)


def _same(row: ReferenceRow) -> tuple[object, ...]:
    """What two rows have in common that are compared by the same look."""
    return row.asset, row.brand, row.kind, row.picture, row.blob, row.nth
