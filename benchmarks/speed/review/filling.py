"""Fills a database with cases as a marketplace of some size leaves them, as fast as it takes rows."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, text

from benchmarks.invented import brand_names
from review.decisions.tables import Decision
from review.queue.ranking import rank
from review.queue.tables import Queued, Stage
from review.tables import Case, CaseEvidence, CaseState, Listing, ListingVersion
from storage.database import Base, Database

EVIDENCE = 10
_SELLERS_OF, _GREAT_SELLER = 20, 10_000
_DECIDED = 0.4
_BRANDS = 2_000
_AT_ONCE = 20_000
_NOW = datetime.now(UTC)
_KINDS = ("misspelling", "logo", "counterfeit_terms", "hidden_text", "price_anomaly")
_HARMS = ("none", "none", "none", "skin", "children", "fire", "medicine")
Row = tuple[Any, ...]


def fill(database: Database, cases: int) -> float:
    """Returns how many seconds it took. The brands stay names that no registry knows."""
    began = time.monotonic()
    brands = brand_names(_BRANDS)
    tables: tuple[tuple[type[Base], Callable[[int], Iterator[Row]]], ...] = (
        (Listing, _listing),
        (ListingVersion, lambda number: _version(number, brands)),
        (Case, _case),
        (CaseEvidence, lambda number: _evidence(number, brands)),
        (Queued, lambda number: _place(number, brands)),
        (Decision, _decision),
    )
    for kind, of_case in tables:
        table: Table = kind.__table__  # type: ignore[assignment]
        rows = (row for number in range(1, cases + 1) for row in of_case(number))
        if _is_server(database):
            _copy(database, table, rows)
        else:
            _insert(database, table, rows)
    if _is_server(database):
        _settle(database)
    return time.monotonic() - began


def _is_server(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def _settle(database: Database) -> None:
    """Leaves tables and log as the server does by itself, sooner or later: else the first pages would be
    asked for while it writes down gigabytes.
    """
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(text(statement))


def _stage(number: int) -> str:
    if number * 7919 % 1_000 < 1_000 * _DECIDED:
        return Stage.DONE
    return Stage.LEAD if number % 200 == 0 else Stage.SECOND if number % 50 == 0 else Stage.FIRST


def _copy(database: Database, table: Table, rows: Iterator[Row]) -> None:
    import psycopg

    names = ", ".join(f'"{column.name}"' for column in table.columns)
    plain = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([json.dumps(one) if isinstance(one, dict | list) else one for one in row])
        if "id" in table.columns:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            cursor.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM {table.name}))")  # noqa: S608


def _insert(database: Database, table: Table, rows: Iterator[Row]) -> None:
    names = [column.name for column in table.columns]
    some: list[dict[str, Any]] = []

    def write() -> None:
        with database.engine.execution_options(detector_writes=True).begin() as connection:
            connection.execute(insert(table), some)
        some.clear()

    for row in rows:
        some.append(dict(zip(names, row, strict=True)))
        if len(some) == _AT_ONCE:
            write()
    if some:
        write()


def _opened(number: int) -> datetime:
    return _NOW - timedelta(seconds=number % 2_000_000)


def _risk(number: int) -> float:
    return 0.5 + (number * 7919 % 4_990) / 10_000


def _kind(number: int, place: int) -> str:
    return _KINDS[(number + place) % len(_KINDS)]


def _seller(number: int) -> str:
    return f"{0 if number % 100 == 0 and number < 100 * _GREAT_SELLER else 1 + number // _SELLERS_OF:064x}"


def _listing(number: int) -> Iterator[Row]:
    yield number, f"market{number % 3}", f"L{number}", f"{number:064x}", 1, _opened(number), _seller(number)


def _version(number: int, brands: Sequence[str]) -> Iterator[Row]:
    said = {
        "id": f"L{number}", "title": f"{brands[number % _BRANDS]} runner {number}, new in box",
        "description": "Best quality, same factory. " * 10, "category": "Footwear",
        "price": {"amount": 19.9, "currency": "EUR"}, "seller": {"id": _seller(number)[-12:]},
    }  # fmt: skip
    yield number, number, 1, f"{number:064x}", json.dumps(said), _opened(number), None


def _case(number: int) -> Iterator[Row]:
    brand, versions = f"b{number % _BRANDS}", {"detector": "1", "registry": "1"}
    state = CaseState.CLOSED if _stage(number) == Stage.DONE else CaseState.OPEN
    reasons: list[str] = sorted({_kind(number, place) for place in range(2)})
    values = {
        "id": number, "listing_id": number, "version_id": number, "brand": brand, "brand_id": None,
        "state": state, "shadow": False, "risk": _risk(number), "reasons": reasons, "qualifiers": [],
        "missing": [], "versions": versions, "opinion": None, "opened": _opened(number),
        "changed": _opened(number), "gone": None, "rescan": None, "lock": 1,
    }  # fmt: skip
    yield tuple(values[column.name] for column in Case.__table__.columns)


def _evidence(number: int, brands: Sequence[str]) -> Iterator[Row]:
    for place in range(EVIDENCE):
        row, kind = number * EVIDENCE + place, _kind(number, place)
        what = {
            "kind": kind, "where": "title", "span": [0, 5], "found": brands[number % _BRANDS],
            "mark": brands[number % _BRANDS], "score": 0.9, "detail": f"piece {place}",
        }  # fmt: skip
        versions = {"detector": "1", "registry": "1"}
        yield row, number, f"{row:064x}", kind, 0.9, what, versions, number, number, _opened(number), None


def _place(number: int, brands: Sequence[str]) -> Iterator[Row]:
    values = {
        "case_id": number, "stage": _stage(number),
        "rank": rank(_risk(number), 1 + number % 8, 1.0, _opened(number)),
        "holder": None, "until": None, "claimed": None, "note": None, "brand": f"b{number % _BRANDS}",
        "owner_id": None, "harm": _HARMS[number % len(_HARMS)], "source": f"market{number % 3}",
        "script": "Latin", "language": "en" if number % 4 else "de", "team": "",
        "incomplete": number % 9 == 0,
        "seller": _seller(number), "title": f"{brands[number % _BRANDS]} runner {number}, new in box",
        "opened": _opened(number),
    }  # fmt: skip
    yield tuple(values[column.name] for column in Queued.__table__.columns)


def _decision(number: int) -> Iterator[Row]:
    if (stage := _stage(number)) in {Stage.DONE, Stage.SECOND}:
        held = number % 3 != 0
        values = {
            "id": number, "case_id": number, "stage": "first", "note": "", "at": _opened(number),
            "outcome": "confirmed" if held else "not_infringing", "policy": "trademark" if held else None,
            "reason": _kind(number, 0) if held else None, "code": None if held else "resale",
            "who": "first@bench.example", "claimed": _opened(number) - timedelta(seconds=30),
            "final": stage == Stage.DONE, "token": f"bench{number}", "undoes": None,
            "seen": {"version": number, "risk": _risk(number), "reasons": [], "qualifiers": [], "missing": [],
                     "versions": {}, "evidence": []},
        }  # fmt: skip
        yield tuple(values[column.name] for column in Decision.__table__.columns)
