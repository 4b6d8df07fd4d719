"""A case is decided: the decision, the closing of the case, the log and what is to be told of it are one
transaction.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.access import NotAllowed, NotThere, Viewer
from review.audit.log import canonical, log
from review.decisions.rules import DECIDES, Code, Outcome, Policy, Ruling, check
from review.decisions.tables import ON_APPEAL, Announcement, Decision
from review.errors import AgainstTheRules, TooLate
from review.exceptions.allowing import revoke_all
from review.health.quarantine import count, forget, put_aside
from review.queue.claiming import LEASE, may_have, place_of, refuse_if_held, refuse_unless_reviewer
from review.queue.passing import let_go
from review.queue.tables import Queued, Stage
from review.tables import Case, CaseState
from storage.settings import settings

UNDO_WITHIN = timedelta(minutes=1)
_DOUBTFUL, _NEARLY_SURE = 0.6, 0.95
LONGEST_TOKEN = 64
DECIDED = "decided"
"""What the audit log calls it."""
CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a decision. `again` says that it had been made before, by the same form."""

    decision: int
    stage: Stage
    again: bool = False

    @property
    def closed(self) -> bool:
        return self.stage is Stage.DONE


def decide(
    session: Session, viewer: Viewer, case_id: int, ruling: Ruling, *,
    seen: int, token: str, at: datetime, chance: Callable[[], float] = CHANCE.random,
) -> Said:  # fmt: skip
    """Decides a case as it was when it was shown: `seen` is its `lock` then; `token` is the form's own.

    Raises `NotThere`, `NotAllowed`, `AgainstTheRules`, and `TooLate` where somebody else has decided it or
    has it now, or where more was found since.
    """
    refuse_unless_reviewer(viewer)
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise AgainstTheRules("this form is none of ours; open the case again")
    # The case before its place in the queue, as the worker does that adds to it.
    case = locked_case(session, case_id)
    if (before := session.scalar(select(Decision).where(Decision.token == token))) is not None:
        if (before.case_id, before.who) != (case_id, viewer.name):
            raise AgainstTheRules("this form was sent for another case already; open the case again")
        return Said(before.id, Stage(place_of(session, case_id).stage), again=True)
    queued = place_of(session, case_id)
    _refuse_too_late(session, viewer, case, queued, at)
    if case.lock != seen:
        raise TooLate(
            "what is known of this listing changed while you read, and nothing of yours was kept; look at "
            "what is there now and decide again"
        )
    check(ruling, case.reasons)
    if ruling.outcome is Outcome.ESCALATE and queued.stage == Stage.LEAD:
        raise AgainstTheRules("the case lies with the leads already; decide it, or send it back")
    then = _next_stage(session, case, queued, ruling, chance)
    decision = Decision(
        case_id=case_id, stage=queued.stage, outcome=ruling.outcome, policy=ruling.policy,
        reason=ruling.reason, code=ruling.code, note=ruling.note.strip(), who=viewer.name, at=at,
        claimed=queued.claimed, final=then is Stage.DONE, token=token, seen=seen_of(case),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    if then is Stage.DONE:
        case.state = CaseState.CLOSED
        session.add(Announcement(decision_id=decision.id, due=at + UNDO_WITHIN))
        count(session, case, decision)
    if ruling.outcome is Outcome.ESCALATE:
        queued.note = decision.note
    queued.stage = then
    let_go(queued)
    if then is Stage.DONE:
        for one in put_aside(session, case, decision, at):
            log(session, at, "quarantine", "put aside", brand=one.brand, of=one.of, value=one.value)
    log_decision(session, decision)
    return Said(decision.id, then)


def undo(session: Session, viewer: Viewer, decision_id: int, at: datetime) -> int:
    """Takes back what the viewer decided within the last minute; returns the case, which is theirs again.

    Raises `NotThere`, `TooLate`.
    """
    refuse_unless_reviewer(viewer)
    decision = session.get(Decision, decision_id)
    if decision is None or decision.who != viewer.name or decision.outcome == Outcome.UNDONE:
        raise NotThere(f"there is no decision {decision_id} of yours")
    if decision.stage == ON_APPEAL:
        raise TooLate("the seller has been told already; what was decided on an appeal stands")
    case = locked_case(session, decision.case_id)
    queued = place_of(session, case.id)
    last = session.scalar(select(Decision.id).where(Decision.case_id == case.id).order_by(Decision.id.desc()))
    if last != decision.id or at - decision.at > UNDO_WITHIN:
        raise TooLate("a decision can be taken back for a minute, as long as nobody went on from it")
    refuse_if_held(queued, viewer, at)
    if decision.final:
        _reopen(session, case)
        forget(session, decision)
        revoke_all(session, viewer, decision, at)
    session.execute(delete(Announcement).where(Announcement.decision_id == decision.id))
    undone = Decision(
        case_id=case.id, stage=decision.stage, outcome=Outcome.UNDONE, note="", who=viewer.name, at=at,
        final=False, token=secrets.token_hex(16), undoes=decision.id, seen={},
    )  # fmt: skip
    session.add(undone)
    session.flush()
    queued.stage, queued.holder = decision.stage, viewer.name
    queued.claimed, queued.until = at, at + LEASE
    log_decision(session, undone)
    return case.id


def ruling_of(decision: Decision) -> Ruling:
    """What a decision said, but for its note."""
    return Ruling(
        Outcome(decision.outcome),
        Policy(decision.policy) if decision.policy else None,
        decision.reason,
        Code(decision.code) if decision.code else None,
    )


def digest(decision: Decision) -> str:
    """The sha256 of all that a decision says: the audit log holds it."""
    said = {
        name: getattr(decision, name)
        for name in (
            "id", "case_id", "stage", "outcome", "policy", "reason", "code", "who", "final", "token",
            "undoes",
        )
    }  # fmt: skip
    said |= {"note": decision.noted, "seen": decision.shown, "at": decision.at.timestamp()}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def locked_case(session: Session, case_id: int) -> Case:
    """A case, locked, as it is now. Raises `NotThere`."""
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id, Case.shadow.is_(False))
        .options(selectinload(Case.evidence))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotThere(f"there is no case {case_id}")
    return case


def _refuse_too_late(session: Session, viewer: Viewer, case: Case, queued: Queued, at: datetime) -> None:
    if case.state == CaseState.CLOSED:
        last = session.scalars(
            select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
        ).one()
        told = last.outcome.replace("_", " ")
        raise TooLate(f"this case was decided before you, by {last.who} ({told}); nothing of yours was kept")
    refuse_if_held(queued, viewer, at)
    fits = select(Queued.case_id).where(Queued.case_id == case.id, may_have(viewer, Stage(queued.stage)))
    if session.scalar(fits) is None:
        raise NotAllowed("this case is for somebody else to decide; take the next one")
    if queued.holder != viewer.name:
        raise TooLate("you do not have this case; take it, and decide on what is there now")


def _next_stage(
    session: Session, case: Case, queued: Queued, ruling: Ruling, chance: Callable[[], float]
) -> Stage:
    if ruling.outcome is Outcome.ESCALATE:
        return Stage.LEAD
    if queued.stage == Stage.FIRST:
        return Stage.SECOND if _hard(case, ruling) or chance() < settings().second_look_share else Stage.DONE
    if queued.stage == Stage.SECOND:
        first = session.scalars(
            select(Decision)
            .where(Decision.case_id == case.id, Decision.counts())
            .order_by(Decision.id.desc())
            .limit(1)
        ).one()
        return Stage.DONE if ruling.agrees(ruling_of(first)) else Stage.LEAD
    return Stage.DONE


def _hard(case: Case, ruling: Ruling) -> bool:
    """Whether a second person looks in any case: where one could not tell, and where a decision goes against
    what was thought likely.
    """
    match ruling.outcome:
        case Outcome.CONFIRMED:
            return case.risk < _DOUBTFUL
        case Outcome.NOT_INFRINGING:
            return case.risk >= _NEARLY_SURE
    return ruling.outcome in DECIDES


def seen_of(case: Case) -> dict[str, Any]:
    """What lies before whoever decides a case now."""
    return {
        "version": case.version_id,
        "risk": case.risk,
        "reasons": case.reasons,
        "qualifiers": case.qualifiers,
        "missing": case.missing,
        "versions": case.versions,
        **_opinion_seen(case),
        "evidence": [{"id": one.id, "score": one.score, "versions": one.versions} for one in case.evidence],
    }


def _opinion_seen(case: Case) -> dict[str, Any]:
    """What a model said, without its words: they may quote the listing, and this is never erased."""
    if case.opinion is None:
        return {}
    return {"opinion": {name: value for name, value in case.opinion.items() if name != "why"}}


def _reopen(session: Session, case: Case) -> None:
    newer = select(Case.id).where(
        Case.listing_id == case.listing_id, Case.brand == case.brand, Case.state == CaseState.OPEN
    )
    if (other := session.scalar(newer)) is not None:
        raise TooLate(f"more was found in this listing since, and case {other} is open about it; decide that")
    case.state = CaseState.OPEN


def log_decision(session: Session, decision: Decision) -> None:
    """Has the audit log hold a decision. Call it last in a transaction."""
    log(
        session, decision.at, decision.who, DECIDED, decision.case_id,
        decision=decision.id, outcome=decision.outcome, sha256=digest(decision),
    )  # fmt: skip
