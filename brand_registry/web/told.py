"""A result as a page shows it: spans marked in texts, boxes on a picture, what speaks for and against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from brand_registry.editing import Fields
from brand_registry.previews import Preview
from brand_registry.web.wording import QUALIFIERS, REASONS, place
from detector.listing import Listing
from detector.text.strange import all_visible, joins_emoji, strange, visible
from detector.view import texts_of

_AROUND = 300
"""Characters of a long text shown around what was found in it."""
_LONG = 1_500
_ISOLATE, _ENDS = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text: `tone` is `against`, `favour` or ''; `label` what they were found to be;
    `odd` that they are not what they seem.
    """

    text: str
    tone: str = ""
    label: str = ""
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a listing."""

    where: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A box on a picture; `points` as SVG has them, `at` where its label begins."""

    points: str
    at: tuple[float, float]
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that speaks against a listing, or for it."""

    tone: str
    title: str
    said: str
    score: float | None = None

    @property
    def plain(self) -> str:
        """`said`, without what keeps directions of text apart, where nobody reads that: each isolate in it
        is of `point_of`'s own making.
        """
        return self.said.replace(_ISOLATE, "").replace(_ENDS, "")


@dataclass(frozen=True, slots=True)
class Told:
    """All of a result. `width` and `height` are of the picture that the outlines are drawn on, 0 without."""

    verdict: str
    risk: float
    passages: tuple[Passage, ...]
    points: tuple[Point, ...]
    outlines: tuple[Outline, ...] = ()
    width: int = 0
    height: int = 0
    missing: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


def told_of(listing: Fields, result: Fields, drawn: Preview | None = None) -> Told:
    """Of a listing's JSON and what a trial keeps of it (`trials.told`)."""
    shown = result["shown"]
    found = [item | {"tone": "against"} for case in shown["cases"] for item in case["evidence"]]
    speaks = [item | {"tone": "favour"} for case in shown["cases"] for item in case["qualifiers"]]
    items = [*speaks, *found]
    passages = tuple(
        Passage(
            place(where),
            tuple(pieces_of(text, [i for i in items if i["where"] == where])),
        )
        for where, text in texts_of(Listing.model_validate(listing))
    )
    return Told(
        shown["verdict"],
        shown["risk"],
        passages,
        tuple(point_of(item) for item in [*found, *speaks]),
        tuple(outline_of(item) for item in items if item.get("box") and item["where"] == "image:0"),
        drawn.width if drawn else 0,
        drawn.height if drawn else 0,
        tuple(f"{place(one['where'])}: {one['why']}" for one in shown["missing"]),
        tuple(title_of(reason) for reason in result["counted"]),
    )


def told_of_catalogue(result: Fields) -> list[Told]:
    """The listings that would be flagged."""
    return [told_of(one["listing"], one) for one in result["found"]]


def title_of(kind: str) -> str:
    """Of a reason, or of what speaks for the seller."""
    if kind in REASONS:
        return REASONS[kind][0]
    words = QUALIFIERS.get(kind, kind.replace("_", " "))
    return words[:1].upper() + words[1:]


def pieces_of(text: str, items: Sequence[Fields]) -> Iterable[Piece]:
    """The text in pieces that look the same, of a long one what stands around what was found; every character
    is visible.
    """
    odd = {position for position, _, _ in strange(text)}
    told: list[tuple[str, str] | None] = [None] * len(text)
    near = [len(text) <= _LONG or place < _AROUND for place in range(len(text))]
    for item in items:  # what speaks in favour first: what speaks against is laid over it
        start, end = item.get("span") or (0, 0)
        told[start:end] = [(item["tone"], title_of(item["kind"]))] * (end - start)
        low, high = max(start - _AROUND, 0), min(end + _AROUND, len(text))
        near[low:high] = [True] * (high - low) if end else near[low:high]
    looks = [(near[at], told[at] if near[at] else None, near[at] and at in odd) for at in range(len(text))]
    for (keep, said, is_odd), chars in groupby(range(len(text)), key=looks.__getitem__):
        if not keep:
            yield Piece(" … ")
        else:
            shown = "".join(
                text[at] if text[at] == "\n" or joins_emoji(text, at) else visible(text[at]) for at in chars
            )
            yield Piece(shown, *(said or ("", "")), odd=is_odd)


def point_of(item: Fields) -> Point:
    """Of evidence, or of what speaks for the seller. Words that run from right to left turn no others."""
    found = item.get("found") or item.get("asset") or "a part of the picture"
    said = f"“{_apart(found)}”"
    if item.get("mark") and item["mark"] != item.get("found"):
        said += f" for “{_apart(item['mark'])}”"
    said += f" in {_apart(place(item['where']))}"
    if detail := item.get("detail"):
        said += f": {_apart(detail)}"
    return Point(item["tone"], title_of(item["kind"]), said, item.get("score"))


def outline_of(item: Fields) -> Outline:
    """Of what was found in a picture and has a box."""
    corners = [(float(x), float(y)) for x, y in item["box"]]
    points = " ".join(f"{x:g},{y:g}" for x, y in corners)
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    return Outline(points, (left, top), item["tone"], title_of(item["kind"]))


def _apart(text: object) -> str:
    """What a stranger wrote, visible, between a first strong isolate and its end."""
    return f"{_ISOLATE}{all_visible(str(text))}{_ENDS}"
