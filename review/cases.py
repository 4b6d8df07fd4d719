"""Opens cases: one a listing and brand, into which all that is found goes, however often and by whatever
version of the program.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from review.groups.clues import Pictured
from review.groups.tying import keep_looks
from review.queue.entering import follow
from review.tables import Case, CaseEvidence, CaseState

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A version of a listing, and the result that it got, as a scan would write it. `cases` are those that
    ask for a person, each with whether it is in shadow. A `rescan`, by its number, may have looked at some
    brands `only`: it tells nothing of the others' cases. `pictures` are those of the listing that were read,
    None where nobody says.
    """

    listing_id: int
    version_id: int
    result: Json
    cases: Sequence[tuple[Json, bool]]
    rescan: int | None = None
    only: Collection[str] | None = None
    pictures: Sequence[Pictured] | None = None


def has_open_case(session: Session, listing_id: int) -> bool:
    open_ones = select(Case.id).where(Case.listing_id == listing_id, Case.state == CaseState.OPEN).limit(1)
    return session.scalar(open_ones) is not None


def open_cases(session: Session, judged: Judged) -> list[Case]:
    """The open cases that this result adds to or begins. Called again with the same, it changes nothing.

    What was decided is not asked again: a closed case's evidence opens none, new evidence does. Open cases of
    brands that the result names no more stay, and say since when nothing shows.
    """
    at = datetime.now(UTC)
    before = _cases_of(session, judged.listing_id)
    touched = []
    for found, shadow in judged.cases:
        case = _case_for(session, judged, found, shadow, before.get(found["brand"], ()))
        if case is not None:
            touched.append(case)
    named = {case.brand for case in touched}
    for brand, cases in before.items():
        if judged.only is not None and brand not in judged.only:
            continue
        for case in cases:
            if case.state == CaseState.OPEN and case.brand not in named and case.gone is None:
                case.gone = at
    session.flush()
    if touched:
        keep_looks(session, judged.pictures or ())
    for case in touched:
        follow(session, case, judged.pictures)
    return touched


def _cases_of(session: Session, listing_id: int) -> dict[str, list[Case]]:
    """By brand, oldest first; locked, as a reviewer may be deciding one."""
    rows = session.scalars(
        select(Case)
        .where(Case.listing_id == listing_id)
        .options(selectinload(Case.evidence))
        .order_by(Case.id)
        .with_for_update()
    )
    found: dict[str, list[Case]] = {}
    for case in rows:
        found.setdefault(case.brand, []).append(case)
    return found


def _case_for(
    session: Session, judged: Judged, found: Json, shadow: bool, before: Sequence[Case]
) -> Case | None:
    at = datetime.now(UTC)
    evidence = {key_of(item): item for item in found["evidence"]}
    case = next((one for one in before if one.state == CaseState.OPEN), None)
    if case is None:
        decided = {item.key for one in before for item in one.evidence}
        if before and evidence.keys() <= decided:
            return None
        case = Case(
            listing_id=judged.listing_id,
            brand=found["brand"],
            brand_id=_brand_id(session, found["brand"]),
            opened=at,
            state=CaseState.OPEN,
            shadow=shadow,
            rescan=judged.rescan,
        )
        session.add(case)
    if _merge(case, judged, found, evidence) | (case.shadow and not shadow):
        case.changed = at
    case.shadow = case.shadow and shadow
    return case


def _merge(case: Case, judged: Judged, found: Json, evidence: Mapping[str, Json]) -> bool:
    """Whether anything of the case is new."""
    result = judged.result
    there = {item.key: item for item in case.evidence}
    changed = False
    for key, item in evidence.items():
        known = there.get(key)
        if known is None:
            changed = True
            case.evidence.append(
                CaseEvidence(
                    key=key,
                    kind=item["kind"],
                    score=item["score"],
                    what=dict(item),
                    versions=dict(result["versions"]),
                    first_id=judged.version_id,
                    last_id=judged.version_id,
                    since=datetime.now(UTC),
                    rescan=judged.rescan,
                )
            )
        elif known.last_id != judged.version_id:
            known.last_id = judged.version_id
    now = {
        "version_id": judged.version_id,
        "risk": found["risk"],
        "reasons": list(found["reasons"]),
        "qualifiers": list(found["qualifiers"]),
        "missing": list(result["missing"]),
        "versions": dict(result["versions"]),
        "gone": None,
    }
    for name, value in now.items():
        if getattr(case, name) != value:
            setattr(case, name, value)
            changed = True
    return changed


def key_of(evidence: Json) -> str:
    """The same for the same finding, whatever its score."""
    said = {name: value for name, value in evidence.items() if name != "score"}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _brand_id(session: Session, public_id: str) -> int | None:
    owner, slash, key = public_id.partition("/")
    if not slash:
        owner, key = HOUSE, public_id
    return session.scalar(select(Brand.id).join(Owner).where(Owner.key == owner, Brand.key == key))
