"""Decisions, and what is to be told of them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, and_, exists
from sqlalchemy.orm import Mapped, aliased, declared_attr, mapped_column, relationship

from review.decisions.rules import DECIDES
from review.tables import Number
from storage.database import Base, Time

_HASHED = "sha256:"
_QUOTED = "quoted"
"""In what was seen: the hash of what lies beside."""
ON_APPEAL = "appeal"
"""The stage of a decision that was made anew because the seller objected."""


class Decision(Base):
    """What one person said of a case, once and for all: triggers refuse to change or remove it.

    `stage` is where the case stood, `final` whether this closed it. `seen` is what lay before the person:
    the listing's version, the risk, the evidence, with the versions of the program that made each. `token` is
    the form's, so that one that is sent twice counts once. One that was taken back is `undone` by another.
    `noted` is the hash of a note that lies beside, or the note of a decision that is older than that; of
    the words of a listing that were seen `shown` has a hash in the same way.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_case_id", "case_id", "id"),
        Index("ix_decisions_who_at", "who", "at"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[int] = mapped_column(Number, ForeignKey("cases.id"))
    stage: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(20))
    noted: Mapped[str] = mapped_column("note", Text)
    who: Mapped[str] = mapped_column(String(320))
    claimed: Mapped[datetime | None] = mapped_column(Time)
    at: Mapped[datetime] = mapped_column(Time, index=True)
    final: Mapped[bool]
    token: Mapped[str] = mapped_column(String(64), unique=True)
    undoes: Mapped[int | None] = mapped_column(Number, ForeignKey("decisions.id"), unique=True)
    shown: Mapped[dict[str, Any]] = mapped_column("seen", JSON)

    beside: Mapped["DecisionNote | None"] = relationship()
    quotes: Mapped["DecisionQuotes | None"] = relationship()

    @property
    def note(self) -> str:
        """What the person wrote; nothing where it was erased."""
        if self.beside is not None:
            return self.beside.text
        return "" if self.noted.startswith(_HASHED) else self.noted

    @note.setter
    def note(self, text: str) -> None:
        self.beside = DecisionNote(salt=secrets.token_hex(16), text=text) if text else None
        self.noted = self.beside.hash if self.beside else ""

    @property
    def seen(self) -> Mapping[str, Any]:
        """What lay before the person; without the words of the listing where they were erased."""
        seen = {name: value for name, value in self.shown.items() if name != _QUOTED}
        return seen if self.quotes is None else {**seen, **orjson.loads(self.quotes.text)}

    @seen.setter
    def seen(self, seen: Mapping[str, Any]) -> None:
        words = {name: seen[name] for name in ("qualifiers", "missing") if seen.get(name)}
        self.shown, self.quotes = dict(seen), None
        if words:
            text = orjson.dumps(words).decode()
            self.quotes = DecisionQuotes(salt=secrets.token_hex(16), text=text)
            self.shown |= {
                "qualifiers": [_place_of(one) for one in seen["qualifiers"]],
                "missing": [_place_of(one) for one in seen["missing"]],
                _QUOTED: self.quotes.hash,
            }

    @property
    def as_written(self) -> bool:
        """Whether the note and the words beside, as far as they are there, are those that were hashed."""
        noted = self.beside is None or self.beside.hash == self.noted
        return noted and (self.quotes is None or self.quotes.hash == self.shown.get(_QUOTED))

    @classmethod
    @cache
    def counts(cls) -> ColumnElement[bool]:
        """Whether a decision says what a case is, and was not taken back."""
        later = aliased(cls)
        return and_(cls.outcome.in_(DECIDES), ~exists().where(later.undoes == cls.id))

    @classmethod
    @cache
    def stands(cls) -> ColumnElement[bool]:
        """Whether a decision is what holds of its case: final, and no other came after it, as one on an
        appeal does.
        """
        later = aliased(cls)
        newer = exists().where(later.case_id == cls.case_id, later.final, later.id > cls.id)
        return and_(cls.final, cls.counts(), ~newer)


class Beside:
    """Words that lie beside a decision, so that they can be erased: the decision, and with it the audit log,
    holds their hash alone. The `salt` goes with them, so that nobody can try out what they were.
    """

    salt: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)

    @declared_attr
    def decision_id(cls) -> Mapped[int]:  # noqa: N805 - it is asked of the class
        return mapped_column(Number, ForeignKey("decisions.id"), primary_key=True, autoincrement=False)

    @property
    def hash(self) -> str:
        written = f"{self.salt}{self.text}".encode("utf-8", "surrogatepass")
        return f"{_HASHED}{hashlib.sha256(written).hexdigest()}"


class DecisionNote(Beside, Base):
    """What somebody wrote with a decision."""

    __tablename__ = "decision_notes"


class DecisionQuotes(Beside, Base):
    """What was quoted of the listing to whoever decided: the `qualifiers` with what was found, and why
    something was `missing`, as JSON.
    """

    __tablename__ = "decision_quotes"


class Announcement(Base):
    """That a case has been closed: written with the decision, and told from `due` on, when it can no longer
    be taken back.
    """

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    decision_id: Mapped[int] = mapped_column(Number, ForeignKey("decisions.id"), unique=True)
    due: Mapped[datetime] = mapped_column(Time, index=True)


def _place_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What and where, and nothing of what was found there."""
    return {name: said[name] for name in ("kind", "where") if name in said}
