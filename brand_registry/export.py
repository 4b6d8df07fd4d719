"""Brands as they go out, so that an import gives the same back: folders, JSON Lines or a table.

Pictures lie beside: in the brand's own folder, or for a file in a folder that the brand's line names.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brand_registry import brand_table
from brand_registry.editing import as_json
from brand_registry.record import Record, picture_paths
from brand_registry.states import AssetState
from brand_registry.stored import stored
from brand_registry.tables import Asset
from detector.errors import UnreadableInput
from storage.blobs import Blobs

_AT_A_TIME = 500
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""Ids that are a folder's name on every system."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """A brand's JSON with its state, and the sha256 of each of its pictures."""

    fields: Fields
    pictures: Mapping[str, str]


def exported(session: Session, brands: Select[Any]) -> Iterator[Exported]:
    """The brands of a selection, without pictures that were taken out of use."""
    waiting = stored(session, brands)
    while some := list(islice(waiting, _AT_A_TIME)):
        pictures = _pictures(session, [one.number for one in some])
        for one in some:
            own = pictures.get(one.number, {})
            record = _with_pictures(one.record, own)
            yield Exported(as_json(record) | {"state": one.state}, own)


def export(session: Session, blobs: Blobs, brands: Select[Any], path: Path) -> Iterator[int]:
    """Writes the brands to `path`, counting them; it is there when all of it is written.

    Raises `UnreadableInput` where something is there already or the name tells no format, and `StorageError`
    where a picture can't be had.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None and path.suffix and not path.is_dir():
        raise UnreadableInput(
            f"{path}: tells no format; name a folder, or a file that ends in {', '.join(_WRITERS)}"
        )
    beside = path.with_name(f"{path.name}.pictures")
    for place in (path, beside) if write else (path,):
        if place.exists() and not (place.is_dir() and place is path and not any(place.iterdir())):
            raise UnreadableInput(f"{place}: is there already; name another, or move it away")
    if not path.parent.is_dir():
        raise UnreadableInput(f"{path}: cannot be written; name a place in a folder that exists")
    if write is None:
        yield from _folders(session, blobs, brands, path)
    else:
        yield from _file(session, blobs, brands, _Places(path, beside, write))


def _folders(session: Session, blobs: Blobs, brands: Select[Any], path: Path) -> Iterator[int]:
    aside = _aside(path)
    aside.mkdir()
    for number, one in enumerate(exported(session, brands), 1):
        folder = aside / folder_name(one.fields["id"])
        folder.mkdir()
        (folder / "brand.json").write_bytes(orjson.dumps(one.fields, option=orjson.OPT_INDENT_2) + b"\n")
        _write_pictures(blobs, one.pictures, folder)
        yield number
    if path.exists():
        path.rmdir()
    aside.rename(path)


Write = tuple[bytes, Callable[[Fields], bytes]]
"""The first line, and a brand's."""
_JSON_LINES: Write = (b"", lambda fields: orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE))
_TABLE: Write = (brand_table.header(), brand_table.row_of)
_WRITERS = {".jsonl": _JSON_LINES, ".csv": _TABLE}


@dataclass(frozen=True, slots=True)
class _Places:
    file: Path
    pictures: Path
    write: Write


def _file(session: Session, blobs: Blobs, brands: Select[Any], places: _Places) -> Iterator[int]:
    aside, pictures = _aside(places.file), _aside(places.pictures)
    first, line = places.write
    with aside.open("wb") as out:
        out.write(first)
        for number, one in enumerate(exported(session, brands), 1):
            fields = one.fields
            if one.pictures:
                name = folder_name(fields["id"])
                _write_pictures(blobs, one.pictures, pictures / name)
                fields |= {"folder": f"{places.pictures.name}/{name}"}
            out.write(line(fields))
            yield number
    if pictures.exists():
        pictures.rename(places.pictures)
    aside.rename(places.file)


def folder_name(brand_id: str) -> str:
    """The id where every system takes it for a name, else one that is made of it."""
    if _PLAIN_NAME.fullmatch(brand_id):
        return brand_id
    words = re.sub(r"[^a-z0-9]+", "-", brand_id.lower()).strip("-")[:60]
    return f"{words}-{hashlib.sha256(brand_id.encode()).hexdigest()[:12]}".lstrip("-")


def _aside(path: Path) -> Path:
    """Where it is written until it is whole; what an interrupted export left there is removed."""
    aside = path.with_name(f"{path.name}.partial")
    with suppress(FileNotFoundError):
        if aside.is_dir():
            shutil.rmtree(aside)
        else:
            aside.unlink()
    return aside


def _write_pictures(blobs: Blobs, pictures: Mapping[str, str], folder: Path) -> None:
    for path, sha256 in pictures.items():
        place = folder / path.replace("\\", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(blobs.get(sha256))


def _pictures(session: Session, numbers: list[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(
        select(Asset.brand_id, Asset.path, Asset.sha256)
        .where(Asset.brand_id.in_(numbers), Asset.state != AssetState.RETIRED)
        .order_by(Asset.brand_id, Asset.position)
    )
    for brand, path, sha256 in rows:
        found.setdefault(brand, {})[path] = sha256
    return found


def _with_pictures(record: Record, pictures: Mapping[str, str]) -> Record:
    """The record without those that are retired."""
    if all(path in pictures for _, _, path in picture_paths(record)):
        return record

    def left(paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(path for path in paths if path in pictures)

    products = tuple(one.model_copy(update={"images": left(one.images)}) for one in record.products)
    return record.model_copy(
        update={"logos": left(record.logos), "images": left(record.images), "products": products}
    )
