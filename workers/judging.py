"""What one process of a scan does: rows in, one line of JSON a row out."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from detector.errors import PictureRefused
from detector.image.folder import PictureFolder
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Missing, Verdict
from workers.catalogue.row import Rejected, Row, parse_listing
from workers.pool import Beacon, Place

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge
    from workers.middle.asking import Adviser


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: the line of a result, or the reason why it was rejected.

    `verdict`, `reasons` and `brands` are what the summary counts; a brand stands once for each of its cases.
    `failed` says that the detector itself is at fault.
    """

    listing_id: str = ""
    line: bytes = b""
    rejected: str | None = None
    failed: bool = False
    verdict: Verdict | None = None
    risk: float = 0.0
    reasons: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    """Brands with a case that is only counted and would ask for a person."""


class Reads(Protocol):
    """Reads the bytes of a picture, or raises `PictureRefused`. Asking for its `engine` loads its models."""

    @property
    def engine(self) -> str: ...

    def read(self, data: bytes) -> PictureReading: ...


class Pictures:
    """Reads the pictures of listings.

    `reader` makes the reader, at the first picture; None leaves pictures unread, named as missing.
    """

    def __init__(self, folder: Path, reader: Callable[[], Reads] | None) -> None:
        self._folder = PictureFolder(folder)
        self._make_reader = reader
        self._reader: Reads | None = None

    def of(
        self, listing: Listing, number: int, avoid: Mapping[Place, str], beacon: Beacon
    ) -> tuple[dict[int, PictureReading], list[Missing]]:
        """What was read, by the pictures' places in the listing, and what was not. `number` is the listing's
        in its job.
        """
        readings: dict[int, PictureReading] = {}
        missing: list[Missing] = []
        for index, reference in enumerate(listing.images):
            why = avoid.get((number, index))
            if why is None:
                beacon(number, index)
                try:
                    readings[index] = self._read(reference, number, index, beacon)
                except PictureRefused as refusal:
                    why = str(refusal)
            if why is not None:
                missing.append(Missing(f"image:{index}", f"{short(reference)}: {why}"))
        return readings, missing

    def bytes_of(self, listing: Listing, number: int) -> bytes:
        """Of a picture by its place in the listing. Raises `PictureRefused`."""
        return self._folder.read(listing.images[number])

    def _read(self, reference: str, number: int, index: int, beacon: Beacon) -> PictureReading:
        if self._make_reader is None:
            raise PictureRefused("left unread, as pictures were switched off")
        data = self._folder.read(reference)
        if self._reader is None:
            beacon(number)
            self._reader = self._make_reader()
            _ = self._reader.engine  # its models are loaded before the picture's own time begins
            beacon(number, index)
        return self._reader.read(data)


class Judging:
    """Parses rows, reads their pictures, judges them, and asks an `adviser` about the doubtful ones."""

    def __init__(
        self,
        judge: "RegistryJudge",
        folder: Path,
        reader: Callable[[], Reads] | None,
        adviser: "Adviser | None" = None,
    ) -> None:
        self._judge = judge
        self._pictures = Pictures(folder, reader)
        self._adviser = adviser

    def __call__(self, rows: list[Row], avoid: Mapping[Place, str], beacon: Beacon) -> list[Outcome]:
        outcomes = []
        for number, row in enumerate(rows):
            beacon(number)
            if (number, -1) in avoid:
                outcomes.append(Outcome(rejected=avoid[number, -1]))
                continue
            try:
                outcomes.append(self._outcome(number, row, avoid, beacon))
            except Exception as error:  # a fault of ours costs one listing, is named and ends as a failure
                outcomes.append(Outcome(rejected=f"the detector failed: {blame(error)}", failed=True))
        return outcomes

    def _outcome(self, number: int, row: Row, avoid: Mapping[Place, str], beacon: Beacon) -> Outcome:
        if row.data is None:
            return Outcome(rejected=row.problem)
        try:
            listing = parse_listing(row.data)
        except Rejected as problem:
            return Outcome(rejected=str(problem))
        readings, missing = self._pictures.of(listing, number, avoid, beacon)
        beacon(number)
        return self._judged(listing, readings, missing)

    def _judged(
        self, listing: Listing, readings: Mapping[int, PictureReading], missing: list[Missing]
    ) -> Outcome:
        ruled = self._judge.ruled(listing, readings, missing)
        result = ruled.shown
        if self._adviser is not None:
            result = self._adviser.advised(
                self._judge, listing, result, readings, partial(self._pictures.bytes_of, listing)
            )
        reasons = tuple(dict.fromkeys(reason for case in result.cases for reason in case.reasons))
        return Outcome(
            listing.id,
            result.to_json(),
            verdict=result.verdict,
            risk=result.risk,
            reasons=tuple(map(str, reasons)),
            brands=tuple(case.brand for case in result.cases),
            counted=tuple(one.case.brand for one in ruled.counted if one.flagged),
        )


def short(reference: str) -> str:
    return reference if len(reference) <= 200 else reference[:200] + "…"


def blame(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}, line {frame.lineno})"
