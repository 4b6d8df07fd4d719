"""The two files that a scan writes, in the order of the catalogue, and how to go on where they end.

Every row of the catalogue gives one line in one of the two files. So what they hold says how far a scan
came, and nothing else has to be kept. Rejects are written before the results that follow them: after a kill
the rejects may be ahead of the results, never behind.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import orjson

from detector.errors import UnreadableInput
from workers.catalogue import Rejected, Row, parse_listing
from workers.judging import Outcome

SHOWN_OF_ROW = 10_000
"""Bytes of a rejected row that are kept."""


class ResultFiles:
    """Where results and rejects go; `out` None is standard output. `unit` is what the rows' numbers count."""

    def __init__(
        self, out: Path | None, rejects: Path | None, append: bool = False, unit: str = "line"
    ) -> None:
        mode = "ab" if append else "wb"
        self._out: IO[bytes] = out.open(mode) if out else sys.stdout.buffer
        self._rejects: IO[bytes] | None = rejects.open(mode) if rejects else None
        self._unit = unit

    def write(self, rows: list[Row], outcomes: list[Outcome]) -> None:
        """Appends whole lines and hands them to the system."""
        rejected = [
            reject_line(row, self._named(row, o.rejected), o.failed)
            for row, o in zip(rows, outcomes, strict=True)
            if o.rejected
        ]
        if rejected and self._rejects is not None:
            self._rejects.write(b"".join(rejected))
            self._rejects.flush()
        self._out.write(b"".join(outcome.line + b"\n" for outcome in outcomes if not outcome.rejected))
        self._out.flush()

    def _named(self, row: Row, reason: str) -> str:
        """The reason, with the row's number where that is no line's."""
        return reason if self._unit == "line" else f"{self._unit} {row.number:,}: {reason}"

    def close(self) -> None:
        if self._rejects:
            self._rejects.close()
        if self._out is not sys.stdout.buffer:
            self._out.close()


def keep_earlier(*files: Path | None) -> Iterator[Path]:
    """Puts aside what stands in the files: results of hours must not be lost for a forgotten --resume.

    Gives the names under which they are kept. Only the last ones are.
    """
    for file in filter(None, files):
        if file.is_file() and file.stat().st_size:
            kept = file.with_name(f"{file.stem}.previous{file.suffix}")
            file.replace(kept)
            yield kept


def reject_line(row: Row, reason: str, failed: bool = False) -> bytes:
    """A line of a rejects file."""
    shown = row.raw[:SHOWN_OF_ROW].decode("utf-8", errors="replace")
    cut = {"cut": True} if len(row.raw) > SHOWN_OF_ROW else {}
    ours = {"failed": True} if failed else {}
    return orjson.dumps({"line": row.number, "reason": reason, "raw": shown, **cut, **ours}) + b"\n"


def skip_done(
    rows: Iterator[Row], out: Path, rejects: Path, versions: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Moves `rows` on past those that `out` and `rejects` hold, giving the result of each, or its reject.

    Afterwards both files end where the rows stand: torn lines and rejects that ran ahead are cut off. Raises
    `UnreadableInput` where a result is of another listing than the row, or was made with other versions.
    """
    results = _whole_lines(out)
    refused = _whole_lines(rejects) if rejects.exists() else iter(())
    out_end = rejects_end = 0
    result, reject = next(results, None), next(refused, None)
    while result is not None:
        row = next(rows, None)
        if row is None:
            raise UnreadableInput(
                f"{out}: holds more results than the catalogue has rows; is it of another one?"
            )
        if reject is not None and reject[0].get("line") == row.number:
            rejects_end = reject[1]
            yield reject[0]
            reject = next(refused, None)
            continue
        _check(row, result[0], out, versions)
        out_end = result[1]
        yield result[0]
        result = next(results, None)
    for file, end in ((out, out_end), (rejects, rejects_end)):
        if file.exists():
            os.truncate(file, end)


def _whole_lines(file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Each line with the offset of its end, up to the first that isn't whole."""
    end = 0
    with file.open("rb") as lines:
        for line in lines:
            end += len(line)
            try:
                content = orjson.loads(line) if line.endswith(b"\n") else None
            except orjson.JSONDecodeError:
                content = None
            if not isinstance(content, dict):
                return
            yield content, end


def _check(row: Row, result: dict[str, Any], out: Path, versions: Mapping[str, str]) -> None:
    try:
        there = parse_listing(row.data or b"").id
    except Rejected:
        there = None
    if there != result.get("listing_id"):
        raise UnreadableInput(
            f"{out}: does not belong to this catalogue: at line {row.number} it has a result of "
            f"{result.get('listing_id')!r} where the catalogue has {there!r}; name another --out"
        )
    earlier = result.get("versions") or {}
    for kind, what in _MADE_WITH.items():
        was, now = earlier.get(kind), versions.get(kind)
        if was and now and was != now:
            raise UnreadableInput(
                f"{out}: was made with {what} ({kind} {was}, now {now}); go on with the same, or drop "
                "--resume to begin anew"
            )


_MADE_WITH = {
    "detector": "another version of the detector",
    "registry": "other brands",
    "settings": "other settings: --no-pictures, or a DETECTOR_OCR or DETECTOR_TEXT_MODEL setting",
}
