"""Brands as JSON: a folder of brand folders, one brand's folder, or JSON Lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brand_registry.entry import Entry, entry_of_json
from brand_registry.packed import UNREADABLE, open_packed, why
from brand_registry.record import Record
from detector.brand import Brand
from detector.errors import UnreadableInput

LARGEST_BRAND = 16 * 1024 * 1024
"""Bytes of one brand's JSON."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Described:
    """A brand, and the folder that the paths of its pictures start from."""

    brand: Record
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
    for entry in json_entries(path):
        brand, where = entry.record, entry.where
        if brand is None:
            raise UnreadableInput(f"{where}: {entry.problem}")
        if brand.id in first_at:
            raise UnreadableInput(
                f"{where}: the brand id {brand.id!r} stands at {first_at[brand.id]} too; give each its own"
            )
        first_at[brand.id] = where
        brands.append(Described(brand, entry.folder))
    if not brands:
        raise UnreadableInput(f"{path}: holds no brand; add a folder with brand.json, or lines of JSON")
    return brands


def json_entries(path: Path) -> Iterator[Entry]:
    """Raises `UnreadableInput` where the path is not there."""
    if not path.exists():
        raise UnreadableInput(f"{path}: is not there; give a folder of brands or a .jsonl file")
    if path.is_file() and path.name != "brand.json":
        yield from _lines(path)
        return
    if path.is_file() or (path / "brand.json").exists():
        files = [path if path.is_file() else path / "brand.json"]
    else:
        files = sorted(path.glob("*/brand.json"))
    for file in files:
        yield _whole(file)


def _whole(file: Path) -> Entry:
    try:
        if file.stat().st_size > LARGEST_BRAND:
            problem = f"is larger than {LARGEST_BRAND // 2**20} MB; is it one brand's JSON?"
            return Entry(str(file), file.parent, problem=problem)
        content = file.read_bytes().removeprefix(_BOM)
    except OSError as error:
        return Entry(str(file), file.parent, problem=f"cannot be read ({error.strerror})")
    return entry_of_json(str(file), file.parent, content)


def _lines(path: Path) -> Iterator[Entry]:
    number = 0
    with open_packed(path) as file:
        try:
            while line := file.readline(LARGEST_BRAND + 1):
                number += 1
                where = f"{path}, line {number}"
                if len(line) > LARGEST_BRAND:
                    problem = f"is longer than {LARGEST_BRAND // 2**20} MB; is it JSON Lines?"
                    yield Entry(where, path.parent, problem=problem)
                    while not line.endswith(b"\n") and (line := file.readline(LARGEST_BRAND)):
                        pass
                    continue
                if number == 1:
                    line = line.removeprefix(_BOM)
                if line.strip():
                    yield entry_of_json(where, path.parent, line)
        except UNREADABLE as error:
            problem = f"cannot be read ({why(error)})"
            yield Entry(f"{path}, after line {number}", path.parent, problem=problem)
