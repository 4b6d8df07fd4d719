"""The goods as they stand at the moment: some of them sold, some of them changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workers.demo.shop.goods import changed_at


@dataclass(frozen=True, slots=True)
class Offered:
    """One listing; `number` is its place among all goods, counted from 1, and a shop's own id of it."""

    number: int
    listing: Mapping[str, Any]
    changed: datetime


@dataclass(slots=True)
class Shelf:
    """`sold` are numbers that are offered no more, `edits` what was changed of others and when."""

    goods: Sequence[Mapping[str, Any]]
    sold: set[int] = field(default_factory=set)
    edits: dict[int, tuple[datetime, Mapping[str, Any]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.goods) - len(self.sold)

    def sell(self, number: int) -> None:
        self.sold.add(number)

    def edit(self, number: int, when: datetime, **fields: Any) -> None:
        self.edits[number] = when, fields

    def one(self, number: int) -> Offered | None:
        if not 1 <= number <= len(self.goods) or number in self.sold:
            return None
        when, fields = self.edits.get(number, (changed_at(number), {}))
        return Offered(number, {**self.goods[number - 1], **fields}, when)

    def after(self, number: int, count: int) -> list[Offered]:
        """The first `count` beyond a number."""
        found: list[Offered] = []
        while len(found) < count and number < len(self.goods):
            number += 1
            one = self.one(number)
            if one is not None:
                found.append(one)
        return found

    def at(self, offset: int, count: int) -> list[Offered]:
        """By their places among those that are offered now."""
        if not self.sold:
            return self.after(offset, count)
        standing = [n for n in range(1, len(self.goods) + 1) if n not in self.sold]
        return [one for n in standing[offset : offset + count] if (one := self.one(n))]

    def all(self) -> Iterator[Offered]:
        return (one for n in range(1, len(self.goods) + 1) if (one := self.one(n)))
