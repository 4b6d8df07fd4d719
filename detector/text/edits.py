"""How far one spelling is from another, in the eyes, fingers and ears of whoever reads or writes it."""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf

from detector.text.letters import TYPED, beside, digraphs, likeness

_ANY, _LETTER, _TWICE, _TURNED, _BRUSHED = 1.0, 0.8, 0.3, 0.5, 0.6
"""The price of a letter for any other, of one too many or too few, of one that stands twice, of two turned
round, of one too many whose key was brushed with that of a letter beside it."""
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Edit:
    """`wrote` stands where the mark has `meant`; one of them is empty for a letter too many or too few."""

    wrote: str
    meant: str
    cost: float
    why: str = ""

    def __str__(self) -> str:
        if not self.meant:
            return f"{self.wrote} added"
        if not self.wrote:
            return f"{self.meant} left out"
        if sorted(self.wrote) == sorted(self.meant):
            return f"{self.meant} turned round"
        return f"{' '.join(self.wrote)} for {' '.join(self.meant)}"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest way from the mark to what was written; `cost` is 1 for an edit that nothing excuses."""

    cost: float
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(map(str, self.edits)))


def align(wrote: str, meant: str) -> Alignment:
    """Weighted optimal string alignment (Damerau-Levenshtein without overlaps) with look, sound and keyboard.

    A change that is made twice, such as both d of `abibas`, costs half the second time: it is one idea.
    """
    alignment = align_within(wrote, meant, inf)
    assert alignment is not None  # noqa: S101 - nothing is beyond infinity
    return alignment


@lru_cache(maxsize=50_000)
def align_within(wrote: str, meant: str, most: float) -> Alignment | None:
    """As `align`; None where it costs more than `most`, which is told sooner."""
    costs = _costs(wrote, meant, 2 * most)
    if costs is None:
        return None
    edits: list[Edit] = []
    i, j = len(wrote), len(meant)
    while i or j:
        if i and j and wrote[i - 1] == meant[j - 1] and abs(costs[i - 1][j - 1] - costs[i][j]) < _NOTHING:
            i, j = i - 1, j - 1
            continue
        edit = _last_edit(wrote, i, meant[:j], costs)
        if edit.cost:
            edits.append(edit)
        i, j = i - len(edit.wrote), j - len(edit.meant)
    edits.reverse()
    seen: set[tuple[str, str]] = set()
    total = 0.0
    for edit in edits:
        total += edit.cost / 2 if (edit.wrote, edit.meant) in seen else edit.cost
        seen.add((edit.wrote, edit.meant))
    return Alignment(total, tuple(edits)) if total <= most else None


def _costs(wrote: str, meant: str, most: float) -> list[list[float]] | None:
    """What every beginning of one word costs against every beginning of the other; None once all exceed
    `most`."""
    dropped = [_price(meant, j) for j in range(len(meant))]
    costs = [[0.0]]
    for price in dropped:
        costs[0].append(costs[0][-1] + price)
    like, spelt, prices = _by_letter(), digraphs(), _prices_added(wrote)
    for i, a in enumerate(wrote):
        added, above, two = prices[i], costs[i], wrote[i - 1 : i + 1] if i else ""
        alike = like.get(a, {})
        row = [above[0] + added]
        for j, b in enumerate(meant):
            best = above[j] if a == b else above[j] + alike.get(b, _ANY)
            if (cost := above[j + 1] + added) < best:
                best = cost
            if (cost := row[j] + dropped[j]) < best:
                best = cost
            if i and (two, b) in spelt and (cost := costs[i - 1][j] + spelt[two, b][0]) < best:
                best = cost
            if j and a != b:
                before = meant[j - 1]
                if a == before and two[:1] == b and (cost := costs[i - 1][j - 1] + _TURNED) < best:
                    best = cost
                if (a, before + b) in spelt and (cost := above[j - 1] + spelt[a, before + b][0]) < best:
                    best = cost
            row.append(best)
        if min(row) > most and min(above) > most:
            return None
        costs.append(row)
    return costs if costs[-1][-1] <= most else None


def _last_edit(wrote: str, i: int, meant: str, costs: list[list[float]]) -> Edit:
    """The step that led to what the first `i` letters and a beginning cost."""
    j = len(meant)
    for edit in _last_edits(wrote, i, meant):
        if abs(costs[i - len(edit.wrote)][j - len(edit.meant)] + edit.cost - costs[i][j]) < _NOTHING:
            return edit
    raise AssertionError("every cost comes of a step")


def _last_edits(whole: str, i: int, meant: str) -> list[Edit]:
    """Every way to end an alignment of the first `i` letters of what was written, plain ones first."""
    wrote = whole[:i]
    edits: list[Edit] = []
    if wrote and meant:
        a, b = wrote[-1], meant[-1]
        price, why = (0.0, "") if a == b else likeness().get((a, b), (_ANY, ""))
        edits.append(Edit(a, b, price, why))
        if len(wrote) > 1 and len(meant) > 1 and a == meant[-2] and wrote[-2] == b and a != b:
            edits.append(Edit(wrote[-2:], meant[-2:], _TURNED, TYPED))
        for some, others in ((wrote[-2:], b), (a, meant[-2:])):
            if (some, others) in digraphs():
                edits.append(Edit(some, others, *digraphs()[some, others]))
    if wrote:
        edits.append(Edit(wrote[-1], "", _prices_added(whole)[i - 1]))
    if meant:
        edits.append(Edit("", meant[-1], _price(meant, len(meant) - 1)))
    return edits


def _price(word: str, at: int) -> float:
    """What a letter costs that stands in one word alone."""
    return _TWICE if at and word[at] == word[at - 1] else _LETTER


@lru_cache(maxsize=2_000)
def _prices_added(word: str) -> tuple[float, ...]:
    """What each letter costs if it is one too many: less where a finger on the key before or behind it hits
    two. Kept, as a word is held against several names."""
    near, around = beside(), f" {word} "
    return tuple(
        _TWICE if a == b else _BRUSHED if a in near.get(b, "") or c in near.get(b, "") else _LETTER
        for a, b, c in zip(around, around[1:], around[2:], strict=False)
    )


@cache
def _by_letter() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for (a, b), (price, _) in likeness().items():
        table.setdefault(a, {})[b] = price
    return table
