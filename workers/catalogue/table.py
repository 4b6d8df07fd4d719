"""CSV and TSV with a header line: parted by comma, semicolon or tab."""

import csv
from collections import deque
from collections.abc import Iterator

from detector.errors import UnreadableInput
from workers.catalogue.fields import listing_fields, plain_name
from workers.catalogue.lines import LONGEST_LINE, CutShort, Line, Source
from workers.catalogue.row import Row, row_of_fields

_LONGEST_CELL = 1_000_000
_MOST_LINES = 10_000
"""What one cell and one record may take: a quote that is never closed is looked for no further."""


def table_rows(source: Source) -> Iterator[Row]:
    """A row for each record. Raises `UnreadableInput` where the header has no column for id or title."""
    csv.field_size_limit(_LONGEST_CELL)
    feed = _Feed(source)
    try:
        header_line = next(feed, "")
        delimiter = max(",;\t", key=header_line.count)
        header = next(csv.reader([header_line], delimiter=delimiter), [])
    except csv.Error as error:
        raise UnreadableInput(f"{source.path}: line 1: no header can be read: {_why(error)}") from None
    except CutShort as cut:
        raise UnreadableInput(f"{source.path}: {cut}") from None
    if not header:
        raise UnreadableInput(f"{source.path}: line 1 is empty; it must name the columns, id and title too")
    feed.taken()
    _check(header, source)
    return _records(feed, header, delimiter)


def _check(header: list[str], source: Source) -> None:
    fields = listing_fields((name, "x") for name in header)
    for needed in ("id", "title"):
        if needed not in fields:
            there = ", ".join(header)[:300] or "nothing"
            raise UnreadableInput(f"{source.path}: line 1: no column is named {needed}; it names {there}")
    plain = [plain_name(name) for name in header]
    twice = next((name for name in plain if name == "id" and plain.count(name) > 1), None)
    if twice:
        raise UnreadableInput(f"{source.path}: line 1: two columns are named {twice}; rename one")


def _records(feed: "_Feed", header: list[str], delimiter: str) -> Iterator[Row]:
    # Strict, as a quote that is never closed would otherwise swallow the rows after it without a word.
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            # The rows that an open quote swallowed are read again as rows of their own.
            number, raw = feed.taken_first()
            yield Row(number, raw, problem=f"not CSV: {_why(error)}")
            continue
        except CutShort as cut:
            yield Row(feed.number + 1, b"", problem=str(cut), last=True)
            return
        number, raw = feed.taken()
        if cells is None:
            return
        if feed.too_long:
            feed.too_long = False
            yield Row(
                number, raw, problem=f"longer than {LONGEST_LINE // 2**20} MB, more than any listing takes"
            )
        elif len(cells) > len(header):
            problem = (
                f"{len(cells)} cells where the header names {len(header)}; quote cells that hold a comma"
            )
            yield Row(number, raw, problem=problem)
        elif any(cell.strip() for cell in cells):
            yield row_of_fields(number, raw, listing_fields(zip(header, cells, strict=False)))


_OPEN = "look for a quote that is not closed"
_NOT_CSV = {
    "expected after": f"text follows a closing quote; {_OPEN}, or not doubled inside a quoted cell",
    "unexpected end": f"it ends inside a quoted cell; {_OPEN}",
    "field larger": f"a cell is longer than {_LONGEST_CELL:,} characters; {_OPEN}",
    "new-line character": "a line ends in CR alone; save the file with ordinary line ends",
    "goes on": f"a record is longer than {_MOST_LINES:,} lines or {LONGEST_LINE // 2**20} MB; {_OPEN}",
}


def _why(error: csv.Error) -> str:
    return next((clause for needle, clause in _NOT_CSV.items() if needle in str(error)), str(error))


class _Feed:
    """Lines as text for the csv module, keeping what it has been fed since the last record."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._again: deque[Line] = deque()
        self._fed: list[Line] = []
        self._size = 0
        self.number = 0
        self.too_long = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self._fed) > _MOST_LINES or self._size > LONGEST_LINE:
            raise csv.Error("goes on")
        line = self._again.popleft() if self._again else next(self._lines)
        self.number = line.number
        self.too_long |= line.too_long
        self._fed.append(line)
        self._size += len(line.text)
        # Bytes that are no UTF-8 become lone surrogates here, and are refused with their row.
        return line.text.decode("utf-8", errors="surrogateescape") + "\n"

    def taken(self) -> tuple[int, bytes]:
        """The line where the last record began, and the record as it stood there."""
        number = self._fed[0].number if self._fed else self.number
        raw = b"\n".join(line.text for line in self._fed)
        self._fed.clear()
        self._size = 0
        return number, raw

    def taken_first(self) -> tuple[int, bytes]:
        """The same of the first line alone; those after it are fed again."""
        self._again.extendleft(reversed(self._fed[1:]))
        del self._fed[1:]
        self.too_long = False
        return self.taken()
