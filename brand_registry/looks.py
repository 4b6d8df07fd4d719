"""What the brands' pictures look like, kept so that each is read once by each version of what reads."""

from sqlalchemy import ColumnElement, LargeBinary, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from brand_registry.tables import Asset
from storage.database import Base


class Look(Base):
    """What became of a picture of one kind under one engine: the blob that holds its looks (`packed_looks`),
    or `why` it can't serve.

    `count` is how many looks there are: on light and on dark, and in reverse. `sketches` are what tells
    whether another brand's picture shows the same (`detector.image.taken`), a row a look.
    """

    __tablename__ = "looks"
    __table_args__ = (UniqueConstraint("sha256", "kind", "engine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    engine: Mapped[str] = mapped_column(String(64))
    blob: Mapped[str | None] = mapped_column(String(64))
    count: Mapped[int]
    sketches: Mapped[bytes | None] = mapped_column(LargeBinary)
    why: Mapped[str | None] = mapped_column(Text)


def of_asset(engine: str) -> ColumnElement[bool]:
    """What joins a look to the assets that it is of."""
    return and_(Look.sha256 == Asset.sha256, Look.kind == Asset.kind, Look.engine == engine)
