"""What a file of brands gives, one thing at a time: a brand, or why there is none."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from brand_registry.record import Mark, Record, picture_paths
from brand_registry.states import BrandState
from detector.problems import said
from detector.sighting import AssetKind


@dataclass(frozen=True, slots=True)
class Ended:
    """A registration of a brand that an office says is over; `day` is its last, None where it doesn't say."""

    brand: str
    mark: Mark
    day: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One brand as it stands in a file, at `where`; the paths of its pictures start from `folder`.

    Of `record` and `problem` one is there, or neither and `skipped` says why nothing was meant to be taken.
    `state` is the one that the file asks for. With `adds` the marks are added to those that the brand has: an
    office lists a brand mark by mark. What has `ended` is skipped, unless the registry holds it.
    """

    where: str
    folder: Path
    record: Record | None = None
    problem: str | None = None
    skipped: str | None = None
    state: BrandState | None = None
    adds: bool = False
    ended: Ended | None = None


def entry_of_fields(where: str, folder: Path, fields: dict[str, Any], *, adds: bool = False) -> Entry:
    """The brand that a row's fields make, or what is wrong with them."""
    try:
        record = Record.model_validate(fields)
    except ValidationError as error:
        return Entry(where, folder, problem=said(error))
    return _placed(where, folder, record, adds)


def entry_of_json(where: str, folder: Path, content: bytes) -> Entry:
    """The same of an object in JSON."""
    try:
        record = Record.model_validate_json(content)
    except ValidationError as error:
        return Entry(where, folder, problem=said(error, content))
    return _placed(where, folder, record, adds=False)


def _placed(where: str, folder: Path, record: Record, adds: bool) -> Entry:
    """`state` and `folder` are no part of a brand, and stand beside it in what was exported alone."""
    unknown = record.model_extra or {}
    state, inner = unknown.pop("state", None), unknown.pop("folder", None)
    if state is not None and state not in set(BrandState):
        known = ", ".join(BrandState)
        return Entry(where, folder, problem=f"state is {str(state)[:40]!r}; it is one of {known}")
    if inner is not None:
        if not isinstance(inner, str) or _climbs_out(inner, folder):
            return Entry(where, folder, problem=f"folder names {str(inner)[:200]!r}, outside the file's own")
        folder = folder / inner
    for kind, product, reference in picture_paths(record):
        if _climbs_out(reference, folder):
            field = f"products.{product}.images" if kind is AssetKind.PRODUCT else f"{kind.value}s"
            problem = f"{field} names {reference[:200]!r}, outside the brand's folder; copy the file into it"
            return Entry(where, folder, problem=problem)
    return Entry(where, folder, record, state=state and BrandState(state), adds=adds)


def _climbs_out(reference: str, folder: Path) -> bool:
    path = PurePosixPath(reference.replace("\\", "/"))
    if "\0" in reference or path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]:
        return True
    try:
        return not (folder / path).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a name too long, or links in a circle: what opens it will say so
        return False
