"""Labelled cases to fit weights on: those composed, and those that reviewers decided."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from benchmarks.composed.case import Part, part_of
from benchmarks.composed.judging import judged
from benchmarks.composed.measures import shares
from detector.errors import UnreadableInput
from detector.fitting import Labelled
from detector.problems import said
from detector.result import Evidence, Qualification, Qualifier, Reason

_WANTED = "name a file that `detector decisions export` wrote"
_FITTED_ON = (Part.TRAIN, Part.CALIBRATION)


class _Evidence(BaseModel):
    kind: Reason
    where: str
    found: str | None = None
    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    mark: str | None = None


class _Qualifier(BaseModel):
    kind: Qualifier
    where: str = ""
    found: str = ""


class _Listing(BaseModel):
    id: str
    marketplace: str | None = None


class _Row(BaseModel):
    """A line of `detector decisions export`."""

    brand: str
    infringing: bool
    evidence: list[_Evidence] = Field(min_length=1)
    qualifiers: list[_Qualifier] = []
    listing: _Listing


def decided(path: Path) -> Iterator[Labelled]:
    """The cases of a file that `detector decisions export` wrote. Raises `UnreadableInput`, with the line."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror}); {_WANTED}") from None
    for number, line in enumerate(lines, 1):
        try:
            row = _Row.model_validate_json(line)
        except ValidationError as error:
            newer = any(one["loc"][-1:] == ("kind",) for one in error.errors(include_url=False))
            hint = f"{_WANTED}, by this version of the program" if newer else _WANTED
            raise UnreadableInput(f"{path}, line {number}: {said(error, line)}; {hint}") from None
        yield Labelled(
            "/".join(filter(None, (row.listing.marketplace, row.listing.id))),
            row.brand,
            row.infringing,
            tuple(Evidence(one.kind, one.where, one.found, one.score, mark=one.mark) for one in row.evidence),
            tuple(Qualification(one.kind, one.where, one.found) for one in row.qualifiers),
            calibrates=part_of(row.brand) is Part.CALIBRATION,
        )


def composed(data: Path) -> list[Labelled]:
    """The cases that composed listings of the train and calibration parts become, each weighing as many as
    there would be among so many listings of a marketplace."""
    results = [(one.case, one.result) for one in judged(data, _FITTED_ON)]
    found: list[Labelled] = []
    for part in _FITTED_ON:
        mine = [(case, result) for case, result in results if case.part is part]
        sizes = Counter((case.kind, case.tactic) for case, _ in mine)
        share = shares(sizes)
        for case, result in mine:
            weight = share[case.kind, case.tactic] / sizes[case.kind, case.tactic] * len(mine)
            for one in result.cases:
                if not case.infringing or one.brand == case.brand:
                    found.append(
                        Labelled(
                            case.id, one.brand, case.infringing, one.evidence, one.qualifiers, weight,
                            part is Part.CALIBRATION,
                        )
                    )  # fmt: skip
    return found
