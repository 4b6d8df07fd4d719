"""How far one spelling is from another, in the eyes, fingers and ears of whoever reads or writes it."""

from dataclasses import dataclass
from functools import cache, lru_cache

_VOWELS = "aeiouy"
_SEEN = [
    "bd",
    "ce",
    "co",
    "eo",
    "uv",
    "vw",
    "nr",
    "hn",
    "mn",
    "gq",
    "il",
    "ij",
    "jl",
    "il1",
    "o0",
    "s5",
    "b8",
    "g9",
    "z2",
    "a4",
    "e3",
    "t7",
    "b6",
    "gy",
    "pq",
    "dq",
    "ft",
    "lt",
    "it",
    "uw",
    "yv",
    "xk",
    "oq",
    "d0",
    "kx",
    "hb",
    "cg",
]
_HEARD = [
    "ck",
    "cs",
    "sz",
    "bp",
    "dt",
    "gk",
    "fv",
    "bv",
    "vw",
    "jg",
    "iy",
    "kq",
    "mn",
    "lr",
    "xs",
    "fp",
    "cz",
    "kx",
    "hk",
]
_RUN_TOGETHER = {
    "m": ("rn", "nn"),
    "w": ("vv", "uv"),
    "d": ("cl", "dl"),
    "k": ("lc",),
    "b": ("lb",),
    "h": ("lh",),
}
_SPELT = {"f": ("ph",), "k": ("ck", "qu", "kh"), "x": ("ks",), "u": ("oo", "ou"), "i": ("ee",), "t": ("th",)}
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")

SEEN, HEARD, TYPED, VOWEL = "looks like", "sounds like", "beside on the keyboard", "vowel"


def _pairs(groups: list[str]) -> set[tuple[str, str]]:
    return {(a, b) for group in groups for a in group for b in group if a != b}


def _neighbours() -> set[tuple[str, str]]:
    keys = {
        key: (row, column + row * 0.4) for row, line in enumerate(_ROWS) for column, key in enumerate(line)
    }
    return {
        (a, b)
        for a, (row_a, at_a) in keys.items()
        for b, (row_b, at_b) in keys.items()
        if a != b and abs(row_a - row_b) <= 1 and abs(at_a - at_b) <= 1.1
    }


@cache
def _likeness() -> dict[tuple[str, str], tuple[float, str]]:
    """What it costs to take one letter for another, where that is less than for any two letters, and why."""
    table = dict.fromkeys(_neighbours(), (0.6, TYPED))
    table |= {(a, b): (0.5, VOWEL) for a in _VOWELS for b in _VOWELS if a != b}
    table |= dict.fromkeys(_pairs(_HEARD), (0.5, HEARD))
    table |= dict.fromkeys(_pairs(_SEEN), (0.35, SEEN))
    return table


@cache
def _digraphs() -> dict[tuple[str, str], tuple[float, str]]:
    """What two letters cost that stand for one, either way round."""
    table = {(two, one): (0.5, HEARD) for one, twos in _SPELT.items() for two in twos}
    table |= {(two, one): (0.35, SEEN) for one, twos in _RUN_TOGETHER.items() for two in twos}
    return table | {(one, two): priced for (two, one), priced in table.items()}


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


@lru_cache(maxsize=50_000)
def align(wrote: str, meant: str) -> Alignment:
    """Weighted optimal string alignment (Damerau-Levenshtein without overlaps) with look, sound and keyboard.

    A change that is made twice, such as both d of `abibas`, costs half the second time: it is one idea.
    """
    step = _cheapest(wrote, meant)
    rows, columns = len(wrote) + 1, len(meant) + 1
    edits: list[Edit] = []
    i, j = rows - 1, columns - 1
    while i or j:
        back_i, back_j, price, why = step[i][j]
        if price:
            edits.append(Edit(wrote[i - back_i : i], meant[j - back_j : j], price, why))
        i, j = i - back_i, j - back_j
    edits.reverse()
    seen: set[tuple[str, str]] = set()
    total = 0.0
    for edit in edits:
        again = (edit.wrote, edit.meant) in seen
        total += edit.cost / 2 if again else edit.cost
        seen.add((edit.wrote, edit.meant))
    return Alignment(total, tuple(edits))


_Step = tuple[int, int, float, str]
"""Letters taken of what was written and of the name, at what price, and why."""


def _cheapest(wrote: str, meant: str) -> list[list[_Step]]:
    """For every beginning of both words, the last step of the cheapest way there."""
    likeness, digraphs = _likeness(), _digraphs()
    cost = [[0.0] * (len(meant) + 1) for _ in range(len(wrote) + 1)]
    step: list[list[_Step]] = [[(0, 0, 0.0, "")] * (len(meant) + 1) for _ in range(len(wrote) + 1)]
    for i in range(len(wrote) + 1):
        for j in range(len(meant) + 1):
            ways: list[tuple[float, _Step]] = []
            if i and j:
                a, b = wrote[i - 1], meant[j - 1]
                price, why = (0.0, "") if a == b else likeness.get((a, b), (1.0, ""))
                ways.append((cost[i - 1][j - 1] + price, (1, 1, price, why)))
                if i > 1 and (priced := digraphs.get((wrote[i - 2 : i], b))):
                    ways.append((cost[i - 2][j - 1] + priced[0], (2, 1, *priced)))
                if j > 1 and (priced := digraphs.get((a, meant[j - 2 : j]))):
                    ways.append((cost[i - 1][j - 2] + priced[0], (1, 2, *priced)))
                if i > 1 and j > 1 and a == meant[j - 2] and wrote[i - 2] == b and a != b:
                    ways.append((cost[i - 2][j - 2] + 0.5, (2, 2, 0.5, TYPED)))
            if i:
                price = 0.3 if i > 1 and wrote[i - 1] == wrote[i - 2] else 0.8
                ways.append((cost[i - 1][j] + price, (1, 0, price, "")))
            if j:
                price = 0.3 if j > 1 and meant[j - 1] == meant[j - 2] else 0.8
                ways.append((cost[i][j - 1] + price, (0, 1, price, "")))
            if ways:
                cost[i][j], step[i][j] = min(ways)
    return step
