"""Parquet, by batches of rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from detector.errors import UnreadableInput
from workers.catalogue.fields import listing_fields
from workers.catalogue.row import Row, row_of_fields

_ROWS_OF_A_BATCH = 256


def parquet_rows(path: Path) -> tuple[Iterator[Row], Callable[[], float]]:
    """The rows, and how much of them has been read. Columns may be texts as in CSV or structures as in
    JSON.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, pre_buffer=False)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableInput(f"{path}: is not Parquet ({_first_line(error)})") from None
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
        except (OSError, ValueError, pa.ArrowException) as error:
            problem = f"the file is damaged here ({_first_line(error)}); the rest cannot be read"
            yield Row(position[0] + 1, b"", problem=problem, last=True)

    return rows(), lambda: position[0] / max(file.metadata.num_rows, 1)


def _row(number: int, cells: dict[str, Any]) -> Row:
    fields = listing_fields(cells.items())
    row = row_of_fields(number, b"", fields)
    return Row(number, row.data or b"", row.data, row.problem)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
