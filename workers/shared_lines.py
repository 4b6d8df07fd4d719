"""The lines of `detector shared`: who shows a picture, from the first one on, and how."""

from collections.abc import Iterator
from dataclasses import dataclass

from workers.alike import AlikePictures, Member
from workers.parts import Part
from workers.stars import stars

SHOWN = 1_000
"""Pictures of one line that are written; more are counted."""
TURNS = (
    *(None, "turned by 90°", "turned by 180°", "turned by 270°"),
    *("mirrored", "mirrored, turned by 90°", "mirrored, turned by 180°", "mirrored, turned by 270°"),
)

Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A picture of a line; `of` is the place in the line of what it was compared with."""

    member: Member
    of: int | None
    part: Line | None = None


def lines(alike: AlikePictures, parts: list[Part]) -> Iterator[tuple[Line, set[str]]]:
    """What several known sellers show, each picture first with those that show all of it, and then those that
    share a part with it; and the listings that do.
    """
    tied: set[int] = set()
    for number, ties in stars(parts):
        shown = list(_alike(alike, number, 0, None))
        for part in ties:
            inside = part.first == number
            how: Line = {"turn": "mirrored" if part.mirrored else None, "score": round(part.score, 2)}
            how["box" if inside else "box_in_it"] = [(round(x), round(y)) for x, y in part.box]
            shown += _alike(alike, part.second if inside else part.first, len(shown), how)
        if len({one.member.seller for one in shown} - {None}) > 1:
            tied |= {number, *(part.first for part in ties), *(part.second for part in ties)}
            yield _line(shown)
    for number in alike.shared():
        if number not in tied:
            yield _line(list(_alike(alike, number, 0, None)))


def _alike(alike: AlikePictures, number: int, at: int, part: Line | None) -> Iterator[_Shown]:
    """The pictures of a group, of which the first comes to that place of the line."""
    first, *others = alike.members(number)
    yield _Shown(first, None if part is None else 0, part)
    for member in others:
        yield _Shown(member, at)


def _line(shown: list[_Shown]) -> tuple[Line, set[str]]:
    listings = {one.member.listing for one in shown}
    line: Line = {
        "sellers": len({one.member.seller for one in shown} - {None}),
        "listings": len(listings),
        "pictures": [_picture(one) for one in shown[:SHOWN]],
    }
    return line, listings


def _picture(one: _Shown) -> Line:
    member = one.member
    named: Line = {"listing_id": member.listing, "where": member.where, "seller": member.seller, "of": one.of}
    if one.part is not None:
        return {**named, "bits": None, **one.part}
    return {**named, "bits": member.bits, "turn": TURNS[member.turn]}
