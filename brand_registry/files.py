"""Brands as JSON: a folder of brand folders, one brand's folder, or JSON Lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from brand_registry.entry import Entry, entry_of_json
from brand_registry.packed import UNREADABLE, open_packed, why
from brand_registry.record import Record
from detector.errors import UnreadableInput

LARGEST_BRAND = 16 * 1024 * 1024
"""Bytes of one brand's JSON."""
_NAME = "brand.json"
_MOST_TOLD = 100
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Described:
    """A brand, and the folder that the paths of its pictures start from."""

    brand: Record
    folder: Path


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands at a path: the brands, in the order of the file or of the folders' names, and a sentence
    for each that could not be read (`unread`) and each folder that holds none (`passed`).
    """

    brands: Sequence[Described]
    unread: Sequence[str]
    passed: Sequence[str]


def read_described(path: Path) -> Gathered:
    """Every brand at `path`; one that is broken costs that one alone. Of two with one id the first counts.

    Raises `UnreadableInput` where the path is not there, or nothing at it even looks like a brand.
    """
    brands: list[Described] = []
    unread, passed = _Sentences(path), _Sentences(path)
    first_at: dict[str, str] = {}
    for entry in json_entries(path):
        brand, where = entry.record, entry.where
        if brand is None:
            said = passed if entry.problem is None else unread
            said.add(f"{where}: {entry.problem or entry.skipped}")
        elif brand.id in first_at:
            also = f"the brand id {brand.id!r} stands at {first_at[brand.id]} too, which counts"
            unread.add(f"{where}: {also}; give each its own")
        else:
            first_at[brand.id] = where
            brands.append(Described(brand, entry.folder))
    if not brands and not unread.all():
        raise UnreadableInput(f"{path}: holds no brand; {_where_brands_are(path)}")
    return Gathered(brands, unread.all(), passed.all())


class _Sentences:
    """What is to be told of a path. A catalogue that somebody took for brands has a million of them."""

    def __init__(self, path: Path) -> None:
        self._path, self._told, self._more = path, list[str](), 0

    def add(self, sentence: str) -> None:
        if len(self._told) < _MOST_TOLD:
            self._told.append(sentence)
        else:
            self._more += 1

    def all(self) -> Sequence[str]:
        more = f"{self._path}: the same or the like of {self._more:,} more; mend those above first"
        return [*self._told, more] if self._more else self._told


def _where_brands_are(path: Path) -> str:
    inner = next(path.glob("*/*/brand.json"), None) if path.is_dir() else None
    if inner is not None:
        return f"there are some in {inner.parent.parent}, so name that"
    return "add a folder with brand.json, or lines of JSON"


def json_entries(path: Path) -> Iterator[Entry]:
    """Raises `UnreadableInput` where the path is not there."""
    if not path.exists():
        raise UnreadableInput(f"{path}: is not there; give a folder of brands or a .jsonl file")
    if path.is_file() and path.name != _NAME:
        yield from _lines(path)
        return
    if path.is_dir() and not (path / _NAME).exists():
        yield from _folders(path)
        return
    yield _whole(path if path.is_file() else path / _NAME)


def _folders(path: Path) -> Iterator[Entry]:
    """The brand of each folder; one without is told where another has one."""
    every = sorted(one for one in path.iterdir() if one.is_dir())
    holding = set(filter(_holds_one, every))
    folders = [one for one in every if one in holding or not one.name.startswith((".", "__"))]
    for one in folders if holding else ():
        if one in holding:
            yield _whole(one / _NAME)
        else:
            yield Entry(str(one), one, skipped=_nameless(one))


def _holds_one(folder: Path) -> bool:
    file = folder / _NAME
    try:
        return file.is_symlink() or file.exists()
    except OSError:  # whoever opens it will say so
        return True


def _nameless(folder: Path) -> str:
    like = next((one.name for one in sorted(folder.glob("*")) if one.name.lower().startswith(_NAME)), None)
    if like is not None:
        return f"has no brand.json; rename {like!r} if that is meant"
    if any(folder.glob(f"*/{_NAME}")):
        return "has no brand.json, but folders in it have; name it to have those"
    return "has no brand.json, so it is no brand's; add one with an id and a name if it should be"


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
