"""The evidence pack as a document that somebody reads who knows nothing of this program."""

from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import orjson
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer

from review.packs.gathering import Gathered, Picture

_FONT = "Roboto"
_BODY = ParagraphStyle("body", fontName=_FONT, fontSize=9, leading=13, alignment=TA_LEFT, wordWrap="CJK")
_HEAD = ParagraphStyle("head", parent=_BODY, fontSize=14, leading=20, spaceBefore=8)
_LONGEST = 4_000
_WIDE, _HIGH = 165 * mm, 105 * mm


def report(gathered: Gathered, pictures: Sequence[Picture]) -> bytes:
    """A PDF; the same bytes for the same case."""
    font = _font()
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=f"Evidence, case {gathered.case}", invariant=1,
    )  # fmt: skip
    document.build(list(_story(gathered, pictures, font)))
    return out.getvalue()


def _story(gathered: Gathered, pictures: Sequence[Picture], font: TTFont) -> Iterator[Any]:
    said, listing = gathered.said, orjson.loads(gathered.listing)

    def line(text: object, style: ParagraphStyle = _BODY) -> Paragraph:
        return Paragraph(escape(_written(str(text)[:_LONGEST], font)), style)

    yield line(f"Evidence, case {gathered.case}: {said['brand']}", _HEAD)
    yield line(
        "This document tells what a program found in an offer on a marketplace, and what people decided of "
        "it. The files beside it hold the same word for word; manifest.json has the SHA-256 of each. "
        "Characters that this document has no shape for stand as [U+number]."
    )
    yield line("The offer", _HEAD)
    for name in ("id", "marketplace", "url", "title", "description", "brand", "category", "price", "seller"):
        if listing.get(name):
            yield line(f"{name}: {listing[name]}")
    yield line(f"From {said['listing']['source']}; it says this since {said['listing']['since']} (UTC).")
    yield line("What was found", _HEAD)
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
    for one in said["not_looked_at"]:
        yield line(f"Not looked at: {one.get('where')}: {one.get('why')}")
    yield line("Pictures", _HEAD)
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
    yield line("What people decided", _HEAD)
    for one in said["decisions"]:
        more = ", ".join(filter(None, (one["policy"], one["reason"], one["code"])))
        yield line(f"{one['number']}. {one['at']}: {one['outcome']} {more} by {one['by']}. {one['note']}")
    yield line("Who had the case when", _HEAD)
    yield line("Each row of the log holds the hash of the row before it, so that none can be changed unseen.")
    for row in gathered.custody:
        yield line(f"{row.number}. {row.at.isoformat()} {row.who} {row.did}; hash {row.hash}")


def _font() -> TTFont:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        with as_file(files("font_roboto") / "files" / "Roboto-Regular.ttf") as file:
            pdfmetrics.registerFont(TTFont(_FONT, file))
    font: TTFont = pdfmetrics.getFont(_FONT)
    return font


def _written(text: str, font: TTFont) -> str:
    known = font.face.charToGlyph
    return "".join(
        char if ord(char) in known else " " if char.isspace() else f"[U+{ord(char):04X}]" for char in text
    )
