"""Brands from files: a folder of brand folders, one brand's folder, or JSON Lines."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from detector.brand import Brand
from detector.errors import UnreadableInput
from detector.problems import said

LARGEST_BRAND = 16 * 1024 * 1024
"""Bytes of one brand's JSON."""


@dataclass(frozen=True, slots=True)
class Described:
    """A brand, and the folder that the paths of its pictures start from."""

    brand: Brand
    folder: Path


def read_brands(path: Path) -> list[Brand]:
    """The brands that `read_described` gives, for those who need nothing but what is written of them."""
    return [described.brand for described in read_described(path)]


def read_described(path: Path) -> list[Described]:
    """Every brand at `path`, in the order of the file or of the folders' names.

    Raises `UnreadableInput`, naming file, line and field: a registry that is half read would miss what it
    should find, so one broken brand stops everything.
    """
    brands: list[Described] = []
    first_at: dict[str, str] = {}
    for where, folder, brand in _entries(path):
        if brand.id in first_at:
            raise UnreadableInput(
                f"{where}: the brand id {brand.id!r} stands at {first_at[brand.id]} too; give each its own"
            )
        first_at[brand.id] = where
        brands.append(Described(brand, folder))
    if not brands:
        raise UnreadableInput(f"{path}: holds no brand; add a folder with brand.json, or lines of JSON")
    return brands


def _entries(path: Path) -> Iterator[tuple[str, Path, Brand]]:
    if not path.exists():
        raise UnreadableInput(f"{path}: is not there; give a folder of brands or a .jsonl file with --brands")
    if path.is_file():
        yield from _lines(path)
        return
    folders = (
        [path] if (path / "brand.json").exists() else sorted(p.parent for p in path.glob("*/brand.json"))
    )
    for folder in folders:
        file = folder / "brand.json"
        yield str(file), folder, _brand(_content(file), str(file), folder)


def _lines(path: Path) -> Iterator[tuple[str, Path, Brand]]:
    if path.name == "brand.json":
        yield str(path), path.parent, _brand(_content(path), str(path), path.parent)
        return
    opener = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opener(path, "rb") as file:
            while line := file.readline(LARGEST_BRAND + 1):
                number += 1
                where = f"{path}, line {number}"
                if len(line) > LARGEST_BRAND:
                    raise UnreadableInput(
                        f"{where}: is longer than {LARGEST_BRAND // 2**20} MB; is it JSON Lines?"
                    )
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield where, path.parent, _brand(line, where, path.parent)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableInput(f"{path}, after line {number}: cannot be read ({error})") from None


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_BRAND:
            raise UnreadableInput(
                f"{file}: is larger than {LARGEST_BRAND // 2**20} MB; is it one brand's JSON?"
            )
        return file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise UnreadableInput(f"{file}: cannot be read ({error.strerror})") from None


def _brand(content: bytes, where: str, folder: Path) -> Brand:
    try:
        brand = Brand.model_validate_json(content)
    except ValidationError as error:
        raise UnreadableInput(f"{where}: {said(error, content)}") from None
    references = [("logos", brand.logos), ("images", brand.images)]
    references += [(f"products.{n}.images", product.images) for n, product in enumerate(brand.products)]
    for field, paths in references:
        for reference in paths:
            if _climbs_out(reference, folder):
                raise UnreadableInput(
                    f"{where}: {field} names {reference!r}, outside the brand's folder; copy the file into it"
                )
    return brand


def _climbs_out(reference: str, folder: Path) -> bool:
    path = PurePosixPath(reference.replace("\\", "/"))
    if "\0" in reference or path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]:
        return True
    return not (folder / path).resolve().is_relative_to(folder.resolve())
