"""Which cases go to which group of people: by brand, harm, source and language.

| of a team | |
| --- | --- |
| rules | a case fits where each of brands, harms, sources, languages that is given names it |
| several fit | the team that was made first has it |
| none fits | anybody may be given it |
| members | are given the cases of their teams and those of none; leads are given all |
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, and_, case, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from brand_registry.access import Deed, Viewer, refuse_unless
from review.errors import AgainstTheRules
from review.queue.tables import ANYBODYS, Queued, Stage
from storage.database import Base

LONGEST_NAME = 60
MOST_TEAMS = 50
"""Each is asked for by itself when a case is given out to one of its members."""
_RULES = {"brand": "brands", "harm": "harms", "source": "sources", "language": "languages"}


class TeamMember(Base):
    """That somebody, by their e-mail address, is of a team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    who: Mapped[str] = mapped_column(String(320), primary_key=True)


class Team(Base):
    """A group of people, and what is theirs to look at; an empty list is all the same to it."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    brands: Mapped[list[str]] = mapped_column(JSON)
    harms: Mapped[list[str]] = mapped_column(JSON)
    sources: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)

    members: Mapped[list[TeamMember]] = relationship(cascade="all, delete-orphan", order_by=TeamMember.who)

    def fits(self, queued: Queued) -> bool:
        """Whether a case is for this team."""
        return all(
            not (own := getattr(self, rule)) or getattr(queued, name) in own for name, rule in _RULES.items()
        )

    def _fits(self) -> ColumnElement[bool]:
        own = ((name, getattr(self, rule)) for name, rule in _RULES.items())
        return and_(True, *(getattr(Queued, name).in_(values) for name, values in own if values))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lead says of a team."""

    name: str
    members: Sequence[str]
    brands: Sequence[str] = ()
    harms: Sequence[str] = ()
    sources: Sequence[str] = ()
    languages: Sequence[str] = ()


def teams(session: Session) -> Sequence[Team]:
    """In the order in which they are asked."""
    return session.scalars(select(Team).order_by(Team.id)).all()


def team_for(known: Sequence[Team], queued: Queued) -> str:
    """The name of the one of all `teams` that a case goes to, or `ANYBODYS`."""
    return next((team.name for team in known if team.fits(queued)), ANYBODYS)


def teams_of(session: Session, viewer: Viewer) -> Sequence[str] | None:
    """Whose cases a viewer is given; None for all."""
    if viewer.may_somewhere(Deed.LEAD):
        return None
    if session.scalar(select(Team.id).limit(1)) is None:
        return None
    mine = select(Team.name).join(TeamMember).where(TeamMember.who == viewer.name).order_by(Team.name)
    return [ANYBODYS, *session.scalars(mine)]


def put(session: Session, viewer: Viewer, wanted: Wanted) -> Team:
    """Makes a team, or gives the one of that name other rules and members; the cases that wait go where they
    belong now. Raises `NotAllowed`, `AgainstTheRules`.
    """
    refuse_unless(viewer, Deed.LEAD)
    name = wanted.name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise AgainstTheRules(f"a team needs a name of {LONGEST_NAME} characters at most")
    rules = {rule: list(getattr(wanted, rule)) for rule in _RULES.values()}
    if not any(rules.values()):
        raise AgainstTheRules("say which brands, harms, sources or languages the team is for")
    team = session.scalar(select(Team).where(Team.name == name))
    if team is None:
        if (session.scalar(select(func.count()).select_from(Team)) or 0) >= MOST_TEAMS:
            raise AgainstTheRules(f"there may be {MOST_TEAMS} teams at most; take one out first")
        team = Team(name=name)
        session.add(team)
    for rule, values in rules.items():
        setattr(team, rule, values)
    kept = {one.who: one for one in team.members}
    team.members = [kept.get(who) or TeamMember(who=who) for who in dict.fromkeys(wanted.members)]
    session.flush()
    _send_anew(session)
    return team


def remove(session: Session, viewer: Viewer, number: int) -> str | None:
    """Takes a team out and returns its name; its cases are anybody's, or another's. Raises `NotAllowed`."""
    refuse_unless(viewer, Deed.LEAD)
    team = session.get(Team, number)
    if team is None:
        return None
    session.delete(team)
    session.flush()
    _send_anew(session)
    return team.name


def _send_anew(session: Session) -> None:
    rules = [(team._fits(), team.name) for team in teams(session)]
    wanted = case(*rules, else_=ANYBODYS) if rules else ANYBODYS
    session.execute(
        update(Queued)
        .where(Queued.stage != Stage.DONE, Queued.team != wanted)
        .values(team=wanted)
        .execution_options(synchronize_session=False)
    )
