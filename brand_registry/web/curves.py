"""What came of an attack on a brand, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

WIDE, TALL = 120, 36
"""Of a curve, in units of its drawing."""
_EDGE = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A strength; shares of what was made are None where nothing was."""

    dose: str
    found: float | None
    flagged: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """`line` are corners of the drawn curve, `ends` is where protection ends, None where it holds."""

    attack: str
    innocent: str
    points: Sequence[Point]
    line: str
    ends: str | None
    twins: float


@dataclass(frozen=True, slots=True)
class Curves:
    """Those that end first in front. `lacking` says what the brand lacks for which attacks."""

    curves: Sequence[Curve]
    held: int
    hits: int
    total: int
    wrong: int
    innocent: int
    from_share: float
    lacking: Mapping[str, Sequence[str]]


def curves_of(result: Mapping[str, Any]) -> Curves:
    """From what `detector attack --json` says."""
    curves = [_curve(one) for one in result["attacks"]]
    found = [p["found"] for one in result["attacks"] for p in one["points"] if p["found"]]
    twins = [p["flagged_twins"] for one in result["attacks"] for p in one["points"] if p["flagged_twins"]]
    lacking = sorted(result["not_made"], key=lambda one: str(one["lacks"]))
    return Curves(
        curves,
        sum(one.ends is None for one in curves),
        sum(one["hits"] for one in found),
        sum(one["total"] for one in found),
        sum(one["hits"] for one in twins),
        sum(one["total"] for one in twins),
        result["held_from"],
        {
            lack: [one["attack"] for one in some]
            for lack, some in groupby(lacking, key=lambda one: str(one["lacks"]))
        },
    )


def _curve(one: Mapping[str, Any]) -> Curve:
    points = [
        Point(point["dose"], _share(point["found"]), _share(point["flagged_twins"]))
        for point in one["points"]
    ]
    twins = [point["flagged_twins"] for point in one["points"] if point["flagged_twins"]]
    after = points[one["held_to"] :]
    ends = next(iter(after), None)
    return Curve(
        one["attack"],
        one["innocent"],
        points,
        " ".join(
            f"{_EDGE + at * (WIDE - 2 * _EDGE) / (len(points) - 1):.1f},"
            f"{TALL - _EDGE - point.found * (TALL - 2 * _EDGE):.1f}"
            for at, point in enumerate(points)
            if point.found is not None
        ),
        None if ends is None else ends.dose if ends.found is not None else "not made beyond",
        sum(one["hits"] for one in twins) / max(1, sum(one["total"] for one in twins)),
    )


def _share(figure: Mapping[str, Any] | None) -> float | None:
    return None if figure is None else float(figure["share"])
