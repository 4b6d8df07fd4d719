"""Opens cases: one a listing and brand, into which all that is found goes, however often and by whatever
version of the program.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Brand
from review.decisions.rules import BY_PEOPLE
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


def with_open_cases(session: Session, listings: Collection[int]) -> set[int]:
    """Those of the listings that somebody still has to look at."""
    open_ones = select(Case.listing_id).where(Case.listing_id.in_(listings), Case.state == CaseState.OPEN)
    return set(session.scalars(open_ones))


def open_cases(session: Session, judged: Judged) -> list[Case]:
    """The open cases that this result adds to or begins. Called again with the same, it changes nothing.

    What was decided is not asked again: a closed case's evidence opens none, new evidence does. Open cases of
    brands that the result names no more stay, and say since when nothing shows.
    """
    at = datetime.now(UTC)
    before = _cases_of(session, judged.listing_id)
    known = {case.id for cases in before.values() for case in cases}
    brands = _brands(session, (found["brand"] for found, _ in judged.cases))
    touched = []
    for asked in judged.cases:
        brand = asked[0]["brand"]
        case = _case_for(session, judged, asked, before.get(brand, ()), brands.get(brand))
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
    follow(session, touched, judged.pictures, begun={case.id for case in touched} - known)
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
    session: Session, judged: Judged, asked: tuple[Json, bool], before: Sequence[Case], brand_id: int | None
) -> Case | None:
    found, shadow = asked
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
            brand_id=brand_id,
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
        "reasons": [
            *found["reasons"],
            *sorted({one.kind for one in case.evidence} & BY_PEOPLE),
        ],
        "qualifiers": list(found["qualifiers"]),
        "missing": list(result["missing"]),
        "versions": dict(result["versions"]),
        "opinion": found.get("opinion"),
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


def _brands(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The registry's numbers of brands by their ids in results; those that it knows."""
    keys = {_key_of_brand(name): name for name in names}
    if not keys:
        return {}
    asked = (
        select(Owner.key, Brand.key, Brand.id)
        .join(Owner, Owner.id == Brand.owner_id)
        .where(tuple_(Owner.key, Brand.key).in_(keys))
    )
    return {keys[owner, key]: number for owner, key, number in session.execute(asked)}


def _key_of_brand(name: str) -> tuple[str, str]:
    owner, slash, key = name.partition("/")
    return (owner, key) if slash else (HOUSE, name)
