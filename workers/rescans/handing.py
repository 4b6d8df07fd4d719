"""Listings whose pictures have to be read first go their usual way: read, judged, and their cases opened."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workers.graph.claims import lease, now
from workers.graph.counting import free, new_rows, want_readings
from workers.graph.tables import Item, Lane, Picture, Run, Shown, State
from workers.graph.wanted import wanted_reading


def hand_on(session: Session, rescan: int, versions: Sequence[int]) -> None:
    """Has these versions read and judged, once however often it is called."""
    if not versions:
        return
    source = f"rescan {rescan}"
    run = session.scalar(select(Run.id).where(Run.source == source))
    if run is None:
        row = Run(source=source, state=State.DONE, started=now(), ended=now(), due=now())
        session.add(row)
        session.flush()
        run = row.id
    items = [
        {"run_id": run, "version_id": version, "lane": Lane.CATALOGUE, "state": State.BLOCKED}
        | {"due": now() + lease(), "attempts": 0, "step": "judge"}
        for version in versions
    ]
    made = session.scalars(new_rows(session, Item, ["run_id", "version_id"], Item.id), items).all()
    shown = select(Picture.sha256).join(Shown, Shown.picture_id == Picture.id)
    pictures = session.scalars(shown.where(Shown.version_id.in_(versions), Picture.sha256.is_not(None)))
    kind, engine = wanted_reading(session)
    want_readings(session, [sha256 for sha256 in pictures if sha256], kind, engine, Lane.CATALOGUE)
    session.flush()
    free(session, made)
