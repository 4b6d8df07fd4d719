"""A measured number with its interval, beside its target and what a plain peer reaches in the same run."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True, slots=True)
class Figure:
    """`hits` of `total` cases. `target` is a lower bound, or an upper one where `at_most` is set.

    `peers` maps a plain method's name to the share it reaches on the same cases.
    """

    part: str
    name: str
    hits: int
    total: int
    target: float | None = None
    at_most: bool = False
    peers: tuple[tuple[str, float], ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.hits / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of Wilson (1927), which holds for small counts and shares near 0 or 1."""
        low, high = binomtest(self.hits, self.total).proportion_ci(method="wilson")
        return float(low), float(high)

    @property
    def met(self) -> bool | None:
        return _met(self)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure that is no share of cases, such as an average precision: `share` of `total` cases, with the
    interval that a bootstrap gave it. Otherwise as `Figure`.
    """

    part: str
    name: str
    share: float
    interval: tuple[float, float]
    total: int
    target: float | None = None
    at_most: bool = False
    peers: tuple[tuple[str, float], ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def met(self) -> bool | None:
        return _met(self)


@dataclass(frozen=True, slots=True)
class Group:
    """Several measures of one group of cases: of one tactic, say. `axis` is what was grouped by."""

    part: str
    axis: str
    name: str
    total: int
    measures: tuple[Estimate, ...]


def tally(outcomes: Iterable[bool]) -> tuple[int, int]:
    """How many of the outcomes are true, and how many there are."""
    seen = list(outcomes)
    return sum(seen), len(seen)


def _met(figure: Figure | Estimate) -> bool | None:
    """None where nothing was aimed at, or there were no cases."""
    if figure.target is None or not figure.total:
        return None
    return figure.share <= figure.target if figure.at_most else figure.share >= figure.target
