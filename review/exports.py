"""Decisions and the queue as CSV, for spreadsheets: nothing in a cell is taken for a formula."""

import csv
import io
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Viewer
from review.decisions.tables import Decision
from review.queue.claiming import Wish, refuse_unless_reviewer
from review.queue.tables import Queued, Stage
from review.tables import Case

MOST = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
COLUMNS = (
    "decision", "at", "case", "brand", "source", "title", "harm", "outcome", "policy", "reason", "code",
    "stage",
)  # fmt: skip
QUEUE_COLUMNS = (
    "case", "stage", "brand", "source", "title", "harm", "language", "team", "risk", "reasons", "opened",
)  # fmt: skip


def plain_cell(text: str) -> str:
    """The text behind an apostrophe where it would be a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def decisions_csv(session: Session, viewer: Viewer, after: int = 0) -> Iterator[str]:
    """A line at a time: decisions that stand, of those `after` one, in their order. Raises `NotAllowed`."""
    refuse_unless_reviewer(viewer)
    yield _line(COLUMNS)
    rows = session.execute(
        select(Decision, Queued)
        .join(Queued, Queued.case_id == Decision.case_id)
        .where(Decision.id > after, Decision.stands())
        .order_by(Decision.id)
        .limit(MOST)
    )
    for one, place in rows:
        yield _line(
            (
                str(one.id), one.at.isoformat(), str(one.case_id), place.brand, place.source, place.title,
                place.harm, one.outcome, one.policy or "", one.reason or "", one.code or "", one.stage,
            )
        )  # fmt: skip


def queue_csv(session: Session, viewer: Viewer, wish: Wish) -> Iterator[str]:
    """A line at a time: what waits, in the order in which it is given out, as far as it fits. Raises
    `NotAllowed`.
    """
    refuse_unless_reviewer(viewer)
    yield _line(QUEUE_COLUMNS)
    stages = [wish.stage] if wish.stage else [Stage.LEAD, Stage.SECOND, Stage.FIRST]
    for stage in stages:
        rows = session.execute(
            select(Queued, Case.risk, Case.reasons)
            .join(Case, Case.id == Queued.case_id)
            .where(Queued.stage == stage, *wish.conditions())
            .order_by(Queued.rank.desc(), Queued.case_id.desc())
            .limit(MOST)
            .execution_options(yield_per=1_000)
        )
        for one, risk, reasons in rows:
            yield _line(
                (
                    str(one.case_id), one.stage, one.brand, one.source, one.title, one.harm, one.language,
                    one.team, f"{risk:.3f}", " ".join(reasons), one.opened.isoformat(),
                )
            )  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(map(plain_cell, cells))
    return out.getvalue()
