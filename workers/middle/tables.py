"""What a model in the middle was asked and answered: an artefact as readings are, asked for once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from review.tables import Number
from storage.database import Base, Time


class AskedOpinion(Base):
    """One question to a model, by the key that `detector.middle.question` gives it.

    `question` is what is to be asked, as long as it waits; `answer` what came, or `why` nothing did. `calls`
    and `tokens` were spent on it `at` that time, or are set aside for it. `version_id` is the version of the
    listing that asked first, None where a scan of files did.
    """

    __tablename__ = "opinions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    brand: Mapped[str] = mapped_column(String(400))
    model: Mapped[str] = mapped_column(String(200))
    prompt: Mapped[str] = mapped_column(String(40))
    version_id: Mapped[int | None] = mapped_column(
        Number, ForeignKey("listing_versions.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    why: Mapped[str | None] = mapped_column(Text)
    calls: Mapped[int] = mapped_column(default=0)
    tokens: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Time, index=True)
