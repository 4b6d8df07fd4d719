"""Rows, and what became of them, as bytes that travel between machines."""

import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgpack

from detector.result import Verdict
from workers.catalogue import Row
from workers.judging import Outcome

_QUICK = 1


def packed_rows(spread: int, number: int, rows: Sequence[Row]) -> bytes:
    """No two parts' bytes are the same, whatever rows they hold: each is removed by itself."""
    return _packed([spread, number, [[row.number, row.raw, row.data, row.problem, row.last] for row in rows]])


def unpacked_rows(data: bytes) -> list[Row]:
    return [Row(*row) for row in _unpacked(data)[2]]


def packed_outcomes(spread: int, number: int, outcomes: Sequence[Outcome]) -> bytes:
    return _packed([spread, number, [asdict(one) for one in outcomes]])


def unpacked_outcomes(data: bytes) -> list[Outcome]:
    return [_outcome(**one) for one in _unpacked(data)[2]]


def _outcome(**told: Any) -> Outcome:
    lists: dict[str, Any] = {name: tuple(told[name]) for name in ("reasons", "brands", "counted")}
    verdict = told["verdict"]
    return Outcome(**told | lists | {"verdict": None if verdict is None else Verdict(verdict)})


def _packed(content: Any) -> bytes:
    return zlib.compress(msgpack.packb(content), _QUICK)


def _unpacked(data: bytes) -> Any:
    return msgpack.unpackb(zlib.decompress(data))
