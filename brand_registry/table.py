"""Tables with a header line, in whatever delimiter and character set somebody's office saved them."""

import csv
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from brand_registry.packed import UNREADABLE, head, open_packed, why
from detector.errors import UnreadableInput

LONGEST_RECORD = 16 * 1024 * 1024
"""Characters of one record."""
_MOST_LINES = 10_000
"""That a record may go over: a quote that is never closed is looked for no further."""
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A record by its columns, at the line where it begins, or what is wrong with it."""

    line: int
    cells: dict[str, str]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` as the header writes them. `rows` can be read once."""

    columns: tuple[str, ...]
    rows: Iterator[TableRow]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    problem: str | None = None


def open_table(path: Path) -> Table:
    """Raises `UnreadableInput` where there is no header."""
    csv.field_size_limit(LONGEST_RECORD)
    lines = _lines(path, _charset(head(path)))
    first = next(lines, _Line(1, ""))
    if first.problem:
        raise UnreadableInput(f"{path}, line 1: {first.problem}")
    delimiter = max(_DELIMITERS, key=first.text.count)
    try:
        header = next(csv.reader([first.text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise UnreadableInput(f"{path}, line 1: no header can be read: {_why(error)}") from None
    columns = tuple(cell.strip() for cell in header)
    if not any(columns):
        raise UnreadableInput(f"{path}, line 1: is empty; it must name the columns")
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice is not None:
        raise UnreadableInput(f"{path}, line 1: two columns are named {twice[:100]!r}; rename one")
    return Table(columns, _rows(lines, columns, delimiter))


def _charset(first: bytes) -> str:
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        getincrementaldecoder("utf-8")().decode(first)  # whose last character may be cut
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _lines(path: Path, charset: str) -> Iterator[_Line]:
    number = 0
    with open_packed(path) as file:
        text = TextIOWrapper(file, encoding=charset, errors="surrogateescape", newline="")
        try:
            while line := text.readline(LONGEST_RECORD):
                number += 1
                if len(line) < LONGEST_RECORD or line.endswith("\n"):
                    yield _Line(number, line)
                    continue
                yield _Line(number, "", f"is longer than {LONGEST_RECORD // 2**20} MB; is it a table?")
                while line and not line.endswith("\n"):
                    line = text.readline(LONGEST_RECORD)
        except (*UNREADABLE, UnicodeError) as error:
            yield _Line(number + 1, "", f"cannot be read any further ({why(error)})")


def _rows(lines: Iterator[_Line], columns: tuple[str, ...], delimiter: str) -> Iterator[TableRow]:
    again: deque[_Line] = deque()

    def pulled() -> _Line | None:
        return again.popleft() if again else next(lines, None)

    while (first := pulled()) is not None:
        taken = [first]

        def fed(taken: list[_Line] = taken) -> Iterator[str]:
            yield taken[0].text
            size = 0
            while len(taken) < _MOST_LINES and size < LONGEST_RECORD and (more := pulled()) is not None:
                taken.append(more)
                size += len(more.text)
                yield more.text

        if first.problem:
            yield TableRow(first.number, {}, first.problem)
            continue
        try:
            # Strict, as a quote that is never closed would swallow the rows after it without a word.
            cells = next(csv.reader(fed(), delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            again.extendleft(reversed(taken[1:]))  # they are rows of their own again
            yield TableRow(first.number, {}, _why(error))
            continue
        if any(cell.strip() for cell in cells):
            yield _row(first.number, columns, cells, delimiter)


def _row(line: int, columns: tuple[str, ...], cells: list[str], delimiter: str) -> TableRow:
    if any(cell.strip() for cell in cells[len(columns) :]):
        problem = (
            f"{len(cells)} cells where the header names {len(columns)}; quote cells that hold {delimiter!r}"
        )
        return TableRow(line, {}, problem)
    if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
        return TableRow(line, {}, "holds bytes that are no UTF-8; save the file as UTF-8")
    return TableRow(line, dict(zip(columns, cells, strict=False)))


_OPEN = "look for a quote that is not closed"
_NOT_CSV = {
    "expected after": f"text follows a closing quote; {_OPEN}, or not doubled inside a quoted cell",
    "unexpected end": f"it ends inside a quoted cell; {_OPEN}",
    "field larger": f"a cell is longer than {LONGEST_RECORD // 2**20} MB; {_OPEN}",
    "new-line character": "a line ends in CR alone; save the file with ordinary line ends",
}


def _why(error: csv.Error) -> str:
    return next((clause for needle, clause in _NOT_CSV.items() if needle in str(error)), str(error))
