"""Pictures as pages show them: drawn anew in small from what was decoded, never the file that came in."""

from contextlib import suppress
from io import BytesIO

import numpy as np
from PIL import Image
from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from detector.image.decoding import decode
from detector.image.svg import looks_like_svg, rendered
from storage.blobs import Blobs
from storage.database import Base, Database

LONGEST_SIDE = 800
"""Pixels."""


class Preview(Base):
    """Of the picture `sha256`: the WebP is `blob`; width and height are the picture's own, upright, in
    pixels: boxes are drawn in them.
    """

    __tablename__ = "previews"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    blob: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]


def make_preview(database: Database, blobs: Blobs, sha256: str) -> None:
    """Makes the preview of a picture where there is none yet. Raises `PictureRefused`, `StorageError`.

    The picture is decoded here: call it where a crash costs nothing else.
    """
    with database.reading() as session:
        if session.scalar(select(Preview.id).where(Preview.sha256 == sha256)):
            return
    keep_preview(database, drawn_preview(blobs, sha256, blobs.get(sha256)))


def drawn_preview(blobs: Blobs, sha256: str, data: bytes) -> Preview:
    """The preview of a picture, to be kept; raises as `make_preview` does."""
    drawn, (width, height) = in_small(data)
    return Preview(sha256=sha256, blob=blobs.put(drawn), width=width, height=height)


def keep_preview(database: Database, preview: Preview) -> None:
    """Keeps a preview, unless somebody else has made one meanwhile."""
    with suppress(IntegrityError), database.writing("previews") as session:
        session.add(preview)


def in_small(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """A WebP of the picture, and the picture's own width and height. Raises `PictureRefused`."""
    picture = decode(rendered(data) if looks_like_svg(data) else data)
    # What white would swallow is seen on a dark ground.
    pixels = picture.pixels if picture.on_dark is None else picture.on_dark
    image = Image.fromarray(np.asarray(pixels))
    size = image.size
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "WEBP", quality=82)
    return out.getvalue(), size
