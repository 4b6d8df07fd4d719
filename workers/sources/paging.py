"""Walks over pages that move while they are read, so that no listing slips through between two of them.

A listing that is removed behind the walk moves all later ones forward, and one of them over the edge of a
page that has been read already. A walk by id or time doesn't know this; in all others, the edge is looked at
again. What is met twice is dropped by the pull.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import orjson

OVERLAP = 5
"""Items of the page before that are asked for again, where a walk is by offset."""


async def looked_back(
    at: Callable[[int], Awaitable[list[Any]]], first: int
) -> AsyncIterator[tuple[int, list[Any], bool]]:
    """Pages by number, from `first` to the first empty one: number, items, whether it is the last.

    After each page the one before it is read again, and what has moved onto it comes along.
    """
    number, before = first, set[bytes]()
    while True:
        items = await at(number)
        if items and {*map(_key, items)} == before:
            # A shop that gives one page for all numbers.
            items = []
        moved = [one for one in await at(number - 1) if _key(one) not in before] if number > 1 else []
        yield number, moved + items, not items
        if not items:
            return
        number, before = number + 1, {*map(_key, items)}


async def overlapped(
    at: Callable[[int], Awaitable[list[Any]]],
    name_of: Callable[[Any], str],
    offset: int,
    tail: Sequence[str],
) -> AsyncIterator[tuple[list[Any], int, list[str]]]:
    """Items by offset: items, the offset to go on from, and the names of the last ones before it.

    Each page begins a few items early. Where none of those is met that ended the page before, the walk steps
    back, farther each time, until one is.
    """
    known, step = list(tail), OVERLAP
    while True:
        begin = max(0, offset - step) if known else offset
        items = await at(begin)
        names = [name_of(one) for one in items]
        if known and begin and not {*known} & {*names}:
            step *= 8
            continue
        met = max((at for at, name in enumerate(names) if name in known), default=-1)
        fresh = items[met + 1 :]
        offset, step = begin + len(items), OVERLAP
        known = [*known, *names][-OVERLAP:]
        yield fresh, offset, known
        if not fresh:
            return


def _key(item: Any) -> bytes:
    return orjson.dumps(item, default=str)
