"""Cases are tied to others as they come in, and as their listings change."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.image.bands import bands
from review.groups.clues import Clue, Pictured
from review.groups.tables import Band, Look, Tie
from review.tables import Case


def tie(session: Session, case: Case, clues: Sequence[Clue], whole: bool) -> None:
    """Makes the ties of a case those that its listing shows now; where that is not the `whole`, adds them."""
    wanted = {(one.kind.value, one.value): one for one in clues}
    there = {(one.kind, one.value): one for one in session.scalars(select(Tie).where(Tie.case_id == case.id))}
    for key in there.keys() - wanted.keys() if whole else ():
        session.delete(there[key])
    for key in wanted.keys() - there.keys():
        session.add(Tie(case_id=case.id, kind=key[0], value=key[1], said=wanted[key].said))


def found_in(case: Case) -> list[str]:
    """What of the listing's texts is suspected, as it stands there; the longest first."""
    found = {
        str(one.what["found"]) for one in case.evidence if one.what.get("span") and one.what.get("found")
    }
    return sorted(found, key=lambda text: (-len(text), text))


def keep_looks(session: Session, pictures: Sequence[Pictured]) -> None:
    """Remembers what pictures look like, each once whoever shows it."""
    hashes = {one.sha256: bytes.fromhex(one.hashes) for one in pictures if one.hashes}
    known = set(session.scalars(select(Look.sha256).where(Look.sha256.in_(hashes))))
    for sha256, packed in sorted(hashes.items()):
        if sha256 not in known:
            _keep(session, sha256, packed)


def _keep(session: Session, sha256: str, packed: bytes) -> None:
    # Two listings with one picture may come in at the same moment: both say the same.
    from sqlalchemy.dialects import postgresql, sqlite

    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(kind(Look).values(sha256=sha256, hashes=packed).on_conflict_do_nothing())
    rows = [{"value": one, "sha256": sha256} for one in set(bands(np.frombuffer(packed, np.uint8)[:32]))]
    session.execute(kind(Band).on_conflict_do_nothing(), rows)
