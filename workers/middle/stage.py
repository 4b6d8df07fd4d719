"""The step between judging and cases for listings with doubtful cases: what a model says of them is had, as
what is read of pictures is, and then they are judged again with it.

Nothing computes here and nobody waits: an item that has to be asked about leaves the judge, and comes back
when its questions are settled, with answers or without.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.errors import PictureRefused
from detector.middle.question import PROMPT, Question
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import StorageError
from workers.graph.claims import claim, held, lease, now, settle
from workers.graph.counting import new_rows
from workers.graph.outbox import announce, announcing
from workers.graph.tables import Item, State
from workers.middle.asking import Middle
from workers.middle.keeping import end
from workers.middle.model import Heard
from workers.middle.picturing import data_url
from workers.middle.tables import AskedOpinion

_BUSY = timedelta(seconds=3)
"""How long an item waits where as many calls are open as may be."""


def want(session: Session, middle: Middle, item: int, version: int, questions: Sequence[Question]) -> None:
    """Sends an item that is being judged to be asked about."""
    name = middle.model.name
    keys = [one.key(name) for one in questions]
    rows = [
        {
            "key": key, "brand": one.brand, "model": name, "prompt": PROMPT, "version_id": version,
            "question": {"data": one.data, "pictures": list(one.pictures)},
            "calls": 0, "tokens": 0, "at": now(),
        }
        for key, one in zip(keys, questions, strict=True)
    ]  # fmt: skip
    session.execute(new_rows(session, AskedOpinion, ["key"], AskedOpinion.key), rows)
    asked = [{"ask": key} for key in keys]
    if settle(
        session, Item, item, State.WAITING, "judge", step="ask", cases=asked, attempts=0, due=now() + lease()
    ):
        announce(session, "ask", [item])


def ask(
    database: Database, blobs: Blobs, middle: Middle | None, numbers: Sequence[int], again: bool = False
) -> None:
    """Has the questions of these items settled, one after another, and the items judged again."""
    for number in numbers:
        with announcing(database, "ask") as session:
            item = next(iter(claim(session, Item, [number], again, "ask")), None)
            if item is None:
                continue
            died = item.attempts > 1
            questions = _questions(session, [one["ask"] for one in item.cases or ()])
        free = True
        if middle is not None:
            with held(database, Item, number):
                for key, one in questions.items():
                    if died:
                        _end(database, key, "the process that asked was ended")
                    else:
                        free = _asked(database, blobs, middle, one) and free
        with announcing(database, "ask") as session:
            if not free:
                settle(session, Item, number, State.WAITING, "ask", attempts=0, due=now() + _BUSY)
                continue
            back: dict[str, Any] = {"step": "judge", "attempts": 0, "due": now() + lease()}
            if settle(session, Item, number, State.WAITING, "ask", **back):
                announce(session, "judge", [number])


def _questions(session: Session, keys: Sequence[str]) -> dict[str, Question]:
    """Those that are not settled yet."""
    rows = session.scalars(
        select(AskedOpinion).where(AskedOpinion.key.in_(keys), AskedOpinion.question.is_not(None))
    )
    return {
        row.key: Question(row.brand, row.question["data"], tuple(row.question["pictures"]))
        for row in rows
        if row.question
    }


def _asked(database: Database, blobs: Blobs, middle: Middle, one: Question) -> bool:
    """Whether it is settled now; False where it has to wait."""

    def shown() -> list[str]:
        try:
            return [data_url(blobs.get(sha256)) for sha256 in one.pictures]
        except StorageError as error:
            raise PictureRefused(str(error)) from None

    return middle.asked(database, one, shown, 0.0) is not None


def _end(database: Database, key: str, why: str) -> None:
    with database.writing("ask") as session:
        end(session, key, Heard(why, 0, 0))
