"""Lists of what brands own, by a key: of a changed registry they are made from those of the one before."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")
_brand: Callable[[object], str] = attrgetter("brand")


def shelved(
    there: Mapping[str, list[T]],
    gone: Iterable[tuple[str, T]],
    come: Iterable[tuple[str, T]],
    whose: Callable[[T], str] = _brand,
) -> dict[str, list[T]]:
    """A copy of `there` without what is `gone`, which is all that its owners had, and with what has `come`.

    No list of `there` is changed. Each stands in the order of its owners, which tells nothing of the order in
    which they came: whole or in parts, the same is made.
    """
    shelves, gone = dict(there), list(gone)
    owners = {whose(one) for _, one in gone}
    for key in {key for key, _ in gone}:
        stays = [one for one in shelves.pop(key, ()) if whose(one) not in owners]
        if stays:
            shelves[key] = stays
    fresh: set[str] = set()
    for key, one in come:
        if key in fresh:
            shelves[key].append(one)
        else:
            shelves[key] = [*shelves.get(key, ()), one]
            fresh.add(key)
    for key in fresh:
        if len(shelves[key]) > 1:
            shelves[key].sort(key=whose)
    return shelves
