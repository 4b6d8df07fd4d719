"""What another model reads of the pictures, kept beside what is judged with until all of it is there."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from review.tables import Number
from storage.database import Base
from workers.graph.tables import Work


class NextReading(Work, Base):
    """What a rescan has read anew of a picture, or is to; as in `Reading`. What has a lower `turn` is read
    first.
    """

    __tablename__ = "next_readings"

    @declared_attr.directive
    def __table_args__(cls) -> "tuple[UniqueConstraint | Index, ...]":  # noqa: N805 - it is asked of the class
        return (
            UniqueConstraint("rescan_id", "sha256", "kind"),
            Index("ix_next_readings_state_due", "state", "due"),
            Index("ix_next_readings_turns", "rescan_id", "state", "turn", "id"),
        )

    rescan_id: Mapped[int] = mapped_column(Number, ForeignKey("rescans.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    turn: Mapped[int]
    blob: Mapped[str | None] = mapped_column(String(64))
