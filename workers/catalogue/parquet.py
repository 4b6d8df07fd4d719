"""Parquet, by batches of rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from detector.errors import UnreadableInput
from workers.catalogue.fields import listing_fields
from workers.catalogue.row import Row, row_of_fields

_ROWS_OF_A_BATCH = 256
_BUFFER = 256 * 1024
"""Bytes read of a column at a time. Without it a column of a whole row group would be held."""


def parquet_rows(path: Path) -> tuple[Iterator[Row], Callable[[], float]]:
    """The rows, and how much of them has been read. Columns may be texts as in CSV or structures as in
    JSON.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER)
    except (OSError, pa.ArrowException):
        raise UnreadableInput(f"{path}: {_why_not(path)}") from None
    names = set(listing_fields((name, "x") for name in file.schema_arrow.names))
    for needed in ("id", "title"):
        if needed not in names:
            there = ", ".join(file.schema_arrow.names)[:300] or "nothing"
            raise UnreadableInput(f"{path}: no column is named {needed}; it names {there}")
    position = [0]

    def rows() -> Iterator[Row]:
        try:
            for batch in file.iter_batches(batch_size=_ROWS_OF_A_BATCH, use_threads=False):
                for cells in batch.to_pylist(maps_as_pydicts="lossy"):
                    position[0] += 1
                    yield _row(position[0], cells)
        except (OSError, ValueError, pa.ArrowException):
            problem = "the file is damaged here; the rest cannot be read, so fetch it again"
            yield Row(position[0] + 1, b"", problem=problem, last=True)

    return rows(), lambda: position[0] / max(file.metadata.num_rows, 1)


def _row(number: int, cells: dict[str, Any]) -> Row:
    fields = listing_fields(cells.items())
    row = row_of_fields(number, b"", fields)
    return Row(number, row.data or repr(fields).encode(errors="replace"), row.data, row.problem)


def _why_not(path: Path) -> str:
    size = path.stat().st_size
    with path.open("rb") as file:
        begins = file.read(4) == b"PAR1"
    if not size:
        return "is empty, which no Parquet file is; write or fetch it again"
    if begins:
        return "is Parquet that is cut short or damaged: its end cannot be read; fetch it again"
    return "is not Parquet, though its name says so; name it after what it holds"
