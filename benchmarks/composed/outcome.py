"""What the judge makes of composed cases, kept so that measures, reports and comparisons need no judge."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.composed.case import Composed, Kind, Part
from detector.errors import UnreadableInput
from detector.result import Result
from detector.scoring import FLAG_FROM

_WANTED = "name a file that `detector evaluate --report` wrote"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`risk` is that of the abused brand's own case, of an innocent listing that of its gravest case.

    `reasons` are those of that case; `shown` says what a person would want to know of a miss.
    """

    id: str
    part: Part
    kind: Kind
    tactic: str
    language: str
    pictured: bool
    risk: float
    reasons: tuple[str, ...]
    shown: str
    peers: Mapping[str, float] = field(default_factory=dict)
    """What plain methods say of the listing, where they were asked."""

    @property
    def infringing(self) -> bool:
        return self.kind is Kind.ABUSE

    @property
    def flagged(self) -> bool:
        return self.risk >= FLAG_FROM


def outcome_of(case: Composed, result: Result, peers: Mapping[str, float] | None = None) -> Outcome:
    """Of several cases the abused brand's counts; of an innocent listing the gravest."""
    own = [one for one in result.cases if not case.infringing or one.brand == case.brand]
    first = own[0] if own else None
    told = f"{case.brand}: {case.listing.title}" if case.infringing else case.listing.title
    if first is not None:
        told += f" -> {first.brand}, {', '.join(first.reasons)}"
    return Outcome(
        case.id,
        case.part,
        case.kind,
        case.tactic,
        case.language,
        case.picture is not None,
        first.risk if first else 0.0,
        tuple(map(str, first.reasons)) if first else (),
        told,
        peers or {},
    )


def write(outcomes: Iterable[Outcome], path: Path) -> None:
    """One line of JSON each."""
    with path.open("wb") as file:
        for one in outcomes:
            file.write(orjson.dumps(asdict(one), option=orjson.OPT_APPEND_NEWLINE))


def read(path: Path) -> list[Outcome]:
    """Raises `UnreadableInput` where the file holds no outcomes."""
    try:
        return [_outcome(orjson.loads(line)) for line in path.read_bytes().splitlines()]
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror}); {_WANTED}") from None
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError):
        raise UnreadableInput(f"{path}: holds no outcomes; {_WANTED}") from None


def _outcome(row: Mapping[str, Any]) -> Outcome:
    part, kind, reasons = Part(row["part"]), Kind(row["kind"]), tuple(row["reasons"])
    return Outcome(**{**row, "part": part, "kind": kind, "reasons": reasons})
