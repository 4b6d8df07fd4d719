"""What a judge says of a listing once the registry's rules are applied: the result that is shown, and the
cases that ask for a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from brand_registry.rules import BrandRules, Ruled, Rules
from detector.result import Case, Result, Verdict

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opinion:
    """`to_open` are cases as results write them, each with whether it is in shadow."""

    result: Result
    to_open: Sequence[tuple[Json, bool]] = ()


def opinion_of(ruled: Ruled, rules: Rules) -> Opinion:
    return Opinion(ruled.shown, tuple(_to_open(ruled, rules)))


def _to_open(ruled: Ruled, rules: Rules) -> Iterator[tuple[Json, bool]]:
    shown = set()
    for case in ruled.shown.cases:
        if case.risk >= rules.get(case.brand, _PLAIN).threshold(case):
            shown.add(case.brand)
            yield _json(case), False
    for counted in ruled.counted:
        if counted.flagged and counted.case.brand not in shown:
            yield _json(counted.case), True


_PLAIN = BrandRules()


def _json(case: Case) -> Json:
    line = Result("", Verdict.FLAG, case.risk, (case,)).to_json()
    written: Json = orjson.loads(line)["cases"][0]
    return written
