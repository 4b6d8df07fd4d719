"""Cases that hang together, as a graph in which every edge says why.

It is walked from one case, breadth first: everything that a case has is followed to the newest cases that
have it too. The same rows give the same graph. However many listings a seller has, a walk ends:

| bound | |
| --- | --- |
| cases in a group | 200 |
| cases that one thing in common leads to | 100, the newest |
| things in common that are followed | 150 |
| pictures that are looked for by their look | 24 |
| a picture or a text that more than 1,000 cases have | says nothing, and is not followed |
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from review.groups.alike import alike
from review.groups.tables import CONTACTS, Kind, Tie
from storage.keys import opened

MOST = 200
_A_TIE = 100
_FOLLOWED = 150
_LOOKED_FOR = 24
_COMMON = 1_000
_ANYBODYS = frozenset({Kind.PICTURE, Kind.TITLE, Kind.SENTENCE})
"""What many may have without having to do with each other."""
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Link:
    """Something that cases have in common; `apart` are the bits between two pictures that look alike."""

    kind: Kind
    value: str
    said: str
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """That two cases have something in common: `there` was found by it from `here`."""

    here: int
    there: int
    link: Link


@dataclass(slots=True)
class Graph:
    """The cases of a group in the order in which they were found, the first the one that was asked for.

    `common` is what so many have that it was not followed; `cut` whether there are more cases.
    """

    cases: list[int]
    edges: list[Edge] = field(default_factory=list)
    common: list[Link] = field(default_factory=list)
    cut: bool = False

    def why(self, case: int) -> Sequence[Edge]:
        """Why a case is in the group."""
        return [edge for edge in self.edges if edge.there == case]


def graph_of(session: Session, case_id: int) -> Graph:
    """The group of a case; of cases in shadow there is none."""
    graph = Graph([case_id])
    followed: set[tuple[str, str]] = set()
    looked: set[str] = set()
    ring = [case_id]
    while ring and len(followed) < _FOLLOWED:
        found: list[int] = []
        for here, link in _ties(session, ring):
            if (link.kind, link.value) in followed or len(followed) >= _FOLLOWED:
                continue
            followed.add((link.kind, link.value))
            found += _follow(session, graph, here, link)
            if link.kind is Kind.PICTURE and len(looked) < _LOOKED_FOR:
                found += _follow_alike(session, graph, here, link, looked)
                looked.add(link.value)
        ring = found
    graph.cut |= bool(ring)
    return graph


def _ties(session: Session, cases: Sequence[int]) -> Iterator[tuple[int, Link]]:
    """What the cases have, the surest first."""
    rows = session.scalars(select(Tie).where(Tie.case_id.in_(cases))).all()
    place = {case: number for number, case in enumerate(cases)}
    for row in sorted(rows, key=lambda row: (_ORDER[Kind(row.kind)], place[row.case_id], row.value)):
        yield row.case_id, Link(Kind(row.kind), row.value, _opened(row))


def _opened(row: Tie) -> str:
    """What it said. A seller's own words may begin as a sealed text does: they are opened for nobody."""
    return opened(row.said) if row.kind in CONTACTS else row.said


def _follow(session: Session, graph: Graph, here: int, link: Link) -> list[int]:
    """The cases that are new to the graph by this."""
    newest = (
        select(Tie.case_id)
        .where(Tie.kind == link.kind, Tie.value == link.value)
        .order_by(Tie.case_id.desc())
        .limit(_COMMON + 1)
    )
    having = session.scalars(newest).all()
    if len(having) > _COMMON and link.kind in _ANYBODYS:
        graph.common.append(link)
        return []
    return _add(graph, here, link, [one for one in having if one != here])


def _follow_alike(
    session: Session, graph: Graph, here: int, picture: Link, looked: Collection[str]
) -> list[int]:
    found: list[int] = []
    for sha256, apart in alike(session, picture.value).items():
        if sha256 in looked:  # and so it was found from there
            continue
        link = Link(Kind.LIKE_PICTURE, sha256, picture.said, apart)
        having = select(Tie.case_id).where(Tie.kind == Kind.PICTURE, Tie.value == sha256)
        cases = session.scalars(having.order_by(Tie.case_id.desc()).limit(_A_TIE + 1)).all()
        found += _add(graph, here, link, [one for one in cases if one != here])
    return found


def _add(graph: Graph, here: int, link: Link, cases: Sequence[int]) -> list[int]:
    graph.cut |= len(cases) > _A_TIE
    known, new = set(graph.cases), []
    for there in sorted(cases[:_A_TIE]):
        if there not in known:
            if len(graph.cases) >= MOST:
                graph.cut = True
                continue
            graph.cases.append(there)
            new.append(there)
        graph.edges.append(Edge(here, there, link))
    return new
