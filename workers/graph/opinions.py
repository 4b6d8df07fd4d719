"""Which cases of a result ask for a person, and which of them in shadow."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from brand_registry.rules import Ruled
from detector.result import Case, Result, Verdict

Json = Mapping[str, Any]


def to_open(ruled: Ruled, flags: Callable[[Case], bool]) -> Iterator[tuple[Json, bool]]:
    """Cases as results write them, each with whether it is in shadow. `flags` says whether a case asks for a
    person.
    """
    shown = set()
    for case in filter(flags, ruled.shown.cases):
        shown.add(case.brand)
        yield _json(case), False
    for counted in ruled.counted:
        if counted.flagged and counted.case.brand not in shown:
            yield _json(counted.case), True


def _json(case: Case) -> Json:
    line = Result("", Verdict.FLAG, case.risk, (case,)).to_json()
    written: Json = orjson.loads(line)["cases"][0]
    return written
