"""Cases are tied to others as they come in, and as their listings change."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.image.bands import bands
from review.groups.clues import Clue, Pictured
from review.groups.tables import CONTACTS, Band, Look, Tie
from review.tables import Case
from storage.keys import derived, sealed


def tie(session: Session, cases: Mapping[int, Sequence[Clue]], tied: Collection[int], whole: bool) -> None:
    """Makes the ties of cases those that their listing shows now; where that isn't the `whole`, adds them.
    `tied` are those of the cases that may have some.
    """
    wanted = {(case, one.kind.value, _value(one)): one for case, clues in cases.items() for one in clues}
    asked = select(Tie).where(Tie.case_id.in_(tied))
    there = {(one.case_id, one.kind, one.value): one for one in (session.scalars(asked) if tied else ())}
    for key in there.keys() - wanted.keys() if whole else ():
        session.delete(there[key])
    session.add_all(
        Tie(
            case_id=case,
            kind=kind,
            value=value,
            said=sealed(clue.said) if clue.kind in CONTACTS else clue.said,
        )
        for (case, kind, value), clue in wanted.items()
        if (case, kind, value) not in there
    )


def _value(clue: Clue) -> str:
    """What ties of a clue are found by. Of numbers and names there are too few for a plain hash to hide."""
    return derived("tie", clue.value).hex() if clue.kind in CONTACTS else clue.value


def found_in(case: Case) -> list[str]:
    """What of the listing's texts is suspected, as it stands there; the longest first."""
    found = {
        str(one.what["found"]) for one in case.evidence if one.what.get("span") and one.what.get("found")
    }
    return sorted(found, key=lambda text: (-len(text), text))


def keep_looks(session: Session, pictures: Sequence[Pictured]) -> None:
    """Remembers what pictures look like, each once whoever shows it."""
    hashes = {one.sha256: bytes.fromhex(one.hashes) for one in pictures if one.hashes}
    if not hashes:
        return
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
