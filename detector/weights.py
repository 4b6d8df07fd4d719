"""The weights of the scoring table: read from a file that says where they come from, or refused in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.categories import parts
from detector.errors import UnreadableInput
from detector.harms import harms
from detector.problems import said
from detector.result import Qualifier, Reason
from detector.thresholds import HIGHEST, LOWEST, Threshold, Thresholds

TABLE = "scores-2"
"""The version of the table: raise it when features come, go or change what they mean."""

PAIRS = ("disguised and cheap", "posing and claiming", "talk and disguise")
"""Combinations that weigh more than the sum of their parts; `detector.scoring` says what each is."""

Number = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a sum in log-odds to log-odds that hold: straight between the knots, parallel beyond them."""

    at: tuple[float, ...] = ()
    odds: tuple[float, ...] = ()

    def __call__(self, total: float) -> float:
        if not self.at:
            return total
        inside = min(max(total, self.at[0]), self.at[-1])
        return float(np.interp(inside, self.at, self.odds)) + (total - inside)


@dataclass(frozen=True, slots=True)
class Steepness:
    """By how much a case's log-odds are multiplied: `above` what flags, and `below`."""

    above: float = 1.0
    below: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """In log-odds. `reasons` count times the evidence's score, `pairs` times the weaker of the two;
    `by_reason` is how much surer, or less so, cases with a reason are than the sum says. `thresholds` are the
    house's risks from which a person is asked, by category and harm.
    """

    base: float
    again: float
    reasons: Mapping[Reason, float]
    pairs: Mapping[str, float]
    qualifiers: Mapping[Qualifier, float]
    calibration: Calibration = field(default_factory=Calibration)
    thresholds: Thresholds = field(default_factory=Thresholds)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    by_reason: Mapping[Reason, Steepness] = field(default_factory=dict)


class _Knots(BaseModel):
    model_config = ConfigDict(extra="forbid")
    at: list[Number] = []
    odds: list[Number] = []

    @model_validator(mode="after")
    def _rise(self) -> "_Knots":
        if len(self.at) != len(self.odds):
            raise ValueError("needs as many odds as places")
        for some in (self.at, self.odds):
            if any(low >= high for low, high in pairwise(some)):
                raise ValueError("has to rise from knot to knot")
        return self


class _Steepness(BaseModel):
    model_config = ConfigDict(extra="forbid")
    above: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    below: Annotated[float, Field(gt=0, allow_inf_nan=False)]


_At = Annotated[float, Field(ge=LOWEST, le=HIGHEST)]


class _Thresholds(BaseModel):
    model_config = ConfigDict(extra="forbid")
    categories: dict[str, _At] = {}
    harms: dict[str, _At] = {}

    @model_validator(mode="after")
    def _known(self) -> "_Thresholds":
        if unknown := sorted(self.harms.keys() - harms().keys()):
            raise ValueError(f"harms don't know {', '.join(unknown)}; there are {', '.join(harms())}")
        if any(not parts(one) for one in self.categories):
            raise ValueError("categories hold an empty one")
        return self

    def read(self) -> Thresholds:
        rows = [Threshold("category", name, at) for name, at in self.categories.items()]
        return Thresholds([*rows, *(Threshold("harm", name, at) for name, at in self.harms.items())])


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    table: Literal["scores-2"]
    base: Number
    again: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    reasons: dict[Reason, Annotated[float, Field(gt=0, allow_inf_nan=False)]]
    pairs: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
    qualifiers: dict[Qualifier, Annotated[float, Field(lt=0, allow_inf_nan=False)]]
    calibration: _Knots = _Knots()
    by_reason: dict[Reason, _Steepness] = {}
    thresholds: _Thresholds = _Thresholds()
    provenance: dict[str, Any]

    @model_validator(mode="after")
    def _whole(self) -> "_File":
        for name, known, given in (
            ("reasons", set(Reason), set(self.reasons)),
            ("pairs", set(PAIRS), set(self.pairs)),
            ("qualifiers", set(Qualifier), set(self.qualifiers)),
        ):
            if known != given:
                raise ValueError(f"{name} lack or don't know {', '.join(sorted(map(str, known ^ given)))}")
        return self


def parsed(text: str | bytes, name: str) -> Weights:
    """Raises `UnreadableInput`, which says what is wrong in the file `name`."""
    try:
        file = _File.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["loc"] == ("table",):
            raise UnreadableInput(
                f"{name}: these weights are of another version of the table than {TABLE}; fit them anew with "
                "`detector fit`"
            ) from None
        wrong = said(error, text.encode() if isinstance(text, str) else text)
        raise UnreadableInput(f"{name}: {wrong}; it has to be a file that `detector fit` wrote") from None
    return Weights(
        file.base,
        file.again,
        file.reasons,
        file.pairs,
        file.qualifiers,
        Calibration(tuple(file.calibration.at), tuple(file.calibration.odds)),
        file.thresholds.read(),
        file.provenance,
        {reason: Steepness(each.above, each.below) for reason, each in file.by_reason.items()},
    )


def as_json(weights: Weights) -> dict[str, Any]:
    """As the file holds it; raises `ValueError` where a number is none."""
    numbers = [weights.base, weights.again, *weights.reasons.values(), *weights.qualifiers.values()]
    if not all(map(isfinite, [*numbers, *weights.pairs.values(), *weights.calibration.odds])):
        raise ValueError("a weight is no number")
    return {
        "table": TABLE,
        "provenance": dict(weights.provenance),
        "base": round(weights.base, 4),
        "again": round(weights.again, 4),
        "reasons": {reason.value: round(weights.reasons[reason], 4) for reason in Reason},
        "pairs": {pair: round(weights.pairs[pair], 4) for pair in PAIRS},
        "qualifiers": {each.value: round(weights.qualifiers[each], 4) for each in Qualifier},
        "calibration": {
            "at": [round(each, 4) for each in weights.calibration.at],
            "odds": [round(each, 4) for each in weights.calibration.odds],
        },
        "by_reason": {
            reason.value: {"above": round(each.above, 4), "below": round(each.below, 4)}
            for reason in Reason
            if (each := weights.by_reason.get(reason)) is not None
        },
        **_thresholds_as_json(weights.thresholds),
    }


def _thresholds_as_json(thresholds: Thresholds) -> dict[str, Any]:
    """Nothing where none is set: what was judged without any is judged with the same weights."""
    if not thresholds:
        return {}
    of = {"category": dict[str, float](), "harm": dict[str, float]()}
    for row in thresholds.rows:
        of[row.scope][row.value] = row.at
    return {"thresholds": {"categories": of["category"], "harms": of["harm"]}}


def read_weights(path: Path) -> Weights:
    """Raises `UnreadableInput`."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            f"{path}: cannot be read ({error.strerror}); name a file that `detector fit` wrote"
        ) from None
    return parsed(text, str(path))


@cache
def default_weights() -> Weights:
    """Those that ship: they serve a brand without any history."""
    return parsed((files("detector") / "data" / "weights.json").read_bytes(), "the weights that ship")
