"""Who is told of decisions, and what was sent to whom."""

import base64
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from review.tables import Number
from storage.database import Base, Time
from storage.keys import derived

REFERENCE = "ref_"


class SendState(StrEnum):
    """How far a message has come. `failed` was tried for days, and is sent again by hand alone."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Hook(Base):
    """An address that decisions are sent to. With an owner it gets those of their brands alone, without one
    all of them. `secret` is a reference, of which the installation's key makes what signs; older hooks have
    what signs itself. `ended` is since when nothing goes there any more.
    """

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2_000))
    secret: Mapped[str] = mapped_column(String(100))
    made: Mapped[datetime] = mapped_column(Time)
    made_by: Mapped[str] = mapped_column(String(320))
    ended: Mapped[datetime | None] = mapped_column(Time)

    @property
    def signs(self) -> str:
        """What signs its messages, which the other side has too. Raises `StorageError` without the key."""
        if not self.secret.startswith(REFERENCE):
            return self.secret
        return f"whsec_{base64.urlsafe_b64encode(derived('hook', self.secret)).decode().rstrip('=')}"


class Sending(Base):
    """One message to one hook, and what came of it: the log of what was sent. `body` is the JSON byte for
    byte, `due` when it is tried next, `status` what the other side answered last, `why` what went wrong.
    """

    __tablename__ = "sendings"
    __table_args__ = (
        UniqueConstraint("hook_id", "decision_id"),
        Index("ix_sendings_state_due", "state", "due"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id", ondelete="CASCADE"))
    decision_id: Mapped[int] = mapped_column(Number, ForeignKey("decisions.id"))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=SendState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime] = mapped_column(Time)
    status: Mapped[int | None]
    why: Mapped[str | None] = mapped_column(Text)
    sent: Mapped[datetime | None] = mapped_column(Time)

    hook: Mapped[Hook] = relationship()
