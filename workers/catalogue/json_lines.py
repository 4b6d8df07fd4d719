"""JSON Lines: one listing a line."""

from collections.abc import Iterator

from workers.catalogue.lines import LONGEST_LINE, CutShort, Source
from workers.catalogue.row import Row

TOO_LONG = f"longer than {LONGEST_LINE // 2**20} MB, more than any listing takes"


def json_line_rows(source: Source) -> Iterator[Row]:
    """A row for each line that isn't blank."""
    number = 0
    try:
        for line in source.lines():
            number = line.number
            if line.too_long:
                yield Row(number, line.text, problem=TOO_LONG)
            elif line.text.strip():
                yield Row(number, line.text, line.text)
    except CutShort as cut:
        yield Row(number + 1, b"", problem=str(cut), last=True)
