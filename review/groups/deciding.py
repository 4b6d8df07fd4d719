"""A group decided at once: one decision a case, each by itself, so that none stops another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import NotAllowed, NotThere, Viewer
from review.decisions.deciding import CHANCE, Said, decide
from review.decisions.rules import POLICIES, Policy, Ruling
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.groups.graph import MOST
from review.queue.claiming import claim
from review.tables import Case
from storage.database import Database
from storage.errors import ChangedMeanwhile

LONGEST_TOKEN = 40
"""Of the form's; each decision has it with the number of its case."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of deciding a group: by the numbers of the cases, what was said, or why it was not."""

    said: Mapping[int, Said]
    refused: Mapping[int, str]


def decide_group(
    database: Database, viewer: Viewer, cases: Mapping[int, int], ruling: Ruling, *,
    token: str, now: Callable[[], datetime], chance: Callable[[], float] = CHANCE.random,
) -> Outcomes:  # fmt: skip
    """Decides the cases as they were when they were shown (`cases` has the `lock` of each).

    Of a confirmed one the reason is the strongest of its own that can carry the policy. A case that somebody
    else has, that is of the viewer's own brand, or that changed, is left as it is, and told. A form that
    comes twice counts once. Raises `AgainstTheRules` where nothing can be decided like that.
    """
    if not 0 < len(cases) <= MOST:
        raise AgainstTheRules(f"choose from 1 to {MOST} cases of the group first")
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise AgainstTheRules("this form is none of ours; open the group again")
    said: dict[int, Said] = {}
    refused: dict[int, str] = {}
    for number, seen in sorted(cases.items()):
        own, at = f"{token}:{number}", now()
        try:
            with database.writing(viewer.name) as session:
                if session.scalar(select(Decision.id).where(Decision.token == own)) is None:
                    claim(session, viewer, number, at)
                one = _with_reason(session, number, ruling)
                said[number] = decide(
                    session, viewer, number, one, seen=seen, token=own, at=at, chance=chance
                )
        except (AgainstTheRules, ChangedMeanwhile, NotAllowed, NotThere) as error:
            refused[number] = str(error)
    return Outcomes(said, refused)


def _with_reason(session: Session, number: int, ruling: Ruling) -> Ruling:
    if ruling.policy is None:
        return ruling
    case = session.get(Case, number)
    return replace(ruling, reason=_reason(ruling.policy, case.reasons if case else ()))


def _reason(policy: Policy, reasons: Sequence[str]) -> str:
    able = POLICIES[policy][1]
    found = next((reason for reason in reasons if reason in able), None)
    if found is None:
        raise AgainstTheRules(f"none of its reasons is one for {policy}; decide it by itself")
    return found
