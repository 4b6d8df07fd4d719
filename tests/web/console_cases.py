"""A brand with a mark, and listings whose pictures were fetched, for tests of the console."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Asset, Brand
from review.queue.tables import Queued
from review.tables import Case, ListingVersion
from tests.review.conftest import add_case
from tests.web.conftest import Site
from workers.graph.tables import Picture, Shown

TITLE = "Acmerа Runner 3 sneakers, brand new in box, 1:1 quality"
"""With a Cyrillic а at its sixth place."""
LISTING = {
    "title": TITLE,
    "description": "Best replica, same factory as the original. Size 36 to 45.\nAsk for more pictures.",
    "category": "Footwear > Children's shoes",
    "price": {"amount": 19.9, "currency": "EUR"},
    "seller": {"id": "s1", "name": "Sun & Star Trading", "country": "CN"},
    "condition": "new",
    "attributes": {"sold": "1240"},
}
EVIDENCE = [
    {"kind": "lookalike_characters", "where": "title", "span": [0, 6], "found": "Acmerа", "mark": "Acmera",
     "score": 0.99, "detail": "а is CYRILLIC SMALL LETTER A"},
    {"kind": "logo", "where": "image:0", "box": [[560, 140], [820, 140], [820, 230], [560, 230]],
     "asset": "logos/mark.png", "score": 0.93},
    {"kind": "counterfeit_terms", "where": "description", "span": [5, 12], "found": "replica", "score": 0.9},
]  # fmt: skip
QUALIFIERS = [
    {"kind": "genuine_resale", "where": "title", "span": [26, 42], "found": "brand new in box"},
]
OPINION = {
    "answer": "imitation", "sureness": 0.9, "weight": 1.2, "model": "a-model", "prompt": "middle-1",
    "why": "'1:1 quality' <b>beside</b> a disguised name",
}  # fmt: skip


def add_brand(site: Site) -> int:
    """Acmera, with one mark and a floor; returns the number of its row."""
    with site.database.writing("the test") as session:
        house = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        brand = Brand(owner_id=house.id, key="acmera", name="Acmera", categories=["Footwear"])
        brand.floor_amount, brand.floor_currency = "60", "EUR"
        logo = Asset(sha256=site.blobs.put(mark()), path="logos/mark.png", kind="logo", position=0)
        brand.assets = [logo]
        session.add(brand)
        session.flush()
        return brand.id


def add_shown_case(
    site: Site, result: dict[str, Any] | None = None, pictures: int = 2, **listing: Any
) -> int:
    """A case whose listing's pictures were fetched."""
    said = LISTING | {"images": [f"{number}.png" for number in range(pictures)]} | listing
    found = result or {
        "cases": [
            {"brand": "acmera", "risk": 0.94, "evidence": EVIDENCE, "qualifiers": QUALIFIERS}
            | {"reasons": ["lookalike_characters", "logo", "counterfeit_terms"], "opinion": OPINION}
        ],
        "missing": [{"where": "image:2", "why": "the server did not answer"}],
        "versions": {"detector": "1.2", "registry": "41"},
    }
    number = add_case(site.database, found, **said)
    with site.database.writing("the test") as session:
        version = session.get_one(Case, number).version_id
        for place in range(pictures):
            row = Picture(key=f"{number}-{place}", reference=f"{place}.png", state="done")
            row.sha256, row.due = site.blobs.put(_photo(place)), datetime.now(UTC)
            session.add(row)
            session.flush()
            session.add(Shown(version_id=version, position=place, picture_id=row.id))
    return number


def replace_title(site: Site, number: int, title: str) -> None:
    with site.database.writing("the test") as session:
        version = session.get_one(ListingVersion, session.get_one(Case, number).version_id)
        version.data = version.data.replace(TITLE, title)
        session.get_one(Queued, number).title = title[:300]


def _photo(place: int) -> bytes:
    """Something like a shoe with a stripe and letters."""
    picture = Image.new("RGB", (1000, 750), ("#f3efe8", "#dfe7ea", "#efe3e0")[place % 3])
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 560, 900, 640), fill="#d8d2c8")
    draw.polygon([(150, 560), (170, 380), (330, 330), (480, 420), (820, 500), (880, 560)], fill="#2e5b8f")
    draw.rounded_rectangle((140, 555, 890, 600), 22, fill="#fafafa")
    draw.line((360, 370, 460, 545), fill="#f6c945", width=26)
    draw.line((420, 390, 520, 545), fill="#f6c945", width=26)
    if place == 0:
        draw.text((566, 140), "Acmera", fill="#1b2a3a", font=ImageFont.load_default(76))
    return _png(picture)


def mark() -> bytes:
    """The brand's."""
    picture = Image.new("RGB", (400, 160), "white")
    ImageDraw.Draw(picture).text((30, 30), "Acmera", fill="#1b2a3a", font=ImageFont.load_default(96))
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
