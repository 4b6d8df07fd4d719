"""The notice that a brand files elsewhere about a listing that was confirmed: with the marketplace itself.

It says what Article 16(2) of Regulation (EU) 2022/2065 asks for, except who gives it: that is filled in, and
signed, by whoever does. Who sells is not named: the address of the listing tells it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotThere, Viewer, visible_brands
from brand_registry.tables import Brand, Mark
from review.decisions.rules import Outcome
from review.decisions.tables import Decision
from review.packs.typesetting import BODY, HEAD, document, line
from review.statements.confirmed import Confirmed, confirmed
from review.statements.wording import facts, words
from review.tables import Case

_MOST_MARKS = 20


@dataclass(frozen=True, slots=True)
class Right:
    """A word mark as it is in force; `number` is empty where the registry has none."""

    mark: str
    number: str
    territories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Takedown:
    """What the notice is made of."""

    about: Confirmed
    rights: Sequence[Right]

    @property
    def marketplace(self) -> str:
        return self.about.listing.marketplace or self.about.source

    def text(self, language: str) -> str:
        """The whole letter. Raises `UnknownLanguage`."""
        phrases, about = words(language), self.about
        said = _texts()[language]
        listing = about.listing
        lines = [
            said["subject"].format(brand=about.brand),
            "",
            said["to"].format(marketplace=self.marketplace),
            "",
            said["open"],
            "",
            *([said["where"].format(where=listing.url)] if listing.url else []),
            said["id"].format(id=listing.id),
            said["title"].format(title=about.plain(listing.title)),
            "",
            f"{said['policy']} {phrases['policy'][about.policy].format(brand=about.brand)}",
            *([said["rights"], *(f"- {_right(one, said)}" for one in self.rights)] if self.rights else []),
            "",
            said["facts"],
            *(f"- {fact}" for fact in facts(about, language)),
            said["decided"].format(date=about.decision.at.date().isoformat()),
            "",
            said["ask"],
            said["faith"],
            "",
            said["sign"],
        ]
        return "\n".join(lines)

    def fields(self, language: str) -> Mapping[str, Any]:
        """The same for a program, in the fields in which this one takes notices itself (`POST /v1/notices`);
        name, address and good faith are left to whoever gives it. Raises `UnknownLanguage`.
        """
        about = self.about
        reason = words(language)["policy"][about.policy].format(brand=about.brand)
        return {
            "where": about.listing.url or "",
            "brand": about.brand,
            "policy": about.policy,
            "explanation": " ".join([reason, *(f"{fact}." for fact in facts(about, language))]),
            "name": "",
            "email": "",
            "good_faith": False,
            "listing": about.listing.id,
            "marketplace": self.marketplace,
            "rights": [
                {"mark": one.mark, "number": one.number, "territories": list(one.territories)}
                for one in self.rights
            ],
            "decided": about.decision.at.isoformat(),
            "language": language,
        }

    def pdf(self, language: str) -> bytes:
        """The letter, to be signed. Raises `UnknownLanguage`."""
        subject, *rest = self.text(language).split("\n")
        return document(subject, [line(subject, HEAD), *(line(one or "\u00a0", BODY) for one in rest)])


def takedown_of(session: Session, viewer: Viewer, case_id: int) -> Takedown:
    """Of a case that was confirmed for good: for reviewers, and for those who may see the brand.

    Raises `NotThere`, also where the viewer may not know of it.
    """
    nothing = NotThere(f"there is no confirmed case {case_id}")
    case = session.scalar(select(Case).where(Case.id == case_id, Case.shadow.is_(False)))
    if case is None:
        raise nothing
    own = visible_brands(viewer).where(Brand.id == case.brand_id)
    if not viewer.may_somewhere(Deed.TELL) and session.scalar(own) is None:
        raise nothing
    decision = session.scalar(
        select(Decision.id).where(
            Decision.case_id == case_id, Decision.outcome == Outcome.CONFIRMED, Decision.stands()
        )
    )
    if decision is None:
        raise nothing
    day = datetime.now(UTC).date()
    marks = session.scalars(
        select(Mark)
        .where(
            Mark.brand_id == case.brand_id,
            or_(Mark.since.is_(None), Mark.since <= day),
            or_(Mark.until.is_(None), Mark.until >= day),
        )
        .order_by(Mark.position)
        .limit(_MOST_MARKS)
    )
    rights = [Right(one.text, one.registration_number or "", tuple(one.territories)) for one in marks]
    return Takedown(confirmed(session, decision), rights)


def _right(one: Right, said: Mapping[str, str]) -> str:
    number = said["number"].format(number=one.number) if one.number else ""
    where = said["territories"].format(territories=", ".join(one.territories)) if one.territories else ""
    return said["mark"].format(mark=one.mark, number=number, territories=where)


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    read: Mapping[str, Mapping[str, str]] = orjson.loads(
        (files("review.takedown") / "texts.json").read_bytes()
    )
    return read
