"""Detection against strength: one curve an attack, with the twins' false flags beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.adversary.attack import STRENGTHS, Attack, Medium
from benchmarks.adversary.judging import Tried
from benchmarks.figure import Figure, tally

HELD = 0.8
"""The share that is found from which a brand counts as protected."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """What was found of the attacks of one strength, and flagged of their twins; None where none was made."""

    strength: int
    dose: str
    found: Figure | None
    flagged: Figure | None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    attack: str
    medium: Medium
    innocent: str
    points: tuple[Point, ...]

    @property
    def held_to(self) -> int:
        """The strength up to which, without a break, the attack was made and is found `HELD` of the time; 0:
        not even at the weakest."""
        held = 0
        for point in self.points:
            if point.found is None or point.found.share < HELD:
                break
            held = point.strength
        return held

    @property
    def holds(self) -> bool:
        """Whether it is found at every strength."""
        return self.held_to == len(self.points)

    @property
    def ends(self) -> Point | None:
        """Where protection ends; None where it holds as far as the attack was made."""
        after = self.points[self.held_to :]
        return after[0] if after and after[0].found is not None else None

    def share(self, *, innocent: bool) -> float:
        """Of all strengths."""
        some = [one for p in self.points if (one := p.flagged if innocent else p.found) is not None]
        total = sum(one.total for one in some)
        return sum(one.hits for one in some) / total if total else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Attacked:
    """All that attacks on a brand came to. `lacking` are those that could not be made, each with what the
    brand would have to have.
    """

    brand: str
    name: str
    seed: int
    curves: Sequence[Curve]
    tried: Sequence[Tried]
    lacking: Sequence[tuple[Attack, str]]
    stopped: bool = False
    """Whether some were left unjudged, as somebody interrupted it."""

    def by_lack(self) -> dict[str, list[str]]:
        """What the brand would have to have, and the attacks that need it."""
        found: dict[str, list[str]] = {}
        for attack, lack in self.lacking:
            found.setdefault(lack, []).append(attack.name)
        return found

    def summary(self) -> str:
        """In a sentence or two."""
        held = sum(curve.holds for curve in self.curves)
        abuses = [one for one in self.tried if not one.innocent]
        twins = [one for one in self.tried if one.innocent]
        hits, wrong = sum(one.flagged for one in abuses), sum(one.flagged for one in twins)
        told = (
            f"{held} of {len(self.curves)} attacks on {self.name} are found at every strength, {hits:,} of "
            f"{len(abuses):,} listings in all; of {len(twins):,} innocent twins {wrong:,} are flagged. "
            f"Protection ends where fewer than {HELD:.0%} are found."
        )
        return f"{told} It was stopped: the other listings are left out." if self.stopped else told


def curves(attacks: Iterable[Attack], some: Sequence[Tried]) -> list[Curve]:
    """One of each attack that a case was made of, those that end first in front, within their medium."""
    found = []
    for attack in attacks:
        own = [one for one in some if one.attack == attack.name]
        points = tuple(
            Point(
                strength,
                attack.doses[strength - 1],
                _figure(attack.name, [one for one in own if one.strength == strength], innocent=False),
                _figure(attack.name, [one for one in own if one.strength == strength], innocent=True),
            )
            for strength in range(1, STRENGTHS + 1)
        )
        if own:
            found.append(Curve(attack.name, attack.medium, attack.innocent, points))
    order = list(Medium)
    return sorted(found, key=lambda one: (order.index(one.medium), one.held_to, one.share(innocent=False)))


def _figure(name: str, some: Iterable[Tried], *, innocent: bool) -> Figure | None:
    mine = [one for one in some if one.innocent is innocent]
    if not mine:
        return None
    hits, total = tally(one.flagged for one in mine)
    return Figure("attack", name, hits, total, None if innocent else HELD)
