"""The lines of a snapshot: a brand each, and a reference each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from brand_registry.record import Record
from brand_registry.stored import Stored, public_id
from detector.sighting import AssetKind

BRANDS, REFERENCES = "brands.jsonl", "references.jsonl"
SHADOW = "shadow"
"""A folder within the snapshot's: those of brands in shadow, apart from live ones."""

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A look that is compared with: the `nth` of the looks in a blob, of the asset's picture.

    `product` is the product's number in its brand.
    """

    asset: int
    brand: int
    path: str
    kind: AssetKind
    product: int | None
    picture: str
    blob: str
    nth: int

    @property
    def is_mark(self) -> bool:
        return self.kind is AssetKind.LOGO


def brand_line(one: Stored, revision: int) -> bytes:
    """`revision` is the brand's own."""
    line = {
        "number": one.number,
        "revision": revision,
        "owner": one.owner,
        "state": one.state,
        "pictures": dict(one.pictures),
        "record": orjson.Fragment(one.record.model_dump_json(exclude_defaults=True)),
    }
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def brand_of(line: Line) -> Stored:
    return Stored(
        line["number"],
        line["owner"],
        line["state"],
        Record.model_validate(line["record"]),
        line["pictures"],
    )


def changed_brands(folder: Path, before: Path) -> list[str]:
    """The brands of a snapshot, as results name them, whose lines are none of the snapshot `before`."""
    with (before / BRANDS).open("rb") as lines:
        there = frozenset(lines)
    with (folder / BRANDS).open("rb") as lines:
        fresh = [orjson.loads(line) for line in lines if line not in there]
    return [public_id(line["owner"], line["record"]["id"]) for line in fresh]


def judged_as(one: Stored) -> Record:
    """The brand as results name it."""
    name = public_id(one.owner, one.record.id)
    return one.record if name == one.record.id else one.record.model_copy(update={"id": name})


def write_references(rows: Iterable[ReferenceRow], file: Path) -> None:
    with file.open("wb") as out:
        for row in rows:
            fields = (
                row.asset, row.brand, row.path, row.kind.value, row.product, row.picture, row.blob, row.nth,
            )  # fmt: skip
            out.write(orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE))


def read_references(file: Path) -> Iterator[ReferenceRow]:
    with file.open("rb") as lines:
        for line in lines:
            asset, brand, path, kind, *rest = orjson.loads(line)
            yield ReferenceRow(asset, brand, path, AssetKind(kind), *rest)
