"""A decision with all that lay before the person, and how that differs from what is found now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from review.audit.tables import Logged
from review.cases import key_of
from review.decisions.deciding import DECIDED, digest
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.tables import Case, CaseEvidence, ListingVersion

Json = Mapping[str, Any]
_NEAR = 0.005
"""Risks and scores nearer than that are the same, as they are rounded."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What lay before whoever decided. `evidence` is as results have it, with the scores of then; of what was
    erased since nothing is there. `logged` says whether the audit log has the decision as it is.
    """

    decision: Decision
    brand: str
    version_id: int
    version: int
    listing: Json
    evidence: Sequence[Json]
    logged: bool

    @property
    def told(self) -> Json:
        """Risk, reasons, qualifiers, what was missing, and versions."""
        return self.decision.seen


@dataclass(frozen=True, slots=True)
class Differences:
    """Between then and now. `risk` is of now, 0 where nothing is found any more; `versions` are what changed
    of them, each then and now.
    """

    risk: float
    gone: Sequence[Json]
    new: Sequence[Json]
    scores: Sequence[tuple[Json, float]]
    missing: Sequence[str]
    versions: Mapping[str, tuple[str | None, str | None]]
    same: bool


def seen_by(session: Session, number: int) -> Seen:
    """Raises `NotThere`."""
    decision = session.get(Decision, number)
    if decision is None or decision.outcome == Outcome.UNDONE:
        raise NotThere(f"there is no decision {number}; the pages of cases and the audit log name them")
    case, version = (
        session.get_one(Case, decision.case_id),
        session.get(ListingVersion, decision.seen["version"]),
    )
    if version is None:
        raise NotThere(f"what decision {number} was about has been erased")
    scores = {one["id"]: one["score"] for one in decision.seen["evidence"]}
    rows = session.scalars(select(CaseEvidence).where(CaseEvidence.id.in_(scores)).order_by(CaseEvidence.id))
    evidence = [dict(one.what) | {"score": scores[one.id]} for one in rows]
    return Seen(
        decision, case.brand, version.id, version.number, orjson.loads(version.data), evidence,
        _is_logged(session, decision),
    )  # fmt: skip


def differences(seen: Seen, result: Json) -> Differences:
    """Between what lay before the person and a result of now, as a scan writes it."""
    case = next((one for one in result["cases"] if one["brand"] == seen.brand), None)
    then = {key_of(one): one for one in seen.evidence}
    now = {key_of(one): one for one in (case["evidence"] if case else ())}
    gone = [one for key, one in then.items() if key not in now]
    new = [one for key, one in now.items() if key not in then]
    scores = [
        (one, float(now[key]["score"]))
        for key, one in then.items()
        if key in now and abs(float(now[key]["score"]) - float(one["score"])) > _NEAR
    ]
    risk = float(case["risk"]) if case else 0.0
    before, after = seen.told["versions"], result["versions"]
    versions = {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
    lacked = {one["where"] for one in seen.told["missing"]}
    missing = [f"{one['where']}: {one['why']}" for one in result["missing"] if one["where"] not in lacked]
    same = not (gone or new or scores or missing) and abs(risk - float(seen.told["risk"])) <= _NEAR
    return Differences(risk, gone, new, scores, missing, versions, same)


def _is_logged(session: Session, decision: Decision) -> bool:
    rows = session.scalars(
        select(Logged.what).where(Logged.case_id == decision.case_id, Logged.did == DECIDED)
    )
    said = (orjson.loads(what) for what in rows)
    return any(one["decision"] == decision.id and one["sha256"] == digest(decision) for one in said)
