"""The brand that is attacked, as its owner described it: of files, or of the registry."""

from pathlib import Path

from brand_registry.files import Described, Gathered, read_described
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.database import database_exists, database_url
from workers.registry.exports import export_one

_NAMED = 8


def chosen(brand: str, path: Path | None, temporary: Path) -> Described:
    """The brand with that id at `path`; None: of the registry, whose pictures are put into `temporary`.

    Raises `UnreadableInput`, `NotThere` and `StorageError`.
    """
    if path is None:
        if not database_exists(database_url()):
            raise UnreadableInput(
                "there is no registry yet: name the brands with --brands PATH, or bring them in with "
                "`detector brands import PATH`"
            )
        folder = temporary / "brand"
        export_one(brand, folder)
        return _only(read_described(folder))
    there = read_described(path)
    known = {one.brand.id: one for one in there.brands}
    if brand not in known:
        some = ", ".join(sorted(known)[:_NAMED]) or "none that can be read"
        more = f" and {counted(len(known) - _NAMED, 'other')}" if len(known) > _NAMED else ""
        raise UnreadableInput(
            f"{path}: holds no brand with the id {brand!r}; it holds {some}{more}"
            + "".join(f"; {one}" for one in there.unread[:_NAMED])
        )
    return known[brand]


def _only(exported: Gathered) -> Described:
    if not exported.brands:
        raise UnreadableInput("; ".join(exported.unread))
    return exported.brands[0]
