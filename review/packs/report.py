"""The evidence pack as a document that somebody reads who knows nothing of this program."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import orjson
from reportlab.lib.units import mm
from reportlab.platypus import Image, Spacer

from review.packs.gathering import Gathered, Picture
from review.packs.typesetting import HEAD, document, line

_WIDE, _HIGH = 165 * mm, 105 * mm


def report(gathered: Gathered, pictures: Sequence[Picture]) -> bytes:
    """A PDF; the same bytes for the same case."""
    return document(f"Evidence, case {gathered.case}", list(_story(gathered, pictures)))


def _story(gathered: Gathered, pictures: Sequence[Picture]) -> Iterator[Any]:
    said, listing = gathered.said, orjson.loads(gathered.listing)

    yield line(f"Evidence, case {gathered.case}: {said['brand']}", HEAD)
    yield line(
        "This document tells what a program found in an offer on a marketplace, and what people decided of "
        "it. The files beside it hold the same word for word; manifest.json has the SHA-256 of each. "
        "Characters that this document has no shape for stand as [U+number]."
    )
    yield line("The offer", HEAD)
    for name in ("id", "marketplace", "url", "title", "description", "brand", "category", "price", "seller"):
        if listing.get(name):
            yield line(f"{name}: {listing[name]}")
    yield line(f"From {said['listing']['source']}; it says this since {said['listing']['since']} (UTC).")
    yield line("What was found", HEAD)
    for one in said["evidence"]:
        what = one["what"]
        detail = f" ({what['detail']})" if what.get("detail") else ""
        found = what.get("found") or "a part"
        yield line(
            f"{one['number']}. {what['kind'].replace('_', ' ')}, in {what['where']}: {found}"
            f"{detail}; found {one['found']}, by {one['versions']}"
        )
    for one in said["qualifiers"]:
        yield line(
            f"For the seller: {one['kind'].replace('_', ' ')}, in {one['where']}: {one.get('found', '')}"
        )
    if (opinion := said["opinion"]) is not None:
        yield line(
            f"A model was asked ({opinion['model']}, {opinion['prompt']}): "
            f"{opinion['answer'].replace('_', ' ')}, counts {opinion['weight']:+.1f}: {opinion['why']}"
        )
    for one in said["not_looked_at"]:
        yield line(f"Not looked at: {one.get('where')}: {one.get('why')}")
    yield line("Pictures", HEAD)
    for picture in pictures:
        yield line(
            f"Picture {picture.place + 1}; SHA-256 of the file as it was fetched: {picture.sha256 or 'none'}"
        )
        if picture.overlay is None:
            yield line(f"It cannot be shown: {picture.why}")
            continue
        image = Image(BytesIO(picture.overlay))
        scale = min(_WIDE / image.imageWidth, _HIGH / image.imageHeight, 1.0)
        image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
        image.hAlign = "LEFT"
        yield image
        yield Spacer(1, 3 * mm)
    yield line("What people decided", HEAD)
    for one in said["decisions"]:
        more = ", ".join(filter(None, (one["policy"], one["reason"], one["code"])))
        yield line(f"{one['number']}. {one['at']}: {one['outcome']} {more} by {one['by']}. {one['note']}")
    yield line("Who had the case when", HEAD)
    yield line("Each row of the log holds the hash of the row before it, so that none can be changed unseen.")
    for row in gathered.custody:
        yield line(f"{row.number}. {row.at.isoformat()} {row.who} {row.did}; hash {row.hash}")
