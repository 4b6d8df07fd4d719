"""Lists of trade marks as EUIPO's searches (eSearch plus, TMview) export them: CSV, by comma or semicolon.

Registered marks with words are taken; applications, what has ended and pictures alone are skipped.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from brand_registry.entry import Entry
from brand_registry.office import Registered, classes_of, entry_of_ended, entry_of_mark
from brand_registry.table import open_table
from detector.errors import UnreadableInput

_COLUMNS = {
    "text": ("trade mark name", "trademark name", "mark name", "verbal element", "denomination"),
    "number": (
        "registration number", "trade mark number", "trademark number", "application number", "filing number",
    ),
    "holder": ("owner name", "owner", "applicant name", "applicant", "holder name", "holder"),
    "status": ("trade mark status", "trademark status", "status"),
    "classes": ("nice class", "nice classes", "nice classification", "nice class es"),
    "territories": ("designated territory", "territory", "trade mark office", "office"),
    "since": ("registration date", "filing date", "application date"),
    "until": ("expiry date", "expiration date"),
}  # fmt: skip
"""By what is meant the columns it may stand in, the first that holds something counts."""
_UNION = frozenset({"", "EM", "EUIPO", "EUTM", "EUROPEAN UNION"})
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y")
_OVER = re.compile(
    r"\b(expired|cancell?ed|surrendered|revoked|invalid|invalidated|ended|withdrawn|lapsed|removed)\b",
    re.IGNORECASE,
)
"""What a status says of a mark that was registered and is no longer; 'cancellation pending' doesn't."""


def is_euipo(columns: tuple[str, ...]) -> bool:
    """Whether a table with these columns is such a list."""
    there = {_plain(column) for column in columns}
    return "id" not in there and all(there & {*_COLUMNS[what]} for what in ("text", "number"))


def euipo_entries(path: Path) -> Iterator[Entry]:
    """Raises `UnreadableInput` where the columns for the mark and its number are missing."""
    table = open_table(path)
    if not is_euipo(table.columns):
        raise UnreadableInput(
            f"{path}, line 1: no columns for a mark and its number, such as 'Trade mark name' and "
            f"'Trade mark number'; it names {', '.join(table.columns)[:300]}"
        )
    for row in table.rows:
        where = f"{path}, line {row.line}"
        if row.problem:
            yield Entry(where, path.parent, problem=row.problem)
        else:
            yield _entry(where, path, {_plain(column): cell.strip() for column, cell in row.cells.items()})


def _entry(where: str, path: Path, cells: Mapping[str, str]) -> Entry:
    found = {
        what: next((cells[name] for name in names if cells.get(name)), "") for what, names in _COLUMNS.items()
    }
    if not found["text"]:
        return Entry(where, path.parent, skipped="a mark without words")
    codes = [code.strip().upper() for code in re.split(r"[,;|]", found["territories"])]
    territories = tuple(dict.fromkeys("EU" if code in _UNION else code for code in codes))
    if found["status"] and found["status"].casefold() != "registered":
        skipped = f"its status is {found['status'][:60]!r}, not registered"
        if not _OVER.search(found["status"]):
            return Entry(where, path.parent, skipped=skipped)
        # No column says when: one that has expired did so at the end that it had.
        last = None
        if "expired" in found["status"].casefold():
            with suppress(ValueError):
                last = _day(found["until"])
        mark = Registered(
            found["number"], found["text"], found["holder"], territories=territories, until=last
        )
        return entry_of_ended(where, path, mark, skipped)
    if not found["number"]:
        return Entry(where, path.parent, problem="the number is missing")
    days: dict[str, date | None] = {}
    for what in ("since", "until"):
        try:
            days[what] = _day(found[what])
        except ValueError:
            return Entry(where, path.parent, problem=f"{found[what][:40]!r} is no date such as 31/12/2030")
    classes = classes_of(re.split(r"\D+", found["classes"]))
    mark = Registered(
        found["number"], found["text"], found["holder"], classes, territories, days["since"], days["until"]
    )
    return entry_of_mark(where, path, mark)


def _day(text: str) -> date | None:
    if not text:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", " ", column).strip().casefold()
