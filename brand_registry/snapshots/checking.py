"""Whether a snapshot finds what it was made to find: each name its brand, each reference itself."""

import random
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from brand_registry.record import Record
from brand_registry.snapshots.loading import Snapshot, without_collecting
from brand_registry.snapshots.manifest import BadSnapshot
from detector.sighting import Reference
from detector.text.index import MarkIndex

if TYPE_CHECKING:
    from detector.image.references import ReferenceIndex

BRANDS, REFERENCES, NAMES = 200, 100, 50
"""How many are asked for, half of them those that came last; and names of one brand."""


def check_answers(snapshot: Snapshot, changed: Sequence[str] | None = None) -> None:
    """Raises `BadSnapshot` where a name doesn't find its brand, or a reference itself.

    Where the ids of the brands are given that `changed` since a snapshot that was checked, names are asked of
    an index of these and of some others: that of all takes ten seconds where there are 100,000.
    """
    records = snapshot.judged
    asked = _some(list(records.values()), BRANDS)
    if changed is None:
        indexed = records
    else:
        fresh = {name: records[name] for name in changed}
        asked += _some(list(fresh.values()), BRANDS)
        indexed = fresh | {record.id: record for record in asked}
    with without_collecting():
        index = MarkIndex.build(indexed.values())
    for record in asked:
        for name in islice(record.names(), NAMES):
            if not _finds(name, record, index, records):
                raise BadSnapshot(
                    f"{snapshot.folder}: the name {name!r} does not find the brand {record.id!r}; it is not "
                    "used, and the snapshot before it stays"
                )
    for references in filter(None, (snapshot.references, snapshot.shadowed)):
        _check_references(snapshot, references)


def _check_references(snapshot: Snapshot, references: "ReferenceIndex") -> None:
    for reference in _some(references.references, REFERENCES):
        near = references.likest(reference.appearance, reference.kind)
        if reference not in near and not any(_same(reference, other) for other in near):
            raise BadSnapshot(
                f"{snapshot.folder}: the picture {reference.asset!r} of {reference.brand!r} does not find "
                "itself; it is not used, and the snapshot before it stays"
            )


def _finds(name: str, record: Record, index: MarkIndex, records: dict[str, Record]) -> bool:
    """Whether a name finds its brand; where a surer one lies in it, whether it doesn't among these few
    either."""
    found = {mention.brand for mention in index.find(name)}
    if record.id in found:
        return True
    few = MarkIndex.build([record, *(records[brand] for brand in found)])
    return record.id not in {mention.brand for mention in few.find(name)}


def _same(reference: Reference, other: Reference) -> bool:
    """Brands of one house may share a picture."""
    one, two = reference.appearance, other.appearance
    return one.thumbnail.shape == two.thumbnail.shape and bool((one.thumbnail == two.thumbnail).all())


def _some(items: Sequence[Any], most: int) -> list[Any]:
    if len(items) <= most:
        return list(items)
    before, last = items[: -most // 2], items[-most // 2 :]
    return [*random.Random(len(items)).sample(before, most // 2), *last]
